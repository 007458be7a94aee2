"""A past period is judged again from what was known then, by the present table and by a changed one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, update
from sqlmodel import Session

from schedules.reconciliation.replay import Replayed, replay
from tests.builders import (
    CENTRE,
    NOW,
    POST,
    a_desk,
    a_dossier,
    a_number,
    a_scan,
    an_account,
    an_item,
    found_province,
    scanned,
)
from tests.schedules.planting import CONFIG
from tracker.actions.claims import ClaimSeen, take_claims
from tracker.actions.feeds import FeedAnswer, note_feed_success
from tracker.domain.actor import Actor
from tracker.domain.vocabulary import EventType, Role
from tracker.store.engine import reading, transaction
from tracker.store.queries.past import Period, dossiers_of_period, heard_in, past_cases
from tracker.store.queries.reconciliation import cases, lookups
from tracker.store.tables import AUDIT_ROW, DISCREPANCY, DOSSIER, EVENT

NUMBER = a_number(7)


@pytest.fixture
def told(engine: Engine) -> Engine:
    """Receipted on Monday at 10:00 while the slip only lies there; accepted on Wednesday, delivered on Thursday."""
    with transaction(engine) as session:
        found_province(session)
        clerk, post = an_account(session, Role.CLERK, CENTRE).actor, an_account(session, Role.POSTCLERK, POST).actor
        by = a_desk(clerk)
        item = an_item(session, by, a_dossier(session, by, NUMBER)).number
        said(session, 2, NOW)
        scan(session, post, item, EventType.ACCEPTED, days=2)
        scan(session, post, item, EventType.DEPARTED, days=2, hours=1)
    return engine


def said(session: Session, status: int, at: datetime) -> None:
    take_claims(
        session, [ClaimSeen(source="one_stop", number=NUMBER, status=status, word=str(status), said_at=at)], at=at
    )


def scan(session: Session, by: Actor, item: str, kind: EventType, *, days: int, hours: int = 0) -> None:
    at = NOW + timedelta(days=days, hours=hours)
    scanned(session, by, a_scan(item, kind, at=at, details={"seal_number": "S1"}), at=at)


def opened(engine: Engine, days: int = 4, changes: str = "") -> Mapping[tuple[str, str], datetime]:
    found = replay(engine, CONFIG, date(2026, 11, 23), days, changes)
    return {(one.code, one.subject.partition(":")[0]): one.at for one in found.openings.values()}


def test_it_opens_when_its_grace_was_over_then(told: Engine) -> None:
    # Four working hours from Monday 10:00: 11:00, then 13:00 to 16:00.
    assert opened(told)["receipted_without_handover", "item"] == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_what_was_not_known_yet_opens_nothing(told: Engine) -> None:
    with transaction(told) as session:
        said(session, 9, NOW + timedelta(days=3))

    assert ("result_not_collected", "leg") not in opened(told, days=3)
    assert ("receipted_without_handover", "item") in opened(told, days=1)


CHANGES = """
[[table]]
version = 9
in_force_from = 2027-01-01
[table.rules.receipted_without_handover]
grace = "2 working_hours"
[table.rules.open_handover]
off = true
"""


def test_a_changed_table_shows_what_it_would_have_changed(told: Engine, tmp_path: Path) -> None:
    file = tmp_path / "try.toml"
    file.write_text(CHANGES, encoding="utf-8")
    found = replay(told, CONFIG, date(2026, 11, 23), 10, str(file))

    differences = {one.code: kind for kind, first, second in found.differences() if (one := first or second)}
    assert differences == {"receipted_without_handover": "earlier", "open_handover": "no_longer"}
    assert found.as_json()["changed_table"] == 9


def test_replaying_writes_nothing(told: Engine) -> None:
    before = rows(told)

    replay(told, CONFIG, date(2026, 11, 23), 4)

    assert rows(told) == before


def rows(engine: Engine) -> list[int | None]:
    with reading(engine) as session:
        return [session.scalar(select(func.count()).select_from(table)) for table in (AUDIT_ROW, DISCREPANCY, EVENT)]


def test_a_day_before_anything_was_known_has_nothing_to_say(told: Engine) -> None:
    found: Replayed = replay(told, CONFIG, date(2026, 11, 20), 2)

    assert (found.considered, dict(found.openings)) == (0, {})


def test_the_past_at_its_end_is_the_present(told: Engine) -> None:
    period = Period(NOW, NOW + timedelta(days=9))
    with reading(told) as session:
        known, heard = lookups(session), heard_in(session, period)
        ids = dossiers_of_period(session, period, after=0, limit=9, since_at=NOW)
        then = past_cases(session, ids, known, heard)[0].at(period.end_at)
        now = cases(session, ids, known)[0]

    assert then is not None
    assert [replace(item, holder_seen_at=None) for item in then.items] == [
        replace(item, holder_seen_at=None) for item in now.items
    ]
    assert replace(then, items=()) == replace(now, items=())


def test_the_silence_of_a_feed_that_never_answered_accuses_nobody(told: Engine) -> None:
    with transaction(told) as session:
        session.execute(update(DOSSIER).values(processing_due_on=date(2026, 11, 20)))
    assert ("late_processing", "dossier") not in opened(told)

    with transaction(told) as session:
        note_feed_success(session, FeedAnswer("one_stop", rows=1), at=NOW)

    assert opened(told)["late_processing", "dossier"] == NOW
