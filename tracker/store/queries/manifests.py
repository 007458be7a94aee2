"""Manifests as both sides see them, and which of them a person may see."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import Session, col

from tracker.domain.actor import Actor
from tracker.domain.manifests import RULES, LineOutcome, Listed, ManifestKind, ManifestState, Tally, tally
from tracker.domain.roles import OFFICE_ROLES
from tracker.domain.vocabulary import Leg, Party, Role
from tracker.store.models import Account, Item, ItemDocument, Manifest, ManifestLine, Office
from tracker.store.queries.catalogue import office_ids_below
from tracker.store.queries.parties import names_of_parties
from tracker.store.tables import MANIFEST, MANIFEST_LINE

LONGEST_LIST = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """`code_read` is what the reader sent, `details` what was told about it; `papers` are counted by the slip."""

    line: int
    code: str
    code_read: str
    item_id: int | None
    leg: Leg | None
    papers: int
    is_expected: bool
    added_at: datetime
    read_at: datetime | None
    details: dict[str, object]
    outcome: LineOutcome | None

    @property
    def is_read(self) -> bool:
        return self.read_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestView:
    """Parties by name, the people who signed by display name; `lines` in the order of the list."""

    id: UUID
    short_code: str
    kind: ManifestKind
    state: ManifestState
    from_party: tuple[Party, str]
    from_name: str
    from_office_id: int
    to_party: tuple[Party, str]
    to_name: str
    to_office_id: int
    bag_number: str | None
    seal_number: str | None
    opened_by: str
    opened_at: datetime
    giver: str | None
    giver_name: str
    receiver: str | None
    receiver_name: str
    offered_at: datetime | None
    arrived_at: datetime | None
    closed_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_name: str
    lines: tuple[LineView, ...]

    @property
    def is_open(self) -> bool:
        return self.state is ManifestState.OPEN

    @property
    def tally(self) -> Tally:
        return tally(Listed(line.code, line.is_expected, line.is_read) for line in self.lines)

    def line_of(self, code: str) -> LineView | None:
        return next((line for line in self.lines if line.code == code), None)

    def by_outcome(self, codes: Sequence[str]) -> list[LineView]:
        wanted = set(codes)
        return [line for line in self.lines if line.code in wanted]

    def is_given_by(self, actor: Actor) -> bool:
        """Whether this person may sign for the giving party."""
        return _stands_for(actor, self.from_party, RULES[self.kind].givers)

    def is_taken_by(self, actor: Actor) -> bool:
        is_other = actor.name != self.giver
        return is_other and _stands_for(actor, self.to_party, RULES[self.kind].receivers)


def _stands_for(actor: Actor, party: tuple[Party, str], roles: frozenset[Role]) -> bool:
    kind, ref = party
    own = actor.office_code if kind is Party.OFFICE else actor.name
    return actor.role in roles and own == ref


def may_see_manifest(session: Session, actor: Actor) -> ColumnElement[bool]:
    """A condition over the manifest table: both parties, and whoever oversees one of them."""
    if actor.role is Role.AUDITOR:
        return MANIFEST.c.from_office_id > 0
    if actor.role is Role.SUPERVISOR:
        return _of_offices(office_ids_below(session, actor.office_id))
    if actor.role in OFFICE_ROLES:
        return _of_offices(frozenset({actor.office_id}))
    given = and_(MANIFEST.c.from_kind == Party.COURIER, MANIFEST.c.from_ref == actor.name)
    taken = and_(MANIFEST.c.to_kind == Party.COURIER, MANIFEST.c.to_ref == actor.name)
    return or_(given, taken)


def _of_offices(offices: frozenset[int]) -> ColumnElement[bool]:
    return or_(MANIFEST.c.from_office_id.in_(offices), MANIFEST.c.to_office_id.in_(offices))


def manifest_of(session: Session, reader: Actor, handover: UUID) -> ManifestView | None:
    """None for an unknown one and for other people's alike."""
    row = session.scalar(select(Manifest).where(MANIFEST.c.id == handover, may_see_manifest(session, reader)))
    return _views(session, [row])[0] if row else None


def lock_manifest(session: Session, handover: UUID) -> Manifest:
    """Two people who sign at once queue here; SQLite has taken the one write lock already."""
    return session.scalars(
        select(Manifest).where(MANIFEST.c.id == handover).with_for_update().execution_options(populate_existing=True)
    ).one()


def handover_of_short_code(session: Session, code: str) -> UUID | None:
    return session.scalar(select(MANIFEST.c.id).where(MANIFEST.c.short_code == code))


def manifest_of_bag(session: Session, reader: Actor, number: str) -> ManifestView | None:
    handover = session.scalar(select(MANIFEST.c.id).where(MANIFEST.c.bag_number == number))
    return manifest_of(session, reader, handover) if handover else None


def manifests_of(session: Session, reader: Actor, *, bags: bool) -> list[ManifestView]:
    """The open ones first, then the newest."""
    rows = session.scalars(
        select(Manifest)
        .where(may_see_manifest(session, reader), (MANIFEST.c.kind == ManifestKind.BAG).is_(bags))
        .order_by(MANIFEST.c.state == ManifestState.CLOSED, MANIFEST.c.opened_at.desc())
        .limit(LONGEST_LIST)
    ).all()
    return _views(session, rows)


