"""What the schedules did."""

from flask import Response
from flask_babel import force_locale, gettext

from tracker.actions.desk import Desk
from tracker.api.calls import api, call, told
from tracker.api.paging import cut, id_after
from tracker.api.problems import language_asked, spoken
from tracker.api.sent import LARGEST_ID, PageQuery
from tracker.api.told import RunsPage, RunTold
from tracker.house import house
from tracker.phrases import run_fault_phrase
from tracker.store.engine import reading
from tracker.store.queries.runs import RunView, runs


@api.get("/runs", summary="Runs of the scheduled jobs, newest first", responses={200: RunsPage})
@call("GET /runs")
def list_runs(_: Desk, query: PageQuery) -> Response:
    before = id_after(query, first=LARGEST_ID)
    with reading(house().engine) as session:
        rows, last = cut(runs(session, before=before, limit=query.limit + 1), query.limit)
    with force_locale(language_asked()):
        data = [_told(row) for row in rows]
    return spoken(told(RunsPage(data=data, next=str(last.id) if last else None)))


def _told(row: RunView) -> RunTold:
    phrase, facts = run_fault_phrase(row.fault)
    return RunTold(
        id=row.id,
        name=row.job,
        slot=row.slot,
        started=row.started_at,
        ended=row.ended_at,
        state=row.state,
        outcome=row.outcome,
        counts=row.counts,
        fault=row.fault or None,
        detail=str(gettext(phrase, **facts)) if row.fault else None,
    )
