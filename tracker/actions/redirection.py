"""A redirection to another person or address, which stand beside the chain so that they can be erased."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from tracker.actions.addressees import forget_addressee, keep_addressee, next_version
from tracker.actions.door import Door
from tracker.actions.people import PersonGiven, store_person
from tracker.actions.receipts import Receipt
from tracker.actions.record import record
from tracker.domain.vocabulary import Outcome
from tracker.store.queries.events import known_event
from tracker.store.queries.numbers import lock_items


@dataclass(frozen=True, slots=True)
class Redirection:
    """`event` as a door takes it, with id `event_id` and without an address version."""

    item_id: int
    event_id: UUID
    event: dict[str, object]
    person: PersonGiven


def redirect(session: Session, asked: Redirection, door: Door) -> Receipt:
    """Raises Refusal where name, phone or address is wrong; an event that is refused leaves no address behind."""
    lock_items(session, [asked.item_id])
    known = known_event(session, asked.event_id)
    if known is not None:
        return _record(session, asked, known.event.details.address_version, door)
    person_id = store_person(session, asked.person, "applicant")
    version = next_version(session, asked.item_id)
    keep_addressee(session, asked.item_id, version, person_id)
    receipt = _record(session, asked, version, door)
    if receipt.outcome is not Outcome.RECORDED:
        forget_addressee(session, person_id)
    return receipt


def _record(session: Session, asked: Redirection, version: int | None, door: Door) -> Receipt:
    told = asked.event.get("details")
    details = {**(told if isinstance(told, dict) else {}), "address_version": version}
    return record(session, [{**asked.event, "details": details}], door)[0]
