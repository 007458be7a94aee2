"""Persons in answers: masked for roles that see everything, and noted in the audit for the others."""

from sqlalchemy import Engine

from tracker.actions.audit import Deed, note_audit
from tracker.actions.desk import Desk
from tracker.actions.people import PersonGiven
from tracker.api.sent import PersonSent
from tracker.api.told import AddressTold, PersonTold
from tracker.domain.names import mask_name, mask_phone
from tracker.store.engine import transaction
from tracker.store.queries.items import PersonSeen
from tracker.store.queries.visibility import SEE_ALL_MASKED

HIDDEN = "•••"


def person_given(sent: PersonSent) -> PersonGiven:
    address = sent.address
    return PersonGiven(sent.name, sent.phone, address.line, address.ward_code, address.province_code)


def person_told(person: PersonSeen, by: Desk) -> PersonTold:
    is_masked = by.actor.role in SEE_ALL_MASKED
    return PersonTold(
        name=mask_name(person.name) if is_masked else person.name,
        phone=mask_phone(person.phone) if is_masked else person.phone,
        address=AddressTold(
            line=HIDDEN if is_masked else person.address_line,
            ward_code=person.ward_code,
            province_code=person.province_code,
        ),
    )


def note_persons_read(engine: Engine, subject: str, by: Desk) -> None:
    """Whoever reads a whole person leaves a line; whoever reads a masked one does not."""
    if by.actor.role in SEE_ALL_MASKED:
        return
    with transaction(engine) as session:
        note_audit(session, Deed("person read", subject), at=by.at, actor=by.actor.name)
