"""Scans of an unknown code are taken into the item they were read from; then all is as if they had been of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from tests.actions.test_at_once import at_once
from tests.actions.test_record_orphans_and_bags import register
from tests.builders import CENTRE, ELSEWHERE, NOW, POST, a_desk, a_dossier, a_scan, an_item, the_config
from tests.province import PACKED, SEAL_OK, SENDER, Province, a_fresh_number, posted, receipt_of, standing_of, tale_of
from tracker.actions.adoption import adopt
from tracker.actions.labels import print_labels
from tracker.domain.chain import ChainRow, verify
from tracker.domain.events import Standing
from tracker.domain.identifiers import make_s10
from tracker.domain.orphans import AdoptionReason, Likeness
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import EventType, Leg, Outcome, Status
from tracker.store.engine import transaction
from tracker.store.models import Adoption, AuditRow, Discrepancy, LateEvidence
from tracker.store.queries.events import chain_rows
from tracker.store.queries.orphans import likely_items, orphan, orphans

LATER = NOW + timedelta(minutes=30)
COURIERS: dict[str, object] = {"counterparty": {"kind": "office"}}
SCANS: Mapping[str, Sequence[tuple[str, EventType, Mapping[str, object]]]] = {
    "accepted": [("postclerk", EventType.ACCEPTED, {"counterparty": SENDER, "details": PACKED})],
    "arrived elsewhere": [("postclerk2", EventType.ARRIVED, {"details": SEAL_OK})],
    "carried off": [("courier", EventType.GIVEN_TO_COURIER, COURIERS)],
    "kept": [
        ("postclerk", EventType.ACCEPTED, {"counterparty": SENDER, "details": PACKED}),
        ("postclerk", EventType.HELD, {"details": {"until_on": "2026-12-01"}}),
    ],
    "tried in vain": [
        ("courier", EventType.GIVEN_TO_COURIER, COURIERS),
        ("courier", EventType.ATTEMPT_FAILED, {"reason": "absent", "details": {"action": "reattempt"}}),
    ],
    "damaged": [("driver", EventType.DAMAGED, {"details": {"witness": "courier"}})],
}
Told = tuple[Cause, Mapping[str, str]]
Refused = Callable[..., Told]
serials = iter(range(47_000_000, 48_000_000))


@pytest.fixture
def province(own_province: Province) -> Province:
    """These tests commit."""
    return own_province


def a_code() -> str:
    """Well-formed, and of no range of ours."""
    return make_s10("RR", next(serials)).text


def scan_all(session: Session, province: Province, code: str, scans: str) -> None:
    """A minute apart, beginning now, recorded at once."""
    for minute, (who, kind, told) in enumerate(SCANS[scans]):
        at = NOW + timedelta(minutes=minute)
        receipt = receipt_of(session, province[who], a_scan(code, kind, at=at, **told), at=at)
        assert receipt.outcome is Outcome.RECORDED, receipt


def orphan_id(session: Session, code: str) -> int:
    return session.scalars(select(col(Discrepancy.id)).where(col(Discrepancy.subject) == f"code:{code}")).one() or 0


def a_stray(session: Session, province: Province, scans: str = "accepted") -> tuple[str, int]:
    code = a_code()
    scan_all(session, province, code, scans)
    return code, orphan_id(session, code)


def adopts(session: Session, province: Province, stray: int, number: str, who: str = "supervisor") -> str:
    return adopt(session, stray, number, AdoptionReason.MISREAD, a_desk(province[who], at=LATER))


def told(standing: Standing) -> Standing:
    """Without the instant and the id of a pending claim's own event, which differ from envelope to envelope."""
    return replace(standing, pending=standing.pending and replace(standing.pending, event=None))  # type: ignore[arg-type]  # only for comparing


@pytest.mark.parametrize("scans", SCANS)
def test_adopted_by_hand_or_by_itself_it_stands_as_if_the_scans_had_been_of_it(
    books: Session, province: Province, scans: str
) -> None:
    straight = posted(books, province["postclerk"])
    scan_all(books, province, straight.number, scans)
    by_hand = posted(books, province["postclerk"])
    _, stray = a_stray(books, province, scans)
    adopts(books, province, stray, by_hand.number)
    code, _ = a_stray(books, province, scans)
    by_itself = register(books, province, code).item

    assert told(standing_of(books, by_hand)) == told(standing_of(books, straight))
    assert told(standing_of(books, by_itself)) == told(standing_of(books, straight))
    assert standing_of(books, straight).status is not Status.REGISTERED


