"""A result's label printed before its envelope: one number, one item, never a second one."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from tests.builders import NOW, a_desk, a_dossier, a_scan
from tests.province import Province, a_fresh_number, receipt_of, standing_of
from tracker.actions.early_labels import print_result_label
from tracker.actions.labels import PrintedLabel, print_labels
from tracker.actions.post import NewItem, RegisteredItem, register_item
from tracker.actions.spoiled_labels import void_copy
from tracker.domain.copies import CopyState
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import EventType, LabelState, Leg
from tracker.store.models import Dossier, DossierNumberRow, EventRow, Item, Label, OpenLeg, Procedure
from tracker.store.queries.auditing import items_with_two_labels
from tracker.store.queries.early_labels import waits_for_item
from tracker.store.queries.ledger import LedgerFilter, ledger
from tracker.store.queries.tracking import trail_of_token


class Taken:
    """A dossier whose result goes by post, with its result's label printed by the clerk."""

    def __init__(self, books: Session, province: Province) -> None:
        self.books, self.by = books, a_desk(province["clerk"])
        self.number = a_dossier(books, self.by, a_fresh_number())
        self.label: PrintedLabel = print_result_label(books, self.dossier_id, "a6", self.by)

    @property
    def dossier_id(self) -> int:
        asked = select(DossierNumberRow.dossier_id).where(col(DossierNumberRow.text) == self.number)
        return self.books.scalars(asked).one()

    def posts(self, number: str | None, *others: str) -> RegisteredItem:
        new = NewItem(dossiers=(self.number, *others), leg=Leg.RESULT, number=number)
        return register_item(self.books, new, self.by)

    def row(self, label: PrintedLabel | None = None) -> Label:
        token = (label or self.label).token
        row = self.books.scalars(select(Label).where(col(Label.token) == token)).one()
        self.books.refresh(row)
        return row


@pytest.fixture
def taken(books: Session, province: Province) -> Taken:
    return Taken(books, province)


def test_before_the_result_is_posted_there_is_a_label_and_no_item(books: Session, taken: Taken) -> None:
    known = books.scalars(select(Item).where(col(Item.number) == taken.label.number)).all()

    assert (known, waits_for_item(books, taken.label.token)) == ([], True)
    assert (taken.label.leg, taken.label.due_on, taken.label.copy_number) == (Leg.RESULT, None, 1)
    assert trail_of_token(books, taken.label.token) is None


def test_posted_under_its_number_the_label_is_the_first_copy(books: Session, taken: Taken) -> None:
    made = taken.posts(taken.label.number)

    label = taken.row()
    kinds = select(EventRow.type).where(col(EventRow.item_id) == made.item_id).order_by(col(EventRow.seq))
    assert (label.item_id, label.copy_number, label.state) == (made.item_id, 1, LabelState.CURRENT)
    assert (made.label_id, made.number) == (label.id, taken.label.number)
    assert books.scalars(kinds).all() == ["registered", "label_printed"]
    assert trail_of_token(books, taken.label.token) is not None
    assert list(items_with_two_labels(books)) == []


def test_a_copy_printed_after_it_is_the_second_and_needs_a_reason(books: Session, taken: Taken) -> None:
    made = taken.posts(taken.label.number)

    with pytest.raises(Refusal) as refused:
        print_labels(books, [made.number], "a6", None, taken.by)
    (second,) = print_labels(books, [made.number], "a6", "lost", taken.by)

    assert refused.value.cause is Cause.REPRINT_NEEDS_REASON
    assert (second.copy_number, taken.row().state) == (2, LabelState.SUPERSEDED)


def test_posted_under_another_number_the_label_is_void(books: Session, taken: Taken) -> None:
    made = taken.posts(None)

    label = taken.row()
    assert made.number != taken.label.number
    assert (label.state, label.void_reason, label.item_id) == (LabelState.VOID, "replaced", None)


def test_of_two_dossiers_in_one_envelope_one_label_is_used_and_the_other_is_void(
    books: Session, province: Province, taken: Taken
) -> None:
    other = Taken(books, province)

    taken.posts(taken.label.number, other.number)

    assert (taken.row().state, other.row().state) == (LabelState.CURRENT, LabelState.VOID)


