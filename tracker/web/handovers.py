"""Giao nhận: many envelopes, two people, one list. The giver's screen shows a square, the receiver's counts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlmodel import Session
from werkzeug.wrappers import Response

from labels.qr import encode_qr
from tracker.actions.door import Door
from tracker.actions.manifests import NewManifest, drop_line, open_manifest
from tracker.actions.signing import Second, offer, sign, sign_at_desk
from tracker.actions.withdrawing import may_withdraw, withdraw
from tracker.domain.corrections import OWN_CORRECTION_WINDOW
from tracker.domain.manifests import (
    RULES,
    ManifestKind,
    handover_address,
    handover_code,
    kinds_given_by,
    kinds_received_by,
    read_handover,
    read_short_code,
)
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.roles import OFFICE_ROLES
from tracker.domain.vocabulary import Party, Role
from tracker.store.engine import reading as reads, transaction
from tracker.store.queries.manifests import (
    ManifestView,
    counterparts,
    handover_of_short_code,
    lock_manifest,
    manifest_of,
    manifests_of,
)
from tracker.web.access import actor, desk, staff
from tracker.web.handover_scans import Scanned, list_scanned, read_scanned
from tracker.web.house import house
from tracker.web.language import gettext
from tracker.web.refused import errors_of

HANDS = (Role.POSTCLERK, Role.OFFICER, Role.COURIER)
READERS = (*HANDS, Role.SUPERVISOR, Role.AUDITOR)
LONGEST_CODE = 200
QUIET_MODULES = 4
handovers = Blueprint("handovers", __name__)


@dataclass(frozen=True, slots=True)
class Choice:
    """One kind of handover this person may begin, and with whom."""

    kind: ManifestKind
    gives: bool
    others: tuple[tuple[str, str], ...]


@handovers.get("/giao-nhan/")
@staff(*HANDS)
def show() -> Response:
    return _start({})


@handovers.post("/giao-nhan/")
@staff(*HANDS)
def begin() -> Response:
    given = request.form
    if "code" in given:
        found = _sought(given["code"])
        return redirect(url_for("handovers.page", handover=found), 303) if found else _start(_not_found())
    try:
        new = NewManifest(ManifestKind(given.get("kind", "")), given.get("other", ""), given.get("gives") == "yes")
    except ValueError:
        abort(422)
    try:
        with transaction(house().engine) as session:
            handover = open_manifest(session, new, desk(), house().random_bytes)
    except Refusal as refusal:
        return _start(errors_of(refusal))
    return redirect(url_for("handovers.page", handover=handover), 303)


def _not_found() -> dict[str, str]:
    return {"code": gettext("handover.no_such")}


def _sought(text: str) -> UUID | None:
    """By the square or by the code that is read aloud; another person's list is as good as unknown."""
    text = text[:LONGEST_CODE]
    handover = read_handover(text, house().config.public.base_url)
    with reads(house().engine) as session:
        short = read_short_code(text)
        if handover is None and short is not None:
            handover = handover_of_short_code(session, short)
        return handover if handover and manifest_of(session, actor(), handover) else None


def _start(errors: Mapping[str, str]) -> Response:
    by = actor()
    with reads(house().engine) as session:
        lists = manifests_of(session, by, bags=False)
        choices = [_choice(session, kind, gives=True) for kind in kinds_given_by(by.role)]
        if by.role in OFFICE_ROLES:
            choices += [_choice(session, kind, gives=False) for kind in kinds_received_by(by.role)]
    shown = render_template("handovers/start.html", choices=choices, lists=lists, errors=errors, shell=shell())
    return make_response(shown, 422 if errors else 200)


def _choice(session: Session, kind: ManifestKind, *, gives: bool) -> Choice:
    return Choice(kind, gives, tuple(counterparts(session, actor(), kind, gives=gives)))


def shell() -> str:
    return "shell_phone.html" if actor().role is Role.COURIER else "shell_desk.html"


