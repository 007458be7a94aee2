"""Both signatures of a handover with a list: the giver's offers, the receiver's takes, or both at one desk."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session

from tracker.actions.accounts import verify_pin
from tracker.actions.audit import Deed, note_audit
from tracker.actions.discrepancies import Finding, open_finding
from tracker.actions.door import Door
from tracker.actions.handover_events import note_event, record_hands
from tracker.actions.manifests import refuse_closed
from tracker.domain.discrepancies import DiscrepancyCode
from tracker.domain.manifests import RULES, Listed, ManifestKind, ManifestState, may_close, outcome_of
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import Hand, Party, Role
from tracker.store.models import Manifest, ManifestLine
from tracker.store.queries.manifests import ManifestView, lock_manifest, manifest_of
from tracker.store.tables import MANIFEST_LINE

MOST_NAMED = 20
"""Codes of each kind that a discrepancy's evidence names; the manifest itself names all."""


@dataclass(frozen=True, slots=True)
class Second:
    """The other person at the same desk."""

    name: str
    pin: str


def offer(session: Session, handover: UUID, door: Door) -> ManifestView:
    """The giver signs: each envelope's `give` opens its claim. Raises Refusal."""
    manifest, view = _locked(session, handover, door)
    if not view.is_given_by(door.actor) or not all(line.is_expected for line in view.lines):
        raise Refusal(cause=Cause.NOT_YOURS_TO_SIGN)
    if manifest.offered_at is not None:
        raise Refusal(cause=Cause.LIST_CLOSED)
    if not view.lines:
        raise Refusal(cause=Cause.LIST_EMPTY)
    record_hands(session, view, view.lines, Hand.GIVE, door)
    manifest.giver, manifest.offered_at = door.actor.name, door.at
    session.flush()
    note_audit(session, Deed("handover offered", f"handover:{handover}"), at=door.at, actor=door.actor.name)
    return _view(session, handover, door)


def sign(session: Session, handover: UUID, signed: Sequence[int], door: Door) -> ManifestView:
    """The receiver signs for what was read; `signed` are the three counts shown above the button. Raises Refusal."""
    manifest, view = _locked(session, handover, door)
    if not view.is_taken_by(door.actor):
        raise Refusal(cause=Cause.NOT_YOURS_TO_SIGN)
    if manifest.offered_at is None:
        raise Refusal(cause=Cause.LIST_EMPTY)
    manifest.receiver = door.actor.name
    session.flush()
    return _close(session, _view(session, handover, door), signed, Hand.TAKE, door)


def sign_at_desk(
    session: Session, handover: UUID, signed: Sequence[int], second: Second, door: Door
) -> ManifestView | Cause:
    """Both people at one screen, the second by PIN. A wrong PIN is a cause, not an exception: its count must stay."""
    manifest, view = _locked(session, handover, door)
    gives = view.is_given_by(door.actor)
    if not gives and not view.is_taken_by(door.actor):
        raise Refusal(cause=Cause.NOT_YOURS_TO_SIGN)
    if gives and RULES[view.kind].recounts:
        raise Refusal(cause=Cause.NOT_YOURS_TO_SIGN)
    account = verify_pin(session, second.name, second.pin, at=door.at)
    if account is None or account.name == door.actor.name:
        return Cause.PIN_WRONG
    role = Role(account.role)
    if not _stands_opposite(view, (account.name, role, account.office_id), gives=gives):
        return Cause.SECOND_PERSON_MISSING
    _agree(session, view, door.at)
    manifest.giver, manifest.receiver = (door.actor.name, account.name) if gives else (account.name, door.actor.name)
    manifest.offered_at = manifest.offered_at or door.at
    session.flush()
    agreed = _view(session, handover, door)
    return _close(session, agreed, signed, Hand.BOTH, replace(door, second=(account.name, role)))


def _stands_opposite(view: ManifestView, who: tuple[str, Role, int], *, gives: bool) -> bool:
    name, role, office_id = who
    rule = RULES[view.kind]
    party, roles = (view.to_party, rule.receivers) if gives else (view.from_party, rule.givers)
    office = view.to_office_id if gives else view.from_office_id
    return role in roles and (office == office_id if party[0] is Party.OFFICE else name == party[1])


def _agree(session: Session, view: ManifestView, at: datetime) -> None:
    """At one desk both look at one list: what stands there was given and is taken."""
    if view.offered_at is None:
        session.execute(
            update(ManifestLine)
            .where(MANIFEST_LINE.c.manifest_id == view.id)
            .values(is_expected=True, read_at=at)
            .execution_options(synchronize_session="fetch")
        )


def _locked(session: Session, handover: UUID, door: Door) -> tuple[Manifest, ManifestView]:
    manifest = lock_manifest(session, handover)
    refuse_closed(manifest)
    return manifest, _view(session, handover, door)


def _view(session: Session, handover: UUID, door: Door) -> ManifestView:
    view = manifest_of(session, door.actor, handover)
    if view is None:
        raise Refusal(cause=Cause.NOT_FOUND)
    return view


def _close(session: Session, view: ManifestView, signed: Sequence[int], hand: Hand, door: Door) -> ManifestView:
    """Records what came, and closes only when that is all of it and what was signed is what stands there."""
    taken = [line for line in view.lines if line.is_read]
    if not may_close(view.tally, signed):
        raise Refusal(cause=Cause.LIST_CHANGED)
    record_hands(session, view, taken, hand, door)
    close_manifest(session, view, door)
    return _view(session, view.id, door)


def close_manifest(session: Session, view: ManifestView, door: Door) -> None:
    """Names what each line came to; a difference is somebody's work from now on."""
    for line in view.lines:
        outcome = outcome_of(Listed(line.code, line.is_expected, line.is_read))
        note_event(session, view.id, line.code, {"outcome": outcome})
    manifest = lock_manifest(session, view.id)
    manifest.state, manifest.closed_at = ManifestState.CLOSED, door.at
    session.flush()
    received, missing, surplus = view.tally.counts
    told = f"received {received}, missing {missing}, surplus {surplus}"
    note_audit(session, Deed("handover signed", f"handover:{view.id}", told), at=door.at, actor=door.actor.name)
    if surplus or (missing and view.kind is not ManifestKind.BAG):
        open_finding(session, _difference(view, door), at=door.at)


def _difference(view: ManifestView, door: Door) -> Finding:
    """What a bag lacked is found item by item, in the fold."""
    named = [(f"missing_{at}", code) for at, code in enumerate(view.tally.missing[:MOST_NAMED], 1)]
    named += [(f"surplus_{at}", code) for at, code in enumerate(view.tally.surplus[:MOST_NAMED], 1)]
    is_to_post = view.kind is ManifestKind.OFFICE_TO_POST
    return Finding(
        code=DiscrepancyCode.COUNT_MISMATCH,
        subject=f"handover:{view.id}",
        since_at=door.at,
        office_id=view.to_office_id if is_to_post else view.from_office_id,
        evidence={"post": {"list": view.short_code, **dict(named)}},
    )
