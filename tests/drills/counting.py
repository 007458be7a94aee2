"""Processes of the schedules whose jobs count: forked from one that has imported everything, so that many are cheap.

Spoken to by lines of JSON on standard input; each answers with one line. `start`: a process of the schedules with the
counting jobs; `reconcile`, `send_orders`: one that is killed at its n-th step; `wait`: how a process ended.
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Column, DateTime, Engine, Integer, MetaData, String, Table, event, func, insert, select
from sqlmodel import Session, col

from schedules.jobs import Job, Work, carry_out
from schedules.leadership import LeaseTerms, new_holder, take_lease
from schedules.leading import run as run_schedules
from schedules.reconciliation import run as reconciling
from schedules.runs import Run, RunClaim, RunEnd, RunResult, finish_run, hold_fence, start_run
from tests.standins.vnpost import CANCEL, ORDER
from tracker.config import Config, load_config
from tracker.domain.runs import JobName, RunOutcome
from tracker.store.engine import create_engine, reading, transaction
from tracker.store.models import JobRun

# Two jobs that never sleep long: the timetable of a year in seconds.
PERIODS = {JobName.PULL_ONE_STOP: 1, JobName.RECONCILE: 2}
LEASE_SECONDS, RENEW_SECONDS = 1.0, 0.25
LONGEST_WORK_SECONDS = 0.3
# Small, so that even a few findings are written in several transactions.
WRITTEN_PER_TRANSACTION = 2

EFFECTS = Table(
    "counted",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("job", String(40), nullable=False),
    Column("after", DateTime(timezone=True)),
    Column("upto", DateTime(timezone=True), nullable=False),
    Column("token", Integer, nullable=False),
    Column("run_id", Integer, nullable=False),
)


def config_of(url: str) -> Config:
    config = load_config(Path("config.toml"), {})
    terms = {"lease_seconds": LEASE_SECONDS, "renew_seconds": RENEW_SECONDS}
    periods = {"pull_seconds": PERIODS[JobName.PULL_ONE_STOP], "reconcile_seconds": PERIODS[JobName.RECONCILE]}
    return config.model_copy(
        update={
            "database": config.database.model_copy(update={"url": url}),
            "schedules": config.schedules.model_copy(update=terms | periods),
        }
    )


def count(engine: Engine, _: Config, run: Run, now: datetime) -> RunResult:
    """Everything since the watermark, looked at first and written later, as reconciliation does it."""
    with reading(engine) as session:
        upto = session.scalars(select(col(JobRun.slot)).where(col(JobRun.id) == run.id)).one()
        after = session.scalar(select(func.max(EFFECTS.c.upto)).where(EFFECTS.c.job == run.job))
    draw = random.Random(f"{run.id} {now}")
    time.sleep(draw.uniform(0, LONGEST_WORK_SECONDS))
    with transaction(engine) as session:
        hold_fence(session, run)
        return _write(session, run, {"after": after, "upto": upto}, draw)


def count_without_fence(engine: Engine, config: Config, run: Run, now: datetime) -> RunResult:
    """What the fence prevents: the effect is written whatever has become of the lease."""
    with reading(engine) as session:
        upto = session.scalars(select(col(JobRun.slot)).where(col(JobRun.id) == run.id)).one()
        after = session.scalar(select(func.max(EFFECTS.c.upto)).where(EFFECTS.c.job == run.job))
    time.sleep(LONGEST_WORK_SECONDS)
    with transaction(engine) as session:
        session.execute(
            insert(EFFECTS).values(job=run.job, after=after, upto=upto, token=run.held.token, run_id=run.id)
        )
    with transaction(engine) as session:
        return finish_run(session, run, RunEnd(RunOutcome.COMPLETE))


def _write(session: Session, run: Run, span: Mapping[str, object], draw: random.Random) -> RunResult:
    session.execute(insert(EFFECTS).values(job=run.job, token=run.held.token, run_id=run.id, **span))
    # Kills and freezes fall inside the transaction too.
    time.sleep(draw.uniform(0, 0.05))
    return finish_run(session, run, RunEnd(RunOutcome.COMPLETE))


def count_for_long(engine: Engine, config: Config, run: Run, now: datetime) -> RunResult:
    """In the middle of a call to somebody who does not answer, when the process is told to stop."""
    time.sleep(60)
    return count(engine, config, run, now)


WORKS: Mapping[str, Work] = {"fenced": count, "fenceless": count_without_fence, "long": count_for_long}


def _lead(told: Mapping[str, str]) -> None:
    work = WORKS[told["work"]]
    run_schedules(config_of(told["url"]), [Job(name, work) for name in PERIODS])


def _reconcile(told: Mapping[str, str]) -> None:
    reconciling.WRITTEN_PER_TRANSACTION = WRITTEN_PER_TRANSACTION
    _carry_out(told, JobName.RECONCILE, config_of(told["url"]))


def _send_orders(told: Mapping[str, str]) -> None:
    """`post` is the address of the post's gateway, `key` and `secret` our account there."""
    config, address, key = config_of(told["url"]), told["post"], told["key"]
    terms = config.feeds.vnpost_orders.model_copy(
        update={
            "token_url": f"{address}/token",
            "order_url": f"{address}{ORDER}",
            "cancel_url": f"{address}{CANCEL}",
            "username": key,
            "password": told["secret"],
            "customer_code": key,
        }
    )
    feeds = config.feeds.model_copy(update={"vnpost_orders": terms})
    _carry_out(told, JobName.SEND_ORDERS, config.model_copy(update={"feeds": feeds}))


