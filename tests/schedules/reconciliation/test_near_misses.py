"""Within a tenth of its grace on either side every row is silent before and speaks after, on the worst of days.

`expected` is a second way to count: minute by minute over a calendar written out here, so that the working time of
the product is not its own witness. A table with a row less, or with any grace halved, fails.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import pytest

from schedules.reconciliation.evaluation import judge
from schedules.reconciliation.grace import Grace, GraceUnit
from schedules.reconciliation.seen import Rule, Terms
from schedules.reconciliation.table import RULES
from tests.schedules.reconciliation.cases import ZONE, case, claim, item, order, pending
from tracker.domain.cases import Case, DeliveryFact, ItemFact
from tracker.domain.discrepancies import DiscrepancyCode as Code
from tracker.domain.vocabulary import Direction, IdentityBasis, Leg, Party, Receiver, Status
from tracker.domain.working_time import OfficeHours, WorkCalendar

# Tết 2027 (Thursday to Wednesday), the new holiday of 24 November, and a Saturday worked for a Monday off.
CLOSED = frozenset(
    {date(2026, 11, 24), date(2026, 12, 14), *(date(2027, 2, 4) + timedelta(days=day) for day in range(7))}
)
OPENED = frozenset({date(2026, 12, 12)})
CALENDAR = WorkCalendar(OfficeHours(), CLOSED, OPENED, ZONE)
LONG_AGO = datetime(2026, 6, 1, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


# Ordinary, over lunch, at the edges of the day, at night, over a weekend, before 24/11, around the swapped
# Saturday, before and inside Tết.
TRAPS = tuple(
    wall(text)
    for text in (
        "2026-11-18 07:00",
        "2026-11-18 08:13",
        "2026-11-18 10:59",
        "2026-11-18 11:30",
        "2026-11-18 16:59",
        "2026-11-18 17:00",
        "2026-11-18 22:10",
        "2026-11-20 15:47",
        "2026-11-21 09:00",
        "2026-11-23 09:20",
        "2026-11-23 16:40",
        "2026-11-24 10:00",
        "2026-12-11 14:05",
        "2026-12-12 09:31",
        "2026-12-13 23:59",
        "2026-12-14 08:00",
        "2027-02-03 10:15",
        "2027-02-03 16:59",
        "2027-02-07 12:00",
        "2027-02-10 06:45",
        "2027-02-11 13:00",
    )
)


def is_open_on(day: date) -> bool:
    return day not in CLOSED and (day in OPENED or day.weekday() < 5)


def is_open_at(local: datetime) -> bool:
    return is_open_on(local.date()) and (7 <= local.hour < 11 or 13 <= local.hour < 17)


@cache
def expected(grace: Grace, since_at: datetime) -> datetime:
    """By counting minutes, or days, one after another."""
    local = since_at.astimezone(ZONE)
    if grace.unit is GraceUnit.AT_ONCE:
        return since_at
    if grace.unit is GraceUnit.WORKING_HOURS:
        return _minutes_worked(local, grace.count * 60)
    day, left = local.date(), grace.count
    if grace.unit is GraceUnit.CLOSING_OF_THE_DAY:
        while not is_open_on(day):
            day += timedelta(days=1)
        return max(since_at, datetime.combine(day, time(17), ZONE).astimezone(UTC))
    while left:
        day += timedelta(days=1)
        left -= is_open_on(day)
    return datetime.combine(day, time(17), ZONE).astimezone(UTC)


def _minutes_worked(local: datetime, minutes: int) -> datetime:
    while minutes:
        minutes -= is_open_at(local)
        local += A_MINUTE
    return local.astimezone(UTC)


def near(since_at: datetime, due_at: datetime) -> tuple[datetime, ...]:
    """Within a tenth of the grace on both sides: the first and last moment, and what lies between."""
    tenth = max((due_at - since_at) / 10, A_MINUTE)
    return (due_at - tenth, due_at - tenth / 2, due_at - A_MINUTE, due_at, due_at + A_MINUTE, due_at + tenth)


@dataclass(frozen=True)
class Story:
    """How a row comes true at an instant, and the grace it then has, as custody.md says it."""

    code: Code
    grace: Grace
    told: "Telling"
    phone: bool = False


class Telling:
    """Builds the case whose later side became true at an instant."""

    def __init__(self, *, status: int | None = None, **facts: object) -> None:
        self.status, self.facts = status, facts

    def at(self, since_at: datetime) -> Case:
        items = [self._item(since_at)] if "leg" in self.facts else []
        claims = (replace(claim(self.status, "1 08:00"), said_at=since_at),) if self.status else ()
        return case(*items, claims=claims)

    def _item(self, since_at: datetime) -> ItemFact:
        moving = dict.fromkeys(str(self.facts.get("since", "")).split(), since_at)
        fixed = {name: told for name, told in self.facts.items() if name not in {"leg", "since", "status_of_item"}}
        return item(
            Leg(str(self.facts["leg"])),
            Status(str(self.facts.get("status_of_item", "at_office"))),
            **{"registered_at": LONG_AGO, "last_event_at": LONG_AGO, **moving, **fixed},
        )


def hours(count: int) -> Grace:
    return Grace(GraceUnit.WORKING_HOURS, count)


def days(count: int) -> Grace:
    return Grace(GraceUnit.WORKING_DAYS, count)


AT_ONCE, AT_CLOSING = Grace(GraceUnit.AT_ONCE), Grace(GraceUnit.CLOSING_OF_THE_DAY)
WRONG_HANDS = DeliveryFact(event="e", receiver=Receiver.AUTHORISED, identity=IdentityBasis.SEEN, fees_collected=None)
SHORT = DeliveryFact(event="e", receiver=Receiver.RECIPIENT, identity=IdentityBasis.SEEN, fees_collected=1)


class Twice(Telling):
    def at(self, since_at: datetime) -> Case:
        first = item(registered_at=LONG_AGO)
        return case(first, item(id=8, registered_at=since_at))


class AtPostTwice(Telling):
    def at(self, since_at: datetime) -> Case:
        one, two = order("N__1", "1 08:00"), order("N__2", "1 08:00", claim=2)
        return case(orders=(replace(one, first_said_at=LONG_AGO), replace(two, first_said_at=since_at)))


class SteppedBack(Telling):
    def at(self, since_at: datetime) -> Case:
        first, second = claim(9, "1 08:00"), claim(4, "1 08:00", number=2)
        return case(claims=(replace(first, said_at=LONG_AGO), replace(second, said_at=since_at)))


class ByPost(Telling):
    def at(self, since_at: datetime) -> Case:
        return case(claims=(replace(claim(1, "1 08:00", channel=3), said_at=since_at),))


class Waiting(Telling):
    def at(self, since_at: datetime) -> Case:
        waits = replace(pending("1 08:00", is_departure=bool(self.facts)), since_at=since_at)
        return case(item(pending=waits, registered_at=LONG_AGO))


class UnknownHere(Telling):
    def at(self, since_at: datetime) -> Case:
        told = replace(order("EE900150265VN", "1 08:00", leg=None), first_said_at=since_at, said_at=since_at)
        return Case(number=told.number, orders=(told,))


SILENT = {
    "registered": 40,
    "collected": 8,
    "at_office": 16,
    "bagged": 8,
    "in_transit": 16,
    "with_courier": 10,
    "held": 24,
    "damaged": 16,
    "missing": 8,
}

STORIES: Sequence[Story] = (
    Story(Code.OFFICE_NOT_RECEIPTED, hours(8), Telling(leg="submission", status_of_item="delivered", since="final_at")),
    Story(Code.RECEIPTED_WITHOUT_HANDOVER, hours(4), Telling(leg="submission", status=2)),
    Story(
        Code.RECEIPTED_WITHOUT_HANDOVER,
        hours(4),
        Telling(leg="submission", status=4, holder=Party.COURIER, holder_seen_at=LONG_AGO),
        phone=True,
    ),
    Story(Code.POSTAL_ORDER_MISSING, days(1), ByPost()),
    Story(Code.RESULT_NOT_COLLECTED, days(1), Telling(status=9)),
    Story(Code.POSTED_BEFORE_FINISHED, hours(4), Telling(leg="result", status=4)),
    Story(Code.RETURNED_TOO_EARLY, hours(4), Telling(leg="result", status=10)),
    Story(
        Code.RETURNED_TOO_EARLY,
        hours(4),
        Telling(leg="result", status=10, holder=Party.TRANSPORT, holder_seen_at=LONG_AGO),
        phone=True,
    ),
    Story(
        Code.CLOSING_NOT_REPORTED,
        days(1),
        Telling(leg="result", status=9, status_of_item="delivered", final_at=LONG_AGO),
    ),
    Story(Code.WRONGLY_CLOSED, AT_ONCE, Telling(leg="result", status=10, status_of_item="returned", final_at=LONG_AGO)),
    Story(Code.PAPERS_MUST_TRAVEL_BACK, days(1), Telling(leg="supplement", status=7, direction=Direction.FORWARD)),
    Story(Code.CITIZEN_NOT_INFORMED, days(1), Telling(status=5)),
    Story(Code.DUPLICATE_ORDER, AT_ONCE, Twice()),
    Story(Code.DUPLICATE_ORDER, AT_ONCE, AtPostTwice()),
    Story(
        Code.DELIVERY_RULE_BREACH,
        AT_ONCE,
        Telling(leg="result", status_of_item="delivered", since="final_at", delivery=WRONG_HANDS),
    ),
    Story(
        Code.MONEY_DIFFERENCE,
        AT_CLOSING,
        Telling(leg="result", status_of_item="delivered", since="final_at", delivery=SHORT),
    ),
    Story(Code.STATUS_ROLLBACK, AT_ONCE, SteppedBack()),
    *(
        Story(Code.SILENT_ITEM, hours(count), Telling(leg="submission", status_of_item=status, since="last_event_at"))
        for status, count in SILENT.items()
    ),
    Story(Code.OPEN_HANDOVER, hours(4), Waiting()),
    Story(Code.OPEN_HANDOVER, days(2), Waiting(departed=True)),
    Story(Code.ORDER_MISMATCH, days(1), UnknownHere()),
    Story(Code.ORDER_MISMATCH, days(1), Telling(leg="submission", since="accepted_at")),
)


def due_of(story: Story, since_at: datetime) -> datetime:
    due_at = expected(story.grace, since_at)
    return max(due_at, since_at + timedelta(hours=72)) if story.phone else due_at


def speaks(story: Story, one: Case, now: datetime, rules: Sequence[Rule]) -> bool:
    terms = Terms(now=now, calendar=CALENDAR, post_since=LONG_AGO)
    return any(one.rule.code is story.code and one.due_at <= now for one in judge(one, terms, rules))


def wrong(story: Story, rules: Sequence[Rule], traps: Sequence[datetime] = TRAPS) -> Iterator[str]:
    mine = [rule for rule in rules if rule.code is story.code]
    for since_at in traps:
        one, due_at = story.told.at(since_at), due_of(story, since_at)
        for now in near(since_at, due_at):
            if speaks(story, one, now, mine) is not (now >= due_at):
                yield f"{story.code} since {since_at.astimezone(ZONE)} at {now.astimezone(ZONE)}"


@pytest.mark.parametrize("story", STORIES, ids=lambda story: f"{story.code} {story.grace}")
def test_it_is_silent_until_its_grace_is_over_and_speaks_from_then_on(story: Story) -> None:
    assert list(wrong(story, RULES)) == []


@pytest.mark.parametrize("code", sorted({story.code for story in STORIES}))
def test_every_row_has_twenty_near_misses_on_each_side(code: Code) -> None:
    moments = [
        (now, due_of(story, since_at))
        for story in STORIES
        if story.code is code
        for since_at in TRAPS
        for now in near(since_at, due_of(story, since_at))
    ]

    assert sum(now < due_at for now, due_at in moments) >= 20
    assert sum(now >= due_at for now, due_at in moments) >= 20


# The two rows of due dates have a day instead of a grace.
DUE_DATES = {Code.LATE_POSTAL, Code.LATE_PROCESSING}
LAST_DAYS = tuple(date(2026, 11, 18) + timedelta(days=day) for day in range(20))


@pytest.mark.parametrize("due_on", LAST_DAYS)
def test_a_due_date_is_over_at_midnight_and_not_a_minute_before(due_on: date) -> None:
    one = case(item(due_on=due_on), claims=(claim(4, "1 08:00"),), processing_due_on=due_on)
    midnight = datetime.combine(due_on + timedelta(days=1), time(), ZONE).astimezone(UTC)

    assert late(one, midnight - A_MINUTE) == set()
    assert late(one, midnight) == DUE_DATES


def late(one: Case, now: datetime, rules: Sequence[Rule] = RULES) -> set[Code]:
    terms = Terms(now=now, calendar=CALENDAR)
    return {found.rule.code for found in judge(one, terms, rules) if found.due_at <= now} & DUE_DATES


def halved(grace: Grace) -> Grace:
    """Of a day the half is four hours; of the day's closing, nothing."""
    if grace.unit is GraceUnit.WORKING_DAYS:
        return hours(4 * grace.count)
    return hours(grace.count // 2) if grace.unit is GraceUnit.WORKING_HOURS else AT_ONCE


def mutants() -> Iterator[tuple[str, tuple[Rule, ...]]]:
    """Every table with one row less, one grace halved, or one wait for a phone halved."""
    for place, rule in enumerate(RULES):
        before, after = RULES[:place], RULES[place + 1 :]
        yield f"without {rule.code}", (*before, *after)
        if rule.grace != AT_ONCE and rule.code is not Code.SILENT_ITEM:  # that one counts by status alone
            yield f"{rule.code} halved", (*before, replace(rule, grace=halved(rule.grace)), *after)
        for name, grace in rule.branches.items():
            branches = {**rule.branches, name: halved(grace)}
            yield f"{rule.code} {name} halved", (*before, replace(rule, branches=branches), *after)
        if rule.phone_hours:
            phone = replace(rule, phone_hours=rule.phone_hours // 2)
            yield f"{rule.code} phone halved", (*before, phone, *after)


def is_found_out(rules: Sequence[Rule]) -> bool:
    """A few traps are enough, and at least one story of every row is told."""
    day = LAST_DAYS[0]
    one = case(item(due_on=day), claims=(claim(4, "1 08:00"),), processing_due_on=day)
    if late(one, datetime.combine(day + timedelta(days=1), time(), ZONE), rules) != DUE_DATES:
        return True
    return any(next(wrong(story, rules, TRAPS[:2]), None) for story in STORIES)


def test_a_row_less_or_a_grace_halved_is_found_out() -> None:
    found = {name: is_found_out(rules) for name, rules in mutants()}

    assert [name for name, is_out in found.items() if not is_out] == []
    assert len(found) >= len(RULES) + 20
    assert not is_found_out(RULES)