@pytest.mark.parametrize("void", [False, True])
def test_its_number_is_kept_from_every_other_envelope(
    books: Session, province: Province, taken: Taken, void: bool
) -> None:
    if void:
        void_copy(books, taken.row().id or 0, "jammed", taken.by)
    somebody = a_dossier(books, taken.by, a_fresh_number())
    wrong = [
        NewItem(dossiers=(somebody,), leg=Leg.RESULT, number=taken.label.number),
        NewItem(dossiers=(taken.number,), leg=Leg.SUBMISSION, number=taken.label.number),
    ]

    for new in wrong:
        with pytest.raises(Refusal) as refused, books.begin_nested():
            register_item(books, new, taken.by)
        assert refused.value.fields == {"number": Cause.NUMBER_RESERVED}


def test_a_number_that_was_used_and_is_free_again_goes_to_anybody(books: Session, taken: Taken) -> None:
    """As any number whose envelope came to its end long ago."""
    taken.posts(taken.label.number)
    books.execute(update(Item).values(is_final=True, final_at=NOW - timedelta(days=3 * 366)))
    books.execute(delete(OpenLeg))
    somebody = a_dossier(books, taken.by, a_fresh_number())

    made = register_item(books, NewItem(dossiers=(somebody,), leg=Leg.RESULT, number=taken.label.number), taken.by)

    assert (made.number, made.label_id) == (taken.label.number, None)


def test_a_void_one_is_not_used_even_for_its_own_result(books: Session, taken: Taken) -> None:
    void_copy(books, taken.row().id or 0, "torn", taken.by)

    with pytest.raises(Refusal) as refused, books.begin_nested():
        taken.posts(taken.label.number)
    made = taken.posts(None)

    assert (refused.value.cause, made.label_id) == (Cause.NUMBER_RESERVED, None)
    assert taken.row().void_reason == "torn"


@pytest.mark.parametrize("code", ["token", "number"])
def test_what_was_scanned_too_early_counts_once_the_result_is_registered(
    books: Session, province: Province, taken: Taken, code: str
) -> None:
    scan = a_scan(getattr(taken.label, code), EventType.COLLECTED, counterparty={"kind": "office"})

    early = receipt_of(books, province["courier"], scan)
    made = taken.posts(taken.label.number)

    assert (early.outcome, early.item) == ("recorded", None)
    assert standing_of(books, made).status == "collected"


def test_a_decision_on_a_void_one_is_refused(books: Session, province: Province, taken: Taken) -> None:
    void_copy(books, taken.row().id or 0, "torn", taken.by)

    decision = a_scan(taken.label.token, EventType.CANCELLED, reason="sender")

    assert receipt_of(books, province["clerk"], decision).cause == Cause.LABEL_VOID


def test_a_second_one_is_not_printed_while_the_first_waits_or_its_result_is_under_way(
    books: Session, taken: Taken
) -> None:
    with pytest.raises(Refusal) as waits:
        print_result_label(books, taken.dossier_id, "a6", taken.by)
    taken.posts(taken.label.number)
    with pytest.raises(Refusal) as under_way:
        print_result_label(books, taken.dossier_id, "a6", taken.by)

    causes = (waits.value.fields, under_way.value.fields)
    assert causes == ({"with_result": Cause.EARLY_LABEL_WAITS}, {"with_result": Cause.OPEN_ITEM_EXISTS})


def test_none_is_printed_where_the_result_may_not_go_by_post(books: Session, province: Province) -> None:
    by = a_desk(province["clerk"])
    a_dossier(books, by, a_fresh_number())
    dossier = books.scalars(select(Dossier).order_by(col(Dossier.id).desc())).first()
    assert dossier is not None
    books.get_one(Procedure, dossier.procedure_id).may_result = False

    with pytest.raises(Refusal) as refused:
        print_result_label(books, dossier.id or 0, "a6", by)

    assert refused.value.fields == {"with_result": Cause.PROCEDURE_CLOSED}


def test_the_ledger_shows_what_it_waits_for(books: Session, province: Province, taken: Taken) -> None:
    (copy,) = ledger(books, province["clerk"], LedgerFilter(number=taken.label.number), limit=5)

    assert (copy.state, copy.dossier, copy.leg) == (CopyState.WAITING, taken.number, Leg.RESULT)
    assert copy.printed_at == NOW
    assert ledger(books, province["clerk"], LedgerFilter(state=CopyState.WAITING), limit=1) == [copy]