@handovers.get("/g/<code>")
@handovers.get("/G/<code>")
@staff(*READERS)
def square(code: str) -> Response:
    """Where a phone's own camera leads."""
    handover = read_handover(code, house().config.public.base_url)
    if handover is None:
        abort(404)
    return redirect(url_for("handovers.page", handover=handover), 303)


@handovers.get("/giao-nhan/<uuid:handover>")
@staff(*READERS)
def page(handover: UUID) -> Response:
    return page_of(view_or_404(handover), Scanned(), {})


@handovers.post("/giao-nhan/<uuid:handover>")
@staff(*HANDS, Role.SUPERVISOR)
def act(handover: UUID) -> Response:
    """One scan, one signature, one line or the whole list taken back; which, the button says."""
    deed = DEEDS.get(request.form.get("act", "scan"))
    if deed is None:
        abort(422)
    view_or_404(handover)
    try:
        with transaction(house().engine) as session:
            done = deed(session, handover, request.form)
    except Refusal as refusal:
        return page_of(view_or_404(handover), Scanned(), errors_of(refusal))
    if isinstance(done, Scanned):
        return page_of(view_or_404(handover), done, {})
    if isinstance(done, Cause):
        return page_of(view_or_404(handover), Scanned(), errors_of(Refusal(cause=done, fields={"second_pin": done})))
    return redirect(url_for("handovers.page", handover=handover), 303)


@handovers.get("/giao-nhan/<uuid:handover>/bien-ban")
@staff(*READERS)
def minutes(handover: UUID) -> Response:
    """What both signed, for the printer."""
    view = view_or_404(handover)
    if view.is_open:
        return redirect(url_for("handovers.page", handover=handover), 303)
    return _record(view, {})


def _record(view: ManifestView, errors: Mapping[str, str]) -> Response:
    """Whoever came too late is told, above what the other side has made of it."""
    shown = render_template("handovers/minutes.html", view=view, shell=shell(), errors=errors)
    return make_response(shown, 422 if errors else 200)


def view_or_404(handover: UUID) -> ManifestView:
    with reads(house().engine) as session:
        view = manifest_of(session, actor(), handover)
    if view is None:
        abort(404)
    return view


def page_of(view: ManifestView, scanned: Scanned, errors: Mapping[str, str]) -> Response:
    side = side_of(view)
    if side == "record" and errors:
        return _record(view, errors)
    if side == "record":
        return redirect(url_for("handovers.minutes", handover=view.id), 303)
    found = {**errors, **(scanned.form.errors if scanned.form else {})}
    shown = render_template(
        f"handovers/{side}.html",
        view=view,
        scanned=scanned,
        errors=found,
        shell=shell(),
        square=_square(view),
        may_pin=_may_pin(view),
        may_drop=side == "take",
        withdrawal=_withdrawal(view),
        action=url_for("handovers.page", handover=view.id),
    )
    return make_response(shown, 422 if found else 200)


def side_of(view: ManifestView) -> str:
    """Which screen this person sees: the giver's, the receiver's, one that only looks on, or the signed record."""
    if not view.is_open or view.kind is ManifestKind.BAG:
        return "record" if not view.is_open else "watch"
    if view.is_given_by(actor()) and (view.from_party[0] is Party.OFFICE or view.opened_by == actor().name):
        return "give"
    return "take" if view.is_taken_by(actor()) and _is_for_me(view) else "watch"


def _is_for_me(view: ManifestView) -> bool:
    """A list that is not offered yet is the giver's own; one that the receiver opened is the receiver's."""
    return view.offered_at is not None or view.opened_by == actor().name


def _may_pin(view: ManifestView) -> bool:
    """At one desk: the giver asks for the receiver's PIN, unless papers are recounted; the receiver for the giver's."""
    if view.offered_at is not None or not view.lines:
        return False
    return not view.is_given_by(actor()) or not RULES[view.kind].recounts


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """`until` is None for a supervisor, who is not bound to the giver's quarter of an hour."""

    until: datetime | None
    is_over: bool = False


