"""What the schedules did."""

from flask import Response

from tracker.actions.desk import Desk
from tracker.api.calls import api, call, told
from tracker.api.paging import cut, id_after
from tracker.api.sent import LARGEST_ID, PageQuery
from tracker.api.told import RunsPage, RunTold
from tracker.house import house
from tracker.store.engine import reading
from tracker.store.queries.runs import runs


@api.get("/runs", summary="Runs of the scheduled jobs, newest first", responses={200: RunsPage})
@call("GET /runs")
def list_runs(_: Desk, query: PageQuery) -> Response:
    before = id_after(query, first=LARGEST_ID)
    with reading(house().engine) as session:
        rows, last = cut(runs(session, before=before, limit=query.limit + 1), query.limit)
    data = [
        RunTold(
            id=row.id,
            name=row.job,
            slot=row.slot,
            started=row.started_at,
            ended=row.ended_at,
            state=row.state,
            outcome=row.outcome,
            counts=row.counts,
        )
        for row in rows
    ]
    return told(RunsPage(data=data, next=str(last.id) if last else None))
