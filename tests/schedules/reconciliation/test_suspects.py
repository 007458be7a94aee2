"""A run that looks at few dossiers finds what one that looks at all of them does."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random, SystemRandom

import pytest
from sqlalchemy import Connection, Engine, delete, event, func, select, update
from sqlmodel import Session, col

from schedules.leadership import give_up_lease
from schedules.reconciliation.evaluation import findings_of
from schedules.reconciliation.looking import judging_of, look, terms_of
from schedules.reconciliation.run import plan_of, reconcile, reconcile_changed
from schedules.reconciliation.scope import bounds_of
from schedules.reconciliation.table import RULES
from tests.schedules.planting import NOW, Place, a_dossier, a_place, an_item
from tests.schedules.reconciliation.histories import Histories
from tests.schedules.reconciliation.test_post_feed import LISTENING, said
from tests.schedules.reconciliation.test_run import NUMBER, RETURNED, a_result_on_its_way, a_run
from tracker.actions.claims import take_claims
from tracker.actions.feeds import FeedAnswer, note_feed_failure, note_feed_success
from tracker.domain.discrepancies import DiscrepancyCode
from tracker.store.engine import reading, transaction
from tracker.store.models import CalendarDay, DiscrepancyStep, Item
from tracker.store.queries.reconciliation import cases, lookups
from tracker.store.queries.suspects import PREFILTERS, suspects, suspects_among
from tracker.store.queries.suspicion import Bounds, is_looked_at
from tracker.store.tables import CHANGED_DOSSIER, DOSSIER

CODES = [rule.code for rule in RULES]


@pytest.fixture
def place(engine: Engine) -> Place:
    with transaction(engine) as session:
        note_feed_success(session, FeedAnswer("one_stop", rows=1), at=NOW)
        return a_place(session)


@pytest.fixture
def listening(engine: Engine, place: Place) -> Place:
    """The post's own feed speaks too, since a month ago."""
    with transaction(engine) as session:
        note_feed_success(session, FeedAnswer("vnpost", rows=1), at=NOW)
        said(session, "FIRST", at=NOW - timedelta(days=30))
    return place


@pytest.fixture
def seed() -> int:
    return SystemRandom().randrange(10**9)


def judged_one_by_one(session: Session) -> dict[DiscrepancyCode, set[int]]:
    """Dossiers by what holds of them now, every dossier there is to look at set against every row."""
    terms = terms_of(session, LISTENING, NOW)
    ids = session.scalars(select(DOSSIER.c.id).where(is_looked_at(bounds_now(session)))).all()
    found: dict[DiscrepancyCode, set[int]] = defaultdict(set)
    for case in cases(session, ids, lookups(session)):
        for finding, _ in findings_of(case, terms, is_feed_trusted=True):
            found[finding.code].add(case.dossier_id or 0)
    return found


def bounds_now(session: Session) -> Bounds:
    return bounds_of(session, judging_of(session, LISTENING, NOW))


def test_every_row_of_the_table_has_a_prefilter() -> None:
    assert set(CODES) - PREFILTERS.keys() == set()


def test_no_prefilter_misses_what_its_rule_speaks_of_and_none_asks_for_all(
    engine: Engine, listening: Place, seed: int
) -> None:
    with transaction(engine) as session:
        told = Histories(session, listening, Random(7))
        told.tell(90)
        told.chance = Random(seed)
        told.tell(40)

    with reading(engine) as session:
        found = judged_one_by_one(session)
        bounds = bounds_now(session)
        asked = {code: set(suspects(session, [code], bounds)) for code in CODES}
        of_few = set(suspects_among(session, CODES, bounds, told.dossiers))

    missed = {code: found[code] - asked[code] for code in CODES if found[code] - asked[code]}
    assert missed == {}, f"seed {seed}"
    assert set().union(*found.values()) - of_few == set(), f"seed {seed}"
    assert [code for code in CODES if not found[code]] == []
    assert [code for code in CODES if len(asked[code]) > 90] == []


