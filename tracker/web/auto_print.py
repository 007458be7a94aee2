"""Whether a new label prints by itself at this workstation, and that each copy does so once."""

from flask import Blueprint, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker.actions.spoiled_labels import open_dialogue
from tracker.store.engine import transaction
from tracker.web.access import desk, staff
from tracker.web.fresh_copies import pair_asked
from tracker.web.house import house
from tracker.web.register import REGISTRARS
from tracker.web.row_numbers import row_number

COOKIE = "giaonhan_auto_print"
A_YEAR = 365 * 24 * 3600
OFF = "off"
auto_print = Blueprint("auto_print", __name__)


def prints_by_itself() -> bool:
    """On, unless it was turned off at this browser."""
    return request.cookies.get(COOKIE) != OFF


@auto_print.post("/ban-quay/nhan/<int:label_id>/tu-in")
@staff(*REGISTRARS)
def claim(label_id: int) -> Response:
    """The first to ask opens the dialogue; reload, back button and a second tab are told no."""
    with transaction(house().engine) as session:
        return jsonify(opens=open_dialogue(session, label_id, desk()))


@auto_print.post("/ban-quay/tu-in")
@staff(*REGISTRARS)
def setting() -> Response:
    """And back to what was printed, its pair with it."""
    wanted = "on" if request.form.get("auto_print") == "on" else OFF
    answer = redirect(_page_left(), 303)
    answer.set_cookie(COOKIE, wanted, A_YEAR, httponly=True, samesite="Lax", secure=house().is_secure)
    return answer


def _page_left() -> str:
    label_id = request.args.get("label_id", type=row_number)
    if label_id is None:
        return url_for("register.show")
    cell = request.args.get("start_cell", type=row_number)
    return url_for("posting.printed", label_id=label_id, pair=pair_asked(), start_cell=cell)
