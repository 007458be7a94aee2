"""Many labels in a handful of statements leave the books that one after the other would leave."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import RowMapping, select
from sqlmodel import Session

from tests.actions.one_by_one import print_one_by_one
from tests.builders import NOW, a_desk, a_dossier, a_scan, an_item
from tests.province import Province, Tale, a_fresh_number, posted, receipt_of, tale_of
from tracker.actions.copies import Copy, PrintOrder, print_copies
from tracker.actions.desk import Desk
from tracker.actions.label_facts import PrintedLabel
from tracker.actions.labels import print_labels
from tracker.domain.chain import ChainRow, verify
from tracker.domain.identifiers import make_s10
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import EventType, Leg
from tracker.store.queries.events import chain_rows
from tracker.store.queries.stories import read_story
from tracker.store.standing_json import standing_from_json
from tracker.store.tables import AUDIT_ROW, DISCREPANCY, EVENT, ITEM, LABEL, LATE_EVIDENCE, OPEN_LEG

LATER = NOW + timedelta(hours=3)
BOOKS = (LABEL, EVENT, AUDIT_ROW, ITEM, DISCREPANCY, LATE_EVIDENCE, OPEN_LEG)
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Way = Callable[[Session, Sequence[str], PrintOrder, Desk], list[Copy]]


def bagged(tale: Tale) -> None:
    tale.accepted().scan("postclerk", EventType.BAGGED, details={"bag": "TUI-7"})
    tale.scan("postclerk", EventType.DEPARTED)


def held_twice(tale: Tale) -> None:
    tale.accepted().with_courier()
    tale.scan("courier2", EventType.GIVEN_TO_COURIER, counterparty={"kind": "office"})


def adopted(tale: Tale) -> None:
    """Scanned before anybody knew the number."""
    code = make_s10("RR", 47_900_001).text
    receipt_of(tale.session, tale.province["courier"], a_scan(code, EventType.COLLECTED, at=tale.at), at=tale.at)
    desk = a_desk(tale.province["postclerk"], at=tale.at + timedelta(minutes=1))
    tale.item = an_item(tale.session, desk, a_dossier(tale.session, desk, a_fresh_number()), number=code)


def from_a_fast_clock(tale: Tale) -> None:
    """The last scan says a later hour than the printing."""
    event = a_scan(tale.item.number, EventType.ACCEPTED, at=LATER + timedelta(minutes=4), details={})
    receipt_of(tale.session, tale.province["postclerk"], event, at=LATER + timedelta(minutes=4))


def printed_before(tale: Tale) -> None:
    print_labels(tale.session, [tale.item.number], "80x50", None, a_desk(tale.province["postclerk"], at=tale.at))


STORIES: Mapping[str, Callable[[Tale], object]] = {
    "registered": lambda tale: tale,
    "printed before": printed_before,
    "accepted": Tale.accepted,
    "with a courier": lambda tale: tale.accepted().with_courier(),
    "in a bag": bagged,
    "held by two": held_twice,
    "scanned before it was known": adopted,
    "scanned by a fast clock": from_a_fast_clock,
    "cancelled": lambda tale: tale.scan("postclerk", EventType.CANCELLED),
}


def told(session: Session, way: Way, numbers: Sequence[str], order: PrintOrder, by: Desk) -> list[Any]:
    """The whole books and the answers, without what is drawn by chance; then all is taken back."""
    with session.begin_nested() as undone:
        answers = [_without_chance(copy) for copy in way(session, numbers, order, by)]
        session.flush()
        books = [[_row(row) for row in session.execute(select(table)).mappings()] for table in BOOKS]
        undone.rollback()
    return [answers, *(sorted(rows, key=repr) for rows in books)]


def _row(row: RowMapping) -> dict[str, object]:
    by_chance = {"token", "event_id", "hash", "id"}
    kept = {name: value for name, value in row.items() if name not in by_chance}
    return {name: UUID.sub("an id", value) if isinstance(value, str) else value for name, value in kept.items()}


def _without_chance(copy: Copy) -> object:
    if isinstance(copy, Refusal):
        return copy.cause, dict(copy.fields)
    return {name: getattr(copy, name) for name in PrintedLabel.__slots__ if name != "token"}


@pytest.mark.parametrize("reason", [None, "Nhãn bị nhòe"])
def test_many_at_once_leave_the_books_that_one_by_one_would(
    books: Session, province: Province, reason: str | None
) -> None:
    tales = [tale_of(books, province, leg) for leg in (Leg.SUBMISSION, Leg.RESULT) for _ in STORIES]
    for tale, story in zip(tales, [*STORIES.values()] * 2, strict=True):
        if tale.standing.leg is Leg.SUBMISSION:
            story(tale)
    numbers = [tale.item.number for tale in tales]
    asked = [*numbers, numbers[0], numbers[2], "EI260115010VN", "no number", numbers[0].lower()]
    order, by = PrintOrder("a6", reason), a_desk(province["supervisor"], at=LATER)

    at_once = told(books, print_copies, asked, order, by)

    assert at_once == told(books, print_one_by_one, asked, order, by)
    assert at_once != told(books, lambda *_: [], asked, order, by)


def test_chains_hold_and_rows_are_what_the_events_add_up_to(books: Session, province: Province) -> None:
    items = [posted(books, province["postclerk"]) for _ in range(5)]
    by = a_desk(province["postclerk"], at=LATER)

    for order in (PrintOrder("a6", None), PrintOrder("a6", "nhòe")):
        copies = print_copies(books, [item.number for item in items], order, by)
        assert all(isinstance(copy, PrintedLabel) for copy in copies)

    for item in items:
        assert (
            verify(ChainRow(seq, text.encode(), end) for seq, text, end in chain_rows(books, f"item:{item.item_id}"))
            is None
        )
        kept = books.scalars(select(ITEM.c.standing).where(ITEM.c.id == item.item_id)).one()
        assert standing_from_json(kept) == read_story(books, item.item_id).standing


def test_each_refused_number_says_why_and_the_others_are_printed(books: Session, province: Province) -> None:
    good, again, ended = (tale_of(books, province) for _ in range(3))
    foreign = posted(books, province["strange_postclerk"], from_office=None)
    printed_before(again)
    ended.scan("postclerk", EventType.CANCELLED)
    numbers = [good.item.number, again.item.number, ended.item.number, foreign.number]

    copies = print_copies(books, numbers, PrintOrder("a6", None), a_desk(province["postclerk"], at=LATER))

    assert isinstance(copies[0], PrintedLabel)
    assert [(copy.cause, list(copy.fields)) for copy in copies[1:] if isinstance(copy, Refusal)] == [
        (Cause.REPRINT_NEEDS_REASON, ["reason"]),
        (Cause.NOT_ALLOWED_NOW, ["items.2"]),
        (Cause.UNKNOWN_NUMBER, ["items.3"]),
    ]


def test_what_cannot_be_drawn_is_not_in_the_ledger(books: Session, province: Province) -> None:
    items = [posted(books, province["postclerk"]) for _ in range(2)]
    glyph = Refusal(cause=Cause.BAD_VALUE, fields={"label.seal": Cause.BAD_VALUE})
    order = PrintOrder("a6", None, lambda label: glyph if label.number == items[0].number else None)

    copies = print_copies(books, [item.number for item in items], order, a_desk(province["postclerk"], at=LATER))

    assert (copies[0], isinstance(copies[1], PrintedLabel)) == (glyph, True)
    in_ledger = select(LABEL.c.item_id).where(LABEL.c.item_id.in_([item.item_id for item in items]))
    assert books.scalars(in_ledger).all() == [items[1].item_id]
