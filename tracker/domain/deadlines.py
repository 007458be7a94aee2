"""By when the post must have delivered, and by when the agency must have decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType

from tracker.domain.working_time import WorkCalendar

RECEIPT_CUTOFF = time(15)


class RouteZone(StrEnum):
    SAME_COMMUNE = "same_commune"  # until July 2025 the same district
    SAME_PROVINCE = "same_province"
    BETWEEN_CITIES = "between_cities"  # special and class-I cities
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Seat:
    """Where an office stands, as far as the postal time depends on it."""

    ward_code: str | None
    province_code: str | None


def zone_between(start: Seat, end: Seat) -> RouteZone:
    if start.ward_code is not None and start.ward_code == end.ward_code:
        return RouteZone.SAME_COMMUNE
    if start.province_code == end.province_code:
        return RouteZone.SAME_PROVINCE
    return RouteZone.ELSEWHERE


@dataclass(frozen=True, slots=True)
class ServiceStandard:
    """Working days after the day of posting; `slip_days` where the appointment slip travels back too."""

    name: str
    in_force_from: date
    days: Mapping[RouteZone, int]
    slip_days: Mapping[RouteZone, int]


_TT_17_DAYS = MappingProxyType(
    {
        RouteZone.SAME_COMMUNE: 1,
        RouteZone.SAME_PROVINCE: 2,
        RouteZone.BETWEEN_CITIES: 3,
        RouteZone.ELSEWHERE: 4,
    }
)
_TT_17_SLIP_DAYS = MappingProxyType(
    {
        RouteZone.SAME_COMMUNE: 2,
        RouteZone.SAME_PROVINCE: 4,
        RouteZone.BETWEEN_CITIES: 6,
        RouteZone.ELSEWHERE: 8,
    }
)

# TT 17/2017, article 7.2. Oldest first; an item keeps the standard of the day it was posted.
SERVICE_STANDARDS = (ServiceStandard("tt-17-2017", date(2017, 8, 15), _TT_17_DAYS, _TT_17_SLIP_DAYS),)


def standard_on(posted_on: date, standards: tuple[ServiceStandard, ...] = SERVICE_STANDARDS) -> ServiceStandard:
    """Raises ValueError for a day before the first standard."""
    in_force = [standard for standard in standards if standard.in_force_from <= posted_on]
    if not in_force:
        raise ValueError(f"no service standard was in force on {posted_on.isoformat()}")
    return in_force[-1]


def postal_due_on(posted_on: date, zone: RouteZone, calendar: WorkCalendar, with_slip: bool = False) -> date:
    """Last working day on which delivery still meets the service standard; the day of posting does not count."""
    standard = standard_on(posted_on)
    days = standard.slip_days if with_slip else standard.days
    return calendar.add_working_days(posted_on, days[zone])


def processing_due_on(received_at: datetime, days: int, calendar: WorkCalendar, cutoff: time = RECEIPT_CUTOFF) -> date:
    """Last of `days` working days after the day of receipt, on the calendar of the office that decides.

    What comes after the cutoff or on a day off is received on the next working day; 0 days: due on that day.
    Raises ValueError when days < 0 or `received_at` has no zone.
    """
    first_on = counted_on(received_at, calendar, cutoff)
    return calendar.add_working_days(first_on, days) if days else first_on


def counted_on(received_at: datetime, calendar: WorkCalendar, cutoff: time = RECEIPT_CUTOFF) -> date:
    """The day of receipt; the next working day for what comes after the cutoff or on a day off."""
    on = calendar.local_date(received_at)
    is_late = received_at.astimezone(calendar.zone).time() > cutoff
    return calendar.working_day_from(on + timedelta(days=1) if is_late else on)
