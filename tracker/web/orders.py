"""Đơn gửi bưu điện: orders that the schedules cannot settle by themselves, and sending one of them again."""

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.actions.postal_orders import send_again
from tracker.domain.refusal import Refusal
from tracker.domain.vocabulary import Role
from tracker.store.engine import reading, transaction
from tracker.store.queries.installation import low_ranges
from tracker.store.queries.postal_orders import order_named, orders_for_a_person
from tracker.web.access import actor, desk, staff
from tracker.web.board import OVERSEERS
from tracker.web.house import house
from tracker.web.refused import errors_of
from tracker.web.row_numbers import row_number

PAGE = 50
orders = Blueprint("orders", __name__)


@orders.get("/dieu-hanh/don-gui")
@staff(*OVERSEERS)
def show() -> Response:
    return _page({})


@orders.post("/dieu-hanh/don-gui")
@staff(Role.SUPERVISOR)
def again() -> Response:
    by, number = desk(), request.form.get("order", "")
    try:
        with transaction(house().engine) as session:
            if order_named(session, by.actor, number) is None:
                abort(404)
            send_again(session, number, at=by.at, actor=by.actor.name)
    except Refusal as refusal:
        return _page(errors_of(refusal))
    return redirect(url_for("orders.show"), 303)


def _page(errors: dict[str, str]) -> Response:
    after = request.args.get("after", 0, type=row_number)
    with reading(house().engine) as session:
        found = orders_for_a_person(session, actor(), after=after, limit=PAGE + 1)
        low = low_ranges(session, actor().office_id, house().config.numbers.low_water_percent)
    shown = render_template(
        "oversight/orders.html",
        orders=found[:PAGE],
        following=found[PAGE - 1].item_id if len(found) > PAGE else None,
        low=low,
        errors=errors,
        is_on=house().config.feeds.vnpost_orders.is_on,
        may_act=actor().role is Role.SUPERVISOR,
    )
    return make_response(shown, 422 if errors else 200)
