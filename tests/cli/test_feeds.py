"""The operator's own look at the outside systems, and the word that a short answer is right."""

import json

from sqlalchemy import select
from sqlmodel import col

from tests.builders import NOW
from tests.cli.test_commands import giaonhan
from tracker.actions.feeds import FeedAnswer, note_doubt, note_feed_failure, note_feed_success
from tracker.store.engine import create_engine, reading, transaction
from tracker.store.models import AuditRow


def test_a_short_answer_is_shown_believed_and_noted(database_url: str) -> None:
    engine = create_engine(database_url)
    with transaction(engine) as session:
        note_feed_success(session, FeedAnswer("one_stop", rows=40, listed=40), at=NOW)
        note_feed_failure(session, "one_stop", "loss", at=NOW)
        note_doubt(session, "one_stop", 12)

    shown = giaonhan(database_url, "feeds", "show").stdout
    believed = giaonhan(database_url, "feeds", "believe", "one_stop")
    again = giaonhan(database_url, "feeds", "believe", "one_stop")
    state = json.loads(giaonhan(database_url, "feeds", "show", "--json").stdout)["feeds"][0]

    assert "waiting for a person: 12 rows instead of 40" in shown
    assert (believed.returncode, again.returncode) == (0, 1)
    assert "not_allowed_now" in again.stderr
    assert (state["fault"], state["expected_rows"], state["doubted_rows"]) == ("", 12, None)
    with reading(engine) as session:
        assert session.scalars(select(col(AuditRow.actor))).all() == ["command line"]
    engine.dispose()


def test_the_tables_of_codes_are_listed(database_url: str) -> None:
    told = giaonhan(database_url, "feeds", "mappings").stdout

    assert "ngsp-1: 4 = delivered" in told
    assert "opencps-1: " in told
