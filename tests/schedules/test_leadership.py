"""One leads, the others stand by; whoever lost the lead without knowing writes nothing."""

import threading

import pytest
from sqlalchemy import Engine, select
from sqlmodel import col

from schedules.leadership import (
    Held,
    Leadership,
    LeaseLostError,
    LeaseTerms,
    forget_expired_by_hand,
    give_up_lease,
    hold_lease_row,
    new_holder,
    renew_lease,
    take_lease,
)
from tests.schedules.waiting import within
from tracker.store.engine import reading, transaction
from tracker.store.models import Lease, Setting
from tracker.store.queries.runs import database_now

LONG = 600
SHORT = 0.05


def terms(lease_seconds: float = LONG, name: str = "schedules") -> LeaseTerms:
    return LeaseTerms(name, new_holder(), lease_seconds)


def taken(engine: Engine, lease_seconds: float = LONG, name: str = "schedules") -> Held | None:
    with transaction(engine) as session:
        return take_lease(session, terms(lease_seconds, name))


def taken_once_free(engine: Engine) -> Held:
    held: list[Held] = []

    def try_again() -> bool:
        held.extend(filter(None, [taken(engine)]))
        return bool(held)

    within(5, try_again)
    return held[0]


def has_run_out(engine: Engine) -> bool:
    with reading(engine) as session:
        return session.scalars(select(col(Lease.until_at))).one() <= database_now(session)


def test_the_first_comer_leads_and_the_second_stands_by(engine: Engine) -> None:
    assert taken(engine) == Held("schedules", 1)
    assert taken(engine) is None


def test_of_many_that_start_at_once_exactly_one_leads(engine: Engine) -> None:
    together = threading.Barrier(6)
    answers: list[Held | None] = []

    def contend() -> None:
        together.wait()
        answers.append(taken(engine))

    contenders = [threading.Thread(target=contend) for _ in range(6)]
    start_and_join(contenders)

    assert answers.count(None) == 5


def start_and_join(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_lease_that_ran_out_is_taken_over_with_the_next_token(engine: Engine) -> None:
    taken(engine, SHORT)

    assert taken_once_free(engine) == Held("schedules", 2)


def test_a_renewed_lease_keeps_its_token_and_its_rival_out(engine: Engine) -> None:
    leader = Leadership(engine, terms())

    first, second = leader.keep(), leader.keep()

    assert first == second == leader.held
    assert taken(engine) is None


def test_a_leader_that_slept_too_long_comes_back_with_a_new_token(engine: Engine) -> None:
    leader = Leadership(engine, terms(SHORT))
    leader.keep()
    within(5, lambda: has_run_out(engine))

    assert leader.held is None
    assert leader.keep() == Held("schedules", 2)


def test_a_lease_that_ran_out_cannot_be_renewed_even_if_nobody_took_it(engine: Engine) -> None:
    held = taken(engine, SHORT)
    assert held is not None

    within(5, lambda: has_run_out(engine))

    with transaction(engine) as session:
        assert not renew_lease(session, held, SHORT)


def test_a_lease_written_by_a_clock_that_ran_ahead_is_not_waited_for(engine: Engine) -> None:
    ahead = taken(engine, LONG * 11)
    assert ahead is not None

    assert taken(engine) == Held("schedules", 2)
    with transaction(engine) as session, pytest.raises(LeaseLostError):
        hold_lease_row(session, ahead)


def test_a_leader_that_resigns_makes_way_at_once(engine: Engine) -> None:
    leader = Leadership(engine, terms())
    leader.keep()

    leader.resign()

    assert leader.held is None
    assert taken(engine) == Held("schedules", 2)


def write_as(engine: Engine, held: Held) -> None:
    with transaction(engine) as session:
        session.add(Setting(key="effect", value="of a zombie"))
        hold_lease_row(session, held)


def test_a_frozen_leader_woken_after_a_take_over_writes_nothing(engine: Engine) -> None:
    zombie = taken(engine, SHORT)
    assert zombie is not None
    taken_once_free(engine)

    with pytest.raises(LeaseLostError):
        write_as(engine, zombie)

    with reading(engine) as session:
        assert session.get(Setting, "effect") is None


def test_a_successor_waits_until_the_leaders_writing_is_committed(engine: Engine) -> None:
    leader = taken(engine, SHORT)
    assert leader is not None
    order: list[str] = []

    def succeed() -> None:
        taken_once_free(engine)
        order.append("succeeded")

    with transaction(engine) as session:
        hold_lease_row(session, leader)
        successor = threading.Thread(target=succeed)
        successor.start()
        session.add(Setting(key="effect", value="of the leader"))
        order.append("written")
    successor.join()

    assert order == ["written", "succeeded"]


def test_leases_of_runs_by_hand_are_swept_when_they_ended(engine: Engine) -> None:
    ended, alive = taken(engine, name="by_hand:a"), taken(engine, name="by_hand:b")
    assert ended is not None
    with transaction(engine) as session:
        give_up_lease(session, ended)
        forget_expired_by_hand(session)

    with reading(engine) as session:
        assert list(session.scalars(select(col(Lease.name)))) == [alive and alive.name]