def _withdrawal(view: ManifestView) -> Withdrawal | None:
    """None for whoever may not take this list back, and before there is anything to take back."""
    with reads(house().engine) as session:
        if view.offered_at is None or not may_withdraw(session, view, _door()):
            return None
    if actor().role is Role.SUPERVISOR:
        return Withdrawal(None)
    until = view.offered_at + OWN_CORRECTION_WINDOW
    return Withdrawal(until, is_over=house().clock() > until)


def _square(view: ManifestView) -> Markup:
    """Drawn by the same code as a label's square: whole modules, black on white, its quiet zone around it."""
    if view.offered_at is None:
        return Markup("")
    modules = encode_qr(handover_address(house().config.public.base_url, view.id), "handover").modules
    side = len(modules) + 2 * QUIET_MODULES
    path = "".join(
        f"M{x + QUIET_MODULES} {y + QUIET_MODULES}h1v1h-1z"
        for y, row in enumerate(modules)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    drawn = Markup(
        '<svg class="square" viewBox="0 0 {0} {0}" role="img" aria-label="{1}" data-code="{2}"><path d="{3}"/></svg>'
    )
    return drawn.format(side, gettext("handover.square"), handover_code(view.id), path)


Done = Scanned | Cause | ManifestView | None


def _door() -> Door:
    by = desk()
    return Door(by.actor, by.at, by.config, None, house().random_bytes)


def _scan(session: Session, handover: UUID, given: Mapping[str, str]) -> Done:
    lock_manifest(session, handover)
    view = manifest_of(session, actor(), handover)
    code = given.get("code", "").strip()[:LONGEST_CODE]
    if view is None or not code:
        return None
    match side_of(view):
        case "give":
            return list_scanned(session, view, code)
        case "take":
            return read_scanned(session, view, code, given)
        case _:
            raise Refusal(cause=Cause.LIST_CLOSED if not view.is_open else Cause.NOT_YOURS_TO_SIGN)


def _drop(session: Session, handover: UUID, given: Mapping[str, str]) -> Done:
    manifest = lock_manifest(session, handover)
    view = manifest_of(session, actor(), handover)
    side = side_of(view) if view else "watch"
    is_givers_list_signed = side == "give" and manifest.offered_at is not None
    if side not in {"give", "take"} or is_givers_list_signed:
        raise Refusal(cause=Cause.LIST_CLOSED)
    drop_line(session, manifest, given.get("code", ""))
    return None


def _offer(session: Session, handover: UUID, _: Mapping[str, str]) -> Done:
    return offer(session, handover, _door())


def _sign(session: Session, handover: UUID, given: Mapping[str, str]) -> Done:
    return sign(session, handover, signed_counts(given), _door())


def _sign_at_desk(session: Session, handover: UUID, given: Mapping[str, str]) -> Done:
    second = Second(given.get("second_user", "").strip(), given.get("second_pin", ""))
    return sign_at_desk(session, handover, signed_counts(given), second, _door())


def _withdraw(session: Session, handover: UUID, _: Mapping[str, str]) -> Done:
    return withdraw(session, handover, _door())


def signed_counts(given: Mapping[str, str]) -> tuple[int, ...]:
    """The three numbers above the button, as the page showed them; anything else is no signature."""
    told = given.get("counts", "").split("-")
    return tuple(int(part) for part in told if part.isascii() and part.isdecimal() and len(part) < 6)


DEEDS: Mapping[str, Callable[[Session, UUID, Mapping[str, str]], Done]] = {
    "scan": _scan,
    "drop": _drop,
    "offer": _offer,
    "sign": _sign,
    "pin": _sign_at_desk,
    "withdraw": _withdraw,
}
