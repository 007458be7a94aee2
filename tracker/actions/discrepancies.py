"""Opening, assigning and closing what a person must look at; one row per (code, subject) for as long as it lasts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import insert, select
from sqlmodel import Session, col

from tracker.actions.audit import Deed, note_audit
from tracker.actions.desk import Desk
from tracker.domain.actor import SYSTEM_NAME
from tracker.domain.discrepancies import (
    CONVERGED,
    KINDS,
    DiscrepancyCode,
    DiscrepancyState,
    DiscrepancyStepKind,
    Evidence,
    KnownRow,
    WaitingFor,
    canonical_evidence,
    evidence_hash,
    needs_two,
    opens_again,
)
from tracker.domain.names import clean_text
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import Status
from tracker.store.insert import insert_if_absent
from tracker.store.models import Account, Discrepancy, DiscrepancyStep, Item
from tracker.store.queries.catalogue import office_ids_below
from tracker.store.queries.discrepancies import may_see_discrepancy
from tracker.store.tables import DISCREPANCY

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """A contradiction as seen now. `since_at` is the instant the later of its two sides became true.

    `office_id` is the office that owns the next step; `evidence` holds ids and values only, no clock.
    `rule_version` is that of the decision table's row, None where its kind's own counts.
    """

    code: DiscrepancyCode
    subject: str
    since_at: datetime
    dossier_id: int | None = None
    item_id: int | None = None
    office_id: int | None = None
    evidence: Evidence = field(default_factory=dict)
    rule_version: int | None = None


class Opening(StrEnum):
    OPENED = "opened"
    REOPENED = "reopened"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class _Hand:
    """Who did it, when, in which run."""

    at: datetime
    actor: str = SYSTEM_NAME
    run_id: int | None = None
    reason: str | None = None
    note: str = ""


def _note_step(session: Session, discrepancy_id: int | None, kind: DiscrepancyStepKind, hand: _Hand) -> None:
    session.execute(
        insert(DiscrepancyStep).values(
            discrepancy_id=discrepancy_id,
            at=hand.at,
            step=kind,
            actor=hand.actor,
            run_id=hand.run_id,
            reason=hand.reason,
            note=hand.note,
        )
    )


def _new_row(finding: Finding, at: datetime) -> Discrepancy:
    kind = KINDS[finding.code]
    return Discrepancy(
        code=finding.code,
        subject=finding.subject,
        dossier_id=finding.dossier_id,
        item_id=finding.item_id,
        office_id=finding.office_id,
        state=DiscrepancyState.OPEN,
        severity=kind.severity,
        owner_role=kind.owner_role,
        rule_version=finding.rule_version or kind.version,
        since_at=finding.since_at,
        opened_at=at,
        evidence=canonical_evidence(finding.evidence),
        evidence_hash=evidence_hash(finding.evidence),
    )


def _row_of(session: Session, finding: Finding) -> Discrepancy | None:
    return session.scalar(
        select(Discrepancy)
        .where(col(Discrepancy.code) == finding.code, col(Discrepancy.subject) == finding.subject)
        .with_for_update()
    )


def open_finding(session: Session, finding: Finding, *, at: datetime, run_id: int | None = None) -> Opening:
    """Opens, reopens or keeps the one row of (code, subject); an open row takes over evidence that changed.

    Its term is set by the schedules, within a minute: a scan waits for no calendar.
    """
    row = _row_of(session, finding)
    if row is None:
        is_first = insert_if_absent(session, DISCREPANCY, _new_row(finding, at).model_dump(exclude={"id"}))
        row = _row_of(session, finding)
        assert row is not None
        if is_first:
            _note_step(session, row.id, DiscrepancyStepKind.OPENED, _Hand(at, run_id=run_id))
            return Opening.OPENED
    known = KnownRow(DiscrepancyState(row.state), row.reason, row.evidence_hash)
    if opens_again(known, evidence_hash(finding.evidence)):
        _reopen(row, finding, at)
        _note_step(session, row.id, DiscrepancyStepKind.REOPENED, _Hand(at, run_id=run_id))
        return Opening.REOPENED
    if known.state is DiscrepancyState.OPEN:
        _take_evidence(row, finding)
    return Opening.UNCHANGED


def _take_evidence(row: Discrepancy, finding: Finding) -> None:
    row.evidence = canonical_evidence(finding.evidence)
    row.evidence_hash = evidence_hash(finding.evidence)
    row.since_at = finding.since_at
    row.office_id = finding.office_id


def _reopen(row: Discrepancy, finding: Finding, at: datetime) -> None:
    kind = KINDS[finding.code]
    _take_evidence(row, finding)
    row.state = DiscrepancyState.OPEN
    row.severity, row.owner_role = kind.severity, kind.owner_role
    row.rule_version = finding.rule_version or kind.version
    row.opened_at, row.closed_at, row.reason = at, None, None
    row.due_at = None
    row.times_opened += 1
    _forget_handling(row)


def _forget_handling(row: Discrepancy) -> None:
    """Whoever waited, and what was proposed, belongs to the time before; the person it was given to keeps it."""
    row.waiting_for, row.waiting_until = None, None
    row.proposed_by, row.proposed_reason = None, None


def converge(session: Session, discrepancy_ids: Sequence[int], *, at: datetime, run_id: int | None = None) -> list[int]:
    """Closes by itself what no longer holds; answers the ids that were open until now."""
    rows = session.scalars(
        select(Discrepancy)
        .where(col(Discrepancy.id).in_(discrepancy_ids), col(Discrepancy.state) == DiscrepancyState.OPEN)
        .with_for_update()
    ).all()
    for row in rows:
        row.state, row.reason, row.closed_at = DiscrepancyState.CLOSED, CONVERGED, at
        _forget_handling(row)
        _note_step(session, row.id, DiscrepancyStepKind.CONVERGED, _Hand(at, run_id=run_id))
    return [row.id for row in rows if row.id is not None]


def _open_row(session: Session, discrepancy_id: int, by: Desk) -> Discrepancy:
    row = session.scalar(
        select(Discrepancy)
        .where(col(Discrepancy.id) == discrepancy_id, may_see_discrepancy(session, by.actor))
        .with_for_update(of=Discrepancy)
    )
    if row is None:
        raise Refusal(cause=Cause.NOT_FOUND)
    if row.state != DiscrepancyState.OPEN:
        raise Refusal(cause=Cause.ALREADY_CLOSED, facts={"reason": row.reason or ""})
    return row


def assign(session: Session, discrepancy_id: int, to_name: str, by: Desk) -> None:
    """To a person of the caller's office or one below it.

    Raises Refusal: not_found, already_closed, unknown_account.
    """
    row = _open_row(session, discrepancy_id, by)
    _give(session, row, _assignee(session, to_name, by), to_name, by)


def assign_all(session: Session, discrepancy_ids: Sequence[int], to_name: str, by: Desk) -> int:
    """As `assign`, each that is still open; answers how many. Raises Refusal: not_found, unknown_account."""
    assignee_id, given = _assignee(session, to_name, by), 0
    for discrepancy_id in sorted(set(discrepancy_ids)):  # in one order for all, so that two supervisors queue
        try:
            row = _open_row(session, discrepancy_id, by)
        except Refusal as refusal:
            if refusal.cause is not Cause.ALREADY_CLOSED:
                raise
            continue
        _give(session, row, assignee_id, to_name, by)
        given += 1
    return given


def _assignee(session: Session, to_name: str, by: Desk) -> int:
    assignee_id = session.scalar(
        select(col(Account.id)).where(
            col(Account.name) == to_name,
            col(Account.is_active).is_(True),
            col(Account.office_id).in_(office_ids_below(session, by.actor.office_id)),
        )
    )
    if assignee_id is None:
        raise Refusal(cause=Cause.UNKNOWN_ACCOUNT, fields={"user": Cause.UNKNOWN_ACCOUNT})
    return assignee_id


def _give(session: Session, row: Discrepancy, assignee_id: int, to_name: str, by: Desk) -> None:
    """Whoever gets it goes on with it: nothing is waited for any more."""
    row.assignee_id = assignee_id
    row.waiting_for, row.waiting_until = None, None
    _note_step(session, row.id, DiscrepancyStepKind.ASSIGNED, _Hand(by.at, by.actor.name, note=to_name))
    _note_discrepancy_audit(session, row, "discrepancy assigned", by)


@dataclass(frozen=True, slots=True)
class Wait:
    """`until_on` is the day on which somebody looks again."""

    waiting_for: WaitingFor
    until_on: date
    note: str = ""


def wait(session: Session, discrepancy_id: int, asked: Wait, by: Desk) -> None:
    """Seen, but somebody else must act first. What nobody had is the caller's from now on.

    Raises Refusal: not_found, already_closed, day_is_over.
    """
    row = _open_row(session, discrepancy_id, by)
    if asked.until_on < by.config.office.local_date(by.at):
        raise Refusal(cause=Cause.DAY_IS_OVER, fields={"until_on": Cause.DAY_IS_OVER})
    row.assignee_id = row.assignee_id or by.actor.account_id
    row.waiting_for, row.waiting_until = asked.waiting_for, asked.until_on
    reason = f"{asked.waiting_for} {asked.until_on.isoformat()}"
    _note_step(
        session,
        row.id,
        DiscrepancyStepKind.WAITING,
        _Hand(by.at, by.actor.name, reason=reason, note=_readable(asked.note)),
    )
    _note_discrepancy_audit(session, row, "discrepancy waits", by)


def close(session: Session, discrepancy_id: int, reason: str, note: str, by: Desk) -> bool:
    """By a person: it stays closed while its evidence is unchanged. False where a second person must agree first.

    Raises Refusal: not_found, already_closed, reason_missing, field_too_long, bad_value, approver_is_same.
    """
    row = _open_row(session, discrepancy_id, by)
    given = _checked_reason(reason)
    hand = _Hand(by.at, by.actor.name, reason=given, note=_readable(note))
    if needs_two(given, _item_status(session, row)) and not _is_approval(row, given, by):
        row.proposed_by, row.proposed_reason = by.actor.name, given
        _note_step(session, row.id, DiscrepancyStepKind.PROPOSED, hand)
        _note_discrepancy_audit(session, row, "discrepancy closing proposed", by)
        return False
    row.reason, row.state, row.closed_at = given, DiscrepancyState.CLOSED, by.at
    _forget_handling(row)
    _note_step(session, row.id, DiscrepancyStepKind.CLOSED, hand)
    _note_discrepancy_audit(session, row, "discrepancy closed", by)
    return True


def _item_status(session: Session, row: Discrepancy) -> Status | None:
    status = session.scalar(select(col(Item.status)).where(col(Item.id) == row.item_id))
    return Status(status) if status is not None else None


def _is_approval(row: Discrepancy, reason: str, by: Desk) -> bool:
    """The same words by somebody else; other words are a proposal of their own."""
    if row.proposed_reason != reason:
        return False
    if row.proposed_by == by.actor.name:
        raise Refusal(cause=Cause.APPROVER_IS_SAME, fields={"reason": Cause.APPROVER_IS_SAME})
    return True


def decline(session: Session, discrepancy_id: int, note: str, by: Desk) -> None:
    """The proposal to close is off the table, by whoever made it or by another.

    Raises Refusal: not_found, already_closed, not_proposed.
    """
    row = _open_row(session, discrepancy_id, by)
    if row.proposed_by is None:
        raise Refusal(cause=Cause.NOT_PROPOSED)
    hand = _Hand(by.at, by.actor.name, reason=row.proposed_reason, note=_readable(note))
    row.proposed_by, row.proposed_reason = None, None
    _note_step(session, row.id, DiscrepancyStepKind.DECLINED, hand)
    _note_discrepancy_audit(session, row, "discrepancy closing declined", by)


def _readable(note: str) -> str:
    return "\n".join(clean_text(line, len(line)) for line in note.splitlines())


def _checked_reason(reason: str) -> str:
    given = clean_text(reason, len(reason))
    if not given:
        raise Refusal(cause=Cause.REASON_MISSING, fields={"reason": Cause.REASON_MISSING})
    if len(given) > LONGEST_REASON:
        raise Refusal(cause=Cause.FIELD_TOO_LONG, fields={"reason": Cause.FIELD_TOO_LONG})
    if given == CONVERGED:  # the one word that says no person closed it
        raise Refusal(cause=Cause.BAD_VALUE, fields={"reason": Cause.BAD_VALUE})
    return given


def _note_discrepancy_audit(session: Session, row: Discrepancy, action: str, by: Desk) -> None:
    subject = f"discrepancy:{row.id}"
    note_audit(session, Deed(action, subject, row.reason or row.proposed_reason or ""), at=by.at, actor=by.actor.name)
