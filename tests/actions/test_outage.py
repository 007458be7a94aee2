"""Outage sheets: a number for ever, entered at the time that was written, accounted for to the last row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from tests.actions.test_at_once import at_once
from tests.builders import AGENCY, CENTRE, NOW, PIN, POST, ROOT, a_desk, a_door, a_scan
from tests.province import PACKED, SENDER, Province, posted, receipt_of, standing_of, tale_of
from tracker.actions.outage import NewSheets, RowEntry, enter_row, print_sheets, spoil_row, void_rest
from tracker.actions.post import RegisteredItem
from tracker.actions.receipts import Receipt
from tracker.domain.actor import Actor
from tracker.domain.events import Standing
from tracker.domain.outage import RowState, SheetCode, SheetKind, SheetState, VoidReason
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import Anomaly, EventType, Leg, Outcome, Status
from tracker.store.engine import reading, transaction
from tracker.store.models import AuditRow, EventRow, OutageSheet
from tracker.store.queries.events import body_of
from tracker.store.queries.outage import SheetView, open_sheets, sheet_of

LATER = NOW + timedelta(hours=3)
# On which no test leaves a sheet behind in the shared province.
QUIET_DAY = NOW + timedelta(days=365)


@pytest.fixture
def province(own_province: Province) -> Province:
    """These tests commit."""
    return own_province


def printed(
    session: Session, by: Actor, count: int = 1, *, at: datetime = NOW, kind: SheetKind | None = None
) -> list[str]:
    usual = SheetKind.POST if by.office_code.startswith("BC") else SheetKind.OFFICE
    return print_sheets(session, NewSheets(by.office_code, kind or usual, count), a_desk(by, at=at))


def told(kind: EventType, code: str, **fields: object) -> dict[str, object]:
    return {"code": code, "type": kind.value, **fields}


def entered(session: Session, by: Actor, row: tuple[str, int], event: dict[str, object], *, minute: int = 5) -> Receipt:
    """Entered three hours later; `minute` after printing is what was written."""
    entry = RowEntry(SheetCode(*row), NOW + timedelta(minutes=minute), event)
    return enter_row(session, entry, a_door(by, at=LATER))


def view(session: Session, by: Actor, number: str) -> SheetView:
    found = sheet_of(session, by, number)
    assert found is not None
    return found


def accepting(item: RegisteredItem) -> dict[str, object]:
    return told(EventType.ACCEPTED, item.number, counterparty=SENDER, details=PACKED)


# --- printing


def test_sheets_are_numbered_on_and_never_twice(books: Session, province: Province) -> None:
    first = printed(books, province["postclerk"], 2, at=QUIET_DAY)
    second = printed(books, province["courier"], 1, at=QUIET_DAY, kind=SheetKind.ROUND)

    assert first + second == [f"PG-BC.CM-271123-{serial:02d}" for serial in (1, 2, 3)]
    assert [row.state for row in view(books, province["postclerk"], first[0]).rows] == [RowState.UNUSED] * 12


def test_another_day_begins_at_one_again(books: Session, province: Province) -> None:
    printed(books, province["postclerk"], at=QUIET_DAY)

    assert printed(books, province["postclerk"], at=QUIET_DAY + timedelta(days=1)) == ["PG-BC.CM-271124-01"]


def test_every_printed_sheet_stands_in_the_audit_book(books: Session, province: Province) -> None:
    numbers = printed(books, province["postclerk"], 3)

    audited = books.execute(
        select(col(AuditRow.subject), col(AuditRow.actor)).where(col(AuditRow.action) == "outage sheet printed")
    ).all()
    assert [tuple(row) for row in audited][-3:] == [(f"sheet:{number}", "postclerk") for number in numbers]


@pytest.mark.parametrize("count", [0, 21, -1])
def test_nobody_prints_none_or_a_ream(books: Session, province: Province, count: int) -> None:
    with pytest.raises(Refusal) as refused:
        printed(books, province["postclerk"], count)

    assert (refused.value.cause, list(refused.value.fields)) == (Cause.OUT_OF_RANGE, ["count"])


def test_a_supervisor_prints_for_an_office_below_and_nobody_for_another(books: Session, province: Province) -> None:
    desk = a_desk(province["supervisor"])

    assert print_sheets(books, NewSheets(AGENCY, SheetKind.OFFICE, 1), desk) == ["PG-H12.NNMT-261123-01"]
    for who in ("postclerk", "strange_supervisor"):
        with pytest.raises(Refusal) as refused:
            print_sheets(books, NewSheets(CENTRE, SheetKind.OFFICE, 1), a_desk(province[who]))
        assert refused.value.cause is Cause.UNKNOWN_OFFICE


def test_a_post_counters_sheet_is_not_printed_for_an_agency(books: Session, province: Province) -> None:
    with pytest.raises(Refusal) as refused:
        printed(books, province["officer"], kind=SheetKind.POST)

    assert refused.value.fields == {"kind": Cause.BAD_VALUE}


# --- entering


def test_what_was_written_counts_at_the_time_it_happened(books: Session, province: Province) -> None:
    item, (number,) = posted(books, province["postclerk"]), printed(books, province["postclerk"])

    receipt = entered(books, province["postclerk"], (number, 3), accepting(item))

    (row,) = books.scalars(
        select(EventRow).where(col(EventRow.item_id) == item.item_id, col(EventRow.type) == "accepted")
    )
    assert receipt.outcome is Outcome.RECORDED
    assert (row.occurred_at, row.effective_at, row.recorded_at) == (NOW + timedelta(minutes=5),) * 2 + (LATER,)
    assert body_of(row.chained)["source"] == "paper"
    held = view(books, province["postclerk"], number).rows[2]
    assert (held.state, held.event_id, held.item, held.settled_at) == (
        RowState.ENTERED,
        row.event_id,
        item.number,
        LATER,
    )
    assert standing_of(books, item).anomalies == ()


def test_a_row_that_was_entered_answers_with_what_it_holds(books: Session, province: Province) -> None:
    one, other = (posted(books, province["postclerk"]) for _ in range(2))
    (number,) = printed(books, province["postclerk"])

    first = entered(books, province["postclerk"], (number, 1), accepting(one))
    again = entered(books, province["postclerk"], (number, 1), accepting(other), minute=9)

    assert (again.outcome, again.id, again.hash) == (Outcome.DUPLICATE, first.id, first.hash)
    assert standing_of(books, other).status is Status.REGISTERED


def test_a_refused_event_leaves_its_row_free(books: Session, province: Province) -> None:
    item, (number,) = posted(books, province["postclerk"]), printed(books, province["postclerk"])

    refused = entered(books, province["postclerk"], (number, 1), told(EventType.COLLECTED, item.number))
    right = entered(books, province["postclerk"], (number, 1), accepting(item))

    assert (refused.outcome, refused.cause, right.outcome) == (Outcome.REFUSED, "wrong_role", Outcome.RECORDED)


@pytest.mark.parametrize(("minute", "cause"), [(-1, Cause.BEFORE_ITS_SHEET), (182, Cause.IN_THE_FUTURE)])
def test_a_time_that_cannot_have_been_written_is_refused(
    books: Session, province: Province, minute: int, cause: Cause
) -> None:
    item, (number,) = posted(books, province["postclerk"]), printed(books, province["postclerk"])

    with pytest.raises(Refusal) as refused:
        entered(books, province["postclerk"], (number, 1), accepting(item), minute=minute)

    assert refused.value.fields == {"happened_at": cause}
    assert standing_of(books, item).status is Status.REGISTERED


def test_a_pin_typed_afterwards_proves_nothing(books: Session, province: Province) -> None:
    tale, (number,) = tale_of(books, province).accepted(), printed(books, province["postclerk"])
    second = {"kind": "courier", "user": "courier", "pin": PIN}

    event = told(EventType.GIVEN_TO_COURIER, tale.item.number, counterparty=second, details={"hand": "both"})

    with pytest.raises(Refusal) as refused:
        entered(books, province["postclerk"], (number, 1), event)

    assert refused.value.cause is Cause.SECOND_PERSON_MISSING


def test_both_hands_need_a_person_who_was_checked(books: Session, province: Province) -> None:
    tale, (number,) = tale_of(books, province).accepted(), printed(books, province["postclerk"])

    event = told(EventType.GIVEN_TO_COURIER, tale.item.number, details={"hand": "both"})
    receipt = entered(books, province["postclerk"], (number, 1), event)

    assert (receipt.outcome, receipt.cause) == (Outcome.REFUSED, "second_person_missing")


def test_a_supervisor_enters_for_a_colleague_and_names_the_hand(books: Session, province: Province) -> None:
    item, (number,) = posted(books, province["postclerk"]), printed(books, province["postclerk"])
    event = {**accepting(item), "on_behalf_of": "postclerk"}

    silent = entered(books, province["supervisor"], (number, 1), event)
    named = entered(books, province["supervisor"], (number, 1), {**event, "details": {**PACKED, "hand": "both"}})

    assert (silent.cause, named.outcome) == ("hand_missing", Outcome.RECORDED)
    standing = standing_of(books, item)
    assert (standing.status, standing.office) == (Status.AT_OFFICE, POST)


def test_what_the_paper_does_not_tell_is_flagged(books: Session, province: Province) -> None:
    item, (number,) = posted(books, province["postclerk"]), printed(books, province["postclerk"])

    receipt = entered(books, province["postclerk"], (number, 1), told(EventType.ACCEPTED, item.number))

    assert receipt.outcome is Outcome.RECORDED
    assert standing_of(books, item).anomalies == (Anomaly.DETAILS_MISSING,)


def test_a_sheet_of_another_office_is_as_good_as_unknown(books: Session, province: Province) -> None:
    item, (number,) = posted(books, province["postclerk"]), printed(books, province["postclerk"])

    for who, code in (("postclerk2", number), ("strange_supervisor", number), ("postclerk", "PG-BC.CM-261123-99")):
        with pytest.raises(Refusal) as refused:
            entered(books, province[who], (code, 1), accepting(item))
        assert refused.value.cause is Cause.UNKNOWN_SHEET
    assert sheet_of(books, province["postclerk2"], number) is None
    assert sheet_of(books, province["hotline"], number) is None


def test_a_row_that_no_sheet_has_is_unknown(books: Session, province: Province) -> None:
    (number,) = printed(books, province["postclerk"])

    with pytest.raises(Refusal) as refused:
        entered(books, province["postclerk"], (number, 13), told(EventType.ARRIVED, "EI260115006VN"))

    assert refused.value.cause is Cause.UNKNOWN_SHEET


def test_a_correction_shows_on_the_row(books: Session, province: Province) -> None:
    item, (number,) = posted(books, province["postclerk"]), printed(books, province["postclerk"])
    entered(books, province["postclerk"], (number, 1), accepting(item))
    row = view(books, province["postclerk"], number).rows[0]

    mended = a_scan(
        item.number, EventType.CORRECTED, at=LATER, reason="wrong_item", details={"event": str(row.event_id)}
    )
    receipt_of(books, province["supervisor"], mended, at=LATER)

    after = view(books, province["postclerk"], number).rows[0]
    assert (row.is_corrected, after.is_corrected, after.state) == (False, True, RowState.ENTERED)
    assert standing_of(books, item).status is Status.REGISTERED


# --- accounting for every row


def test_a_spoiled_row_needs_a_reason_and_is_not_entered_any_more(books: Session, province: Province) -> None:
    item, (number,) = posted(books, province["postclerk"]), printed(books, province["postclerk"])
    desk = a_desk(province["postclerk"], at=LATER)

    with pytest.raises(Refusal) as silent:
        spoil_row(books, SheetCode(number, 2), VoidReason.NOT_USED, desk)
    spoil_row(books, SheetCode(number, 2), VoidReason.MISWRITTEN, desk)
    with pytest.raises(Refusal) as late:
        entered(books, province["postclerk"], (number, 2), accepting(item))

    row = view(books, province["postclerk"], number).rows[1]
    assert (silent.value.cause, late.value.cause) == (Cause.REASON_MISSING, Cause.ROW_VOID)
    assert (row.state, row.reason, row.settled_by) == (RowState.VOID, VoidReason.MISWRITTEN, "Cán bộ postclerk")


def test_an_entered_row_is_not_declared_spoiled(books: Session, province: Province) -> None:
    item, (number,) = posted(books, province["postclerk"]), printed(books, province["postclerk"])
    entered(books, province["postclerk"], (number, 1), accepting(item))

    with pytest.raises(Refusal) as refused:
        spoil_row(books, SheetCode(number, 1), VoidReason.MISWRITTEN, a_desk(province["postclerk"], at=LATER))

    assert refused.value.cause is Cause.ROW_ENTERED


def test_a_sheet_closes_when_the_rest_is_declared_unused(books: Session, province: Province) -> None:
    item, (number,) = posted(books, province["postclerk"]), printed(books, province["postclerk"])
    entered(books, province["postclerk"], (number, 1), accepting(item))
    before = [(one.number, one.entered, one.void, one.unused) for one in open_sheets(books, province["postclerk"])]

    declared = void_rest(books, number, a_desk(province["postclerk"], at=LATER))

    sheet = view(books, province["supervisor"], number)
    assert (number, 1, 0, 11) in before
    assert (declared, sheet.state, sheet.closed_at, sheet.closer_name) == (
        11,
        SheetState.CLOSED,
        LATER,
        "Cán bộ postclerk",
    )
    assert [row.reason for row in sheet.rows] == [None] + [VoidReason.NOT_USED] * 11
    assert number not in {one.number for one in open_sheets(books, province["supervisor"])}


def test_the_last_row_closes_its_sheet_by_itself(books: Session, province: Province) -> None:
    item, (number,) = posted(books, province["postclerk"]), printed(books, province["postclerk"])
    for row in range(2, 13):
        spoil_row(books, SheetCode(number, row), VoidReason.UNREADABLE, a_desk(province["postclerk"], at=LATER))
    still_open = view(books, province["postclerk"], number).is_open

    entered(books, province["postclerk"], (number, 1), accepting(item))

    assert (still_open, view(books, province["postclerk"], number).is_open) == (True, False)


def test_open_sheets_are_seen_by_their_office_and_by_the_supervisor_above(books: Session, province: Province) -> None:
    (number,) = printed(books, province["postclerk"])

    seen = {who for who in province.people if number in {one.number for one in open_sheets(books, province[who])}}

    assert seen == {"postclerk", "postclerk_b", "courier", "supervisor"}


# --- at once


def test_two_people_who_enter_one_row_at_once_make_one_event(province: Province) -> None:
    with transaction(province.engine) as session:
        one, other = (posted(session, province["postclerk"]) for _ in range(2))
        (number,) = printed(session, province["postclerk"])

    def entering(who: str, item: RegisteredItem) -> Callable[[], Receipt]:
        def enter() -> Receipt:
            event = accepting(item) if who == "postclerk" else told(EventType.COLLECTED, item.number, details=PACKED)
            with transaction(province.engine) as session:
                return entered(session, province[who], (number, 1), event)

        return enter

    answers = at_once(entering("postclerk", one), entering("courier", other))

    receipts = [answer for answer in answers if isinstance(answer, Receipt)]
    assert sorted(receipt.outcome for receipt in receipts) == [Outcome.DUPLICATE, Outcome.RECORDED]
    assert len({receipt.id for receipt in receipts}) == 1
    with reading(province.engine) as session:
        moved = [standing_of(session, item).status is not Status.REGISTERED for item in (one, other)]
    assert sorted(moved) == [False, True]


def test_a_row_entered_while_the_rest_is_declared_unused_is_one_or_the_other(province: Province) -> None:
    with transaction(province.engine) as session:
        item = posted(session, province["postclerk"])
        (number,) = printed(session, province["postclerk"])

    def enter() -> object:
        with transaction(province.engine) as session:
            return entered(session, province["postclerk"], (number, 1), accepting(item)).outcome

    def close() -> object:
        with transaction(province.engine) as session:
            return void_rest(session, number, a_desk(province["courier"], at=LATER))

    outcome, declared = at_once(enter, close)

    with reading(province.engine) as session:
        sheet, moved = view(session, province["postclerk"], number), standing_of(session, item).status
    was_entered = outcome is Outcome.RECORDED
    assert declared == (11 if was_entered else 12)
    assert sheet.rows[0].state == (RowState.ENTERED if was_entered else RowState.VOID)
    assert (moved is Status.AT_OFFICE, sheet.is_open) == (was_entered, False)


def test_two_desks_that_print_at_once_get_different_numbers(province: Province) -> None:
    def printing() -> object:
        with transaction(province.engine) as session:
            return printed(session, province["postclerk"], 3, at=NOW + timedelta(days=9))

    answers = at_once(printing, printing, printing)

    numbers = [number for answer in answers if isinstance(answer, list) for number in answer]
    assert (len(numbers), len(set(numbers))) == (9, 9)


# --- the same story, scanned or written


@dataclass(frozen=True)
class Told:
    """What happened `minute` minutes after the printing; `who` told it."""

    minute: int
    who: str
    kind: EventType
    fields: tuple[tuple[str, object], ...] = ()


OFFICE, ABSENT = ("counterparty", {"kind": "office"}), ("reason", "absent")
STORIES: dict[str, tuple[Leg, Sequence[Told]]] = {
    "posted and taken out": (
        Leg.SUBMISSION,
        (
            Told(1, "postclerk", EventType.ACCEPTED, (("counterparty", SENDER), ("details", PACKED))),
            Told(9, "postclerk", EventType.GIVEN_TO_COURIER),
            Told(11, "courier", EventType.GIVEN_TO_COURIER, (OFFICE,)),
            Told(30, "courier", EventType.DELIVERED, (("details", {"receiver": "agency", "counts": []}),)),
            Told(31, "officer", EventType.DELIVERED, (("details", {"receiver": "agency", "counts": []}),)),
        ),
    ),
    "nobody at home, then at the counter": (
        Leg.RESULT,
        (
            Told(2, "courier", EventType.COLLECTED, (("details", PACKED),)),
            Told(5, "postclerk", EventType.BACK_AT_OFFICE),
            Told(8, "courier", EventType.GIVEN_TO_COURIER, (OFFICE,)),
            Told(20, "courier", EventType.ATTEMPT_FAILED, (ABSENT, ("details", {"action": "hold"}))),
            Told(40, "postclerk", EventType.BACK_AT_OFFICE),
            Told(45, "postclerk", EventType.HELD, (("details", {"until_on": "2026-12-31"}),)),
            Told(
                60,
                "postclerk",
                EventType.HANDED_OUT,
                (("details", {"receiver": "recipient", "identity": "seen", "counts": [], "fees_collected": 0}),),
            ),
        ),
    ),
}


def _as_scanned(session: Session, province: Province, item: RegisteredItem, story: Sequence[Told]) -> Standing:
    for told_ in story:
        at = NOW + timedelta(minutes=told_.minute)
        receipt_of(session, province[told_.who], a_scan(item.number, told_.kind, at=at, **dict(told_.fields)), at=at)
    return standing_of(session, item)


@pytest.mark.parametrize("name", STORIES)
@pytest.mark.parametrize("seed", range(4))
def test_paper_entered_in_any_order_leaves_the_item_where_scans_would_have(
    books: Session, province: Province, name: str, seed: int
) -> None:
    """Some of it was scanned at once, the rest was written and is entered in whatever order the sheets lie."""
    leg, story = STORIES[name]
    clerk = province["clerk" if leg is Leg.RESULT else "postclerk"]
    scanned, written = (posted(books, clerk, leg) for _ in range(2))
    expected = _as_scanned(books, province, scanned, story)
    sheets = {who: printed(books, province[who])[0] for who in ("postclerk", "officer")}
    sheets["courier"] = sheets["postclerk"]
    shuffled = list(enumerate(story, start=1))
    Random(seed).shuffle(shuffled)

    for place, (row, told_) in enumerate(shuffled):
        if place == seed:
            at = NOW + timedelta(minutes=told_.minute)
            scan = a_scan(written.number, told_.kind, at=at, **dict(told_.fields))
            receipt_of(books, province[told_.who], scan, at=at)
            continue
        event = told(told_.kind, written.number, **dict(told_.fields))
        receipt = entered(books, province[told_.who], (sheets[told_.who], row), event, minute=told_.minute)
        assert receipt.outcome is Outcome.RECORDED

    assert standing_of(books, written) == expected


def test_the_office_of_a_supervisor_has_sheets_of_its_own(books: Session, province: Province) -> None:
    numbers = print_sheets(books, NewSheets(ROOT, SheetKind.OFFICE, 1), a_desk(province["supervisor"]))

    assert books.scalars(select(OutageSheet).where(col(OutageSheet.number) == numbers[0])).one().batch == numbers[0]
