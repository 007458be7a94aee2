"""The supervisor sees whether each job is well, why not, and what it did; staff are told what stands still."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.builders import COMMUNE, ROOT
from tests.engines import sqlite_copy
from tests.web.browsing import Browser, browser, open_house, text_of
from tracker.domain.runs import JobName, RunOutcome, RunState
from tracker.domain.supervision import ClockFault
from tracker.domain.vocabulary import Role
from tracker.store.engine import create_engine, transaction
from tracker.store.models import FeedState, JobRun, Lease
from tracker.web.standstill import clock_words

PAGE = "/dieu-hanh/tac-vu"


def a_run(job: JobName, ago: timedelta, outcome: RunOutcome = RunOutcome.COMPLETE, **columns: object) -> JobRun:
    """Runs are judged by the database's own clock, so these are placed relative to now."""
    at = datetime.now(UTC) - ago
    failed = outcome in {RunOutcome.FAILED, RunOutcome.UNREACHABLE}
    given: dict[str, object] = {
        "job": job, "slot": at, "attempt": 1, "token": 1, "state": RunState.FAILED if failed else RunState.DONE,
        "outcome": outcome, "started_at": at, "ended_at": at + timedelta(seconds=2),
    }  # fmt: skip
    return JobRun.model_validate(given | columns)


def plant(engine: Engine, *rows: JobRun | FeedState) -> None:
    with transaction(engine) as session:
        for row in rows:
            session.add(row)
            session.flush()


@pytest.fixture
def led(engine: Engine) -> Engine:
    open_house(engine)
    with transaction(engine) as session:
        session.add(Lease(name="schedules", holder="alive", token=1, until_at=datetime(2999, 1, 1, tzinfo=UTC)))
    return engine


@pytest.fixture
def quick(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    """What is only about words needs one engine."""
    engine = create_engine(sqlite_copy(sqlite_template, tmp_path))
    open_house(engine)
    with transaction(engine) as session:
        session.add(Lease(name="schedules", holder="alive", token=1, until_at=datetime(2999, 1, 1, tzinfo=UTC)))
    yield engine
    engine.dispose()


# Whatever runs every few minutes, so that only what a test is about is missed.
FREQUENT = frozenset({JobName.PULL_ONE_STOP, JobName.RECOMPUTE_DUE_DATES, JobName.RECONCILE})


def strips(browser: Browser, path: str = PAGE) -> list[str]:
    return [" ".join(strip.get_text(" ").split()) for strip in browser.page(path).select(".standstill")]


def card(browser: Browser, job: JobName, query: str = "") -> str:
    found = browser.page(PAGE + query).select_one(f"#{job}")
    assert found is not None
    return " ".join(found.get_text(" ").split())


def test_a_missed_job_comes_first_with_its_cause_and_is_told_on_every_page_of_the_supervisor(led: Engine) -> None:
    others = [a_run(job, timedelta(seconds=5)) for job in FREQUENT - {JobName.RECONCILE}]
    plant(led, a_run(JobName.RECONCILE, timedelta(minutes=20)), *others)
    supervisor = browser(led, Role.SUPERVISOR, ROOT)

    page = supervisor.page(PAGE)

    assert [one["id"] for one in page.select(".jobs > li")][:1] == ["reconcile"]
    assert "Lỡ lịch" in card(supervisor, JobName.RECONCILE)
    assert "Tác vụ “Đối soát” lẽ ra chạy lúc" in card(supervisor, JobName.RECONCILE)
    assert [strip.startswith("Tác vụ “Đối soát” lẽ ra chạy lúc") for strip in strips(supervisor, "/dieu-hanh/")] == [
        True
    ]


def test_a_run_shows_what_went_in_came_out_and_was_set_aside(led: Engine) -> None:
    counts = '{"rows": 60, "new": 7, "unchanged": 51, "rejected": 2}'
    plant(led, a_run(JobName.PULL_ONE_STOP, timedelta(seconds=9), RunOutcome.PARTIAL, counts=counts))
    supervisor = browser(led, Role.SUPERVISOR, ROOT)

    told = card(supervisor, JobName.PULL_ONE_STOP)

    assert "Vào / ra / lỗi 60 / 7 / 2" in told
    assert "Thành công một phần" in told
    assert "Lượt tới" in told


def test_the_picture_of_the_last_runs_has_its_table(quick: Engine) -> None:
    plant(quick, *(a_run(JobName.RECONCILE, timedelta(minutes=5 * ago + 1)) for ago in range(24, -1, -1)))

    page = browser(quick, Role.AUDITOR, ROOT).page(PAGE)

    assert len(page.select("#reconcile svg.runs-picture rect")) == 20
    assert len(page.select("#reconcile details tbody tr")) == 20


def test_the_history_is_narrowed_to_a_job_and_to_what_failed(led: Engine) -> None:
    plant(
        led,
        a_run(JobName.RECONCILE, timedelta(minutes=9), RunOutcome.FAILED, fault="OSError"),
        a_run(JobName.RECONCILE, timedelta(minutes=4)),
        a_run(JobName.DAILY_ROOT, timedelta(minutes=3), RunOutcome.FAILED),
    )
    supervisor = browser(led, Role.SUPERVISOR, ROOT)

    def rows(query: str) -> int:
        return len(supervisor.page(PAGE + query).select(".runs-history tbody tr"))

    assert [rows(query) for query in ("", "?job=reconcile", "?job=reconcile&outcome=failed")] == [3, 2, 1]
    assert rows("?job=format_the_disk&outcome=odd") == 3


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.CLERK])
def test_everybody_hears_of_a_feed_that_brings_nothing(led: Engine, role: Role) -> None:
    since = datetime.now(UTC) - timedelta(minutes=4)
    failed = [
        a_run(JobName.PULL_ONE_STOP, timedelta(minutes=ago), RunOutcome.UNREACHABLE, fault="timeout")
        for ago in (3, 2, 1)
    ]
    others = [a_run(job, timedelta(seconds=5)) for job in FREQUENT - {JobName.PULL_ONE_STOP}]
    plant(led, *failed, *others, FeedState(source="one_stop", failing_since=since, fault="timeout"))

    told = strips(browser(led, role, ROOT if role is Role.SUPERVISOR else COMMUNE), "/ban-quay/tim")

    assert len(told) == 1
    assert told[0].startswith("Hệ thống một cửa không cho tin đáng tin từ")


