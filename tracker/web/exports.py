"""The lists behind the board's numbers as pages, and as files to take away."""

from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from flask import Blueprint, abort, make_response, render_template, request, send_file
from sqlmodel import Session
from werkzeug.wrappers import Response

from tracker.actions.exports import ExportLimited, note_export, refuse_too_many
from tracker.domain.names import clean_text
from tracker.spreadsheets import TooManyRowsError, write_csv, write_xlsx
from tracker.store.engine import reading, transaction
from tracker.web.access import actor, desk, staff
from tracker.web.board import OVERSEERS, now_here
from tracker.web.every_listing import LISTINGS
from tracker.web.formats import today
from tracker.web.house import house
from tracker.web.language import gettext
from tracker.web.listings import Asked, Listing, every_row
from tracker.web.row_numbers import row_number

PAGE = 50
IN_MEMORY_BYTES = 1_000_000
LONGEST_WORD = 60
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
exports = Blueprint("exports", __name__)


def _listing(name: str) -> Listing:
    return LISTINGS.get(name) or abort(404)


def _given(listing: Listing) -> dict[str, str]:
    found = {key: clean_text(request.values.get(key, ""), LONGEST_WORD) for key in listing.keys}
    return {key: value for key, value in found.items() if value}


def _asked(session: Session, listing: Listing, after: int = 0) -> Asked:
    return Asked(session, actor(), now_here(), _given(listing), after, PAGE + 1)


@exports.get("/dieu-hanh/danh-sach/<listing>")
@staff(*OVERSEERS)
def show(listing: str) -> str:
    return _page(listing)


def _page(listing: str, refused: str = "") -> str:
    found = _listing(listing)
    with reading(house().engine) as session:
        asked = _asked(session, found, request.args.get("after", 0, type=row_number))
        title, rows = found.title(asked), found.rows(asked)
    return render_template(
        "oversight/listing.html", name=listing, title=title, hint=gettext(found.hint), refused=refused,
        heads=[gettext(head) for head in found.heads], rows=rows[:PAGE], given=_given(found), has_more=len(rows) > PAGE,
    )  # fmt: skip


@exports.get("/dieu-hanh/danh-sach/<listing>/xuat")
@staff(*OVERSEERS)
def back(listing: str) -> str:
    """Where a refused export was answered, the list itself is asked for again."""
    return _page(listing)


@exports.post("/dieu-hanh/danh-sach/<listing>/xuat")
@staff(*OVERSEERS)
def take(listing: str) -> Response:
    """Who took what, and how many rows, is noted before a byte of it leaves the house."""
    found, kind = _listing(listing), request.form.get("format", "")
    if kind not in MEDIA:
        return _refused(listing, gettext("export.no_format", field=gettext("export.format")), 422)
    try:
        out = _made(listing, kind, found)
    except ExportLimited as limited:
        return _refused(listing, gettext("export.wait", minutes=-(-limited.seconds // 60)), 429, limited.seconds)
    except TooManyRowsError as error:
        return _refused(listing, gettext("export.too_many", most=error.most), 422)
    name = f"{listing}-{today():%Y-%m-%d}.{kind}"
    return send_file(out, mimetype=MEDIA[kind], as_attachment=True, download_name=name)


def _refused(listing: str, sentence: str, status: int, wait_seconds: int | None = None) -> Response:
    answer = make_response(_page(listing, sentence), status)
    if wait_seconds is not None:
        answer.headers["Retry-After"] = str(wait_seconds)
    return answer


def _made(listing: str, kind: str, found: Listing) -> IO[bytes]:
    """Looked at before the work and again, with the note, after it. Raises ExportLimited and TooManyRowsError."""
    with reading(house().engine) as session:
        refuse_too_many(session, desk())
    with ExitStack() as unless_sent:
        out = cast(IO[bytes], unless_sent.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)))
        with reading(house().engine) as session:
            written = _write(out, kind, found, _asked(session, found))
        with transaction(house().engine) as session:
            note_export(session, f"{listing}.{kind}", written, desk())
        unless_sent.pop_all()  # the server closes what it sent
    out.seek(0)
    return out


def _write(out: IO[bytes], kind: str, listing: Listing, asked: Asked) -> int:
    title, most = listing.title(asked), house().config.exports.most_rows
    heads, rows = [gettext(head) for head in listing.heads], every_row(listing, asked)
    if kind == "csv":
        return write_csv(out, heads, rows, most)
    return write_xlsx(out, title, (heads, rows), most)