def test_the_scans_stay_in_their_chain_and_the_discrepancy_ends(books: Session, province: Province) -> None:
    tale = tale_of(books, province)
    code, stray = a_stray(books, province)
    before = chain_rows(books, f"code:{code}")

    number = adopts(books, province, stray, tale.item.number)

    assert number == tale.item.number
    assert chain_rows(books, f"code:{code}") == before
    assert verify(ChainRow(seq, text.encode(), hash_) for seq, text, hash_ in before) is None
    row = books.get_one(Discrepancy, stray)
    assert (row.state, row.reason) == ("closed", "converged")
    audit = books.scalars(select(AuditRow).where(col(AuditRow.action) == "orphan adopted")).all()[-1]
    assert (audit.subject, audit.reason) == (f"item:{number}", f"misread, discrepancy:{stray}")
    assert code not in audit.reason


def test_a_later_scan_of_the_code_is_the_items_and_opens_nothing(books: Session, province: Province) -> None:
    tale = tale_of(books, province)
    code, stray = a_stray(books, province)
    adopts(books, province, stray, tale.item.number)

    event = a_scan(code, EventType.GIVEN_TO_COURIER, at=LATER, **COURIERS)
    receipt = receipt_of(books, province["courier"], event, at=LATER)
    again = receipt_of(books, province["courier"], event, at=LATER)

    assert (receipt.outcome, receipt.item, again.outcome) == (Outcome.RECORDED, tale.item.number, Outcome.DUPLICATE)
    assert tale.standing.status is Status.WITH_COURIER
    assert books.get_one(Discrepancy, stray).state == "closed"


def test_an_item_that_is_registered_under_the_code_later_is_its_own(books: Session, province: Province) -> None:
    tale = tale_of(books, province)
    code, stray = a_stray(books, province)
    adopts(books, province, stray, tale.item.number)

    newcomer = register(books, province, code)
    newcomer.accepted()

    assert newcomer.standing.status is Status.AT_OFFICE
    adopted = select(col(Adoption.item_id)).where(col(Adoption.chain) == f"code:{code}")
    assert books.scalars(adopted).all() == [tale.item.item_id]


def test_an_adoption_that_changes_a_told_story_is_late_evidence(books: Session, province: Province) -> None:
    tale = tale_of(books, province)
    _, stray = a_stray(books, province, "tried in vain")
    tale.wait(minutes=10).accepted()

    adopts(books, province, stray, tale.item.number)

    rows = books.scalars(select(LateEvidence).where(col(LateEvidence.item_id) == tale.item.item_id)).all()
    assert len(rows) == 1


def test_registering_a_code_that_was_scanned_before_is_no_late_evidence(books: Session, province: Province) -> None:
    code, _ = a_stray(books, province, "tried in vain")
    item = register(books, province, code).item

    assert books.scalars(select(LateEvidence).where(col(LateEvidence.item_id) == item.item_id)).all() == []


def test_the_item_may_be_named_by_its_label(books: Session, province: Province) -> None:
    tale = tale_of(books, province)
    (label,) = print_labels(books, [tale.item.number], "a6", None, a_desk(province["postclerk"]))
    _, stray = a_stray(books, province)

    assert adopts(books, province, stray, label.token.lower()) == tale.item.number


def theirs(session: Session, province: Province) -> str:
    """The number of an item that is no business of our province."""
    desk = a_desk(province["stranger"])
    dossier = a_dossier(session, desk, a_fresh_number(), receiving_office=ELSEWHERE, deciding_agency=None)
    return an_item(session, desk, dossier).number


@pytest.fixture
def refused(books: Session, province: Province) -> Refused:
    def refuse(stray: int, number: str, who: str = "supervisor", reason: str = "misread") -> Told:
        with pytest.raises(Refusal) as refusal:
            adopt(books, stray, number, reason, a_desk(province[who], at=LATER))
        return refusal.value.cause, refusal.value.fields

    return refuse


