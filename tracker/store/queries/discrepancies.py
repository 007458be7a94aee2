"""The queue of contradictions, as far as the reader may see it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlmodel import Session, col

from tracker.domain.actor import Actor
from tracker.domain.discrepancies import (
    DiscrepancyCode,
    DiscrepancyState,
    Handling,
    Progress,
    Severity,
    WaitingFor,
)
from tracker.domain.vocabulary import Role
from tracker.store.models import (
    Account,
    Discrepancy,
    DiscrepancyStep,
    Dossier,
    DossierNumberRow,
    Item,
    Office,
)
from tracker.store.queries.catalogue import office_ids_below

DESK_ROLES = frozenset({Role.CLERK, Role.POSTCLERK, Role.OFFICER})


@dataclass(frozen=True, slots=True)
class DiscrepancyView:
    """`owner` is the assignee's sign-in name, None while only `owner_role` answers for it."""

    id: int
    code: DiscrepancyCode
    subject: str
    dossier: str | None
    item: str | None
    office: str | None
    state: DiscrepancyState
    severity: Severity
    owner_role: Role
    owner: str | None
    rule_version: int
    since_at: datetime
    opened_at: datetime
    closed_at: datetime | None
    times_opened: int
    reason: str | None
    evidence: Mapping[str, Mapping[str, str | int | None]]
    due_at: datetime | None
    waiting_until: date | None
    proposed_reason: str | None
    handling: Handling

    @property
    def progress(self) -> Progress:
        return self.handling.progress


@dataclass(frozen=True, slots=True)
class DiscrepancyFilter:
    """None means: whatever."""

    state: DiscrepancyState | None = None
    code: DiscrepancyCode | None = None
    dossier_id: int | None = None
    item_id: int | None = None


@dataclass(frozen=True, slots=True)
class StepView:
    at: datetime
    step: str
    actor: str
    run_id: int | None
    reason: str | None
    note: str


def _concerns(offices: frozenset[int]) -> ColumnElement[bool]:
    """Owns the next step, or is one of the offices of its item or dossier."""
    items = select(col(Item.id)).where(or_(col(Item.from_office_id).in_(offices), col(Item.to_office_id).in_(offices)))
    dossiers = select(col(Dossier.id)).where(
        or_(
            col(Dossier.receiving_office_id).in_(offices),
            col(Dossier.deciding_agency_id).in_(offices),
            col(Dossier.return_office_id).in_(offices),
        )
    )
    return or_(
        col(Discrepancy.office_id).in_(offices),
        col(Discrepancy.item_id).in_(items),
        col(Discrepancy.dossier_id).in_(dossiers),
    )


def _of_no_office() -> ColumnElement[bool]:
    return and_(
        col(Discrepancy.office_id).is_(None),
        col(Discrepancy.item_id).is_(None),
        col(Discrepancy.dossier_id).is_(None),
    )


def may_see_discrepancy(session: Session, reader: Actor) -> ColumnElement[bool]:
    """Auditor: all. Supervisor: own office, those below, and what is no office's. Desks: their own office's."""
    if reader.role is Role.AUDITOR:
        return true()
    if reader.role is Role.SUPERVISOR:
        return or_(_concerns(office_ids_below(session, reader.office_id)), _of_no_office())
    if reader.role in DESK_ROLES:
        return _concerns(frozenset({reader.office_id}))
    return false()


VIEWED = (
    select(
        Discrepancy,
        col(Item.number).label("item_number"),
        col(Office.code).label("office_code"),
        col(Account.name).label("assignee"),
        select(func.min(DossierNumberRow.text))
        .where(col(DossierNumberRow.dossier_id) == col(Discrepancy.dossier_id), col(DossierNumberRow.kind) == "local")
        .scalar_subquery()
        .label("dossier_number"),
    )
    .outerjoin(Item, col(Item.id) == col(Discrepancy.item_id))
    .outerjoin(Office, col(Office.id) == col(Discrepancy.office_id))
    .outerjoin(Account, col(Account.id) == col(Discrepancy.assignee_id))
)


