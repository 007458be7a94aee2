"""Whether the schedules stand still, for the strip that every staff page then bears."""

from tracker.store.engine import reading
from tracker.store.queries.runs import SchedulesHealth, database_now, schedules_health
from tracker.web.formats import moment
from tracker.web.house import house
from tracker.web.language import gettext


def health_now() -> SchedulesHealth:
    """By the database's clock: leases are written by it."""
    with reading(house().engine) as session:
        return schedules_health(session, database_now(session))


def standstill() -> str | None:
    """The sentence of the strip; None while everything runs."""
    return words_of(health_now())


def words_of(health: SchedulesHealth) -> str | None:
    if health.is_running:
        return None
    if health.standing_still_since is None:
        return gettext("standstill.never")
    return gettext("standstill.since", moment=moment(health.standing_still_since))
