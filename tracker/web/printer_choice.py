"""Which printer this browser prints on: a printer of its own office, or the dialogue of the browser."""

from flask import g, request
from werkzeug.wrappers import Response

from tracker.store.engine import reading
from tracker.store.queries.printers import PrinterView, printer_seen
from tracker.web.access import actor
from tracker.web.house import house
from tracker.web.row_numbers import row_number

COOKIE = "giaonhan_printer"
A_YEAR = 365 * 24 * 3600


def printer_chosen() -> PrinterView | None:
    """Looked up once a request. One that was put out of use, or stands elsewhere by now, counts as none."""
    if "printer" not in g:
        g.printer = _chosen()
    found: PrinterView | None = g.printer
    return found


def _chosen() -> PrinterView | None:
    try:
        printer_id = row_number(request.cookies.get(COOKIE, ""))
    except ValueError:
        return None
    with reading(house().engine) as session:
        found = printer_seen(session, actor(), printer_id)
    is_ours = found is not None and found.is_active and found.office_code == actor().office_code
    return found if is_ours else None


def choose_printer(answer: Response, printer: PrinterView | None) -> Response:
    """None for the browser's own dialogue."""
    kept = str(printer.id) if printer else ""
    answer.set_cookie(COOKIE, kept, A_YEAR, httponly=True, samesite="Lax", secure=house().is_secure)
    return answer
