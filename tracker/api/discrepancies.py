"""Contradictions: read, assign, close."""

from typing import Annotated

from flask import Response
from flask_babel import force_locale, gettext
from pydantic import Field

from tracker.actions.desk import Desk
from tracker.actions.discrepancies import assign, close
from tracker.actions.evidence import refuse_unknown_evidence
from tracker.api.calls import api, call, told
from tracker.api.paging import cut, id_after
from tracker.api.problems import language_asked
from tracker.api.sent import AssignSent, CloseSent, IdPath, PageQuery
from tracker.api.told import DiscrepanciesPage, DiscrepancyTold
from tracker.domain.discrepancies import DiscrepancyCode, DiscrepancyState
from tracker.domain.refusal import Cause, Refusal
from tracker.house import house
from tracker.phrases import next_step_phrase
from tracker.store.engine import reading, transaction
from tracker.store.queries.discrepancies import DiscrepancyFilter, DiscrepancyView, discrepancies, discrepancy


class DiscrepanciesQuery(PageQuery):
    state: DiscrepancyState | None = None
    code: Annotated[DiscrepancyCode | None, Field(description="Only of this kind")] = None


@api.get("/discrepancies", summary="Contradictions the caller may see", responses={200: DiscrepanciesPage})
@call("GET /discrepancies")
def list_discrepancies(by: Desk, query: DiscrepanciesQuery) -> Response:
    after, wanted = id_after(query), DiscrepancyFilter(state=query.state, code=query.code)
    with reading(house().engine) as session:
        found = discrepancies(session, by.actor, wanted, after=after, limit=query.limit + 1)
    rows, last = cut(found, query.limit)
    return told(DiscrepanciesPage(data=[_told(row) for row in rows], next=str(last.id) if last else None))


@api.post("/discrepancies/<id>/assign", summary="Give it to a person", responses={200: DiscrepancyTold})
@call("POST /discrepancies/<id>/assign")
def assign_discrepancy(by: Desk, path: IdPath, body: AssignSent) -> Response:
    with transaction(house().engine) as session:
        assign(session, path.id, body.user, by)
    return _one(by, path.id)


@api.post("/discrepancies/<id>/close", summary="Close it, with a reason", responses={200: DiscrepancyTold})
@call("POST /discrepancies/<id>/close")
def close_discrepancy(by: Desk, path: IdPath, body: CloseSent) -> Response:
    """It stays closed while its evidence is unchanged. A loss is only `proposed` until a second person closes it."""
    with transaction(house().engine) as session:
        refuse_unknown_evidence(session, body.evidence)
        proofs = [f"evidence {sha256}" for sha256 in body.evidence]
        close(session, path.id, body.reason, "\n".join([body.note, *proofs]).strip(), by)
    return _one(by, path.id)


def _one(by: Desk, discrepancy_id: int) -> Response:
    with reading(house().engine) as session:
        row = discrepancy(session, by.actor, discrepancy_id)
    if row is None:
        raise Refusal(cause=Cause.NOT_FOUND)
    return told(_told(row))


def _told(row: DiscrepancyView) -> DiscrepancyTold:
    with force_locale(language_asked()):
        next_step = str(gettext(next_step_phrase(row.code)))
    return DiscrepancyTold(
        id=row.id,
        code=row.code,
        subject=row.subject,
        dossier=row.dossier,
        item=row.item,
        office=row.office,
        state=row.state,
        severity=row.severity,
        since_at=row.since_at,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        times_opened=row.times_opened,
        owner=row.owner or row.owner_role,
        owner_role=row.owner_role,
        evidence=row.evidence,
        next_step=next_step,
        reason=row.reason,
        due_at=row.due_at,
        progress=row.progress if row.state is DiscrepancyState.OPEN else None,
        waiting_for=row.handling.waiting_for,
        waiting_until=row.waiting_until,
        proposed_by=row.handling.proposed_by,
    )
