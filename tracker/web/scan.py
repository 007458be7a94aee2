"""The scan page of desks."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.domain.vocabulary import Role
from tracker.web.access import staff
from tracker.web.asking import Ask
from tracker.web.mending import take_back
from tracker.web.scanning import ScanView, scan as scan_one, waiting
from tracker.web.sheets import address_of_code

SCANNERS = (Role.CLERK, Role.POSTCLERK, Role.OFFICER)
scan = Blueprint("scan", __name__)


@scan.get("/ban-quay/quet")
@staff(*SCANNERS)
def desk() -> Response:
    return _page(waiting())


@scan.post("/ban-quay/quet")
@staff(*SCANNERS)
def take() -> Response:
    if not request.form.get("code", "").strip():
        return make_response(redirect(url_for("scan.desk"), 303))
    sheet = address_of_code(request.form["code"])
    return make_response(redirect(sheet, 303)) if sheet else _page(scan_one(request.form))


@scan.get("/ban-quay/quet/sua")
@staff(*SCANNERS)
def after_mending() -> Response:
    return make_response(redirect(url_for("scan.desk"), 303))


@scan.post("/ban-quay/quet/sua")
@staff(*SCANNERS)
def mend() -> Response:
    return _page(take_back(request.form))


def _page(view: ScanView) -> Response:
    return make_response(render_template("scan/desk.html", view=view, Ask=Ask), view.status)
