"""What the schedules did, newest first."""

from datetime import timedelta

from tests.builders import NOW
from tests.callers import Api
from tracker.domain.runs import RunState
from tracker.store.engine import transaction
from tracker.store.models import JobRun


def a_run(slot_hours_ago: int, **columns: object) -> JobRun:
    at = NOW - timedelta(hours=slot_hours_ago)
    given: dict[str, object] = {
        "job": "reconcile",
        "slot": at,
        "attempt": 1,
        "token": 1,
        "state": RunState.DONE,
        "started_at": at,
        "ended_at": at + timedelta(seconds=2),
        "outcome": "done",
        "counts": '{"opened":3}',
    }
    return JobRun.model_validate(given | columns)


def test_runs_are_told_newest_first(api: Api) -> None:
    with transaction(api.engine) as session:
        session.add(a_run(2))
        session.flush()
        session.add(a_run(1, state=RunState.RUNNING, ended_at=None, outcome="", counts="{}"))

    told = (api.get("/runs", "auditor").json or {})["data"]

    assert [row | {"id": 0} for row in told] == [
        {
            "id": 0,
            "name": "reconcile",
            "slot": "2026-11-23T02:00:00.000Z",
            "started": "2026-11-23T02:00:00.000Z",
            "ended": None,
            "state": "running",
            "outcome": "",
            "counts": {},
        },
        {
            "id": 0,
            "name": "reconcile",
            "slot": "2026-11-23T01:00:00.000Z",
            "started": "2026-11-23T01:00:00.000Z",
            "ended": "2026-11-23T01:00:02.000Z",
            "state": "done",
            "outcome": "done",
            "counts": {"opened": 3},
        },
    ]
