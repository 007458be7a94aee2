"""What the schedules did, newest first."""

from datetime import timedelta

from tests.builders import NOW
from tests.callers import Api
from tracker.domain.runs import FeedFault, RunState
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
            "fault": None,
            "detail": None,
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
            "fault": None,
            "detail": None,
        },
    ]


FAULTS = (
    ("down", "Không kết nối được hệ thống nguồn.", "The source could not be reached."),
    ("timeout", "Hệ thống nguồn trả lời quá chậm.", "The source answered too slowly."),
    ("html", "Hệ thống nguồn trả một trang web thay vì dữ liệu.", "The source answered a web page instead of data."),
    ("truncated", "Câu trả lời của hệ thống nguồn bị cắt giữa chừng.", "The source's answer breaks off."),
    (
        "empty",
        "Hệ thống nguồn báo không có gì dù đã biết hồ sơ của họ; không tin câu trả lời này.",
        "The source answered that it has nothing, although we know dossiers of it; that is not believed.",
    ),
    ("http_401", "Hệ thống nguồn từ chối với mã 401.", "The source refused with status 401."),
    (
        "KeyError",
        "Tác vụ hỏng ở phía hệ thống này; nhật ký ghi nguyên nhân.",
        "The job failed on our side; the log says why.",
    ),
)


def told_in(api: Api, language: str) -> list[tuple[str, str]]:
    answer = api.get("/runs", "supervisor", Accept_Language=language)
    assert answer.headers["Content-Language"] == language
    return [(row["fault"], row["detail"]) for row in (answer.json or {})["data"]]


def test_a_failed_pull_says_what_was_wrong_with_the_source_in_the_callers_language(api: Api) -> None:
    with transaction(api.engine) as session:
        for hours, (fault, _, _) in enumerate(reversed(FAULTS), start=1):
            session.add(a_run(hours, job="pull_one_stop", state=RunState.FAILED, outcome="unreachable", fault=fault))
            session.flush()

    assert told_in(api, "vi") == [(fault, vi) for fault, vi, _ in FAULTS]
    assert told_in(api, "en") == [(fault, en) for fault, _, en in FAULTS]


def test_every_fault_of_a_source_has_a_sentence_of_its_own(api: Api) -> None:
    with transaction(api.engine) as session:
        for hours, fault in enumerate(FeedFault, start=1):
            session.add(a_run(hours, state=RunState.FAILED, fault=fault))

    for language in ("vi", "en"):
        sentences = {detail for _, detail in told_in(api, language)}
        assert len(sentences) == len(FeedFault)
        assert [sentence for sentence in sentences if sentence.startswith("run_fault.")] == []
