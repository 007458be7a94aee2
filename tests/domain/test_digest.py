"""When a digest is due, which mail it is, and what a server's answer means for it."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tracker.domain.digest import (
    DigestState,
    fingerprint,
    is_due,
    message_id,
    state_after,
)
from tracker.domain.working_time import OfficeHours, WorkCalendar

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY = date(2026, 11, 23)
CALENDAR = WorkCalendar(OfficeHours(), frozenset({MONDAY + timedelta(days=1)}), frozenset(), HANOI)
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "clock", "due"),
    [
        (0, time(6, 59, 59), False),
        (0, time(7), True),
        (0, time(23, 59, 59), True),
        (1, time(7), False),  # a holiday
        (2, time(0), False),
        (-1, time(7), False),  # a Sunday
    ],
)
def test_it_is_due_from_its_hour_until_midnight_of_a_working_day(day: int, clock: time, due: bool) -> None:
    now = datetime.combine(MONDAY + timedelta(days=day), clock, HANOI).astimezone(UTC)

    assert is_due(CALENDAR, time(7), now) is due


@pytest.mark.parametrize(
    ("code", "state"),
    [
        (250, DigestState.SENT),
        (251, DigestState.SENT),
        (354, DigestState.WAITING),
        (421, DigestState.WAITING),
        (499, DigestState.WAITING),
        (500, DigestState.REFUSED),
        (554, DigestState.REFUSED),
    ],
)
def test_only_a_refusal_for_good_ends_the_day(code: int, state: DigestState) -> None:
    assert state_after(code) is state


def test_a_mail_is_known_by_office_day_and_recipient_and_names_nobody() -> None:
    told = ("H12", MONDAY, fingerprint("Lanh@so.vn"), "giao-nhan@so.vn")
    others = [("H13", *told[1:]), ("H12", MONDAY + timedelta(days=1), *told[2:]), (*told[:2], "x", told[3])]

    assert message_id(*told) == message_id("H12", MONDAY, fingerprint("lanh@SO.vn"), "giao-nhan@so.vn")
    assert len({message_id(*one) for one in [told, *others]}) == 4
    assert "lanh" not in message_id(*told).casefold()
