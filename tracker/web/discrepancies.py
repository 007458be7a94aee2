"""The queue of contradictions: two claims face each other, somebody takes the next step, it is closed with a reason."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from tracker.actions.discrepancies import assign, close
from tracker.domain.discrepancies import CloseReason, DiscrepancyCode, DiscrepancyStepKind
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
    discrepancy,
    queue,
    steps_of,
)
from tracker.store.queries.item_page import display_names
from tracker.web.access import actor, desk, staff
from tracker.web.board import OVERSEERS
from tracker.web.house import house
from tracker.web.refused import errors_of
from tracker.web.row_numbers import row_number
from tracker.web.two_sides import MARKS, age_of, claims_of, reason_words, subject_of

LONGEST_NOTE = 1000
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


@discrepancies.get("/dieu-hanh/doi-soat/<int:number>/giao")
@discrepancies.get("/dieu-hanh/doi-soat/<int:number>/dong")
@staff(*OVERSEERS)
def back(number: int) -> Response:
    """Where a refused step was answered, the page itself is asked for again."""
    return redirect(url_for("discrepancies.show", so=number, lang=request.args.get("lang")), 303)


@discrepancies.post("/dieu-hanh/doi-soat/<int:number>/giao")
@staff(Role.SUPERVISOR)
def give(number: int) -> tuple[str, int] | Response:
    try:
        with transaction(house().engine) as session:
            assign(session, number, request.form.get("user", "")[:60], desk())
    except Refusal as refusal:
        return _refused(number, refusal)
    return redirect(url_for("discrepancies.show", so=number), 303)


@discrepancies.post("/dieu-hanh/doi-soat/<int:number>/dong")
@staff(Role.SUPERVISOR)
def end(number: int) -> tuple[str, int] | Response:
    """Back to the queue: what is closed is gone from it."""
    note = clean_text(request.form.get("note", ""), LONGEST_NOTE)
    try:
        with transaction(house().engine) as session:
            close(session, number, request.form.get("reason", ""), note, desk())
    except Refusal as refusal:
        return _refused(number, refusal)
    return redirect(url_for("discrepancies.show"), 303)


def _refused(number: int, refusal: Refusal) -> tuple[str, int]:
    if refusal.cause is Cause.NOT_FOUND:
        abort(404)
    return _queue_page(number, errors_of(refusal)), 422


def _queue_page(number: int, errors: dict[str, str]) -> str:
    code, whose = request.args.get("loai", ""), request.args.get("nguoi", "")
    with reading(house().engine) as session:
        waiting = [row for row in queue(session, actor()) if _is_wanted(row, code, whose)]
        chosen = _chosen(session, waiting, number)
        sides = both_sides(session, chosen.id, chosen.evidence) if chosen else None
        people = colleagues(session, actor())
        steps = steps_of(session, chosen.id) if chosen else []
        names = display_names(session, {row.owner or "" for row in waiting} | _people_in(chosen, steps))
        total = count_open(session, actor())
    return render_template(
        "oversight/queue.html",
        errors=errors,
        waiting=waiting,
        total=total,
        chosen=chosen,
        claims=claims_of(chosen, sides) if chosen and sides else None,
        post=sides.post if sides else None,
        people=people,
        steps=steps,
        names=names,
        code=code,
        whose_filter=whose,
        reason_words=reason_words,
        may_act=actor().role is Role.SUPERVISOR,
        reasons=list(CloseReason),
        age_of=age_of,
        subject_of=subject_of,
        marks=MARKS,
    )


def _people_in(chosen: DiscrepancyView | None, steps: list[StepView]) -> set[str]:
    """An assignment notes whom it went to."""
    named = {step.actor for step in steps} | {step.note for step in steps if step.step == DiscrepancyStepKind.ASSIGNED}
    return named | ({chosen.owner} if chosen and chosen.owner else set())


def _is_wanted(row: DiscrepancyView, code: str, whose: str) -> bool:
    if code in set(DiscrepancyCode) and row.code != code:
        return False
    return {"none": row.owner is None, "me": row.owner == actor().name}.get(whose, True)


def _chosen(session: Session, waiting: list[DiscrepancyView], number: int) -> DiscrepancyView | None:
    """The one asked for, closed or not; else the first of the queue."""
    if not number:
        return waiting[0] if waiting else None
    found = discrepancy(session, actor(), number)
    if found is None:
        abort(404)
    return found
