"""Ending the holds whose time is over, one envelope at a time: what was done before a kill stays done."""

from datetime import datetime

from sqlalchemy import Engine

from schedules.runs import Run, RunEnd, RunResult, finish_run, hold_fence
from tracker.actions.door import Door
from tracker.actions.holds import expire_hold
from tracker.config import Config
from tracker.domain.actor import SYSTEM_NAME
from tracker.domain.runs import RunOutcome
from tracker.store.engine import reading, transaction
from tracker.store.queries.accounts import SYSTEM_DEVICE, account_by_name, actor_of
from tracker.store.queries.holds import HeldItem, held_items


def expire_holds(engine: Engine, config: Config, run: Run, now: datetime) -> RunResult:
    with reading(engine) as session:
        account = account_by_name(session, SYSTEM_NAME)
        held = held_items(session) if account else []
        actor = actor_of(session, account.id, SYSTEM_DEVICE) if account and account.id else None
    expired = _expire_all(engine, run, held, Door(actor, now, config)) if actor else 0
    counts = {"held": len(held), "expired": expired}
    with transaction(engine) as session:
        return finish_run(session, run, RunEnd(RunOutcome.COMPLETE, counts))


def _expire_all(engine: Engine, run: Run, held: list[HeldItem], door: Door) -> int:
    expired = 0
    for item in held:
        with transaction(engine) as session:
            hold_fence(session, run)
            expired += expire_hold(session, item, door)
    return expired
