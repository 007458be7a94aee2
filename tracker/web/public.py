"""The citizen's pages: no cookie, no script, nothing personal."""

import re

from flask import Blueprint, request
from sqlmodel import Session
from werkzeug.wrappers import Response

from tracker.domain.dossier_numbers import compare_key
from tracker.store.engine import reading
from tracker.store.queries.calendar import work_calendar
from tracker.store.queries.early_labels import waits_for_item
from tracker.store.queries.tracking import TrackedItem, glimpses_of, trail_of_token
from tracker.web.access import public as open_to_all
from tracker.web.answers import SILENT_AFTER_WORKING_DAYS, Circumstances, last_news_at
from tracker.web.formats import hotline, local, today
from tracker.web.house import house
from tracker.web.public_page import FRONT, TRACKING, public_page
from tracker.web.tracking_view import view_of

TOKEN_SHAPE = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
S10_SHAPE = re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}")
LONGEST_NUMBER = 60
public = Blueprint("public", __name__)


@public.get("/")
@open_to_all
def front() -> Response:
    return public_page("public/front.html", FRONT, hotline=hotline())


@public.get("/t/<token>")
@public.get("/T/<token>")
@open_to_all
def track(token: str) -> Response:
    wanted = token.upper()
    if not TOKEN_SHAPE.fullmatch(wanted):
        return _not_found()
    with reading(house().engine) as session:
        trail = trail_of_token(session, wanted)
        if trail is None:
            return _not_posted_yet() if waits_for_item(session, wanted) else _not_found()
        silent_days = silent_days_of(session, trail.item)
    seen = Circumstances(trail, hotline(), silent_days)
    return public_page("public/tracking.html", TRACKING, view=view_of(seen))


@public.get("/tra-cuu")
@open_to_all
def look_up() -> Response:
    """By a number alone: the state and the office, for everybody alike."""
    number = _as_written(request.args.get("number", ""))
    with reading(house().engine) as session:
        glimpses = glimpses_of(session, number) if number else []
        is_early = not glimpses and waits_for_item(session, number)
    if not glimpses:
        return _not_posted_yet() if is_early else _not_found()
    return public_page("public/glimpse.html", TRACKING, glimpses=glimpses, hotline=hotline())


def silent_days_of(session: Session, item: TrackedItem) -> int:
    """Working days since the last event; the calendar is read only when it could matter."""
    since_on, today_on = local(last_news_at(item)).date(), today()
    if (today_on - since_on).days < SILENT_AFTER_WORKING_DAYS or item.standing.status.is_final:
        return 0
    return work_calendar(session, house().config.office).working_days_between(since_on, today_on)


def _as_written(text: str) -> str:
    """An S10 number may be typed in groups; a dossier's number is compared the way it was stored."""
    if len(text) > LONGEST_NUMBER or not text.isprintable():
        return ""
    closed_up = "".join(text.split()).upper()
    return closed_up if S10_SHAPE.fullmatch(closed_up) else compare_key(text)


def _not_posted_yet() -> Response:
    """Of a label printed before its envelope: that, and nothing about the dossier it waits for."""
    return public_page("public/early.html", TRACKING, hotline=hotline())


def _not_found() -> Response:
    """The same page for what never was, what is void and what is erased."""
    return public_page("public/not_found.html", TRACKING, status=404, hotline=hotline())
