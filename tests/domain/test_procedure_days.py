"""Actual against statutory days: real days, no averages, and candidates only where enough dossiers say so."""

import pytest
from hypothesis import given, strategies as st

from tracker.domain.procedure_days import CutRule, Finished, ProcedureDays, nearest_rank, procedure_days

RULE = CutRule(percent=50, least=10)


def told(used: list[int], term: int = 10, rule: CutRule = RULE) -> ProcedureDays:
    (found,) = procedure_days([Finished("1.1", "Thủ tục", term, days) for days in used], rule)
    return found


def test_median_and_ninth_tenth_are_days_that_a_dossier_took() -> None:
    found = told([1, 2, 3, 4, 5, 6, 7, 8, 11, 30])

    assert (found.count, found.median, found.p90, found.in_term, found.in_term_percent) == (10, 5, 11, 8, 80.0)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=40), st.integers(1, 100))
def test_so_many_percent_are_not_above_the_rank_and_fewer_below_it(used: list[int], percent: int) -> None:
    rank = nearest_rank(sorted(used), percent)

    assert 100 * sum(days <= rank for days in used) >= percent * len(used)
    assert 100 * sum(days < rank for days in used) < percent * len(used)


@pytest.mark.parametrize(
    ("used", "term", "may_cut"),
    [
        ([5] * 10, 10, True),
        ([5] * 9 + [40], 10, True),  # one in ten may be an outlier
        ([5] * 8 + [6, 6], 10, False),
        ([5] * 9, 10, False),  # too few
        ([0] * 10, 1, False),  # a day is not cut
    ],
)
def test_a_term_may_be_cut_where_nine_in_ten_need_half_of_it(used: list[int], term: int, may_cut: bool) -> None:
    assert told(used, term).may_cut is may_cut


def test_a_changed_term_is_a_row_of_its_own_and_the_most_frequent_comes_first() -> None:
    dossiers = [Finished("1.1", "Cũ", 10, 3), *[Finished("1.1", "Mới", 5, 3)] * 2]

    assert [(one.name, one.term, one.count) for one in procedure_days(dossiers, RULE)] == [("Mới", 5, 2), ("Cũ", 10, 1)]
