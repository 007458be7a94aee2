"""A week in which something of every kind stands on the supervisor's board, here and in a strange office."""

from datetime import timedelta

from sqlalchemy import update
from sqlmodel import Session

from tests.builders import ELSEWHERE, NOW, a_desk, a_dossier, a_number, a_scan, an_item
from tests.province import Province, Tale, posted, receipt_of, tale_of
from tracker.actions.discrepancies import Finding, open_finding
from tracker.domain.discrepancies import DiscrepancyCode
from tracker.domain.vocabulary import EventType
from tracker.store.engine import transaction
from tracker.store.models import FeedState
from tracker.store.tables import ACCOUNT, ITEM

LOOK = NOW + timedelta(days=8)
TODAY = LOOK.date()
# Days from today until due, one item each: before the chart, its ends, its middle, and after it.
DUE = (-30, -8, -7, -1, -1, 0, 0, 0, 1, 7, 8)
FORMULA = "=1+cmd|'/C calc'!A0"
STRANGE_ITEMS = 3


def plant(province: Province) -> None:
    """Once for each database; the books are then only read."""
    with transaction(province.engine) as session:
        due = [posted(session, province["postclerk"]) for _ in DUE]
        for item, days in zip(due, DUE, strict=True):
            _set_due(session, item.item_id, days)
        _attempts(session, province)
        _handovers(session, province)
        _contradictions(session, due[0].item_id)
        _strange(session, province)
        _phones(session, province)
        session.add(FeedState(source="one_stop", last_success_at=LOOK))
        session.add(FeedState(source="vnpost", failing_since=NOW))
        session.execute(update(ACCOUNT).where(ACCOUNT.c.name == "courier2").values(staff_code=FORMULA))


def _set_due(session: Session, item_id: int, days: int) -> None:
    session.execute(update(ITEM).where(ITEM.c.id == item_id).values(due_on=TODAY + timedelta(days=days)))


def _attempts(session: Session, province: Province) -> None:
    """Three failed within the week, one before it, one taken back; two deliveries."""
    for reason in ("absent", "absent", "moved"):
        _failed(_out(session, province), reason)
    early = tale_of(session, province).accepted().with_courier()
    _failed(early, "refused")
    wrong = _out(session, province)
    event = _failed(wrong, "unreachable")
    wrong.scan("supervisor", EventType.CORRECTED, reason="misread", details={"event": event})
    for _ in range(2):
        done = _out(session, province)
        done.scan("courier", EventType.DELIVERED, details={"receiver": "agency", "counts": []})


def _out(session: Session, province: Province) -> Tale:
    """With its courier since two days ago."""
    return tale_of(session, province).wait(days=6).accepted().with_courier()


def _failed(tale: Tale, reason: str) -> str:
    receipt = tale.scan("courier", EventType.ATTEMPT_FAILED, reason=reason, details={"action": "reattempt"})
    assert receipt.outcome == "recorded"
    return str(receipt.id)


def _handovers(session: Session, province: Province) -> None:
    for age in (timedelta(hours=1), timedelta(hours=2), timedelta(days=2), timedelta(days=7, hours=23)):
        tale = tale_of(session, province).accepted()
        given = a_scan(tale.item.number, EventType.GIVEN_TO_COURIER, at=LOOK - age, details={"hand": "give"})
        assert receipt_of(session, province["postclerk"], given, at=LOOK - age).outcome == "recorded"


def _contradictions(session: Session, item_id: int) -> None:
    """Two of one kind with different ages, and scans that were missed: two within the week and one before it."""
    for place, (code, age) in enumerate((
        (DiscrepancyCode.RETURNED_TOO_EARLY, timedelta(hours=3)),
        (DiscrepancyCode.RETURNED_TOO_EARLY, timedelta(days=2)),
        (DiscrepancyCode.ORDER_MISMATCH, timedelta(days=30)),
        (DiscrepancyCode.MISSED_SCAN, timedelta(days=1)),
        (DiscrepancyCode.MISSED_SCAN, timedelta(days=6)),
        (DiscrepancyCode.MISSED_SCAN, timedelta(days=9)),
    )):  # fmt: skip
        since_at = LOOK - age
        open_finding(session, Finding(code, f"planted:{place}", since_at, item_id=item_id), at=since_at)


def _strange(session: Session, province: Province) -> None:
    """As late, as silent and as contradicted as ours, and nobody of ours may see any of it."""
    desk = a_desk(province["stranger"])
    for serial in range(STRANGE_ITEMS):
        number = a_dossier(
            session, desk, a_number(9000 + serial, day="261119"), receiving_office=ELSEWHERE, deciding_agency=ELSEWHERE
        )
        item = an_item(session, desk, number)
        _set_due(session, item.item_id, -1)
        finding = Finding(
            DiscrepancyCode.MISSED_SCAN, f"strange:{serial}", NOW + timedelta(days=7), item_id=item.item_id
        )
        open_finding(session, finding, at=NOW)


def _phones(session: Session, province: Province) -> None:
    """A phone whose counting has a hole, and a silent courier whose staff code is like a formula."""
    item, afar = posted(session, province["postclerk"]), tale_of(session, province).accepted().with_courier("courier2")
    for number in (1, 5):
        scan = a_scan(item.number, EventType.ARRIVED, device_counter=number)
        receipt_of(session, province["postclerk_b"], scan)
    assert afar.standing.custodian.ref == "courier2"
