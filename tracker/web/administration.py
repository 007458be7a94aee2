"""The administrator's first page: is the installation sound, and what does it consist of."""

from datetime import timedelta

from flask import Blueprint, render_template

from tracker.domain.vocabulary import Role
from tracker.store.engine import durability_of, reading
from tracker.store.migrate import is_at_head, revision_of
from tracker.store.queries.calendar import calendar_reaches
from tracker.store.queries.installation import installation, last_audits
from tracker.store.queries.printers import printers_seen
from tracker.web.access import actor, staff
from tracker.web.demo import is_demo
from tracker.web.house import house
from tracker.web.standstill import health_now

administration = Blueprint("administration", __name__)


@administration.get("/quan-tri/")
@staff(Role.ADMIN)
def show() -> str:
    engine = house().engine
    seen_since = house().clock() - timedelta(minutes=house().config.session.idle_minutes)
    with reading(engine) as session:
        found = installation(session, seen_since, house().config.numbers.low_water_percent)
        reaches = calendar_reaches(session)
        audits = last_audits(session)
        printers = [one for one in printers_seen(session, actor()) if one.is_active]
    at = house().clock()
    return render_template(
        "oversight/administration.html",
        found=found,
        reaches=reaches,
        audits=audits,
        worrying=sum(bool(one.worries(at)) for one in printers),
        revision=revision_of(engine),
        at_head=is_at_head(engine),
        durability=durability_of(engine),
        database=engine.dialect.name,
        mode="demo" if is_demo() else "real",
        health=health_now(),
        config=house().config,
    )