def _carry_out(told: Mapping[str, str], job: JobName, config: Config) -> None:
    """The answer's first line is for the one who asked: how many steps there were."""
    now = datetime.fromisoformat(told["now"])
    engine = create_engine(told["url"])
    with transaction(engine) as session:
        held = take_lease(session, LeaseTerms("schedules", new_holder(), float(told["lease_seconds"])))
        assert held is not None, "the lease is taken"
        run = start_run(session, RunClaim(job, now, held))
    steps = _count_steps(engine, die_at=int(told["die_at"]))
    carry_out(engine, config, run, now)
    Path(told["steps"]).write_text(str(steps()), encoding="ascii")


def _count_steps(engine: Engine, die_at: int) -> Callable[[], int]:
    """Every statement, every commit, every call over the network and every answer to one is a step; at the one named
    the process is gone, before it."""
    taken = 0

    def step(*_: object) -> None:
        nonlocal taken
        taken += 1
        if taken == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", step)
    event.listen(engine, "commit", step)
    send = httpx.Client.send

    def counted(client: httpx.Client, request: httpx.Request, **how: Any) -> httpx.Response:
        step()
        answer = send(client, request, **how)
        step()
        return answer

    httpx.Client.send = counted  # type: ignore[method-assign,assignment]  # this process sends nothing else
    return lambda: taken


COMMANDS: Mapping[str, Callable[[Mapping[str, str]], None]] = {
    "start": _lead,
    "reconcile": _reconcile,
    "send_orders": _send_orders,
}


def _forked(told: Mapping[str, str]) -> int:
    pid = os.fork()
    if pid:
        return pid
    os.close(sys.stdin.fileno())
    code = 1
    try:
        COMMANDS[told["do"]](told)
        code = 0
    finally:
        os._exit(code)


def main() -> None:
    children: set[int] = set()
    for line in sys.stdin:
        told = json.loads(line)
        if told["do"] == "wait":
            _, status = os.waitpid(int(told["pid"]), 0)
            children.discard(int(told["pid"]))
            answer = os.waitstatus_to_exitcode(status)
        else:
            answer = _forked(told)
            children.add(answer)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()
    for pid in children:
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
