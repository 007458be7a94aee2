"""A handover with a list: made and offered by the giver, read and signed by the receiver. The events are the truth."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlmodel import Session, col

from tracker.actions.audit import Deed, note_audit
from tracker.actions.desk import Desk
from tracker.domain.event_ids import new_event_id
from tracker.domain.identifiers import TOKEN_ALPHABET
from tracker.domain.manifests import RULES, SHORT_CODE_LENGTH, ManifestKind, ManifestState
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import Party
from tracker.store.models import Account, Manifest, ManifestLine
from tracker.store.queries.catalogue import office_by_code
from tracker.store.queries.manifests import counterparts
from tracker.store.tables import MANIFEST_LINE

LONGEST_LIST = 500


@dataclass(frozen=True, slots=True)
class NewManifest:
    """`other` is the ref of the other party; `gives`: the one who opens the list is the giver."""

    kind: ManifestKind
    other: str
    gives: bool = True


@dataclass(frozen=True, slots=True)
class LineRead:
    """One envelope as somebody held it: `code` names it in the list, `code_read` is what the reader sent."""

    code: str
    code_read: str
    item_id: int | None
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def answers(self) -> str:
        return json.dumps({"code": self.code_read, "details": dict(self.details)}, ensure_ascii=False)


def open_manifest(session: Session, new: NewManifest, by: Desk, random_bytes: Callable[[int], bytes]) -> UUID:
    """Its handover id. Raises Refusal for a kind or a counterpart that is not this person's."""
    rule = RULES[new.kind]
    if by.actor.role not in (rule.givers if new.gives else rule.receivers):
        raise Refusal(cause=Cause.NOT_YOURS_TO_SIGN, fields={"kind": Cause.NOT_YOURS_TO_SIGN})
    if new.other not in dict(counterparts(session, by.actor, new.kind, gives=new.gives)):
        raise Refusal(cause=Cause.UNKNOWN_COUNTERPART, fields={"other": Cause.UNKNOWN_COUNTERPART})
    own_party, other_party = (rule.giver, rule.receiver) if new.gives else (rule.receiver, rule.giver)
    own_ref = by.actor.office_code if own_party is Party.OFFICE else by.actor.name
    own = (own_party, own_ref, by.actor.office_id)
    other = (other_party, new.other, _office_of(session, other_party, new.other))
    return enter_manifest(session, Sides(new.kind, *((own, other) if new.gives else (other, own))), by, random_bytes)


Side = tuple[Party, str, int]


@dataclass(frozen=True, slots=True)
class Sides:
    """Each party with its ref and the office it belongs to."""

    kind: ManifestKind
    giver: Side
    receiver: Side
    bag_number: str | None = None


def enter_manifest(session: Session, sides: Sides, by: Desk, random_bytes: Callable[[int], bytes]) -> UUID:
    handover = new_event_id(by.at, random_bytes)
    session.add(
        Manifest(
            id=handover,
            short_code=_short_code(random_bytes),
            kind=sides.kind,
            state=ManifestState.OPEN,
            from_kind=sides.giver[0],
            from_ref=sides.giver[1],
            from_office_id=sides.giver[2],
            to_kind=sides.receiver[0],
            to_ref=sides.receiver[1],
            to_office_id=sides.receiver[2],
            bag_number=sides.bag_number,
            opened_by=by.actor.name,
            opened_at=by.at,
        )
    )
    session.flush()
    note_audit(session, Deed("list opened", f"handover:{handover}"), at=by.at, actor=by.actor.name)
    return handover


def _short_code(random_bytes: Callable[[int], bytes]) -> str:
    return "".join(TOKEN_ALPHABET[byte % len(TOKEN_ALPHABET)] for byte in random_bytes(SHORT_CODE_LENGTH))


def _office_of(session: Session, party: Party, ref: str) -> int:
    if party is Party.OFFICE:
        office = office_by_code(session, ref)
        assert office is not None
        assert office.id is not None
        return office.id
    return session.scalars(select(col(Account.office_id)).where(col(Account.name) == ref)).one()


def own_side(session: Session, party: Party, ref: str) -> Side:
    return party, ref, _office_of(session, party, ref)


def list_line(session: Session, manifest: Manifest, read: LineRead, *, at: datetime) -> bool:
    """The giver puts an envelope on the list; False when it stands there already. Raises Refusal once it is offered."""
    refuse_closed(manifest)
    if manifest.offered_at is not None:
        raise Refusal(cause=Cause.LIST_CLOSED)
    if _line_of(session, manifest.id, read.code) is not None:
        return False
    _add(session, manifest.id, read, at, is_expected=True)
    return True


def drop_line(session: Session, manifest: Manifest, code: str) -> None:
    """Before anything is signed: the giver takes it off the list, the receiver takes the reading back."""
    refuse_closed(manifest)
    line = _line_of(session, manifest.id, code)
    if line is None:
        return
    mine = (MANIFEST_LINE.c.manifest_id == manifest.id, MANIFEST_LINE.c.code == code)
    if manifest.offered_at is None or not line.is_expected:
        session.execute(delete(ManifestLine).where(*mine))
    else:
        session.execute(update(ManifestLine).where(*mine).values(read_at=None, answers=None))


def read_line(session: Session, manifest: Manifest, read: LineRead, *, at: datetime) -> None:
    """The receiver holds it; what the list does not name is surplus. The same envelope read again tells nothing new."""
    refuse_closed(manifest)
    line = _line_of(session, manifest.id, read.code)
    if line is None:
        _add(session, manifest.id, read, at, is_expected=False)
        return
    mine = (MANIFEST_LINE.c.manifest_id == manifest.id, MANIFEST_LINE.c.code == read.code)
    session.execute(update(ManifestLine).where(*mine).values(read_at=func.coalesce(col(ManifestLine.read_at), at)))
    session.execute(update(ManifestLine).where(*mine).values(answers=read.answers))


def _add(session: Session, handover: UUID, read: LineRead, at: datetime, *, is_expected: bool) -> None:
    """What the giver did not expect is there because the receiver holds it."""
    last = session.scalar(select(func.max(MANIFEST_LINE.c.line)).where(MANIFEST_LINE.c.manifest_id == handover)) or 0
    if last >= LONGEST_LIST:
        raise Refusal(cause=Cause.TOO_MANY)
    session.add(
        ManifestLine(
            manifest_id=handover,
            line=last + 1,
            code=read.code,
            item_id=read.item_id,
            is_expected=is_expected,
            added_at=at,
            read_at=None if is_expected else at,
            answers=read.answers,
        )
    )
    session.flush()


def _line_of(session: Session, handover: UUID, code: str) -> ManifestLine | None:
    return session.scalar(
        select(ManifestLine)
        .where(MANIFEST_LINE.c.manifest_id == handover, MANIFEST_LINE.c.code == code)
        .execution_options(populate_existing=True)
    )


def refuse_closed(manifest: Manifest) -> None:
    if manifest.withdrawn_at is not None:
        raise Refusal(cause=Cause.LIST_WITHDRAWN)
    if manifest.state == ManifestState.CLOSED:
        raise Refusal(cause=Cause.LIST_CLOSED)
