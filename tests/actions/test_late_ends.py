"""Late evidence that puts another end in the place of the one that stood must reach a person."""

from datetime import timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from tests.builders import a_scan
from tests.province import PACKED, Province, Tale, receipt_of, tale_of
from tracker.domain.vocabulary import EventType, Leg, Outcome, Status
from tracker.store.models import EventRow

TO_THE_RECIPIENT = {"receiver": "recipient", "identity": "seen", "counts": PACKED["counts"]}


def lost(books: Session, province: Province) -> Tale:
    tale = tale_of(books, province, Leg.RESULT).accepted().with_courier().wait(hours=5)
    tale.scan("postclerk", EventType.MISSING)
    assert tale.scan("supervisor", EventType.DECLARED_LOST, details={"approver": "admin"}).outcome is Outcome.RECORDED
    return tale


def delivered_long_ago(tale: Tale) -> None:
    at = tale.at - timedelta(hours=3)
    event = a_scan(tale.item.number, EventType.DELIVERED, at=at, details=TO_THE_RECIPIENT)
    tale.wait(hours=1)
    assert receipt_of(tale.session, tale.province["courier"], event, at=tale.at).outcome is Outcome.RECORDED


def test_a_late_delivery_of_what_was_declared_lost_is_shown_to_a_supervisor(books: Session, province: Province) -> None:
    tale = lost(books, province)

    delivered_long_ago(tale)

    assert tale.standing.status is Status.DELIVERED
    assert "after_final" in tale.open_codes


def test_it_stays_open_when_something_else_is_told_of_the_item(books: Session, province: Province) -> None:
    tale = lost(books, province)
    delivered_long_ago(tale)

    tale.scan("courier", EventType.CORRECTED, details={"event": "00000000-0000-4000-8000-000000000000"})

    assert "after_final" in tale.open_codes


def test_it_ends_when_the_supervisor_takes_the_loss_back(books: Session, province: Province) -> None:
    tale = lost(books, province)
    delivered_long_ago(tale)
    declared = books.scalars(select(col(EventRow.event_id)).where(col(EventRow.type) == EventType.DECLARED_LOST)).one()

    tale.scan("supervisor", EventType.CORRECTED, details={"event": str(declared)})

    assert "after_final" not in tale.open_codes
