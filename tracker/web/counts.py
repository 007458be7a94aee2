"""Kết ca, chốt ngày: what lies here is counted, the shift is signed over, and what does not agree has a name."""

from collections.abc import Callable, Mapping
from uuid import UUID

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from tracker.actions.door import Door
from tracker.actions.signing import Second
from tracker.actions.stock import drop_reading, give_up, open_count, own_place
from tracker.actions.stock_signing import Signature, sign_count
from tracker.domain.events import Standing
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.roles import OFFICE_ROLES
from tracker.domain.stock import CountKind, Place, may_count, presence_of
from tracker.domain.vocabulary import EventType, Party, Role
from tracker.phrases import phrase_of
from tracker.store.engine import reading as reads, transaction
from tracker.store.queries.scanning import colleagues
from tracker.store.queries.stock import (
    CountView,
    count_of,
    counts_of,
    couriers_of,
    has_signed_count,
    lock_count,
    open_count_at,
)
from tracker.store.queries.stock_balance import balance_of
from tracker.web.access import DESK_ROLES, actor, desk, staff
from tracker.web.count_scans import LONGEST_CODE, count_scanned
from tracker.web.handover_scans import Scanned
from tracker.web.handovers import shell
from tracker.web.house import house
from tracker.web.language import gettext
from tracker.web.refused import errors_of

READERS = (*DESK_ROLES, Role.SUPERVISOR, Role.AUDITOR)
counts = Blueprint("counts", __name__)


@counts.get("/ban-quay/kiem-dem/")
@staff(*DESK_ROLES)
def show() -> Response:
    return _start({})


@counts.post("/ban-quay/kiem-dem/")
@staff(*DESK_ROLES)
def begin() -> Response:
    return _begin()


@counts.get("/ban-quay/kiem-dem/<uuid:count>")
@staff(*READERS)
def page(count: UUID) -> Response:
    return _page(_view_or_404(count), Scanned(), {})


@counts.post("/ban-quay/kiem-dem/<uuid:count>")
@staff(*DESK_ROLES)
def act(count: UUID) -> Response:
    return _act(count)


@counts.get("/ban-quay/kiem-dem/<uuid:count>/bien-ban")
@staff(*READERS)
def signed(count: UUID) -> Response:
    return _signed(count)


@counts.get("/buu-ta/kiem-dem/")
@staff(Role.COURIER)
def courier_show() -> Response:
    return _start({})


@counts.post("/buu-ta/kiem-dem/")
@staff(Role.COURIER)
def courier_begin() -> Response:
    return _begin()


@counts.get("/buu-ta/kiem-dem/<uuid:count>")
@staff(Role.COURIER)
def courier_page(count: UUID) -> Response:
    return _page(_view_or_404(count), Scanned(), {})


@counts.post("/buu-ta/kiem-dem/<uuid:count>")
@staff(Role.COURIER)
def courier_act(count: UUID) -> Response:
    return _act(count)


@counts.get("/buu-ta/kiem-dem/<uuid:count>/bien-ban")
@staff(Role.COURIER)
def courier_signed(count: UUID) -> Response:
    return _signed(count)


def address(name: str, **values: object) -> str:
    """The page of that name as this person's own surface has it."""
    prefix = "courier_" if actor().role is Role.COURIER else ""
    return url_for(f"counts.{prefix}{name}", **values)  # type: ignore[arg-type]  # any value of an address


def _start(errors: Mapping[str, str]) -> Response:
    by = desk()
    own = own_place(by)
    is_post = by.actor.role is Role.POSTCLERK
    with reads(house().engine) as session:
        shown = render_template(
            "counts/start.html",
            errors=errors,
            shell=shell(),
            address=address,
            rows=counts_of(session, by.actor),
            under_way=open_count_at(session, own),
            may_open=own[0] is Party.OFFICE and not has_signed_count(session, own),
            couriers=couriers_of(session, by.actor.office_id) if is_post else [],
        )
    return make_response(shown, 422 if errors else 200)


def _begin() -> Response:
    given = request.form
    courier = given.get("courier", "")
    try:
        kind = CountKind(given.get("kind", CountKind.CLOSING))
    except ValueError:
        abort(422)
    by = desk()
    place: Place = (Party.COURIER, courier) if courier else own_place(by)
    try:
        with transaction(house().engine) as session:
            count = open_count(session, kind, place, by, house().random_bytes)
    except Refusal as refusal:
        return _start(errors_of(refusal))
    return redirect(address("page", count=count), 303)


