"""The sorting desk: bags made, filled, sealed and sent; received, opened and counted."""

from collections.abc import Callable, Mapping
from uuid import UUID

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from tracker.actions.bags import finish_bag, make_bag, put_in, receive_bag, seal_bag, send_bag, take_out
from tracker.actions.door import Door
from tracker.actions.manifests import drop_line
from tracker.domain.manifests import ManifestKind
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import Role
from tracker.store.engine import reading as reads, transaction
from tracker.store.queries.manifests import (
    ManifestView,
    lock_manifest,
    manifest_of,
    manifest_of_bag,
    manifests_of,
    other_post_offices,
)
from tracker.web.access import actor, desk, staff
from tracker.web.bag_scans import count_scanned, pack_scanned
from tracker.web.handover_scans import Scanned
from tracker.web.handovers import shell, signed_counts
from tracker.web.house import house
from tracker.web.language import gettext
from tracker.web.refused import errors_of

SORTERS = (Role.POSTCLERK,)
READERS = (*SORTERS, Role.SUPERVISOR, Role.AUDITOR)
LONGEST = 200
bags = Blueprint("bags", __name__)


@bags.get("/ban-quay/tui/")
@staff(*SORTERS)
def show() -> Response:
    return _start({})


@bags.post("/ban-quay/tui/")
@staff(*SORTERS)
def begin() -> Response:
    given = request.form
    if "code" in given:
        with reads(house().engine) as session:
            known = manifest_of_bag(session, actor(), given["code"].strip().upper()[:LONGEST])
        if known is None:
            return _start({"code": gettext("bag.no_such")})
        return redirect(url_for("bags.page", handover=known.id), 303)
    try:
        with transaction(house().engine) as session:
            handover = make_bag(session, given.get("to_office", ""), desk(), house().random_bytes)
    except Refusal as refusal:
        return _start(errors_of(refusal))
    return redirect(url_for("bags.page", handover=handover), 303)


def _start(errors: Mapping[str, str]) -> Response:
    with reads(house().engine) as session:
        lists = manifests_of(session, actor(), bags=True)
        offices = other_post_offices(session, actor())
    shown = render_template("bags/start.html", lists=lists, offices=offices, errors=errors, shell=shell())
    return make_response(shown, 422 if errors else 200)


@bags.get("/ban-quay/tui/<uuid:handover>")
@staff(*READERS)
def page(handover: UUID) -> Response:
    """A list without a bag has its own page."""
    with reads(house().engine) as session:
        view = manifest_of(session, actor(), handover)
    if view is not None and view.kind is not ManifestKind.BAG:
        return redirect(url_for("handovers.page", handover=handover), 303)
    return page_of(_view_or_404(handover), Scanned(), {})


@bags.post("/ban-quay/tui/<uuid:handover>")
@staff(*SORTERS)
def act(handover: UUID) -> Response:
    deed = DEEDS.get(request.form.get("act", "scan"))
    if deed is None:
        abort(422)
    _view_or_404(handover)
    try:
        with transaction(house().engine) as session:
            done = deed(session, handover, request.form)
    except Refusal as refusal:
        return page_of(_view_or_404(handover), Scanned(), errors_of(refusal))
    if done is not None:
        return page_of(_view_or_404(handover), done, {})
    return redirect(url_for("bags.page", handover=handover), 303)


def _view_or_404(handover: UUID) -> ManifestView:
    with reads(house().engine) as session:
        view = manifest_of(session, actor(), handover)
    if view is None or view.kind is not ManifestKind.BAG:
        abort(404)
    return view


def page_of(view: ManifestView, scanned: Scanned, errors: Mapping[str, str]) -> Response:
    stage = stage_of(view)
    shown = render_template(
        "bags/page.html",
        view=view,
        stage=stage,
        scanned=scanned,
        errors=errors,
        shell=shell(),
        may_drop=stage == "open",
        action=url_for("bags.page", handover=view.id),
    )
    return make_response(shown, 422 if errors else 200)


def stage_of(view: ManifestView) -> str:
    """What this person may do with the bag now: fill, send, receive, open; else only look."""
    if not view.is_open:
        return "closed"
    if view.is_given_by(actor()) and view.offered_at is None:
        return "send" if view.seal_number else "fill"
    if view.is_taken_by(actor()) and view.offered_at is not None:
        return "open" if view.arrived_at else "receive"
    return "watch"


def _door() -> Door:
    by = desk()
    return Door(by.actor, by.at, by.config, None, house().random_bytes)


def _scan(session: Session, handover: UUID, given: Mapping[str, str]) -> Scanned | None:
    lock_manifest(session, handover)
    view = manifest_of(session, actor(), handover)
    code = given.get("code", "").strip()[:LONGEST]
    if view is None or not code:
        return None
    match stage_of(view):
        case "fill":
            return pack_scanned(session, code, lambda read: put_in(session, handover, read, _door()))
        case "open":
            return count_scanned(session, view, code)
        case _:
            raise Refusal(cause=Cause.LIST_CLOSED)


def _drop(session: Session, handover: UUID, given: Mapping[str, str]) -> None:
    manifest = lock_manifest(session, handover)
    view = manifest_of(session, actor(), handover)
    code = given.get("code", "")
    match stage_of(view) if view else "watch":
        case "fill":
            take_out(session, handover, code, _door())
        case "open":
            drop_line(session, manifest, code)
        case _:
            raise Refusal(cause=Cause.LIST_CLOSED)


def _seal(session: Session, handover: UUID, given: Mapping[str, str]) -> None:
    seal_bag(session, handover, given.get("seal_number", "").strip()[:40], _door())


def _send(session: Session, handover: UUID, _: Mapping[str, str]) -> None:
    send_bag(session, handover, _door())


def _receive(session: Session, handover: UUID, given: Mapping[str, str]) -> None:
    if given.get("seal_ok") not in {"yes", "no"}:
        raise Refusal(cause=Cause.FIELD_REQUIRED, fields={"seal_ok": Cause.FIELD_REQUIRED})
    receive_bag(session, handover, seal_ok=given["seal_ok"] == "yes", door=_door())


def _finish(session: Session, handover: UUID, given: Mapping[str, str]) -> None:
    finish_bag(session, handover, signed_counts(given), _door())


DEEDS: Mapping[str, Callable[[Session, UUID, Mapping[str, str]], Scanned | None]] = {
    "scan": _scan,
    "drop": _drop,
    "seal": _seal,
    "send": _send,
    "receive": _receive,
    "finish": _finish,
}
