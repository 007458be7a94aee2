"""The post's clock and the agency's: pauses stand still, 15:00 is the end of the day, no date falls on a closed day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from tracker.domain.two_clocks import Processing, Word, postal_reading, processing_reading
from tracker.domain.working_time import OfficeHours, WorkCalendar

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
CULTURE_DAY = date(2026, 11, 24)
CALENDAR = WorkCalendar(OfficeHours(), frozenset({CULTURE_DAY}), frozenset(), VIETNAM)
FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)
FIRST = datetime(2026, 11, 2, tzinfo=UTC)
WORDS = st.lists(
    st.builds(
        Word,
        st.sampled_from([1, 2, 4, 5, 6, 8, 9, 10]),
        st.integers(0, 60 * 24 * 40).map(lambda minutes: FIRST + timedelta(minutes=minutes)),
    ),
    max_size=12,
).map(lambda words: sorted(words, key=lambda word: word.said_at))


def said(status: int, on: date, clock: str = "09:00") -> Word:
    return Word(status, datetime.fromisoformat(f"{on.isoformat()}T{clock}").replace(tzinfo=VIETNAM))


def read(*words: Word, today: date) -> Processing:
    found = processing_reading(words, 3, today, CALENDAR)
    assert found is not None
    return found


def test_the_posts_clock_leaves_out_the_day_of_posting_and_the_holiday() -> None:
    due_on = CALENDAR.add_working_days(FRIDAY, 2)
    reading = postal_reading(FRIDAY, due_on, None, date(2026, 11, 27), CALENDAR)

    assert (due_on, reading.days, reading.used, reading.late, reading.left) == (date(2026, 11, 25), 2, 4, 2, 0)
    assert postal_reading(FRIDAY, due_on, due_on, date(2026, 12, 31), CALENDAR).late == 0


@pytest.mark.parametrize(
    ("clock", "counted_on", "due_on"),
    [("15:00", date(2026, 11, 23), date(2026, 11, 27)), ("15:01", date(2026, 11, 25), date(2026, 11, 30))],
)
def test_what_comes_after_fifteen_counts_from_the_next_working_day(clock: str, counted_on: date, due_on: date) -> None:
    """Monday; Tuesday is the Day of Vietnamese Culture."""
    reading = read(said(2, MONDAY, clock), today=MONDAY).reading

    assert (reading.started_on, reading.due_on) == (counted_on, due_on)


def test_a_pause_stands_still_and_moves_the_due_date_by_its_working_days() -> None:
    words = (said(2, FRIDAY), said(5, MONDAY), said(4, date(2026, 11, 26)), said(9, date(2026, 11, 30)))
    found = read(*words, today=date(2026, 12, 31))

    (pause,) = found.pauses
    assert (pause.status, pause.from_on, pause.until_on, pause.days) == (5, MONDAY, date(2026, 11, 26), 2)
    assert (found.reading.due_on, found.reading.used, found.reading.late) == (date(2026, 11, 30), 3, 0)
    assert found.reading.ended_on == date(2026, 11, 30)


def test_while_it_is_paused_nothing_is_used_up() -> None:
    words = said(2, FRIDAY), said(6, MONDAY)
    soon, later = (read(*words, today=day) for day in (MONDAY, date(2026, 12, 11)))

    assert soon.is_paused
    assert later.is_paused
    assert soon.reading.used == later.reading.used == 1


def test_before_the_agency_has_received_it_no_clock_runs() -> None:
    assert processing_reading([said(1, MONDAY)], 3, MONDAY, CALENDAR) is None


@given(WORDS, st.integers(0, 10))
def test_a_due_date_is_a_working_day_and_the_sums_agree(words: list[Word], days: int) -> None:
    today = date(2026, 12, 15)
    found = processing_reading(words, days, today, CALENDAR)
    if found is None:
        return
    reading = found.reading
    assert CALENDAR.is_working_day(reading.due_on)
    assert CALENDAR.is_working_day(reading.started_on)
    assert reading.used >= 0
    assert (reading.late == 0) == (reading.used <= reading.days)
    until_on = reading.ended_on or today
    if until_on >= reading.started_on:
        stood = sum(pause.days for pause in found.pauses)
        assert reading.used + stood == CALENDAR.working_days_between(reading.started_on, until_on)
        assert (reading.late > 0) == (CALENDAR.working_days_between(reading.due_on, until_on) > 0)