def test_a_row_without_a_prefilter_looks_at_every_dossier(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        Histories(session, place, Random(1)).tell(20)

    with reading(engine) as session:
        bounds = bounds_now(session)
        asked = set(suspects(session, [DiscrepancyCode.FEED_DOWN], bounds))
        every = set(session.scalars(select(DOSSIER.c.id).where(is_looked_at(bounds_now(session)))))

    assert asked == every


def test_runs_over_what_changed_leave_nothing_for_a_whole_one(engine: Engine, listening: Place, seed: int) -> None:
    chance = Random(seed)
    with transaction(engine) as session:
        told = Histories(session, listening, chance)
        told.tell(40)
    reconcile(engine, LISTENING, a_run(engine), told.now)
    for turn in range(6):
        told.now += timedelta(minutes=chance.choice((1, 5, 5, 60, 300)))
        with transaction(engine) as session:
            told.session = session
            for _ in range(chance.randint(0, 6)):
                told.change()

        reconcile_changed(engine, LISTENING, a_run(engine), told.now)

        left = plan_of(engine, look(engine, LISTENING, told.now))
        assert (left.to_open, left.to_refresh, left.to_converge) == ([], [], []), f"seed {seed}, turn {turn}"


def some_histories(engine: Engine, place: Place, dossiers: int = 25) -> Histories:
    with transaction(engine) as session:
        told = Histories(session, place, Random(22))
        told.tell(dossiers)
    return told


def changed_run(engine: Engine, now: datetime) -> dict[str, int]:
    return dict(reconcile_changed(engine, LISTENING, a_run(engine), now).counts)


def test_the_first_run_looks_at_all_and_a_quiet_one_after_it_at_nothing(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        a_result_on_its_way(session, place)

    first = changed_run(engine, NOW)
    second = changed_run(engine, NOW + timedelta(minutes=5))

    assert (first["considered"], second["considered"]) == (1, 0)


def test_a_grace_that_ends_is_heard_of_though_nothing_happened(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        dossier = a_dossier(session, place, NUMBER)
        take_claims(session, [replace(RETURNED, status=9, said_at=NOW)], at=NOW)
        an_item(session, place, [dossier], leg="submission", status="delivered", is_final=True, final_at=NOW)

    told = [changed_run(engine, NOW + timedelta(hours=hours))["opened"] for hours in (0, 1, 2, 30, 31, 32)]

    assert told == [0, 0, 0, 0, 1, 0]


def test_a_silence_that_ends_while_the_office_is_shut_is_heard_of_in_its_minute(engine: Engine, place: Place) -> None:
    """Sixteen working hours from Friday's closing end with Tuesday's, wherever in the weekend they began."""
    friday, monday, tuesday = (datetime(2026, 11, day, tzinfo=UTC) for day in (20, 23, 24))
    last_heard = [friday + timedelta(hours=9, minutes=59, seconds=30), friday + timedelta(hours=11), monday]
    with transaction(engine) as session:
        for number, at in enumerate(last_heard):
            dossier = a_dossier(session, place, f"{NUMBER}-{number}")
            an_item(session, place, [dossier], last_event_at=at, registered_at=at, number=f"EE{number:09d}VN")
    closing = tuesday + timedelta(hours=10)

    told = [changed_run(engine, closing + timedelta(seconds=by))["opened"] for by in (-90, -30, -15, 0, 45)]

    assert told == [0, 1, 0, 2, 0]


def test_another_trust_in_the_feed_has_everything_looked_at_again(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        a_result_on_its_way(session, place)
    changed_run(engine, NOW)
    with transaction(engine) as session:
        note_feed_failure(session, "one_stop", "timeout", at=NOW)

    assert changed_run(engine, NOW + timedelta(minutes=5))["considered"] == 1


def test_another_calendar_has_everything_looked_at_again(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        a_result_on_its_way(session, place)
    changed_run(engine, NOW)
    with transaction(engine) as session:
        session.add(CalendarDay(day=date(2026, 11, 24), kind="closed", name="Ngày Văn hóa các dân tộc"))

    assert changed_run(engine, NOW + timedelta(minutes=5))["considered"] == 1


def test_everything_is_looked_at_again_after_six_hours(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        a_result_on_its_way(session, place)

    told = [changed_run(engine, NOW + timedelta(hours=hours))["considered"] for hours in (0, 5, 6, 7)]

    assert told == [1, 0, 1, 0]


def test_a_whole_run_says_what_the_runs_over_changes_had_missed(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        item_id = a_result_on_its_way(session, place)
    changed_run(engine, NOW)
    with transaction(engine) as session:
        session.execute(update(Item).where(col(Item.id) == item_id).values(due_on=date(2026, 11, 2)))
        session.execute(delete(CHANGED_DOSSIER))  # as if nobody had noted it

    unnoted = changed_run(engine, NOW + timedelta(minutes=5))
    told = changed_run(engine, NOW + timedelta(hours=6))

    assert (unnoted["opened"], unnoted.get("missed")) == (0, None)
    assert (told["opened"], told["missed"]) == (1, 1)


class Killed(BaseException):
    """What a process is to which nobody sends a word."""


def killed_before_commit(engine: Engine, number: int, now: datetime) -> bool:
    """Whether the run died, before the end of its transaction of that number; its lease then runs out."""
    run, begun = a_run(engine), count(1)

    def kill(_: Connection) -> None:
        if next(begun) == number:
            raise Killed

    event.listen(engine, "commit", kill)
    try:
        reconcile_changed(engine, LISTENING, run, now)
    except Killed:
        return True
    finally:
        event.remove(engine, "commit", kill)
        with transaction(engine) as session:
            give_up_lease(session, run.held)
    return False


def test_a_run_killed_at_each_step_comes_to_the_same_and_opens_nothing_twice(engine: Engine, listening: Place) -> None:
    told = some_histories(engine, listening, 40)
    # The findings lost, the forgetting of graces, their keeping, the end; then the same after changes.
    died = [killed_before_commit(engine, at_step, told.now) for at_step in (1, 2, 2, 3, 99)]
    with transaction(engine) as session:
        told.session = session
        for _ in range(9):
            told.change()
    died += [killed_before_commit(engine, at_step, told.now) for at_step in (1, 2, 2, 99)]

    left = plan_of(engine, look(engine, LISTENING, told.now))

    assert died == [True, True, True, True, False, True, True, True, False]
    assert (left.to_open, left.to_refresh, left.to_converge) == ([], [], [])
    with reading(engine) as session:
        steps = session.execute(select(col(DiscrepancyStep.discrepancy_id), col(DiscrepancyStep.step))).all()
        marks_left = session.scalar(select(func.count()).select_from(CHANGED_DOSSIER))
    assert len(steps) == len(set(steps)) > 0
    assert marks_left == 0
