"""The giver takes an offered list back while nobody has signed for it; afterwards only a supervisor can."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from tracker.actions.audit import Deed, note_audit
from tracker.actions.door import Door
from tracker.actions.handover_events import new_event, record_all
from tracker.actions.manifests import refuse_closed
from tracker.domain.corrections import CorrectionFault, fault_of_correction
from tracker.domain.events import Details, Event
from tracker.domain.manifests import ManifestKind, ManifestState
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import EventType, Role
from tracker.domain.withdrawal import LIST_WITHDRAWN, obstacle
from tracker.store.models import ManifestLine
from tracker.store.queries.catalogue import office_ids_below
from tracker.store.queries.events import StoredEvent, events_beside, known_event
from tracker.store.queries.manifests import ManifestView, lock_manifest, manifest_of
from tracker.store.queries.numbers import lock_chains, lock_items
from tracker.store.tables import MANIFEST_LINE

_NOT_YET = UUID(int=0)
MOST_NAMED = 5


def withdraw(session: Session, handover: UUID, door: Door) -> ManifestView:
    """Every give is corrected, so that every claim ends: all of them or none. Raises Refusal."""
    manifest = lock_manifest(session, handover)
    view = manifest_of(session, door.actor, handover)
    if view is None:
        raise Refusal(cause=Cause.NOT_FOUND)
    refuse_closed(manifest)
    if not may_withdraw(session, view, door):
        raise Refusal(cause=Cause.NOT_YOURS_TO_SIGN)
    if manifest.offered_at is None:
        raise Refusal(cause=Cause.LIST_NOT_OFFERED)
    _take_back(session, _gives_of(session, handover), door)
    manifest.state = ManifestState.CLOSED
    manifest.withdrawn_at, manifest.withdrawn_by = door.at, door.actor.name
    session.flush()
    note_audit(session, Deed("handover withdrawn", f"handover:{handover}"), at=door.at, actor=door.actor.name)
    withdrawn = manifest_of(session, door.actor, handover)
    assert withdrawn is not None
    return withdrawn


def may_withdraw(session: Session, view: ManifestView, door: Door) -> bool:
    """The giver, or a supervisor of the giver's office; a bag that has left is on the road whatever its list says."""
    if view.kind is ManifestKind.BAG:
        return False
    if door.actor.role is Role.SUPERVISOR:
        return view.from_office_id in office_ids_below(session, door.actor.office_id)
    return view.is_given_by(door.actor)


def _gives_of(session: Session, handover: UUID) -> dict[str, StoredEvent]:
    """By the code on the list; locked, so that nothing follows between the question and the correction."""
    rows = session.execute(
        select(col(ManifestLine.code), col(ManifestLine.given_event))
        .where(MANIFEST_LINE.c.manifest_id == handover, MANIFEST_LINE.c.given_event.is_not(None))
        .order_by(MANIFEST_LINE.c.line)
    ).all()
    gives = {code: given for code, event_id in rows if (given := known_event(session, event_id)) is not None}
    lock_chains(session, sorted(given.chain for given in gives.values() if given.item_id is None))
    lock_items(session, sorted(given.item_id for given in gives.values() if given.item_id is not None))
    return gives


def _take_back(session: Session, gives: Mapping[str, StoredEvent], door: Door) -> None:
    found = obstacle({code: _fault(session, given, door) for code, given in gives.items()})
    if found is not None:
        cause, codes = found
        raise Refusal(cause=cause, facts={"numbers": _named(codes)})
    corrections = [
        new_event(
            door, code, EventType.CORRECTED, source=None, reason=LIST_WITHDRAWN, details={"event": str(given.event.id)}
        )
        for code, given in gives.items()
    ]
    record_all(session, corrections, door)


def _named(codes: Iterable[str]) -> str:
    listed = list(codes)
    return ", ".join(listed[:MOST_NAMED]) + (f" (+{len(listed) - MOST_NAMED})" if len(listed) > MOST_NAMED else "")


def _fault(session: Session, given: StoredEvent, door: Door) -> CorrectionFault | None:
    """What the rule would say to this person's correction, made now."""
    correction = Event(
        id=_NOT_YET,
        type=EventType.CORRECTED,
        effective_at=door.at,
        device=door.actor.device,
        actor=door.actor.name,
        actor_role=door.actor.role,
        details=Details(event=given.event.id),
    )
    return fault_of_correction(correction, [stored.event for stored in events_beside(session, given)])
