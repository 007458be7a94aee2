"""Due dates follow the calendar: 24/11 becomes a holiday one day before, Tết, a Saturday desk, one office alone."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlmodel import col

from schedules.jobs import carry_out
from schedules.leadership import Held, LeaseTerms, take_lease
from schedules.runs import RunClaim, start_run
from tests.builders import (
    AGENCY,
    CENTRE,
    NOW,
    POST,
    ROOT,
    SignedOn,
    a_desk,
    a_dossier,
    a_number,
    a_scan,
    an_account,
    an_item,
    found_province,
    scanned,
    the_config,
    use_quick_passwords,
)
from tests.province import PACKED, SENDER, Province
from tracker.actions.calendar import Preview, change_calendar, fill_calendar, preview_change
from tracker.actions.due_dates import IN_FLIGHT, sweep_part
from tracker.actions.examination import examine
from tracker.domain.day_changes import DayChange, DayKind
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.runs import JobName
from tracker.domain.vocabulary import EventType, Outcome, Role
from tracker.store.engine import reading, transaction
from tracker.store.models import AuditRow, CalendarChange, CalendarDay, Item, Office
from tracker.store.queries.calendar import work_calendar

CULTURE_DAY = date(2026, 11, 24)
TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)
TET = date(2027, 2, 6)
DAY = timedelta(days=1)
HOLIDAY = DayChange(DayKind.CLOSED, CULTURE_DAY, CULTURE_DAY, "Ngày Văn hóa Việt Nam")


@dataclass
class Books:
    engine: Engine
    held: Held
    clerk: SignedOn
    postclerk: SignedOn
    admin: SignedOn
    posted: int = 0

    def posts(self, at: datetime = NOW) -> str:
        """An envelope of the same commune: due on the next working day."""
        self.posted += 1
        with transaction(self.engine) as session:
            by = a_desk(self.clerk.actor, at=at)
            return an_item(session, by, a_dossier(session, by, a_number(self.posted))).number

    def changes(self, change: DayChange, at: datetime = NOW) -> int:
        with transaction(self.engine) as session:
            return change_calendar(session, change, a_desk(self.admin.actor, at=at))

    def looks_at(self, change: DayChange) -> Preview:
        with reading(self.engine) as session:
            return preview_change(session, change, a_desk(self.admin.actor))

    def recomputes(self, at: datetime = NOW + IN_FLIGHT) -> dict[str, int]:
        with transaction(self.engine) as session:
            claim = RunClaim(JobName.RECOMPUTE_DUE_DATES, at, self.held, is_once=False)
            run = start_run(session, claim)
        return dict(carry_out(self.engine, the_config(), run, at).counts)

    def dues(self) -> list[date]:
        with transaction(self.engine) as session:
            return list(session.scalars(select(col(Item.due_on)).order_by(col(Item.id))))

    def audit(self) -> list[tuple[str, str]]:
        with transaction(self.engine) as session:
            moved = select(AuditRow).where(col(AuditRow.action) == "due date moved").order_by(col(AuditRow.id))
            return [(row.subject, row.reason) for row in session.scalars(moved)]

    def office(self, code: str) -> int:
        with transaction(self.engine) as session:
            return session.scalars(select(col(Office.id)).where(col(Office.code) == code)).one() or 0

    def due_on_closed_days(self) -> list[str]:
        with reading(self.engine) as session:
            found = examine(session, the_config().office).faults
            return [fault.subject for fault in found if fault.cause == "due_on_a_closed_day"]


@pytest.fixture
def books(engine: Engine) -> Books:
    use_quick_passwords()
    with transaction(engine) as session:
        found_province(session)
        clerk = an_account(session, Role.CLERK, CENTRE)
        postclerk = an_account(session, Role.POSTCLERK, POST)
        admin = an_account(session, Role.ADMIN, ROOT)
        held = take_lease(session, LeaseTerms("schedules", "me", 600))
        assert held is not None
        return Books(engine, held, clerk, postclerk, admin)


def test_a_holiday_added_one_day_before_moves_every_due_date_once_with_its_reason(books: Books) -> None:
    number = books.posts()
    before = books.dues()
    change_id = books.changes(HOLIDAY)
    wrong_until_then = books.due_on_closed_days()

    counts = books.recomputes()
    again = books.recomputes(NOW + 2 * IN_FLIGHT)

    assert (before, books.dues()) == ([TUESDAY], [WEDNESDAY])
    assert len(wrong_until_then) == 1
    assert books.due_on_closed_days() == []
    assert (counts["moved"], again) == (1, {"items": 0, "moved": 0, "terms": 0})
    why = f"2026-11-24 -> 2026-11-25, calendar_change:{change_id} closed 2026-11-24"
    assert books.audit() == [(f"item:{number}", why)]


def test_the_preview_counts_what_then_moves_and_writes_nothing(books: Books) -> None:
    books.posts()
    books.posts()
    seen = books.looks_at(HOLIDAY)

    assert (seen.days, seen.moves) == ((CULTURE_DAY,), {(TUESDAY, WEDNESDAY): 2})
    assert books.dues() == [TUESDAY, TUESDAY]
    with transaction(books.engine) as session:
        assert session.scalars(select(CalendarDay)).all() == []
        assert session.scalars(select(CalendarChange)).all() == []
    books.changes(HOLIDAY)
    assert books.recomputes()["moved"] == seen.moved


def test_taken_back_the_dates_return_and_each_way_has_its_row(books: Books) -> None:
    books.posts()
    books.changes(HOLIDAY)
    books.recomputes()
    books.changes(DayChange(DayKind.USUAL, CULTURE_DAY, CULTURE_DAY))
    books.recomputes()

    assert books.dues() == [TUESDAY]
    assert [reason[:24] for _, reason in books.audit()] == ["2026-11-24 -> 2026-11-25", "2026-11-25 -> 2026-11-24"]


def test_killed_between_two_parts_it_goes_on_where_it_stopped(books: Books) -> None:
    numbers = [books.posts() for _ in range(3)]
    change_id = books.changes(HOLIDAY)
    at = NOW + IN_FLIGHT
    with transaction(books.engine) as session:
        sweep_part(session, change_id, the_config(), at=at, limit=1)
    with suppress(KeyboardInterrupt), transaction(books.engine) as session:
        sweep_part(session, change_id, the_config(), at=at, limit=1)
        raise KeyboardInterrupt
    assert books.dues() == [WEDNESDAY, TUESDAY, TUESDAY]

    counts = books.recomputes(at)

    assert (counts["items"], counts["moved"]) == (2, 2)
    assert books.dues() == [WEDNESDAY] * 3
    assert [subject for subject, _ in books.audit()] == [f"item:{number}" for number in numbers]


def test_an_envelope_in_the_making_while_the_day_was_entered_is_found_by_the_second_look(books: Books) -> None:
    books.changes(HOLIDAY)
    first = books.recomputes(NOW + timedelta(seconds=1))
    books.posts()
    with transaction(books.engine) as session:  # as its clerk's transaction still saw the calendar
        session.scalars(select(Item)).one().due_on = TUESDAY

    second = books.recomputes(NOW + IN_FLIGHT)

    assert (first["moved"], second["moved"], books.dues()) == (0, 1, [WEDNESDAY])
    assert books.recomputes(NOW + 2 * IN_FLIGHT)["items"] == 0


def test_what_has_come_to_its_end_keeps_the_date_it_was_held_to(books: Books) -> None:
    number = books.posts()
    with transaction(books.engine) as session:
        told = a_scan(number, EventType.CANCELLED, reason="sender_asked")
        assert scanned(session, books.clerk.actor, told)[0].outcome is Outcome.RECORDED
    books.changes(HOLIDAY)
    books.recomputes()

    assert (books.dues(), books.audit()) == ([TUESDAY], [])


def test_one_office_that_closes_moves_only_what_is_bound_for_it(books: Books) -> None:
    books.posts()
    elsewhere = DayChange(DayKind.CLOSED, TUESDAY, TUESDAY, "Mất điện", books.office(AGENCY))
    here = DayChange(DayKind.CLOSED, TUESDAY, TUESDAY, "Mất điện", books.office(CENTRE))
    books.changes(elsewhere)
    untouched = books.recomputes()["moved"]
    books.changes(here)

    assert (untouched, books.recomputes()["moved"], books.dues()) == (0, 1, [WEDNESDAY])
    with transaction(books.engine) as session:
        assert work_calendar(session, the_config().office).is_working_day(TUESDAY)


def test_tet_closes_the_saturday_desk_too(books: Books) -> None:
    """06/02/2027 is a Saturday: the desk that opens on Saturdays does not open on Tết."""
    friday = datetime(2027, 2, 5, 3, 0, tzinfo=NOW.tzinfo)
    with transaction(books.engine) as session:
        fill_calendar(session, [2027])
    desk = DayChange(DayKind.SATURDAYS, date(2027, 1, 1), date(2027, 3, 31), "Trực thứ Bảy", books.office(CENTRE))
    books.changes(desk, at=friday)
    with transaction(books.engine) as session:
        calendar = work_calendar(session, the_config().office, books.office(CENTRE))

    saturdays = [date(2027, 1, 30), TET, date(2027, 2, 13), date(2027, 2, 20)]
    assert [calendar.is_working_day(day) for day in saturdays] == [True, False, True, True]
    thursday = calendar.add_working_days(date(2027, 1, 29), 1)
    assert thursday == date(2027, 1, 30)
    books.posts(at=datetime(2027, 1, 29, 3, 0, tzinfo=NOW.tzinfo))
    assert books.dues() == [date(2027, 1, 30)]


def test_a_day_off_in_lieu_after_tet_moves_what_was_due_on_it(books: Books) -> None:
    """Decreed late: the Saturday of Tết is made up for on the first working day after it."""
    with transaction(books.engine) as session:
        fill_calendar(session, [2027])
        first_day_back = work_calendar(session, the_config().office).add_working_days(TET, 1)
    books.posts(at=datetime(2027, 2, 3, 3, 0, tzinfo=NOW.tzinfo))
    assert books.dues() == [first_day_back]
    books.changes(DayChange(DayKind.CLOSED, first_day_back, first_day_back, "Nghỉ bù"))
    books.recomputes()

    assert books.dues() == [first_day_back + DAY]
    assert books.due_on_closed_days() == []


def test_the_gap_between_two_invitations_counts_the_new_holiday(books: Books) -> None:
    number = books.posts()
    with transaction(books.engine) as session:
        packed = a_scan(number, EventType.ACCEPTED, counterparty=SENDER, details=PACKED)
        until = {"until_on": "2026-12-20"}
        minute = NOW + timedelta(minutes=1)
        scanned(session, books.postclerk.actor, packed, a_scan(number, EventType.HELD, at=minute, details=until))
        first = a_scan(number, EventType.INVITED, at=minute + timedelta(minutes=1), details={"number": 1})
        assert scanned(session, books.postclerk.actor, first)[0].outcome is Outcome.RECORDED
    books.changes(HOLIDAY)

    answers = []
    for days in (2, 3):
        at = NOW + days * DAY
        with transaction(books.engine) as session:
            again = a_scan(number, EventType.INVITED, at=at, details={"number": 2})
            receipt = scanned(session, books.postclerk.actor, again, at=at)[0]
            answers.append((receipt.outcome, receipt.cause))

    assert answers == [(Outcome.REFUSED, Cause.INVITATION_GAP), (Outcome.RECORDED, None)]


@pytest.mark.parametrize(
    ("change", "field", "cause"),
    [
        (DayChange(DayKind.CLOSED, WEDNESDAY, TUESDAY, "x"), "last_on", Cause.OUT_OF_RANGE),
        (DayChange(DayKind.CLOSED, TUESDAY, TUESDAY), "name", Cause.FIELD_REQUIRED),
        (DayChange(DayKind.CLOSED, TUESDAY, TUESDAY, "x", 4711), "office", Cause.UNKNOWN_OFFICE),
        (DayChange(DayKind.USUAL, TUESDAY, TUESDAY), "first_on", Cause.NOTHING_CHANGES),
    ],
)
def test_a_change_that_makes_no_sense_names_its_field(
    province: Province, change: DayChange, field: str, cause: Cause
) -> None:
    with reading(province.engine) as session, pytest.raises(Refusal) as refused:
        preview_change(session, change, a_desk(province["admin"]))

    assert refused.value.fields == {field: cause}
