"""How each outside system fares, what of it could not be read, and the person who believes a short answer."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.actions.feeds import believe_answer
from tracker.actions.mappings import mappings_of
from tracker.domain.refusal import Refusal
from tracker.domain.vocabulary import Role
from tracker.phrases import run_fault_phrase
from tracker.store.engine import reading, transaction
from tracker.store.queries.feeds import set_aside_lately, unknown_words
from tracker.store.queries.runs import feeds_health
from tracker.web.access import actor, desk, staff
from tracker.web.house import house
from tracker.web.job_cards import job_words
from tracker.web.language import gettext
from tracker.web.refused import errors_of
from tracker.web.runs import READERS
from tracker.web.two_sides import age_of

MOST_ROWS = 50
feeds = Blueprint("feeds", __name__)


@feeds.get("/dieu-hanh/nguon-tin")
@staff(*READERS)
def show() -> Response:
    return _page({})


@feeds.post("/dieu-hanh/nguon-tin")
@staff(Role.SUPERVISOR)
def believe() -> Response:
    by = desk()
    try:
        with transaction(house().engine) as session:
            believe_answer(session, request.form.get("source", ""), at=by.at, actor=by.actor.name)
    except Refusal as refusal:
        return _page(errors_of(refusal))
    return redirect(url_for("feeds.show"), 303)


def _page(errors: dict[str, str]) -> Response:
    with reading(house().engine) as session:
        known = feeds_health(session)
        rows, words = set_aside_lately(session, MOST_ROWS), unknown_words(session, MOST_ROWS)
    shown = render_template(
        "oversight/feeds.html",
        feeds=known,
        rows=rows,
        words=words,
        mappings=mappings_of(house().config).values(),
        errors=errors,
        age_of=age_of,
        fault_words=fault_words,
        job_words=job_words,
        may_believe=actor().role is Role.SUPERVISOR,
    )
    return make_response(shown, 422 if errors else 200)


def fault_words(fault: str) -> str:
    phrase, facts = run_fault_phrase(fault)
    return gettext(phrase, **facts)
