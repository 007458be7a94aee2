"""The queue of contradictions: two claims face each other, somebody takes the next step, it is closed with a reason."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from tracker.actions.discrepancies import Wait, assign, assign_all, close, decline, wait
from tracker.domain.discrepancies import CloseReason, DiscrepancyStepKind, Progress, WaitingFor
from tracker.domain.names import clean_text
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import Role
from tracker.store.engine import reading, transaction
from tracker.store.queries.contradiction import both_sides, colleagues
from tracker.store.queries.discrepancies import (
    DiscrepancyView,
    StepView,
    closed_lately,
    count_open,
    count_queue,
    discrepancy,
    queue,
    queue_choices,
    steps_of,
)
from tracker.store.queries.item_page import display_names
from tracker.web.access import actor, desk, staff
from tracker.web.board import OVERSEERS
from tracker.web.house import house
from tracker.web.mending_acts import act_of
from tracker.web.queue_filter import Age, asked_of_queue, filter_of
from tracker.web.refused import errors_of
from tracker.web.row_numbers import row_number
from tracker.web.two_sides import MARKS, age_of, claims_of, reason_words, subject_of, term_of, wait_words

LONGEST_NOTE = 1000
PAGE = 50
discrepancies = Blueprint("discrepancies", __name__)


@discrepancies.get("/dieu-hanh/doi-soat")
@staff(*OVERSEERS)
def show() -> str:
    return _queue_page(request.args.get("so", 0, type=row_number), {})


@discrepancies.get("/dieu-hanh/doi-soat/da-dong")
@staff(*OVERSEERS)
def closed() -> str:
    with reading(house().engine) as session:
        rows = closed_lately(session, actor())
        names = display_names(session, [row.owner for row in rows if row.owner])
    return render_template(
        "oversight/closed.html", rows=rows, names=names, subject_of=subject_of, reason_words=reason_words
    )


@discrepancies.get("/dieu-hanh/doi-soat/giao")
@staff(*OVERSEERS)
def back_to_all() -> Response:
    return _to_queue(None, lang=request.args.get("lang"))


@discrepancies.get("/dieu-hanh/doi-soat/<int:number>/giao")
@discrepancies.get("/dieu-hanh/doi-soat/<int:number>/dong")
@discrepancies.get("/dieu-hanh/doi-soat/<int:number>/cho")
@discrepancies.get("/dieu-hanh/doi-soat/<int:number>/duyet")
@staff(*OVERSEERS)
def back(number: int) -> Response:
    """Where a refused step was answered, the page itself is asked for again."""
    return _to_queue(number, lang=request.args.get("lang"))


def _to_queue(number: int | None, lang: str | None = None) -> Response:
    """To the same place of it: narrowed as it was, on the same page."""
    place: dict[str, Any] = {"so": number, "lang": lang, **asked_of_queue().kept}
    return redirect(url_for("discrepancies.show", **place), 303)


@discrepancies.post("/dieu-hanh/doi-soat/giao")
@staff(Role.SUPERVISOR)
def give_all() -> tuple[str, int] | Response:
    """Every ticked one to the same person; what was closed meanwhile is left out."""
    ticked = request.form.getlist("tick", type=row_number)[:PAGE]
    try:
        with transaction(house().engine) as session:
            assign_all(session, ticked, request.form.get("all_to", "")[:60], desk())
    except Refusal as refusal:
        if refusal.cause is Cause.NOT_FOUND:
            abort(404)
        return _queue_page(0, {"all_to": next(iter(errors_of(refusal).values()))}), 422
    return _to_queue(None)


@discrepancies.post("/dieu-hanh/doi-soat/<int:number>/giao")
@staff(Role.SUPERVISOR)
def give(number: int) -> tuple[str, int] | Response:
    return _step(number, lambda session: assign(session, number, request.form.get("user", "")[:60], desk()))


@discrepancies.post("/dieu-hanh/doi-soat/<int:number>/cho")
@staff(Role.SUPERVISOR)
def wait_for(number: int) -> tuple[str, int] | Response:
    return _step(number, lambda session: wait(session, number, _wait_given(), desk()))


@discrepancies.post("/dieu-hanh/doi-soat/<int:number>/duyet")
@staff(Role.SUPERVISOR)
def refuse_closing(number: int) -> tuple[str, int] | Response:
    return _step(number, lambda session: decline(session, number, _note(), desk()))


@discrepancies.post("/dieu-hanh/doi-soat/<int:number>/dong")
@staff(Role.SUPERVISOR)
def end(number: int) -> tuple[str, int] | Response:
    """On to the next of the queue: what is closed is gone from it. What a second person must approve stays."""
    following = request.form.get("next", 0, type=row_number)
    reason = request.form.get("reason", "")
    return _step(number, lambda session: close(session, number, reason, _note(), desk()), following)


def _step(
    number: int, act: Callable[[Session], bool | None], following: int | None = None
) -> tuple[str, int] | Response:
    try:
        with transaction(house().engine) as session:
            is_gone = act(session)
    except Refusal as refusal:
        if refusal.cause is Cause.NOT_FOUND:
            abort(404)
        return _queue_page(number, errors_of(refusal)), 422
    return _to_queue((following or None) if is_gone else number)


def _note() -> str:
    return clean_text(request.form.get("note", ""), LONGEST_NOTE)


def _wait_given() -> Wait:
    """Raises Refusal naming the fields."""
    faults: dict[str, Cause] = {}
    whom, text = request.form.get("waiting_for", ""), request.form.get("until_on", "").strip()
    if whom not in set(WaitingFor):
        faults["waiting_for"] = Cause.FIELD_REQUIRED
    try:
        until_on = date.fromisoformat(text)
    except ValueError:
        until_on = date.min
        faults["until_on"] = Cause.IMPOSSIBLE_DATE
    if faults:
        raise Refusal(cause=next(iter(faults.values())), fields=faults)
    return Wait(WaitingFor(whom), until_on, _note())


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the chosen one stands: the one before and the one after it, and the page that begins after this one."""

    before: int | None
    after: int | None
    next_page: int | None


