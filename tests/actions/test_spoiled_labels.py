"""A spoiled copy is void: its scan is flagged, decisions on it are refused, and the envelope goes on with a new one."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from tests.builders import NOW, a_desk, a_scan
from tests.province import Province, Tale, receipt_of, tale_of
from tracker.actions.labels import print_labels
from tracker.actions.spoiled_labels import open_dialogue, void_copy
from tracker.domain.copies import CopyState
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import EventType, LabelState
from tracker.store.models import Label
from tracker.store.queries.ledger import LedgerFilter, ledger
from tracker.store.queries.tracking import trail_of_token


def a_copy(books: Session, province: Province, tale: Tale, reason: str | None = None, who: str = "postclerk") -> Label:
    (printed,) = print_labels(books, [tale.item.number], "a6", reason, a_desk(province[who]))
    return books.scalars(select(Label).where(col(Label.token) == printed.token)).one()


def void(books: Session, province: Province, label: Label, reason: str = "jammed", who: str = "postclerk") -> None:
    assert label.id is not None
    void_copy(books, label.id, reason, a_desk(province[who]))
    books.expire_all()


def test_a_void_copy_says_who_when_and_why(books: Session, province: Province) -> None:
    tale = tale_of(books, province)
    label = a_copy(books, province, tale)

    void(books, province, label, "faint: đầu in bẩn")

    (copy,) = ledger(books, province["postclerk"], LedgerFilter(number=tale.item.number), limit=5)
    assert (copy.state, copy.void_reason, copy.voided_at) == (CopyState.VOID, "faint: đầu in bẩn", NOW)
    assert copy.voided_by == "Cán bộ postclerk"


def test_a_scan_of_a_void_copy_is_recorded_and_flagged_and_a_decision_on_it_is_refused(
    books: Session, province: Province
) -> None:
    tale = tale_of(books, province)
    label = a_copy(books, province, tale)
    void(books, province, label)

    scan = receipt_of(books, province["courier"], a_scan(label.token, EventType.COLLECTED))
    decision = receipt_of(books, province["postclerk"], a_scan(label.token, EventType.CANCELLED, reason="sender"))

    assert (scan.outcome, decision.outcome, decision.cause) == ("recorded", "refused", Cause.LABEL_VOID)
    assert "old_label_used" in tale.open_codes


def test_when_the_only_copy_is_void_a_new_one_is_printed_for_a_reason(books: Session, province: Province) -> None:
    tale = tale_of(books, province)
    first = a_copy(books, province, tale)
    void(books, province, first)

    with pytest.raises(Refusal) as refused:
        a_copy(books, province, tale)
    second = a_copy(books, province, tale, "jammed")

    assert refused.value.cause is Cause.REPRINT_NEEDS_REASON
    states = [(one.copy_number, one.state) for one in (first, second)]
    assert states == [(1, LabelState.VOID), (2, LabelState.CURRENT)]
    assert tale.standing.status == "registered"


def test_a_void_copy_is_unknown_to_the_public_and_the_newer_one_is_not(books: Session, province: Province) -> None:
    tale = tale_of(books, province)
    first, second = a_copy(books, province, tale), a_copy(books, province, tale, "torn")

    void(books, province, first)

    assert trail_of_token(books, first.token) is None
    assert trail_of_token(books, second.token) is not None


def test_what_is_void_keeps_its_first_reason(books: Session, province: Province) -> None:
    label = a_copy(books, province, tale_of(books, province))

    void(books, province, label, "jammed")
    void(books, province, label, "lost")

    assert label.void_reason == "jammed"


def test_a_copy_is_not_voided_without_a_reason(books: Session, province: Province) -> None:
    label = a_copy(books, province, tale_of(books, province))

    with pytest.raises(Refusal) as refused:
        void(books, province, label, " ")

    assert (refused.value.cause, label.state) == (Cause.REASON_MISSING, LabelState.CURRENT)


@pytest.mark.parametrize("who", ["clerk", "officer", "courier", "strange_postclerk", "strange_supervisor", "auditor"])
def test_a_copy_of_another_office_is_as_good_as_unknown(books: Session, province: Province, who: str) -> None:
    label = a_copy(books, province, tale_of(books, province))
    assert label.id is not None

    sees = {copy.id for copy in ledger(books, province[who], LedgerFilter(), limit=50)}

    assert (label.id in sees) is (who == "auditor")


def test_the_supervisor_sees_and_voids_what_was_printed_below(books: Session, province: Province) -> None:
    label = a_copy(books, province, tale_of(books, province))

    void(books, province, label, who="supervisor")

    assert label.state == LabelState.VOID


def test_the_copies_of_a_cancelled_envelope_say_why_they_are_void(books: Session, province: Province) -> None:
    tale = tale_of(books, province)
    first, second = a_copy(books, province, tale), a_copy(books, province, tale, "torn")
    void(books, province, first, "lost")

    assert tale.scan("postclerk", EventType.CANCELLED, reason="sender").outcome == "recorded"

    books.expire_all()
    assert [(one.state, one.void_reason) for one in (first, second)] == [("void", "lost"), ("void", "cancelled")]


def test_the_ledger_is_asked_by_number_day_and_state(books: Session, province: Province) -> None:
    tale, other = tale_of(books, province), tale_of(books, province)
    first, second = a_copy(books, province, tale), a_copy(books, province, tale, "torn")
    third = a_copy(books, province, other)
    reader, day = province["postclerk"], timedelta(days=1)

    def asked(**told: object) -> list[int]:
        return [copy.id for copy in ledger(books, reader, LedgerFilter(**told), limit=50)]  # type: ignore[arg-type]  # a filter's keywords

    assert asked(number=tale.item.number) == [second.id, first.id]
    assert asked(state=CopyState.SUPERSEDED) == [first.id]
    assert asked(state=CopyState.CURRENT) == [third.id, second.id]
    assert asked(since=NOW, until=NOW + day, before=second.id) == [first.id]
    assert asked(since=NOW + day, until=NOW + 2 * day) == []
    (newest, _) = ledger(books, reader, LedgerFilter(number=tale.item.number), limit=50)
    assert (newest.copy_number, newest.copies, newest.reason) == (2, 2, "torn")


def test_the_print_dialogue_of_a_copy_opens_by_itself_once(books: Session, province: Province) -> None:
    label = a_copy(books, province, tale_of(books, province))
    assert label.id is not None
    mine, other = a_desk(province["postclerk"]), a_desk(province["postclerk_b"])

    opened = [open_dialogue(books, label.id, by) for by in (other, mine, mine)]

    assert opened == [False, True, False]
