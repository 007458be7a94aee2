"""Bags at the sorting desk: made, filled, sealed and sent by one office, received, opened and counted by the other."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session

from tracker.actions.desk import Desk
from tracker.actions.door import Door
from tracker.actions.handover_events import new_event, note_event, record_all
from tracker.actions.manifests import LineRead, Sides, drop_line, enter_manifest, list_line, own_side, refuse_closed
from tracker.actions.signing import close_manifest
from tracker.domain.identifiers import parse_bag_number
from tracker.domain.manifests import ManifestKind, may_close
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import EventType, Hand, Party
from tracker.store.models import Manifest
from tracker.store.queries.events import chain_head, has_chain
from tracker.store.queries.manifests import (
    ManifestView,
    bags_made,
    lock_manifest,
    manifest_of,
    other_post_offices,
)
from tracker.store.queries.numbers import lock_chains
from tracker.store.tables import MANIFEST


def make_bag(session: Session, to_office: str, by: Desk, random_bytes: Callable[[int], bytes]) -> UUID:
    """A bag with the office's next number of the day. Raises Refusal for an office that is no other post office."""
    if to_office not in dict(other_post_offices(session, by.actor)):
        raise Refusal(cause=Cause.UNKNOWN_OFFICE, fields={"to_office": Cause.UNKNOWN_OFFICE})
    number = _next_number(session, by)
    giver = own_side(session, Party.OFFICE, by.actor.office_code)
    receiver = own_side(session, Party.OFFICE, to_office)
    return enter_manifest(session, Sides(ManifestKind.BAG, giver, receiver, number), by, random_bytes)


def _next_number(session: Session, by: Desk) -> str:
    """A bag of that number which came from elsewhere keeps it: then the next one is taken."""
    office = "".join(sign for sign in by.actor.office_code.upper() if sign.isascii() and sign.isalnum())
    day = by.config.office.local_date(by.at)
    prefix = f"TUI-{office}-{day:%y%m%d}-"
    lock_chains(session, [f"bags of {prefix}"])
    serial = bags_made(session, prefix) + 1
    while has_chain(session, f"bag:{prefix}{serial:02d}"):
        serial += 1
    number = parse_bag_number(f"{prefix}{serial:02d}")
    assert number is not None
    return number


def put_in(session: Session, handover: UUID, read: LineRead, door: Door) -> bool:
    """The envelope is in the bag from now on; False when it is already. Raises Refusal once the bag is sealed."""
    manifest, view = _own(session, handover, door, gives=True)
    _refuse_sealed(manifest)
    if not list_line(session, manifest, read, at=door.at):
        return False
    _record_of_item(session, view, read, EventType.BAGGED, door)
    return True


def take_out(session: Session, handover: UUID, code: str, door: Door) -> None:
    manifest, view = _own(session, handover, door, gives=True)
    _refuse_sealed(manifest)
    line = view.line_of(code)
    if line is None:
        return
    drop_line(session, manifest, code)
    _record_of_item(session, view, LineRead(code, line.code_read, line.item_id), EventType.UNBAGGED, door)


def seal_bag(session: Session, handover: UUID, seal_number: str, door: Door) -> None:
    manifest, view = _own(session, handover, door, gives=True)
    _refuse_sealed(manifest)
    if not seal_number:
        raise Refusal(cause=Cause.SEAL_MISSING, fields={"seal_number": Cause.SEAL_MISSING})
    if not view.lines:
        raise Refusal(cause=Cause.LIST_EMPTY)
    _record_of_bag(session, view, EventType.BAGGED, {"bag": view.bag_number}, door)
    session.execute(update(Manifest).where(MANIFEST.c.id == handover).values(seal_number=seal_number))


def send_bag(session: Session, handover: UUID, door: Door) -> None:
    """The giver's signature: the bag is on its way, and the other office is expected to take it."""
    manifest, view = _own(session, handover, door, gives=True)
    if manifest.seal_number is None:
        raise Refusal(cause=Cause.SEAL_MISSING)
    if manifest.offered_at is not None:
        raise Refusal(cause=Cause.LIST_CLOSED)
    told = {"handover": str(view.id), "seal_number": manifest.seal_number, "seal_ok": True}
    _record_of_bag(session, view, EventType.DEPARTED, told, door)
    manifest.giver, manifest.offered_at = door.actor.name, door.at
    session.flush()


def receive_bag(session: Session, handover: UUID, *, seal_ok: bool, door: Door) -> None:
    manifest, view = _own(session, handover, door, gives=False)
    if manifest.offered_at is None or manifest.arrived_at is not None:
        raise Refusal(cause=Cause.LIST_CLOSED)
    told = {"handover": str(view.id), "seal_number": manifest.seal_number, "seal_ok": seal_ok}
    _record_of_bag(session, view, EventType.ARRIVED, {**told, "hand": Hand.TAKE.value}, door)
    manifest.arrived_at = door.at
    session.flush()


def finish_bag(session: Session, handover: UUID, signed: Sequence[int], door: Door) -> None:
    """The opening: who was in it, who was not, and what nobody had listed. Raises Refusal."""
    manifest, view = _own(session, handover, door, gives=False)
    if manifest.arrived_at is None:
        raise Refusal(cause=Cause.NOT_ALLOWED_NOW)
    if not may_close(view.tally, signed):
        raise Refusal(cause=Cause.LIST_CHANGED)
    found = view.tally
    told = {"bag": view.bag_number, "missing": list(found.missing), "surplus": list(found.surplus)}
    event = _record_of_bag(session, view, EventType.UNBAGGED, told, door)
    for line in view.by_outcome(found.received):
        note_event(session, handover, line.code, {"taken_event": event})
    for line in view.by_outcome(found.surplus):
        read = LineRead(line.code, line.code_read, line.item_id)
        own = _record_of_item(session, view, read, EventType.UNBAGGED, door)
        note_event(session, handover, line.code, {"taken_event": own})
    manifest.receiver = door.actor.name
    session.flush()
    close_manifest(session, view, door)


def _own(session: Session, handover: UUID, door: Door, *, gives: bool) -> tuple[Manifest, ManifestView]:
    manifest = lock_manifest(session, handover)
    refuse_closed(manifest)
    view = manifest_of(session, door.actor, handover)
    if view is None:
        raise Refusal(cause=Cause.NOT_FOUND)
    if not (view.is_given_by(door.actor) if gives else view.is_taken_by(door.actor)):
        raise Refusal(cause=Cause.NOT_YOURS_TO_SIGN)
    return manifest, view


def _refuse_sealed(manifest: Manifest) -> None:
    if manifest.seal_number is not None:
        raise Refusal(cause=Cause.LIST_CLOSED)


def _record_of_item(session: Session, view: ManifestView, read: LineRead, kind: EventType, door: Door) -> UUID:
    head = chain_head(session, f"item:{read.item_id}") if read.item_id else None
    told = {"bag": view.bag_number}
    event = new_event(door, read.code_read, kind, prev=str(head[2]) if head else None, details=told)
    return _record(session, event, door)


def _record_of_bag(
    session: Session, view: ManifestView, kind: EventType, details: Mapping[str, object], door: Door
) -> UUID:
    assert view.bag_number is not None
    head = chain_head(session, f"bag:{view.bag_number}")
    prev = str(head[2]) if head else None
    return _record(session, new_event(door, view.bag_number, kind, prev=prev, details=details), door)


def _record(session: Session, event: dict[str, object], door: Door) -> UUID:
    (receipt,) = record_all(session, [event], door)
    return UUID(receipt.id)