def test_what_cannot_be_adopted_is_refused_with_its_cause(books: Session, province: Province, refused: Refused) -> None:
    tale, strange = tale_of(books, province), theirs(books, province)
    _, stray = a_stray(books, province)
    receipt_of(books, province["postclerk"], a_scan("TUI-CM-777", EventType.ARRIVED, details=SEAL_OK))
    bag = orphan_id(books, "TUI-CM-777")
    number, unknown = tale.item.number, (Cause.UNKNOWN_NUMBER, {"number": Cause.UNKNOWN_NUMBER})

    assert refused(stray, a_code()) == unknown
    assert refused(stray, "Nguyễn Thị B") == unknown
    assert refused(stray, "") == unknown
    assert refused(stray, strange) == unknown
    assert refused(stray, number, reason="") == (Cause.REASON_MISSING, {"reason": Cause.REASON_MISSING})
    assert refused(bag, number) == (Cause.BAG_IS_NO_ITEM, {"number": Cause.BAG_IS_NO_ITEM})
    assert refused(stray, number, "strange_supervisor") == (Cause.NOT_FOUND, {})
    assert refused(0, number) == (Cause.NOT_FOUND, {})
    adopts(books, province, stray, number)
    assert refused(stray, tale_of(books, province).item.number)[0] is Cause.ALREADY_ADOPTED


def test_scans_that_cannot_be_of_that_leg_are_refused(books: Session, province: Province, refused: Refused) -> None:
    """An officer gives results to the post, never submissions."""
    code = a_code()
    receipt_of(books, province["officer"], a_scan(code, EventType.COLLECTED, details=PACKED))
    stray = orphan_id(books, code)
    result = posted(books, province["clerk"], Leg.RESULT, from_office=CENTRE)

    on_a_submission = refused(stray, tale_of(books, province).item.number)
    adopts(books, province, stray, result.number)

    assert on_a_submission == (Cause.SCANS_DO_NOT_FIT, {"number": Cause.SCANS_DO_NOT_FIT})


def test_likely_items_are_those_with_a_near_number_then_those_of_the_same_place_and_day(
    books: Session, province: Province
) -> None:
    tale, other = tale_of(books, province).accepted(), tale_of(books, province)
    number = tale.item.number
    mistyped = number[:7] + ("1" if number[7] != "1" else "2") + number[8:]
    scan_all(books, province, mistyped, "accepted")
    lost = orphan(books, province["supervisor"], orphan_id(books, mistyped))
    assert lost is not None

    found = likely_items(books, province["supervisor"], lost, the_config().office)

    assert (found[0].number, found[0].likeness) == (number, Likeness.ONE_SIGN)
    assert {one.likeness for one in found[1:]} <= {Likeness.SAME_PLACE, Likeness.SWAPPED, Likeness.ONE_SIGN}
    assert other.item.number not in {one.number for one in found[:1]}
    assert likely_items(books, province["strange_supervisor"], lost, the_config().office) == []


def test_orphans_are_listed_for_the_supervisor_above_and_the_auditor(books: Session, province: Province) -> None:
    code, stray = a_stray(books, province, "kept")

    seen = {
        who: [one for one in orphans(books, province[who], after=stray - 1, limit=500) if one.code == code]
        for who in ("supervisor", "auditor", "strange_supervisor")
    }

    assert (len(seen["supervisor"]), len(seen["auditor"]), seen["strange_supervisor"]) == (1, 1, [])
    (lost,) = seen["supervisor"]
    assert [scan.type for scan in lost.scans] == [EventType.ACCEPTED, EventType.HELD]
    assert {scan.office_code for scan in lost.scans} == {POST}


def test_of_two_supervisors_at_once_one_adopts(province: Province) -> None:
    with transaction(province.engine) as session:
        items = [posted(session, province["postclerk"]) for _ in range(2)]
        _, stray = a_stray(session, province)

    def adopting(number: str) -> Callable[[], object]:
        def call() -> object:
            with transaction(province.engine) as session:
                return adopts(session, province, stray, number)

        return call

    answers = at_once(*(adopting(item.number) for item in items))

    (loss,) = [answer for answer in answers if isinstance(answer, Exception)]
    assert isinstance(loss, Refusal), loss
    assert loss.cause is Cause.ALREADY_ADOPTED
