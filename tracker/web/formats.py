"""How numbers, instants and sums are written on a page: `EI 260 115 006 VN`, `16:30`, `thứ Tư 18/11`, `26.000 đ`."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_day_names
from flask import Flask, g

from tracker.sums import NBSP, dong
from tracker.web.house import house
from tracker.web.language import gettext, language

S10_LENGTH = 13
DAY_PATTERNS = {"vi": "EEEE d/M", "en": "EEE d MMM"}
DAY_PATTERNS_OTHER_YEAR = {"vi": "EEEE d/M/y", "en": "EEE d MMM y"}


@lru_cache(maxsize=8)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local(at: datetime) -> datetime:
    return at.astimezone(_zone(house().config.office.zone))


def today() -> date:
    """The same for the whole request."""
    known: date | None = g.get("today")
    if known is None:
        known = g.today = local(house().clock()).date()
    return known


@lru_cache(maxsize=2048)
def _weekday_and_day(on: date, with_year: bool, code: str) -> str:
    pattern = (DAY_PATTERNS_OTHER_YEAR if with_year else DAY_PATTERNS)[code]
    written = format_date(on, pattern, locale=code).replace(" ", NBSP)
    return written[0].lower() + written[1:] if code == "vi" else written


def day(on: date) -> str:
    """`thứ Tư 18/11`; the year only when it is not this one."""
    return _weekday_and_day(on, on.year != today().year, language())


def short_day(on: date) -> str:
    return f"{on.day:02}/{on.month:02}" if on.year == today().year else f"{on.day:02}/{on.month:02}/{on.year}"


def time_of(at: datetime) -> str:
    return f"{local(at):%H:%M}"


def seconds_of(at: datetime) -> str:
    return f"{local(at):%H:%M:%S}"


def moment(at: datetime) -> str:
    """`08:05 hôm nay` or `16:20 thứ Ba 17/11`."""
    on = local(at).date()
    when = gettext("time.today").replace(" ", NBSP) if on == today() else day(on)
    return f"{time_of(at)} {when}"


def grouped(number: str) -> str:
    """An S10 number in groups; anything else as it is."""
    if len(number) != S10_LENGTH:
        return number
    groups = (number[:2], number[2:5], number[5:8], number[8:11], number[11:])
    return NBSP.join(groups)


def hotline() -> str:
    return house().config.public.hotline.replace(" ", NBSP)


def opening_hours() -> str:
    """Of the configuration, in the language of the page: `07:00–11:00, 13:00–17:00, thứ Hai đến thứ Sáu`."""
    office = house().config.office
    spans = ", ".join(f"{start:%H:%M}–{end:%H:%M}" for start, end in office.hours)
    names = get_day_names("wide", context="format", locale=language())
    first, last = names[min(office.weekdays)], names[max(office.weekdays)]
    if language() == "vi":
        first, last = first[0].lower() + first[1:], last[0].lower() + last[1:]
    return gettext("time.hours", spans=spans, first=first, last=last)


def teach_formats(app: Flask) -> None:
    for name, write in (
        ("day", day), ("short_day", short_day), ("time_of", time_of), ("seconds_of", seconds_of),
        ("moment", moment), ("grouped", grouped), ("dong", dong),
    ):  # fmt: skip
        app.add_template_filter(write, name)
