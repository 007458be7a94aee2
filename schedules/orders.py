"""Sends what waits in the outbox to the post: a short transaction, a call, a short transaction, order by order."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from schedules.feeds.deadlines import LimitedClient
from schedules.feeds.resting import held_back
from schedules.feeds.vnpost_orders import OrderDesk
from schedules.feeds.wire import FeedError
from schedules.runs import Run, RunEnd, RunResult, finish_run, hold_fence
from tracker.actions.feeds import FeedAnswer, breaker_terms, note_call, note_feed_failure, note_feed_success
from tracker.actions.postal_orders import (
    Call,
    claim_call,
    enter_orders,
    follow_cancellations,
    note_answer,
    note_no_answer,
)
from tracker.config import Config
from tracker.domain.outbound_orders import OrderState
from tracker.domain.runs import RunOutcome
from tracker.store.engine import reading, transaction
from tracker.store.queries.claims import VNPOST_ORDERS
from tracker.store.queries.postal_orders import due_orders

ENTERED_PER_TRANSACTION = 500
# One order may be at fault; a gateway that fails for so many in a row is down.
FAILURES_IN_A_ROW = 3


@dataclass(slots=True)
class _Tally:
    counts: Counter[str] = field(default_factory=lambda: Counter(rows=0, entered=0, sent=0, cancelled=0, rejected=0))
    in_a_row: int = 0
    fault: str = ""

    def take(self, state: OrderState) -> None:
        refused = state in {OrderState.REFUSED, OrderState.CANCEL_REFUSED}
        self.counts.update(rows=1, **{"rejected" if refused else state.value: 1})
        self.in_a_row, self.fault = 0, ""

    def fail(self, fault: str) -> None:
        self.counts.update(rows=1, unanswered=1)
        self.in_a_row, self.fault = self.in_a_row + 1, fault

    @property
    def is_down(self) -> bool:
        """Not one of a few calls was answered, or too many in a row were not."""
        answered = self.counts["rows"] - self.counts["unanswered"]
        return self.in_a_row >= FAILURES_IN_A_ROW or (self.in_a_row > 0 and not answered)

    @property
    def outcome(self) -> RunOutcome:
        if self.is_down:
            return RunOutcome.UNREACHABLE
        return RunOutcome.PARTIAL if self.counts["rejected"] or self.counts["unanswered"] else RunOutcome.COMPLETE


def send_orders(engine: Engine, config: Config, run: Run, now: datetime) -> RunResult:
    """Killed anywhere it is simply run again: a number the post has heard means the same order."""
    tally = _Tally()
    _enter(engine, run, now, tally)
    if resting := held_back(engine, VNPOST_ORDERS, run, now):
        return resting
    terms = config.feeds.vnpost_orders
    # Of a slow post too the run is over before the next is due: what is left goes with that one.
    until = time.monotonic() + terms.send_seconds
    with LimitedClient(terms.timeout_seconds) as client:
        desk = OrderDesk(client, terms)
        for item_id in _due_at(desk, engine, terms.most_sent, tally):
            with _fenced(engine, run) as session:
                call = claim_call(session, item_id, config.public.hotline, at=now)
            if call is not None:
                _tell(engine, desk, (run, call, now), tally)
            if tally.in_a_row >= FAILURES_IN_A_ROW or time.monotonic() > until:
                break
    return _end(engine, config, (run, now), tally)


def _enter(engine: Engine, run: Run, now: datetime, tally: _Tally) -> None:
    """What the books ask for comes into the outbox also while the post cannot be reached."""
    with _fenced(engine, run) as session:
        follow_cancellations(session)
    entered = ENTERED_PER_TRANSACTION
    while entered == ENTERED_PER_TRANSACTION:
        with _fenced(engine, run) as session:
            entered = enter_orders(session, at=now, limit=ENTERED_PER_TRANSACTION)
        tally.counts.update(entered=entered)


def _due_at(desk: OrderDesk, engine: Engine, limit: int, tally: _Tally) -> list[int]:
    """Nothing while the post lets us not in: no order is then noted as one that it may have."""
    with reading(engine) as session:
        due = due_orders(session, limit)
    try:
        if due:
            desk.sign_in()
    except FeedError as error:
        tally.fail(error.fault)
        return []
    return due


def _tell(engine: Engine, desk: OrderDesk, of: tuple[Run, Call, datetime], tally: _Tally) -> None:
    run, call, now = of
    try:
        answer = desk.tell(call)
    except FeedError as error:
        with _fenced(engine, run) as session:
            note_no_answer(session, call, error.fault)
        tally.fail(error.fault)
        return
    with _fenced(engine, run) as session:
        state = note_answer(session, call, answer, at=now)
    tally.take(state)


def _end(engine: Engine, config: Config, of: tuple[Run, datetime], tally: _Tally) -> RunResult:
    """A run with nothing to tell says nothing of the post."""
    run, now = of
    with _fenced(engine, run) as session:
        if tally.is_down:
            note_feed_failure(session, VNPOST_ORDERS, tally.fault, at=now, run_id=run.id)
            note_call(session, VNPOST_ORDERS, tally.fault, breaker_terms(config), at=now)
        elif tally.counts["rows"]:
            answer = FeedAnswer(VNPOST_ORDERS, rows=tally.counts["rows"])
            note_feed_success(session, answer, at=now, run_id=run.id)
        fault = tally.fault if tally.is_down else ""
        return finish_run(session, run, RunEnd(tally.outcome, tally.counts, fault))


@contextmanager
def _fenced(engine: Engine, run: Run) -> Iterator[Session]:
    with transaction(engine) as session:
        hold_fence(session, run)
        yield session
