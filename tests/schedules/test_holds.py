"""Holds end by themselves: on the right day, once, and not when somebody came for the envelope."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from schedules.jobs import carry_out
from schedules.leadership import Held, LeaseLostError, LeaseTerms, give_up_lease, take_lease
from schedules.runs import RunClaim, start_run
from tests.builders import (
    NOW,
    POST,
    SignedOn,
    a_desk,
    a_dossier,
    a_scan,
    an_account,
    an_item,
    found_province,
    scanned,
    the_config,
    use_quick_passwords,
)
from tests.province import PACKED, SENDER
from tracker.domain.runs import JobName
from tracker.domain.vocabulary import EventType, Outcome, Role, Status
from tracker.store.engine import transaction
from tracker.store.models import CalendarDay, EventRow, Item, RefusedBody

DAY = timedelta(days=1)
FRIDAY = date(2026, 11, 27)


@dataclass
class Counter:
    """A counter of the post with one envelope on its shelf; NOW is a Monday."""

    engine: Engine
    held: Held
    clerk: SignedOn
    supervisor: SignedOn
    number: str = ""

    def scan(self, kind: EventType, at: datetime, *, by: SignedOn | None = None, **told: object) -> dict[str, object]:
        event = a_scan(self.number, kind, at=at, **told)
        with transaction(self.engine) as session:
            (receipt,) = scanned(session, (by or self.clerk).actor, event, at=at)
        assert receipt.outcome is Outcome.RECORDED, receipt
        return event

    def shelves(self, until_on: date | None, *, invitations: int = 2) -> dict[str, object]:
        self.scan(EventType.ACCEPTED, NOW, counterparty=SENDER, details=PACKED)
        told = {"until_on": until_on.isoformat()} if until_on else {}
        event = self.scan(EventType.HELD, NOW + timedelta(minutes=1), details=told)
        for number in range(invitations):
            at = NOW + number * 2 * DAY + timedelta(minutes=2)
            self.scan(EventType.INVITED, at, details={"number": number + 1})
        return event

    def runs_on(self, day: date) -> dict[str, int]:
        """At eight in the morning, as a leader begins it."""
        at = datetime.combine(day, datetime.min.time(), NOW.tzinfo) + timedelta(hours=1)
        with transaction(self.engine) as session:
            run = start_run(session, RunClaim(JobName.EXPIRE_HOLDS, at, self.held, is_once=False))
        return dict(carry_out(self.engine, the_config(), run, at).counts)

    @property
    def status(self) -> str:
        with transaction(self.engine) as session:
            return session.scalars(select(col(Item.status))).one()

    def expiries(self) -> list[str]:
        with transaction(self.engine) as session:
            rows = session.scalars(select(EventRow).where(col(EventRow.type) == EventType.HOLD_EXPIRED))
            return [row.actor for row in rows]


@pytest.fixture
def counter(engine: Engine) -> Counter:
    use_quick_passwords()
    with transaction(engine) as session:
        found_province(session)
        clerk = an_account(session, Role.POSTCLERK, POST)
        supervisor = an_account(session, Role.SUPERVISOR, "H12")
        held = take_lease(session, LeaseTerms("schedules", "me", 600))
        assert held is not None
        by = a_desk(clerk.actor)
        item = an_item(session, by, a_dossier(session, by))
        return Counter(engine, held, clerk, supervisor, item.number)


def closes(session: Session, day: date, kind: str) -> None:
    session.add(CalendarDay(day=day, kind=kind, name="x"))


def test_it_expires_the_day_after_its_last_day_and_not_before(counter: Counter) -> None:
    counter.shelves(FRIDAY)

    on_its_last_day = counter.runs_on(FRIDAY)
    still = counter.status
    the_day_after = counter.runs_on(FRIDAY + DAY)

    assert (on_its_last_day, still) == ({"held": 1, "expired": 0}, Status.HELD)
    assert (the_day_after, counter.status) == ({"held": 1, "expired": 1}, Status.AT_OFFICE)
    assert counter.expiries() == ["system"]


def test_a_holiday_at_its_end_and_a_swapped_day_count_by_the_calendar(counter: Counter) -> None:
    with transaction(counter.engine) as session:
        closes(session, FRIDAY, "closed")
        closes(session, FRIDAY + DAY, "opened")
    counter.shelves(FRIDAY)

    expired = [counter.runs_on(FRIDAY + days * DAY)["expired"] for days in range(3)]

    assert expired == [0, 0, 1]


def test_what_was_collected_meanwhile_is_left_alone(counter: Counter) -> None:
    counter.shelves(FRIDAY)
    told = {"receiver": "sender", "identity": "seen", "counts": PACKED["counts"]}
    counter.scan(EventType.HANDED_OUT, NOW + 3 * DAY, details=told)

    assert counter.runs_on(FRIDAY + 7 * DAY) == {"held": 0, "expired": 0}
    assert counter.expiries() == []


def test_one_invitation_is_not_enough_and_no_refusal_is_written_down(counter: Counter) -> None:
    counter.shelves(FRIDAY, invitations=1)

    assert counter.runs_on(FRIDAY + 7 * DAY) == {"held": 1, "expired": 0}
    with transaction(counter.engine) as session:
        assert session.scalars(select(RefusedBody)).all() == []


def test_run_twice_it_ends_once(counter: Counter) -> None:
    counter.shelves(FRIDAY)

    assert [counter.runs_on(FRIDAY + DAY)["expired"] for _ in range(2)] == [1, 0]
    assert len(counter.expiries()) == 1


def test_a_hold_without_an_end_lasts_as_long_as_the_rules_say(counter: Counter) -> None:
    counter.shelves(None)

    expired = [counter.runs_on(NOW.date() + days * DAY)["expired"] for days in (4, 7, 8)]

    assert expired == [0, 0, 1]


def test_what_a_supervisor_took_back_the_machine_does_not_end_again(counter: Counter) -> None:
    shelved = counter.shelves(FRIDAY)
    counter.runs_on(FRIDAY + DAY)
    with transaction(counter.engine) as session:
        (row,) = session.scalars(select(EventRow).where(col(EventRow.type) == EventType.HOLD_EXPIRED))
        (held,) = session.scalars(select(EventRow).where(col(EventRow.type) == EventType.HELD))
    assert str(held.event_id) == shelved["id"]
    counter.scan(
        EventType.CORRECTED, NOW + 6 * DAY, by=counter.supervisor, reason="not_happened",
        details={"event": str(row.event_id)},
    )  # fmt: skip

    assert counter.status == Status.HELD
    assert counter.runs_on(FRIDAY + 2 * DAY) == {"held": 1, "expired": 0}
    assert len(counter.expiries()) == 1


def test_a_run_that_was_overtaken_ends_nothing(counter: Counter) -> None:
    counter.shelves(FRIDAY)
    with transaction(counter.engine) as session:
        run = start_run(session, RunClaim(JobName.EXPIRE_HOLDS, NOW, counter.held, is_once=False))
    with transaction(counter.engine) as session:
        give_up_lease(session, counter.held)
        assert take_lease(session, LeaseTerms("schedules", "another", 600)) is not None

    with pytest.raises(LeaseLostError):
        carry_out(counter.engine, the_config(), run, NOW + 20 * DAY)

    assert counter.status == Status.HELD
