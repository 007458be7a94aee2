"""A timetable of seconds under kills and freezes, and what must be true of it afterwards."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

from sqlalchemy import Engine, func, select
from sqlmodel import col

from tests.drills.counting import EFFECTS, PERIODS
from tracker.domain.runs import JobName, RunState
from tracker.store.engine import reading
from tracker.store.models import JobRun, Lease

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60
LOOK_SECONDS = 0.1
# SQLite's others wait ten seconds for its lock, so the frozen one must wake before.
LONGEST_FREEZE_SECONDS = {"sqlite": 8, "postgresql": PATIENCE_SECONDS}


def within(seconds: float, is_so: Callable[[], bool]) -> None:
    """Looks seldom: the processes under the drill need the machine more."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, f"not so within {seconds} s"
        time.sleep(LOOK_SECONDS)


class Nursery:
    """The process that all others are forked from."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, do: str, **told: str) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": do, **told}) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def ended(self, pid: int) -> int:
        """Its exit code, when it has ended; minus the signal's number when one killed it."""
        return self.ask("wait", pid=str(pid))


@contextmanager
def a_nursery() -> Iterator[Nursery]:
    command = [sys.executable, "-m", "tests.drills.counting"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as process:
        yield Nursery(process)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(PATIENCE_SECONDS)


@dataclass(slots=True)
class Drill:
    """Two processes on one database, always: whoever is killed is replaced."""

    nursery: Nursery
    engine: Engine
    url: str
    draw: Random
    work: str = "fenced"
    alive: list[int] = field(default_factory=list)
    take_overs: list[float] = field(default_factory=list)

    def start(self) -> None:
        self.alive.append(self.nursery.ask("start", url=self.url, work=self.work))

    def leader(self) -> tuple[int, int]:
        """Its process and its token; (0, 0) before there is one."""
        with reading(self.engine) as session:
            row = session.execute(select(col(Lease.holder), col(Lease.token))).first()
        return (int(row[0].split(":")[-2]), row[1]) if row else (0, 0)

    def effects(self) -> int:
        with reading(self.engine) as session:
            return session.scalar(select(func.count()).select_from(EFFECTS)) or 0

    def go_on(self, effects: int = 2) -> None:
        before = self.effects()
        within(PATIENCE_SECONDS, lambda: self.effects() >= before + effects)

    def kill_leader(self) -> None:
        self._pause()
        self._await_successor(signal.SIGKILL)
        self.start()

    def freeze_leader(self) -> None:
        """Woken only when another has led, and perhaps worked: what it was about to write comes too late."""
        self._pause()
        pid, token = self.leader()
        struck_at = time.monotonic()
        with self._frozen(pid):
            if not self._soon(lambda: self.leader()[1] > token):
                return
            self.take_overs.append(time.monotonic() - struck_at)
            if self.draw.random() < 0.5:
                self.go_on(1)

    def freeze_standby(self) -> None:
        self._pause()
        pid, _ = self.leader()
        before = self.effects()
        with self._frozen(next(each for each in self.alive if each != pid)):
            self._soon(lambda: self.effects() > before)

    @contextmanager
    def _frozen(self, pid: int) -> Iterator[None]:
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def _soon(self, is_so: Callable[[], bool]) -> bool:
        """False when it was frozen inside a transaction on SQLite: then the file is locked until it wakes."""
        name = self.engine.dialect.name
        until = time.monotonic() + LONGEST_FREEZE_SECONDS[name]
        while not is_so():
            if time.monotonic() > until:
                assert name == "sqlite", "PostgreSQL takes the lock from who froze"
                return False
            time.sleep(LOOK_SECONDS)
        return True

    def stop_leader(self) -> None:
        self._pause()
        self._await_successor(signal.SIGTERM)
        self.start()

    def kill_all(self) -> None:
        """Nobody leads while slots go by."""
        self._pause()
        for pid in list(self.alive):
            self._end(pid, signal.SIGKILL)
        nobody_until = time.monotonic() + self.draw.uniform(2.1, 3.5) * PERIODS[JobName.PULL_ONE_STOP]
        within(PATIENCE_SECONDS, lambda: time.monotonic() > nobody_until)
        self.start()
        self.start()

    def stop_all(self) -> None:
        for pid in list(self.alive):
            self._end(pid, signal.SIGTERM)

    def _end(self, pid: int, how: signal.Signals) -> None:
        os.kill(pid, how)
        self.alive.remove(pid)
        assert self.nursery.ended(pid) == (0 if how is signal.SIGTERM else -how)

    def _pause(self) -> None:
        until = time.monotonic() + self.draw.uniform(0, 1)
        within(PATIENCE_SECONDS, lambda: time.monotonic() > until)

    def _await_successor(self, how: signal.Signals) -> None:
        pid, token = self.leader()
        struck_at = time.monotonic()
        self._end(pid, how)
        within(PATIENCE_SECONDS, lambda: self.leader()[1] > token)
        self.take_overs.append(time.monotonic() - struck_at)


def play(drill: Drill, blows: Sequence[str]) -> None:
    drill.start()
    drill.start()
    drill.go_on()
    for blow in blows:
        getattr(drill, blow)()
        drill.go_on()
    drill.stop_all()


@dataclass(frozen=True, slots=True)
class Effect:
    job: str
    after: datetime | None
    upto: datetime
    token: int
    run_id: int


def effects_of(engine: Engine) -> list[Effect]:
    columns = EFFECTS.c
    asked = select(columns.job, columns.after, columns.upto, columns.token, columns.run_id).order_by(columns.id)
    with reading(engine) as session:
        return [Effect(*row) for row in session.execute(asked)]


def done_runs(engine: Engine) -> list[tuple[str, datetime, int]]:
    with reading(engine) as session:
        rows = session.execute(
            select(col(JobRun.job), col(JobRun.slot), col(JobRun.id)).where(col(JobRun.state) == RunState.DONE)
        )
        return [(job, slot.replace(tzinfo=None), run_id) for job, slot, run_id in rows]


def wrong(engine: Engine) -> list[str]:
    """Empty when the effects of every due slot are there exactly once, and nobody wrote after a successor."""
    effects, done = effects_of(engine), done_runs(engine)
    found = [f"tokens went back: {two}" for one, two in pairwise(effects) if two.token < one.token]
    for job in PERIODS:
        of_job = [effect for effect in effects if effect.job == job]
        found += [f"gap or overlap: {one} {two}" for one, two in pairwise(of_job) if two.after != one.upto]
        found += [f"nothing new: {effect}" for effect in of_job if effect.after and effect.upto <= effect.after]
    slots = [(job, slot) for job, slot, _ in done]
    found += [f"done twice: {slot}" for slot in set(slots) if slots.count(slot) > 1]
    written, ended = sorted(effect.run_id for effect in effects), sorted(run_id for _, _, run_id in done)
    return found + ([] if written == ended else [f"effects of {written}, ends of {ended}"])


def coalesced(engine: Engine) -> int:
    """Runs that made up for more than one slot."""
    return sum(
        effect.after is not None and effect.upto - effect.after > timedelta(seconds=PERIODS[JobName(effect.job)])
        for effect in effects_of(engine)
    )


def covered_slots(engine: Engine) -> int:
    spans = [effect for effect in effects_of(engine) if effect.after is not None]
    return sum(
        int((each.upto - each.after).total_seconds()) // PERIODS[JobName(each.job)] for each in spans if each.after
    )
