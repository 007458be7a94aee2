"""Quét đến muộn: what late scans changed, story by story, and a person who says that it was looked at."""

from dataclasses import dataclass

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.actions.late_evidence import LONGEST_NOTE, accept_late, annotate_late
from tracker.domain.late_evidence import StoryFact, StoryFacts
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import Role
from tracker.phrases import phrase_of
from tracker.store.engine import reading, transaction
from tracker.store.queries.item_page import Holder
from tracker.store.queries.late_evidence import (
    LateScan,
    changed_stories,
    count_late,
    names_in,
    reviewed_lately,
)
from tracker.store.queries.parties import PartyRef
from tracker.web.access import actor, desk, staff
from tracker.web.board import OVERSEERS
from tracker.web.formats import moment
from tracker.web.house import house
from tracker.web.item_story import holder_words
from tracker.web.language import gettext
from tracker.web.refused import errors_of
from tracker.web.row_numbers import row_number

PAGE = 25
MOST_AT_ONCE = 500
late = Blueprint("late", __name__)


@dataclass(frozen=True, slots=True)
class Change:
    """One fact of a story in words, as it was told and as it is told now."""

    fact: str
    before: str
    after: str


@late.get("/dieu-hanh/den-muon")
@staff(*OVERSEERS)
def show() -> Response:
    return _page({})


@late.post("/dieu-hanh/den-muon")
@staff(Role.SUPERVISOR)
def review() -> Response:
    """The button says which: one scan, all that the page showed of a story, or one with a note."""
    given = request.form
    try:
        told = [row_number(text) for text in given.getlist("late")[:MOST_AT_ONCE]]
    except ValueError:
        abort(404)
    try:
        with transaction(house().engine) as session:
            if given.get("act") == "annotate" and len(told) == 1:
                annotate_late(session, told[0], given.get(f"note_{told[0]}", "")[: LONGEST_NOTE + 1], desk())
            else:
                accept_late(session, told, desk())
    except Refusal as refusal:
        if refusal.cause is Cause.NOT_FOUND:
            abort(404)
        return _page(errors_of(refusal))
    return redirect(url_for("late.show"), 303)


def _page(errors: dict[str, str]) -> Response:
    after = request.args.get("after", 0, type=row_number)
    with reading(house().engine) as session:
        found = changed_stories(session, actor(), after=after, limit=PAGE + 1)
        stories, names = found[:PAGE], names_in(session, found[:PAGE])
        count, reviewed = count_late(session, actor()), reviewed_lately(session, actor())
    shown = render_template(
        "oversight/late.html",
        stories=stories,
        count=count,
        reviewed=reviewed,
        following=stories[-1].item_id if len(found) > PAGE else None,
        changes_of=lambda scan: changes_of(scan, names),
        errors=errors,
        given=request.form,
        may_act=actor().role is Role.SUPERVISOR,
    )
    return make_response(shown, 422 if errors else 200)


def changes_of(scan: LateScan, names: dict[PartyRef, str]) -> list[Change]:
    return [
        Change(gettext(phrase_of(fact)), _words(fact, scan.before, names), _words(fact, scan.after, names))
        for fact in scan.changed
    ]


def _words(fact: StoryFact, facts: StoryFacts, names: dict[PartyRef, str]) -> str:
    match fact:
        case StoryFact.STATUS:
            return gettext(phrase_of(facts.status))
        case StoryFact.CUSTODIAN:
            kind, ref = facts.custodian.kind, facts.custodian.ref
            return holder_words(Holder(kind, names[kind, ref] if ref else ""))
        case StoryFact.DIRECTION:
            return gettext(phrase_of(facts.direction))
        case StoryFact.ATTEMPTS:
            return str(facts.attempts)
        case StoryFact.LEGAL_TIME:
            return moment(facts.legal_time) if facts.legal_time else gettext("late.no_time")