def _conditions(wanted: DiscrepancyFilter) -> list[ColumnElement[bool]]:
    asked = {
        col(Discrepancy.state): wanted.state,
        col(Discrepancy.code): wanted.code,
        col(Discrepancy.dossier_id): wanted.dossier_id,
        col(Discrepancy.item_id): wanted.item_id,
    }
    return [column == value for column, value in asked.items() if value is not None]


def views(session: Session, asked: Select[Discrepancy, str, str, str | None, str | None]) -> list[DiscrepancyView]:
    return [
        DiscrepancyView(
            id=row.id or 0,
            code=DiscrepancyCode(row.code),
            subject=row.subject,
            dossier=dossier_number,
            item=item_number,
            office=office_code,
            state=DiscrepancyState(row.state),
            severity=Severity(row.severity),
            owner_role=Role(row.owner_role),
            owner=assignee,
            rule_version=row.rule_version,
            since_at=row.since_at,
            opened_at=row.opened_at,
            closed_at=row.closed_at,
            times_opened=row.times_opened,
            reason=row.reason,
            evidence=json.loads(row.evidence),
            due_at=row.due_at,
            waiting_until=row.waiting_until,
            proposed_reason=row.proposed_reason,
            handling=Handling(assignee, WaitingFor(row.waiting_for) if row.waiting_for else None, row.proposed_by),
        )
        for row, item_number, office_code, assignee, dossier_number in session.execute(asked)
    ]


def discrepancies(
    session: Session, reader: Actor, wanted: DiscrepancyFilter, *, after: int = 0, limit: int = 50
) -> list[DiscrepancyView]:
    """By id; `after` is the last id already seen."""
    asked = (
        VIEWED.where(col(Discrepancy.id) > after, may_see_discrepancy(session, reader), *_conditions(wanted))
        .order_by(col(Discrepancy.id))
        .limit(limit)
    )
    return views(session, asked)


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """None means: whatever. `overdue_at`: only what should have been settled by then; `opened_before`: only older."""

    code: DiscrepancyCode | None = None
    office: str | None = None
    owner_id: int | None = None
    is_unowned: bool = False
    progress: Progress | None = None
    overdue_at: datetime | None = None
    opened_before: datetime | None = None


def _untouched() -> ColumnElement[bool]:
    return and_(_unproposed(), col(Discrepancy.waiting_for).is_(None), col(Discrepancy.assignee_id).is_(None))


def _unproposed() -> ColumnElement[bool]:
    return col(Discrepancy.proposed_by).is_(None)


def _progress_is(progress: Progress) -> ColumnElement[bool]:
    """As Handling.progress says it of one row."""
    waits = col(Discrepancy.waiting_for)
    return {
        Progress.PROPOSED: col(Discrepancy.proposed_by).is_not(None),
        Progress.WAITING: and_(_unproposed(), waits.is_not(None)),
        Progress.IN_PROGRESS: and_(_unproposed(), waits.is_(None), col(Discrepancy.assignee_id).is_not(None)),
        Progress.UNTOUCHED: _untouched(),
    }[progress]


def _queued(session: Session, reader: Actor, wanted: QueueFilter) -> list[ColumnElement[bool]]:
    conditions = [col(Discrepancy.state) == DiscrepancyState.OPEN, may_see_discrepancy(session, reader)]
    if wanted.code is not None:
        conditions.append(col(Discrepancy.code) == wanted.code)
    if wanted.office is not None:
        office = select(col(Office.id)).where(col(Office.code) == wanted.office).scalar_subquery()
        conditions.append(col(Discrepancy.office_id) == office)
    if wanted.owner_id is not None:
        conditions.append(col(Discrepancy.assignee_id) == wanted.owner_id)
    if wanted.is_unowned:
        conditions.append(col(Discrepancy.assignee_id).is_(None))
    if wanted.progress is not None:
        conditions.append(_progress_is(wanted.progress))
    if wanted.overdue_at is not None:
        conditions.append(col(Discrepancy.due_at) < wanted.overdue_at)
    if wanted.opened_before is not None:
        conditions.append(col(Discrepancy.opened_at) < wanted.opened_before)
    return conditions