def place_words(view: CountView, place: Place | None) -> str:
    """Who answers for an envelope by the record; nobody for a code that is not known."""
    if place is None:
        return gettext("count.nobody")
    kind, ref = place
    if ref is None or kind in {Party.SENDER, Party.RECIPIENT}:
        return gettext(phrase_of(kind))
    return f"{gettext(phrase_of(kind))} {view.holders[place]}" if kind is Party.COURIER else view.holders[place]


def _view_or_404(count: UUID) -> CountView:
    with reads(house().engine) as session:
        view = count_of(session, actor(), count)
    if view is None:
        abort(404)
    return view


def _page(view: CountView, scanned: Scanned, errors: Mapping[str, str]) -> Response:
    if not view.row.is_open:
        return redirect(address("signed", count=view.row.id), 303)
    with reads(house().engine) as session:
        people = _second_people(session, view)
    shown = render_template(
        "counts/page.html",
        view=view,
        scanned=scanned,
        errors=errors,
        shell=shell(),
        address=address,
        people=people,
        may_act=_may_act(view),
        asks_seals=_asks_seals(view),
        place_words=place_words,
        given=request.form,
        action=address("page", count=view.row.id),
    )
    return make_response(shown, 422 if errors else 200)


def _may_act(view: CountView) -> bool:
    return may_count(actor().role, view.row.place[0])


def _asks_seals(view: CountView) -> bool:
    """Both say it once for all that comes into the office with their signatures."""
    scan = presence_of(view.row.place[0], actor().role, Standing())
    return scan is EventType.ARRIVED and bool(view.seen.surplus)


def _second_people(session: Session, view: CountView) -> list[tuple[str, str]]:
    """Who may take the stock over here: the other side of a courier's bag, or the colleagues."""
    me, (kind, ref) = actor(), view.row.place
    if kind is Party.COURIER and me.role is not Role.COURIER:
        return [(ref or "", view.row.place_name)]
    roles = (Role.POSTCLERK,) if kind is Party.COURIER else tuple(sorted(OFFICE_ROLES))
    return [one for one in colleagues(session, roles, view.row.office_id) if one[0] != me.name]


def _act(count: UUID) -> Response:
    """One scan, one slip taken back, the count given up, or both signatures; which, the button says."""
    deed = DEEDS.get(request.form.get("act", "scan"))
    if deed is None:
        abort(422)
    _view_or_404(count)
    try:
        with transaction(house().engine) as session:
            done = deed(session, count, request.form)
    except Refusal as refusal:
        return _page(_view_or_404(count), Scanned(), errors_of(refusal))
    if isinstance(done, Scanned):
        return _page(_view_or_404(count), done, {})
    if isinstance(done, Cause):
        return _page(_view_or_404(count), Scanned(), errors_of(Refusal(cause=done, fields={"second_pin": done})))
    return redirect(done, 303)


Done = Scanned | Cause | str


def _scan(session: Session, count: UUID, given: Mapping[str, str]) -> Done:
    lock_count(session, count)
    view = count_of(session, actor(), count)
    code = given.get("code", "").strip()[:LONGEST_CODE]
    if view is None or not code:
        return address("page", count=count)
    if not view.row.is_open:
        raise Refusal(cause=Cause.COUNT_SIGNED)
    return count_scanned(session, view, code)


def _drop(session: Session, count: UUID, given: Mapping[str, str]) -> Done:
    drop_reading(session, lock_count(session, count), given.get("code", "")[:LONGEST_CODE])
    return address("page", count=count)


def _give_up(session: Session, count: UUID, _: Mapping[str, str]) -> Done:
    give_up(session, lock_count(session, count), desk())
    return address("show")


def _sign(session: Session, count: UUID, given: Mapping[str, str]) -> Done:
    by = desk()
    second = Second(given.get("second_user", "").strip()[:60], given.get("second_pin", ""))
    seals = {"yes": True, "no": False}.get(given.get("seals_ok", ""))
    door = Door(by.actor, by.at, by.config, None, house().random_bytes)
    done = sign_count(session, count, Signature(given.get("stamp", "")[:60], second, seals), door)
    return done if isinstance(done, Cause) else address("signed", count=count)


DEEDS: Mapping[str, Callable[[Session, UUID, Mapping[str, str]], Done]] = {
    "scan": _scan,
    "drop": _drop,
    "give_up": _give_up,
    "sign": _sign,
}


def _signed(count: UUID) -> Response:
    """What both signed, for the printer."""
    view = _view_or_404(count)
    if view.row.is_open:
        return redirect(address("page", count=count), 303)
    with reads(house().engine) as session:
        balance = balance_of(session, count)
    shown = render_template(
        "counts/signed.html",
        view=view,
        balance=balance,
        errors={},
        shell=shell(),
        address=address,
        place_words=place_words,
    )
    return make_response(shown)
