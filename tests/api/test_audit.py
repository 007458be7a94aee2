"""Whoever writes through the API stands in the book of deeds, call by call."""

from sqlalchemy import func, select
from sqlmodel import col

from tests.api.test_schema import BY_TOKEN, SENT_BY, a_day, known_good, send_good
from tests.callers import Api
from tracker.store.models import AuditRow


def last_row(api: Api) -> int:
    with api.session() as session:
        return session.scalar(select(func.max(col(AuditRow.id)))) or 0


def written_since(api: Api, row: int) -> set[str]:
    with api.session() as session:
        return set(session.scalars(select(col(AuditRow.actor)).where(col(AuditRow.id) > row)))


def test_every_call_that_writes_leaves_a_row_with_its_callers_name(api: Api) -> None:
    good = known_good(a_day(api))
    noted = {}

    for line in BY_TOKEN:
        if not line.startswith(("GET ", "HEAD ")):
            before = last_row(api)
            send_good(api, line, good[line])
            noted[line] = written_since(api, before)

    assert len(noted) >= 7
    assert {line: actors for line, actors in noted.items() if SENT_BY not in actors} == {}