def _place_of(chosen: DiscrepancyView | None, rows: list[DiscrepancyView], has_more: bool) -> _Place:
    ids = [row.id for row in rows]
    next_page = ids[-1] if has_more else None
    if chosen is None or chosen.id not in ids:
        return _Place(None, None, next_page)
    here = ids.index(chosen.id)
    return _Place(ids[here - 1] if here else None, ids[here + 1] if here + 1 < len(ids) else None, next_page)


def _queue_page(number: int, errors: dict[str, str]) -> str:
    asked = asked_of_queue()
    wanted = filter_of(asked, actor())
    with reading(house().engine) as session:
        found = queue(session, actor(), wanted, after=asked.after, limit=PAGE + 1)
        waiting = found[:PAGE]
        chosen = _chosen(session, waiting, number)
        sides = both_sides(session, chosen.id, chosen.evidence) if chosen else None
        people = colleagues(session, actor())
        steps = steps_of(session, chosen.id) if chosen else []
        names = display_names(session, {row.owner or "" for row in waiting} | _people_in(chosen, steps))
        total, matching = count_open(session, actor()), count_queue(session, actor(), wanted)
        choices = queue_choices(session, actor())
    return render_template(
        "oversight/queue.html",
        errors=errors,
        waiting=waiting,
        total=total,
        matching=matching,
        choices=choices,
        chosen=chosen,
        place=_place_of(chosen, waiting, len(found) > PAGE),
        claims=claims_of(chosen, sides) if chosen and sides else None,
        post=sides.post if sides else None,
        act=act_of(chosen) if chosen else None,
        people=people,
        steps=steps,
        names=names,
        asked=asked,
        given=request.form,
        reason_words=reason_words,
        may_act=actor().role is Role.SUPERVISOR,
        **_WORDS,
    )


_WORDS = {
    "reasons": list(CloseReason),
    "ages": list(Age),
    "progresses": list(Progress),
    "waits": list(WaitingFor),
    "age_of": age_of,
    "term_of": term_of,
    "subject_of": subject_of,
    "wait_words": wait_words,
    "marks": MARKS,
}


def _people_in(chosen: DiscrepancyView | None, steps: list[StepView]) -> set[str]:
    """An assignment notes whom it went to."""
    named = {step.actor for step in steps} | {step.note for step in steps if step.step == DiscrepancyStepKind.ASSIGNED}
    if chosen is None:
        return named
    return named | {name for name in (chosen.owner, chosen.handling.proposed_by) if name}


def _chosen(session: Session, waiting: list[DiscrepancyView], number: int) -> DiscrepancyView | None:
    """The one asked for, closed or not; else the first of the queue."""
    if not number:
        return waiting[0] if waiting else None
    found = discrepancy(session, actor(), number)
    if found is None:
        abort(404)
    return found