def bags_made(session: Session, prefix: str) -> int:
    return session.scalar(select(func.count()).where(MANIFEST.c.bag_number.startswith(prefix, autoescape=True))) or 0


def counterparts(session: Session, actor: Actor, kind: ManifestKind, *, gives: bool) -> list[tuple[str, str]]:
    """Ref and name of whom this person may meet: couriers of the post office that serves them, or the offices."""
    rule = RULES[kind]
    party, roles = (rule.receiver, rule.receivers) if gives else (rule.giver, rule.givers)
    own = session.get_one(Office, actor.office_id)
    if party is Party.COURIER:
        return _people(session, roles, own.post_office_id or actor.office_id)
    if kind is ManifestKind.BACK_AT_OFFICE:
        return [(own.code, own.name)]
    served = col(Office.post_office_id) == actor.office_id
    return _offices(session, served)


def other_post_offices(session: Session, actor: Actor) -> list[tuple[str, str]]:
    return _offices(session, and_(col(Office.kind) == "post_office", col(Office.id) != actor.office_id))


def _offices(session: Session, which: ColumnElement[bool]) -> list[tuple[str, str]]:
    rows = session.execute(select(col(Office.code), col(Office.name)).where(which).order_by(col(Office.name)))
    return [(row.code, row.name) for row in rows]


def _people(session: Session, roles: frozenset[Role], office_id: int) -> list[tuple[str, str]]:
    rows = session.execute(
        select(col(Account.name), col(Account.display_name))
        .where(col(Account.role).in_(roles), col(Account.is_active), col(Account.office_id) == office_id)
        .order_by(col(Account.display_name))
    )
    return [(row.name, row.display_name) for row in rows]


def _views(session: Session, rows: Sequence[Manifest]) -> list[ManifestView]:
    parties = {(Party(row.from_kind), row.from_ref) for row in rows}
    parties |= {(Party(row.to_kind), row.to_ref) for row in rows}
    names = names_of_parties(session, {(kind, ref) for kind, ref in parties})
    people = {ref for kind, ref in parties if kind is not Party.OFFICE}
    people |= {name for row in rows for name in (row.giver, row.receiver, row.withdrawn_by) if name}
    shown = {
        row.name: row.display_name
        for row in session.execute(
            select(col(Account.name), col(Account.display_name)).where(col(Account.name).in_(people))
        )
    }
    called = {party: shown.get(party[1] or "", name) for party, name in names.items()}
    lines = _lines(session, [row.id for row in rows])
    return [_view(row, called, shown, tuple(lines.get(row.id, ()))) for row in rows]


def _view(
    row: Manifest,
    called: dict[tuple[Party, str | None], str],
    shown: dict[str, str],
    lines: tuple[LineView, ...],
) -> ManifestView:
    from_party, to_party = (Party(row.from_kind), row.from_ref), (Party(row.to_kind), row.to_ref)
    return ManifestView(
        id=row.id,
        short_code=row.short_code,
        kind=ManifestKind(row.kind),
        state=ManifestState(row.state),
        from_party=from_party,
        from_name=called[from_party],
        from_office_id=row.from_office_id,
        to_party=to_party,
        to_name=called[to_party],
        to_office_id=row.to_office_id,
        bag_number=row.bag_number,
        seal_number=row.seal_number,
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        giver=row.giver,
        giver_name=shown.get(row.giver or "", row.giver or ""),
        receiver=row.receiver,
        receiver_name=shown.get(row.receiver or "", row.receiver or ""),
        offered_at=row.offered_at,
        arrived_at=row.arrived_at,
        closed_at=row.closed_at,
        withdrawn_at=row.withdrawn_at,
        withdrawn_name=shown.get(row.withdrawn_by or "", row.withdrawn_by or ""),
        lines=lines,
    )


_PAPERS = (
    select(func.coalesce(func.sum(col(ItemDocument.count)), 0))
    .where(col(ItemDocument.item_id) == MANIFEST_LINE.c.item_id)
    .scalar_subquery()
)


def _lines(session: Session, handovers: Sequence[UUID]) -> dict[UUID, list[LineView]]:
    rows = session.execute(
        select(ManifestLine, col(Item.leg), _PAPERS.label("papers"))
        .outerjoin(Item, col(Item.id) == col(ManifestLine.item_id))
        .where(MANIFEST_LINE.c.manifest_id.in_(handovers))
        .order_by(MANIFEST_LINE.c.manifest_id, MANIFEST_LINE.c.line)
    )
    found: dict[UUID, list[LineView]] = {}
    for line, leg, papers in rows:
        found.setdefault(line.manifest_id, []).append(_line(line, leg, papers))
    return found


def _line(row: ManifestLine, leg: str | None, papers: int) -> LineView:
    answers = json.loads(row.answers) if row.answers else {}
    return LineView(
        line=row.line,
        code=row.code,
        code_read=answers.get("code", row.code),
        item_id=row.item_id,
        leg=Leg(leg) if leg else None,
        papers=papers,
        is_expected=row.is_expected,
        added_at=row.added_at,
        read_at=row.read_at,
        details=answers.get("details", {}),
        outcome=LineOutcome(row.outcome) if row.outcome else None,
    )
