"""The courier's phone: what to carry today, and the scan."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.domain.names import initials
from tracker.domain.vocabulary import Leg, Role, Status
from tracker.places import ward_of
from tracker.store.engine import reading
from tracker.store.queries.scanning import ScannedItem, carried_by
from tracker.sums import dong
from tracker.web.access import actor, staff
from tracker.web.asking import Ask
from tracker.web.formats import today
from tracker.web.house import house
from tracker.web.language import gettext
from tracker.web.mending import take_back
from tracker.web.scanning import ScanView, scan, waiting
from tracker.web.sheets import address_of_code

CARRIERS = (Role.COURIER, Role.DRIVER)
courier = Blueprint("courier", __name__)


@dataclass(frozen=True, slots=True)
class Stop:
    """`where` is a ward with initials, or an office: never a name or an address."""

    number: str
    leg: Leg
    where: str
    due_on: date
    is_late: bool
    money: str
    attempt: int
    is_held: bool


@courier.get("/buu-ta/")
@staff(*CARRIERS)
def route() -> Response:
    with reading(house().engine) as session:
        stops = [_stop(item) for item in carried_by(session, actor())]
    held = [stop for stop in stops if stop.is_held]
    to_collect = [stop for stop in stops if not stop.is_held]
    shown = render_template(
        "courier/route.html", held=held, to_collect=to_collect, attempts=house().config.rules.on(today()).attempts
    )
    return make_response(shown)


@courier.get("/buu-ta/quet")
@staff(*CARRIERS)
def scan_page() -> Response:
    return _page(waiting())


@courier.post("/buu-ta/quet")
@staff(*CARRIERS)
def take() -> Response:
    if not request.form.get("code", "").strip():
        return make_response(redirect(url_for("courier.scan_page"), 303))
    sheet = address_of_code(request.form["code"])
    return make_response(redirect(sheet, 303)) if sheet else _page(scan(request.form))


@courier.get("/buu-ta/quet/sua")
@staff(*CARRIERS)
def after_mending() -> Response:
    return make_response(redirect(url_for("courier.scan_page"), 303))


@courier.post("/buu-ta/quet/sua")
@staff(*CARRIERS)
def mend() -> Response:
    return _page(take_back(request.form))


def _page(view: ScanView) -> Response:
    return make_response(render_template("courier/scan.html", view=view, Ask=Ask), view.status)


def _stop(item: ScannedItem) -> Stop:
    standing = item.standing
    is_held = standing.custodian.ref == actor().name
    return Stop(
        number=item.number,
        leg=item.leg,
        where=_where(item, is_held=is_held),
        due_on=item.due_on,
        is_late=item.due_on < today(),
        money=dong(item.due_amount) if item.leg is Leg.RESULT else "",
        attempt=standing.attempts + 1 if standing.status is Status.WITH_COURIER else 0,
        is_held=is_held,
    )


def _where(item: ScannedItem, *, is_held: bool) -> str:
    """To the citizen on the way out with a result, and where papers are collected; else to the office."""
    at_citizen = item.leg is Leg.RESULT if is_held else item.leg is not Leg.RESULT
    if not at_citizen:
        return item.to_name if is_held else item.from_name
    ward = ward_of(item.citizen_ward)
    place = ward.abbreviated if ward else gettext("place.unknown")
    return f"{place}, {initials(item.citizen_name)}"
