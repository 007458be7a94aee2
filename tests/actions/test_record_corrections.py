"""Taking a scan back, from the door to the item's row."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from tests.builders import a_desk, a_dossier
from tests.province import SEAL_OK, Province, Tale, a_fresh_number, accepted, posted, tale_of
from tracker.actions.post import NewItem, register_item
from tracker.domain.discrepancies import DiscrepancyCode
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import EventType, Leg, Outcome, Status
from tracker.store.models import Discrepancy, EventRow, OpenLeg


def corrected(tale: Tale, who: str, target: str | None, **fields: object) -> str | None:
    receipt = tale.scan(who, EventType.CORRECTED, reason="misread", details={"event": target}, **fields)
    return receipt.cause or receipt.outcome


def misscanned(tale: Tale, who: str = "postclerk", kind: EventType = EventType.HELD) -> str | None:
    return tale.scan(who, kind, details={"until_on": "2026-12-31"} if kind is EventType.HELD else {}).id


def test_the_same_device_takes_back_what_nothing_followed(books: Session, province: Province) -> None:
    tale = tale_of(books, province).accepted()
    target = misscanned(tale)

    assert corrected(tale, "postclerk", target) == Outcome.RECORDED

    assert (tale.standing.status, tale.open_codes) == (Status.AT_OFFICE, set())
    assert books.scalar(select(func.count()).where(col(EventRow.item_id) == tale.item.item_id)) == 4


@pytest.mark.parametrize(
    "spoil",
    [
        lambda tale: tale.wait(minutes=15),
        lambda tale: tale.scan("courier", EventType.GIVEN_TO_COURIER),
    ],
    ids=["too late", "something followed"],
)
def test_what_the_device_may_not_take_back_stays_and_the_try_is_marked(
    books: Session, province: Province, spoil: Callable[[Tale], object]
) -> None:
    tale = tale_of(books, province).accepted()
    target = misscanned(tale)
    spoil(tale)
    before = tale.standing.status

    assert corrected(tale, "postclerk", target) == Outcome.RECORDED

    assert tale.standing.status == before
    assert "unexpected_event" in tale.open_codes


def test_another_device_takes_back_nothing(books: Session, province: Province) -> None:
    tale = tale_of(books, province).accepted()
    target = misscanned(tale)

    corrected(tale, "courier", target)

    assert tale.standing.status is Status.HELD


@pytest.mark.parametrize("fields", [{}, {"on_behalf_of": "courier", "source": "paper"}], ids=["own", "on behalf"])
def test_a_supervisor_takes_back_whenever_and_for_whomever(
    books: Session, province: Province, fields: dict[str, object]
) -> None:
    tale = tale_of(books, province).accepted().with_courier()
    target = misscanned(tale, "courier", EventType.MISSING)
    tale.wait(days=3)

    assert corrected(tale, "supervisor", target, **fields) == Outcome.RECORDED

    assert (tale.standing.status, tale.standing.custodian.ref) == (Status.WITH_COURIER, "courier")
    assert tale.open_codes == set()


def test_correcting_a_correction_counts_the_scan_again(books: Session, province: Province) -> None:
    tale = tale_of(books, province).accepted()
    target = misscanned(tale)
    first = tale.scan("postclerk", EventType.CORRECTED, reason="misread", details={"event": target}).id

    corrected(tale, "postclerk", first)

    assert tale.standing.status is Status.HELD


def test_a_registration_is_cancelled_not_corrected(books: Session, province: Province) -> None:
    tale = tale_of(books, province)
    registered = books.scalars(select(EventRow).where(col(EventRow.item_id) == tale.item.item_id)).one()

    assert corrected(tale, "supervisor", str(registered.event_id)) == "correction_not_entitled"
    assert corrected(tale, "postclerk", str(registered.event_id)) == Outcome.RECORDED
    assert (tale.standing.status, tale.open_codes) == (Status.REGISTERED, {"unexpected_event"})


def test_a_correction_may_come_before_what_it_takes_back(books: Session, province: Province) -> None:
    tale = tale_of(books, province).accepted()
    to_come = str(uuid4())

    assert corrected(tale, "postclerk", to_come) == Outcome.RECORDED
    tale.scan("postclerk", EventType.HELD, id=to_come, details={"until_on": "2026-12-31"})

    assert tale.standing.status is Status.AT_OFFICE


def test_a_supervisor_takes_back_what_happened_to_a_bag(books: Session, province: Province) -> None:
    tale = tale_of(books, province).accepted()
    bag = f"TUI-SAI-{tale.item.item_id}"
    tale.scan("postclerk", EventType.BAGGED, details={"bag": bag})
    arrival = tale.scan("postclerk2", EventType.ARRIVED, code=bag, details=SEAL_OK)
    there = tale.standing.office

    receipt = tale.scan("supervisor", EventType.CORRECTED, code=bag, details={"event": arrival.id})

    assert (receipt.outcome, receipt.items) == (Outcome.RECORDED, (tale.item.number,))
    assert (there, tale.standing.status, tale.standing.office) == ("BC.BL", Status.BAGGED, "BC.CM")


def test_a_supervisor_takes_back_a_scan_of_a_code_nobody_knows(books: Session, province: Province) -> None:
    tale = Tale(books, province, posted(books, province["postclerk"]))
    misread = tale.scan("courier", EventType.ARRIVED, code="RI309999992VN")

    receipt = tale.scan("supervisor", EventType.CORRECTED, code="RI309999992VN", details={"event": misread.id})

    assert (receipt.outcome, receipt.item) == (Outcome.RECORDED, None)


def test_an_end_that_is_taken_back_takes_its_place_on_the_leg_again(books: Session, province: Province) -> None:
    tale = tale_of(books, province, Leg.RESULT)
    end = tale.scan("courier", EventType.DELIVERED, details={"receiver": "recipient", "identity": "seen"})
    holders = select(col(OpenLeg.item_id)).where(col(OpenLeg.item_id) == tale.item.item_id)
    freed = books.scalars(holders).all()

    corrected(tale, "supervisor", end.id)

    assert (freed, books.scalars(holders).all()) == ([], [tale.item.item_id])
    assert tale.standing.status is Status.REGISTERED


def test_an_end_that_is_taken_back_while_another_envelope_travels_is_a_duplicate_order(
    books: Session, province: Province
) -> None:
    """Both stay open; when the second ends, the place on the leg belongs to the first again."""
    desk = a_desk(province["postclerk"])
    number = a_dossier(books, desk, a_fresh_number())
    new = NewItem(dossiers=(number,), leg=Leg.SUBMISSION)
    first = Tale(books, province, register_item(books, new, desk))
    cancelled = first.scan("postclerk", EventType.CANCELLED)
    second = Tale(books, province, register_item(books, new, desk))

    corrected(first, "supervisor", cancelled.id)

    found = select(Discrepancy).where(col(Discrepancy.item_id) == first.item.item_id)
    assert [row.code for row in books.scalars(found)] == [DiscrepancyCode.DUPLICATE_ORDER]
    second.wait(minutes=30).scan("postclerk", EventType.CANCELLED)
    with pytest.raises(Refusal) as third:
        register_item(books, new, desk)
    assert (third.value.cause, third.value.facts["number"]) == (Cause.OPEN_ITEM_EXISTS, first.item.number)


def test_a_correction_that_names_nothing_is_marked_or_refused(books: Session, province: Province) -> None:
    item = posted(books, province["postclerk"])
    accepted(books, province, item)
    tale = Tale(books, province, item)

    by_device = tale.scan("postclerk", EventType.CORRECTED)
    by_supervisor = tale.scan("supervisor", EventType.CORRECTED)

    assert (by_device.outcome, by_supervisor.cause) == (Outcome.RECORDED, "details_missing")
    assert {"details_missing", "unexpected_event"} <= tale.open_codes
