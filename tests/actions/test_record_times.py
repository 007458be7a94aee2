"""When it happened, by a clock that may be wrong."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from tests.builders import NOW, a_scan
from tests.province import PACKED, SENDER, Province, posted, receipt_of, standing_of
from tracker.domain.chain import instant
from tracker.domain.vocabulary import EventType, Outcome
from tracker.store.models import Discrepancy, EventRow

HOUR = timedelta(hours=1)


def recorded(
    session: Session, province: Province, *, device_time: datetime | None = None, **fields: object
) -> EventRow:
    item = posted(session, province["postclerk"])
    event = a_scan(item.number, EventType.ACCEPTED, counterparty=SENDER, details=PACKED) | fields
    receipt = receipt_of(session, province["postclerk"], event, device_time=device_time)
    assert receipt.outcome is Outcome.RECORDED
    return session.scalars(select(EventRow).where(col(EventRow.event_id) == UUID(receipt.id))).one()


def test_the_devices_own_offset_decides(books: Session, province: Province) -> None:
    row = recorded(
        books, province, occurred_at=instant(NOW - HOUR), clock_offset_ms=-60_000, device_time=NOW - 10 * HOUR
    )

    assert (row.occurred_at, row.effective_at, row.told) == (NOW - HOUR, NOW - HOUR - timedelta(minutes=1), "")


def test_else_the_clock_of_the_request_is_held_against_the_servers(books: Session, province: Province) -> None:
    row = recorded(books, province, occurred_at=instant(NOW - 3 * HOUR), device_time=NOW - 2 * HOUR)

    assert row.effective_at == NOW - HOUR


def test_else_the_time_is_taken_as_told(books: Session, province: Province) -> None:
    assert recorded(books, province, occurred_at=instant(NOW - HOUR)).effective_at == NOW - HOUR


@pytest.mark.parametrize(("early_s", "told"), [(300, ""), (301, "clock_fault")])
def test_a_time_to_come_is_the_servers_own_beyond_five_minutes(
    books: Session, province: Province, early_s: int, told: str
) -> None:
    ahead = NOW + timedelta(seconds=early_s)

    row = recorded(books, province, occurred_at=instant(ahead))

    assert (row.effective_at, row.told) == (NOW if told else ahead, told)


@pytest.mark.parametrize(
    ("absurd", "effective_at"),
    [
        ("1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59.999Z", NOW),
    ],
)
def test_an_absurd_time_is_recorded_flagged_and_readable(
    books: Session, province: Province, absurd: str, effective_at: datetime
) -> None:
    row = recorded(books, province, occurred_at=absurd)

    assert (row.effective_at, row.told) == (effective_at, "clock_fault")
    assert instant(row.occurred_at)[:19] == absurd[:19]
    found = select(col(Discrepancy.code)).where(col(Discrepancy.subject) == f"event:{row.event_id}")
    assert books.scalars(found).all() == ["clock_fault"]


def test_an_offset_that_leaves_the_calendar_falls_back_to_the_server(books: Session, province: Province) -> None:
    row = recorded(books, province, occurred_at="0001-01-02T00:00:00Z", clock_offset_ms=-(10**13))

    assert (row.effective_at, row.told) == (NOW, "clock_fault")


def test_microseconds_are_cut_so_that_what_is_hashed_is_what_is_sorted(books: Session, province: Province) -> None:
    row = recorded(books, province, occurred_at="2026-11-23T02:00:00.123987Z")

    assert row.effective_at == datetime(2026, 11, 23, 2, 0, 0, 123_000, tzinfo=UTC)
    assert '"effective_at":"2026-11-23T02:00:00.123Z"' in row.chained


def test_a_late_upload_takes_its_place_among_what_happened(books: Session, province: Province) -> None:
    item = posted(books, province["postclerk"])
    told = {"counterparty": {"kind": "office"}}
    out = a_scan(item.number, EventType.GIVEN_TO_COURIER, at=NOW + 2 * HOUR, **told)
    receipt_of(books, province["courier"], out, at=NOW + 2 * HOUR)

    late = a_scan(item.number, EventType.ACCEPTED, at=NOW + HOUR, counterparty=SENDER, details=PACKED)
    receipt_of(books, province["postclerk"], late, at=NOW + 3 * HOUR)

    standing = standing_of(books, item)
    assert (standing.status, standing.anomalies, standing.last_event_at) == ("with_courier", (), NOW + 2 * HOUR)
