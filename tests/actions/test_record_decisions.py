"""Decisions are commands: refused with one cause when somebody may not make them, here and now, of this item."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from tests.builders import NOW, POST_AFAR, a_desk, a_scan
from tests.province import SENDER, Province, Tale, receipt_of, tale_of
from tracker.actions.calendar import fill_calendar
from tracker.actions.labels import print_labels
from tracker.domain.vocabulary import Direction, EventType, LabelState, Leg, Outcome, Status
from tracker.store.models import EventRow, Label


def token_of(tale: Tale, *, reason: str | None = None) -> str:
    desk = a_desk(tale.province["postclerk"], at=tale.at)
    return print_labels(tale.session, [tale.item.number], "a6", reason, desk)[0].token


@pytest.mark.parametrize("kind", [EventType.CANCELLED, EventType.REDIRECTED, EventType.RECALLED, EventType.FORWARDED])
def test_another_offices_item_is_as_good_as_unknown_to_a_decision(
    books: Session, province: Province, kind: EventType
) -> None:
    tale = tale_of(books, province)
    told = {"details": {"office": "H12"}}

    foreign = tale.scan("stranger", kind, **told)
    unknown = tale.scan("stranger", kind, code="RI309999992VN", **told)

    assert (foreign.outcome, foreign.cause) == (Outcome.REFUSED, "unknown_number")
    assert foreign.as_json() | {"id": ""} == unknown.as_json() | {"id": ""}
    assert tale.standing.status is Status.REGISTERED


def test_a_supervisor_decides_for_the_own_offices_only(books: Session, province: Province) -> None:
    tale = tale_of(books, province).accepted()

    strange = tale.scan("strange_supervisor", EventType.RECALLED)
    own = tale.scan("supervisor", EventType.RECALLED)

    assert (strange.cause, own.outcome) == ("unknown_number", Outcome.RECORDED)


def test_a_decision_that_the_table_does_not_know_here_is_refused(books: Session, province: Province) -> None:
    tale = tale_of(books, province).accepted()

    assert tale.scan("postclerk", EventType.CANCELLED).cause == "not_allowed_now"


def test_a_cancelled_item_voids_its_labels_and_frees_its_place(books: Session, province: Province) -> None:
    tale = tale_of(books, province)
    token = token_of(tale)

    tale.scan("postclerk", EventType.CANCELLED, reason="sender_asks")

    state = select(col(Label.state)).where(col(Label.token) == token)
    assert (tale.standing.status, books.scalar(state)) == (Status.CANCELLED, LabelState.VOID)


def test_a_void_label_stops_a_decision_and_never_a_scan(books: Session, province: Province) -> None:
    tale = tale_of(books, province)
    token = token_of(tale)
    tale.scan("postclerk", EventType.CANCELLED)

    decision = tale.scan("postclerk", EventType.RECALLED, code=token)
    scan = tale.scan("postclerk", EventType.ACCEPTED, code=token, counterparty=SENDER)

    assert (decision.outcome, decision.cause) == (Outcome.REFUSED, "label_void")
    assert scan.outcome is Outcome.RECORDED
    assert {"old_label_used", "after_final"} <= tale.open_codes


def test_a_superseded_label_works_and_is_marked_from_its_replacement_on(books: Session, province: Province) -> None:
    tale = tale_of(books, province)
    old = token_of(tale)
    before = tale.at
    token_of(tale.wait(hours=2), reason="smeared")

    earlier = a_scan(old, EventType.ACCEPTED, at=before + timedelta(minutes=1))
    receipt_of(books, province["postclerk"], earlier, at=tale.at)
    unmarked = "old_label_used" in tale.open_codes
    receipt = tale.scan("courier", EventType.GIVEN_TO_COURIER, code=old)

    assert (unmarked, receipt.outcome) == (False, Outcome.RECORDED)
    assert "old_label_used" in tale.open_codes


def test_the_second_invitation_waits_two_working_days_by_the_calendar(books: Session, province: Province) -> None:
    """The day after is a public holiday."""
    fill_calendar(books, range(2026, 2028))
    tale = tale_of(books, province, Leg.RESULT)
    tale.scan("courier", EventType.COLLECTED)
    tale.scan("postclerk", EventType.BACK_AT_OFFICE)
    tale.held()
    tale.scan("postclerk", EventType.INVITED, details={"number": 1})

    too_early = tale.wait(days=2).scan("postclerk", EventType.INVITED, details={"number": 2})
    in_time = tale.wait(days=1).scan("postclerk", EventType.INVITED, details={"number": 2})

    assert (too_early.cause, in_time.outcome) == ("invitation_gap", Outcome.RECORDED)
    assert tale.standing.invitations == 2


def test_a_decision_carries_the_rules_in_force_and_is_still_itself_when_sent_again(
    books: Session, province: Province
) -> None:
    tale = tale_of(books, province, Leg.RESULT)
    tale.scan("courier", EventType.COLLECTED)
    tale.scan("postclerk", EventType.BACK_AT_OFFICE)
    tale.held()
    event = a_scan(tale.item.number, EventType.INVITED, at=tale.at, details={"number": 1})
    receipt_of(books, province["postclerk"], event, at=tale.at)

    again = receipt_of(books, province["postclerk"], event, at=tale.at)

    chained = books.scalars(select(col(EventRow.chained)).where(col(EventRow.type) == EventType.INVITED)).one()
    assert '"policy":{"attempts":3,"hold_days":5,"invitations":2}' in chained
    assert again.outcome is Outcome.DUPLICATE


def test_a_loss_needs_two_people_who_exist(books: Session, province: Province) -> None:
    tale = tale_of(books, province).accepted()
    tale.scan("postclerk", EventType.MISSING)

    causes = [
        tale.scan("supervisor", EventType.DECLARED_LOST, details=details, **fields).cause
        for details, fields in (
            ({}, {}),
            ({"approver": "supervisor"}, {}),
            ({"approver": "nobody"}, {}),
            # Entered for somebody else it is still the supervisor's own decision.
            ({"approver": "supervisor"}, {"on_behalf_of": "postclerk"}),
        )
    ]
    receipt = tale.scan("supervisor", EventType.DECLARED_LOST, details={"approver": "admin"})

    assert causes == ["approver_missing", "approver_is_same", "approver_missing", "approver_is_same"]
    assert (receipt.outcome, tale.standing.status) == (Outcome.RECORDED, Status.LOST)


def test_unclaimed_comes_six_months_after_acceptance(books: Session, province: Province) -> None:
    tale = tale_of(books, province).accepted().held()
    told = {"approver": "admin"}
    assert tale.scan("supervisor", EventType.RETURN_STARTED, reason="bad_address").outcome is Outcome.RECORDED

    early = tale.scan("supervisor", EventType.UNCLAIMED, details=told)
    due = tale.wait(days=183).scan("supervisor", EventType.UNCLAIMED, details=told)

    assert (early.cause, due.outcome) == ("unclaimed_too_early", Outcome.RECORDED)
    assert (tale.standing.status, tale.standing.direction) == (Status.UNCLAIMED, Direction.RETURNING)


def test_a_decision_about_a_code_nobody_knows_is_refused(books: Session, province: Province) -> None:
    receipt = receipt_of(books, province["supervisor"], a_scan("RI309999992VN", EventType.RECALLED, at=NOW))

    assert (receipt.outcome, receipt.cause) == (Outcome.REFUSED, "unknown_number")


@pytest.mark.parametrize("kind", [EventType.FORWARDED, EventType.REDIRECTED])
def test_nothing_is_sent_on_to_an_office_nobody_knows(books: Session, province: Province, kind: EventType) -> None:
    tale = tale_of(books, province).accepted()

    unknown = tale.scan("postclerk", kind, details={"office": "BC.XX"})
    known = tale.scan("postclerk", kind, details={"office": POST_AFAR})

    assert (unknown.outcome, unknown.cause, known.outcome) == (Outcome.REFUSED, "unknown_office", Outcome.RECORDED)
    assert tale.standing.bound_for == POST_AFAR