def test_a_clerk_is_not_told_of_a_job_that_is_not_theirs(quick: Engine) -> None:
    plant(quick, a_run(JobName.DAILY_ROOT, timedelta(minutes=1), RunOutcome.FAILED))

    assert strips(browser(quick, Role.CLERK, COMMUNE), "/ban-quay/tim") == []
    assert len(strips(browser(quick, Role.ADMIN, ROOT), "/quan-tri/")) == 1


def test_while_nobody_leads_that_alone_is_said(quick: Engine) -> None:
    plant(quick, a_run(JobName.RECONCILE, timedelta(hours=2)))
    with transaction(quick) as session:
        session.merge(Lease(name="schedules", holder="gone", token=1, until_at=datetime.now(UTC) - timedelta(hours=1)))

    told = strips(browser(quick, Role.SUPERVISOR, ROOT))

    assert len(told) == 1
    assert told[0].startswith("Tác vụ định kỳ đứng từ")
    assert told[0].endswith("Báo quản trị khởi động lại tác vụ định kỳ.")


def test_a_clock_that_was_put_back_is_told_in_plain_words(quick: Engine) -> None:
    with browser(quick, Role.ADMIN, ROOT).client.application.test_request_context("/"):
        told = clock_words(ClockFault.BACK, timedelta(minutes=61))

    assert told.words.startswith("Đồng hồ máy chủ chậm hơn lần quét mới nhất trong sổ 61 phút")
    assert told.next_step == "Báo quản trị chỉnh giờ máy chủ (NTP)."


def test_a_run_tells_the_rules_and_the_input_it_went_by(quick: Engine) -> None:
    counts = '{"considered": 12, "rule_version": 4}'
    plant(quick, a_run(JobName.RECONCILE, timedelta(minutes=1), counts=counts, input_hash="ab" * 32))

    words = text_of(browser(quick, Role.SUPERVISOR, ROOT).get(f"{PAGE}/1"))

    assert "Bản quy tắc đối soát" in words
    assert "ab" * 32 in words
