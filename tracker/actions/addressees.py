"""Whom a result goes to: the version that the last redirection that counts has named."""

from sqlalchemy import delete, func, select, update
from sqlmodel import Session, col

from tracker.domain.vocabulary import EventType
from tracker.store.models import Addressee, Item, Person
from tracker.store.queries.stories import ItemStory

AS_REGISTERED = 1


def next_version(session: Session, item_id: int) -> int:
    """The first time, whom it was registered for becomes version 1."""
    newest = session.scalar(select(func.max(Addressee.version)).where(col(Addressee.item_id) == item_id))
    if newest is not None:
        return int(newest) + 1
    registered_for = session.scalars(select(col(Item.recipient_id)).where(col(Item.id) == item_id)).one()
    if registered_for is not None:
        session.add(Addressee(item_id=item_id, version=AS_REGISTERED, person_id=registered_for))
    return AS_REGISTERED + 1


def keep_addressee(session: Session, item_id: int, version: int, person_id: int) -> None:
    session.add(Addressee(item_id=item_id, version=version, person_id=person_id))
    session.flush()


def forget_addressee(session: Session, person_id: int) -> None:
    """Of a redirection that was refused: nobody was told the address."""
    session.execute(delete(Addressee).where(col(Addressee.person_id) == person_id))
    session.execute(delete(Person).where(col(Person.id) == person_id))


def settle_addressee(session: Session, item_id: int, story: ItemStory) -> None:
    """A redirection that was taken back gives the envelope its former addressee again."""
    told = [stored.event for stored in story.events if stored.event.type is EventType.REDIRECTED]
    if not told:
        return
    versions = {event.id: event.details.address_version for event in told if event.id in story.folded.applied}
    named = [version for event_id in story.folded.order if (version := versions.get(event_id)) is not None]
    version = named[-1] if named else AS_REGISTERED
    person_id = session.scalar(
        select(col(Addressee.person_id)).where(col(Addressee.item_id) == item_id, col(Addressee.version) == version)
    )
    if person_id is not None:
        session.execute(update(Item).where(col(Item.id) == item_id).values(recipient_id=person_id))
