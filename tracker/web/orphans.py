"""Mã lạ: codes that were scanned and stand for nothing, and taking their scans into the item they were read from."""

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from tracker.actions.adoption import adopt
from tracker.domain.orphans import AdoptionReason
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import Role
from tracker.phrases import phrase_of
from tracker.store.engine import reading, transaction
from tracker.store.queries.orphans import Orphan, likely_items, orphan, orphans as orphans_of
from tracker.web.access import actor, desk, staff
from tracker.web.board import OVERSEERS
from tracker.web.house import house
from tracker.web.language import gettext
from tracker.web.refused import errors_of
from tracker.web.row_numbers import row_number
from tracker.web.two_sides import age_of

PAGE = 50
LONGEST_CODE = 200
orphans = Blueprint("orphans", __name__)


@orphans.get("/dieu-hanh/ma-la")
@staff(*OVERSEERS)
def show() -> str:
    after = request.args.get("after", 0, type=row_number)
    with reading(house().engine) as session:
        found = orphans_of(session, actor(), after=after, limit=PAGE + 1)
    following = found[PAGE - 1].id if len(found) > PAGE else None
    return render_template("oversight/orphans.html", orphans=found[:PAGE], following=following, age_of=age_of)


@orphans.get("/dieu-hanh/ma-la/<int:orphan_id>")
@staff(*OVERSEERS)
def one(orphan_id: int) -> Response:
    return _page(orphan_id, {})


@orphans.post("/dieu-hanh/ma-la/<int:orphan_id>")
@staff(Role.SUPERVISOR)
def take_in(orphan_id: int) -> Response:
    """Chosen from the list or typed; both at once would leave it open which was meant, and there is no way back."""
    chosen = request.form.get("chosen", "").strip()[:LONGEST_CODE]
    typed = request.form.get("number", "").strip()[:LONGEST_CODE]
    if chosen and typed and chosen != typed:
        return _page(orphan_id, {"number": gettext("orphan.two_numbers")})
    try:
        with transaction(house().engine) as session:
            number = adopt(session, orphan_id, typed or chosen, request.form.get("reason", ""), desk())
    except Refusal as refusal:
        if refusal.cause is Cause.NOT_FOUND:
            abort(404)
        return _page(orphan_id, errors_of(refusal))
    return redirect(url_for("finding.item", number=number, _anchor="history"), 303)


def _page(orphan_id: int, errors: dict[str, str]) -> Response:
    with reading(house().engine) as session:
        lost = _orphan_or_404(session, orphan_id)
        likely = [] if lost.is_bag or lost.adopted_by else likely_items(session, actor(), lost, house().config.office)
    shown = render_template(
        "oversight/orphan.html",
        lost=lost,
        likely=likely,
        reasons=[(reason.value, gettext(phrase_of(reason))) for reason in AdoptionReason],
        errors=errors,
        given=request.form,
        may_act=actor().role is Role.SUPERVISOR and not lost.is_bag and lost.adopted_by is None,
    )
    return make_response(shown, 422 if errors else 200)


def _orphan_or_404(session: Session, orphan_id: int) -> Orphan:
    found = orphan(session, actor(), orphan_id)
    if found is None:
        abort(404)
    return found
