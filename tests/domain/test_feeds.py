"""A feed that fails again and again is left in peace; an answer that lost too much is not believed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from tracker.domain.feeds import Breaker, BreakerState, BreakerTerms, is_lost

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
TERMS = BreakerTerms(failures=3, first_rest=timedelta(minutes=1), longest_rest=timedelta(minutes=15))


def failed(times: int, terms: BreakerTerms = TERMS) -> Breaker:
    breaker = Breaker()
    for _ in range(times):
        breaker = breaker.calling(NOW).failed(terms, NOW)
    return breaker


def test_it_opens_after_so_many_failures_in_a_row() -> None:
    assert [failed(times).state for times in range(4)] == ["closed", "closed", "closed", "open"]


def test_it_rests_twice_as_long_each_time_up_to_the_longest() -> None:
    rests = [failed(times).resting_until for times in range(3, 9)]

    assert [(until - NOW).total_seconds() / 60 for until in rests if until] == [1, 2, 4, 8, 15, 15]


def test_an_open_one_lets_nobody_call_before_its_time_and_then_one_probe() -> None:
    breaker = failed(3)

    assert not breaker.lets_call(NOW + timedelta(seconds=59))
    assert breaker.lets_call(NOW + timedelta(seconds=60))
    assert breaker.calling(NOW + timedelta(seconds=60)).state is BreakerState.HALF_OPEN


def test_a_probe_that_died_is_followed_by_another() -> None:
    assert failed(3).calling(NOW).lets_call(NOW)


def test_one_answer_closes_it_and_says_since_when() -> None:
    later = NOW + timedelta(hours=1)

    assert failed(9).calling(later).answered(later) == Breaker(since_at=later)
    assert Breaker().answered(later) == Breaker()


@given(st.integers(0, 5000), st.timedeltas(timedelta(seconds=1), timedelta(days=1)))
def test_however_long_it_is_away_it_is_asked_again_within_the_longest_rest(times: int, longest: timedelta) -> None:
    breaker = Breaker(failures=times).failed(BreakerTerms(1, timedelta(seconds=1), longest), NOW)

    assert breaker.lets_call(NOW + longest)


@pytest.mark.parametrize(
    ("before", "accounted", "lost"),
    [(100, 80, False), (100, 79, True), (5, 4, False), (5, 3, True), (0, 0, False), (None, 0, False), (3, 9, False)],
)
def test_more_than_a_fifth_is_a_loss(before: int | None, accounted: int, lost: bool) -> None:
    assert is_lost(before, accounted, 20) is lost