def queue(
    session: Session, reader: Actor, wanted: QueueFilter | None = None, *, after: int = 0, limit: int = 200
) -> list[DiscrepancyView]:
    """What is open, soonest due first; what has no term yet comes last. `after` is the last id already seen."""
    asked = VIEWED.where(*_queued(session, reader, wanted or QueueFilter()))
    if after:
        asked = asked.where(_stands_after(session, after))
    return views(session, asked.order_by(col(Discrepancy.due_at).nulls_last(), col(Discrepancy.id)).limit(limit))


def _stands_after(session: Session, after: int) -> ColumnElement[bool]:
    """By where that row stands now: it may have been closed, and still marks its place."""
    due_at = session.scalar(select(col(Discrepancy.due_at)).where(col(Discrepancy.id) == after))
    later_id, due = col(Discrepancy.id) > after, col(Discrepancy.due_at)
    if due_at is None:
        return and_(due.is_(None), later_id)
    return or_(due > due_at, and_(due == due_at, later_id), due.is_(None))


def count_queue(session: Session, reader: Actor, wanted: QueueFilter) -> int:
    asked = select(func.count(col(Discrepancy.id))).where(*_queued(session, reader, wanted))
    return session.scalar(asked) or 0


@dataclass(frozen=True, slots=True)
class Choices:
    """What the queue can be narrowed to: kinds and offices that stand in it, by number."""

    codes: Mapping[DiscrepancyCode, int]
    offices: Mapping[str, str]


def queue_choices(session: Session, reader: Actor) -> Choices:
    """Offices as name by code."""
    seen = _queued(session, reader, QueueFilter())
    codes = session.execute(
        select(col(Discrepancy.code), func.count(col(Discrepancy.id)).label("number"))
        .where(*seen)
        .group_by(col(Discrepancy.code))
        .order_by(func.count(col(Discrepancy.id)).desc(), col(Discrepancy.code))
    )
    offices = session.execute(
        select(col(Office.code), col(Office.short_name))
        .where(col(Office.id).in_(select(col(Discrepancy.office_id)).where(*seen)))
        .order_by(col(Office.short_name))
    )
    return Choices(
        {DiscrepancyCode(row.code): row.number for row in codes}, {row.code: row.short_name for row in offices}
    )


def closed_lately(session: Session, reader: Actor, *, limit: int = 100) -> list[DiscrepancyView]:
    """What is closed, newest closing first."""
    asked = (
        VIEWED.where(col(Discrepancy.state) == DiscrepancyState.CLOSED, may_see_discrepancy(session, reader))
        .order_by(col(Discrepancy.closed_at).desc(), col(Discrepancy.id).desc())
        .limit(limit)
    )
    return views(session, asked)


def discrepancy(session: Session, reader: Actor, discrepancy_id: int) -> DiscrepancyView | None:
    """None for an unknown one and for one the reader may not see alike."""
    asked = VIEWED.where(col(Discrepancy.id) == discrepancy_id, may_see_discrepancy(session, reader))
    return next(iter(views(session, asked)), None)


def count_open(session: Session, reader: Actor) -> int:
    asked = select(func.count(col(Discrepancy.id))).where(
        col(Discrepancy.state) == DiscrepancyState.OPEN, may_see_discrepancy(session, reader)
    )
    return session.scalar(asked) or 0


def steps_of(session: Session, discrepancy_id: int) -> list[StepView]:
    """Its history, oldest first."""
    rows = session.scalars(
        select(DiscrepancyStep)
        .where(col(DiscrepancyStep.discrepancy_id) == discrepancy_id)
        .order_by(col(DiscrepancyStep.id))
    )
    return [StepView(row.at, row.step, row.actor, row.run_id, row.reason, row.note) for row in rows]
