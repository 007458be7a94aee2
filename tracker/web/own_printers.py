"""The counter's own printers: which one this browser prints on, and the proof that says whether to rely on it."""

from collections.abc import Callable, Mapping

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from labels.formats import THERMAL
from labels.proof_page import bar_sizes, qr_sizes
from tracker.actions.labels import UNSENT_WAITS
from tracker.actions.printers import adopt_setting, judge_proof, print_proof, read_proof_code
from tracker.domain.calibration import CROSS_MM, LETTERS, Mark, Measured, corrected
from tracker.domain.printers import PrinterSetting
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import Role
from tracker.printing import print_run
from tracker.proof_paper import draw_proof_page, length_of
from tracker.store.engine import reading, transaction
from tracker.store.queries.printers import PrinterView, ProofView, printer_seen, printers_seen, unsent_copies
from tracker.web.access import actor, desk, staff
from tracker.web.headers import printing_policy
from tracker.web.house import house
from tracker.web.millimetres import decimal, read_decimal
from tracker.web.printer_choice import choose_printer, printer_chosen
from tracker.web.refused import errors_of
from tracker.web.register import REGISTRARS
from tracker.web.row_numbers import row_number
from tracker.web.sending import send_proof

PRINTING = (*REGISTRARS, Role.ADMIN)
LONGEST_CODE = 60
MEASURES = ("left_mm", "top_mm", "length_mm")
own_printers = Blueprint("own_printers", __name__)


@own_printers.get("/ban-quay/may-in")
@staff(*REGISTRARS)
def show() -> str:
    at = house().clock()
    with reading(house().engine) as session:
        found = [one for one in printers_seen(session, actor()) if one.is_active]
        unsent = unsent_copies(session, actor().account_id, at - UNSENT_WAITS)
    return render_template("desk/printers.html", printers=found, chosen=printer_chosen(), unsent=unsent, at=at)


@own_printers.post("/ban-quay/may-in")
@staff(*REGISTRARS)
def choose() -> Response:
    """`printer` is a number of the list, or empty for the browser's own dialogue."""
    printer = _chosen(request.form.get("printer", ""))
    return choose_printer(redirect(url_for("own_printers.show"), 303), printer)


def _chosen(told: str) -> PrinterView | None:
    if not told:
        return None
    try:
        return _printer_or_404(row_number(told))
    except ValueError:
        abort(404)


@own_printers.get("/ban-quay/may-in/<int:printer_id>")
@staff(*PRINTING)
def page(printer_id: int) -> Response:
    return _page(_printer_or_404(printer_id), {})


@own_printers.post("/ban-quay/may-in/<int:printer_id>")
@staff(*PRINTING)
def act(printer_id: int) -> Response:
    """Prints a proof, takes one code of it, judges it, or adopts what it found; which, the button says."""
    printer, deed = _printer_or_404(printer_id), DEEDS.get(request.form.get("act", ""))
    if deed is None:
        abort(422)
    try:
        deed(printer)
    except Refusal as refusal:
        if refusal.cause is Cause.NOT_FOUND:
            abort(404)
        return _page(printer, errors_of(refusal))
    # The print dialogue opens by itself right after printing, and never again after each code that is scanned.
    fresh = "1" if deed is _print and not printer.is_networked else None
    return redirect(url_for("own_printers.page", printer_id=printer_id, fresh=fresh), 303)


def _print(printer: PrinterView) -> None:
    with transaction(house().engine) as session:
        print_proof(session, printer.id, desk())
    fresh = _printer_or_404(printer.id)
    if fresh.is_networked and fresh.waiting is not None:
        send_proof(fresh, fresh.waiting)


def _read(printer: PrinterView) -> None:
    with transaction(house().engine) as session:
        read_proof_code(session, printer.id, request.form.get("code", "")[:LONGEST_CODE], desk())


def _judge(printer: PrinterView) -> None:
    proof = _waiting_or_404(printer)
    measured = _measured(request.form)
    with transaction(house().engine) as session:
        judge_proof(session, printer.id, measured, length_of(proof.setting), desk())


def _measured(given: Mapping[str, str]) -> Measured:
    """Raises Refusal naming each field that holds no number."""
    numbers = {name: read_decimal(given.get(name, "")) for name in MEASURES}
    faults = {name: Cause.BADLY_MEASURED for name, number in numbers.items() if number is None}
    if faults:
        raise Refusal(cause=Cause.BADLY_MEASURED, fields=faults)
    return Measured(*(number or 0.0 for number in numbers.values()))


def _adopt(printer: PrinterView) -> None:
    """Raises Refusal off_the_paper, where the printer itself has to be adjusted."""
    setting = _better(printer)
    if setting is None:
        abort(404)
    print_run(setting.format, 1, setting)
    with transaction(house().engine) as session:
        adopt_setting(session, printer.id, setting, desk())


DEEDS: Mapping[str, Callable[[PrinterView], None]] = {
    "print": _print, "read": _read, "judge": _judge, "adopt": _adopt,
}  # fmt: skip


def _better(printer: PrinterView) -> PrinterSetting | None:
    """What the last judged proof found, while the printer still has the setting that it was printed with."""
    proof = printer.judged
    if proof is None or proof.measured is None or proof.setting != printer.setting:
        return None
    return corrected(proof.setting, proof.measured, length_of(proof.setting))


@own_printers.get("/ban-quay/may-in/<int:printer_id>/trang-thu.pdf")
@staff(*PRINTING)
def paper(printer_id: int) -> Response:
    """The proof that waits to be judged; one that only a thermal printer understands is not shown."""
    printer = _printer_or_404(printer_id)
    if printer.setting.format in THERMAL:
        abort(404)
    answer = Response(
        draw_proof_page(printer.name, _waiting_or_404(printer), house().config), mimetype="application/pdf"
    )
    answer.headers["Content-Disposition"] = 'inline; filename="trang-thu.pdf"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'self'"
    return answer


def _printer_or_404(printer_id: int) -> PrinterView:
    with reading(house().engine) as session:
        found = printer_seen(session, actor(), printer_id)
    if found is None or not found.is_active:
        abort(404)
    return found


def _waiting_or_404(printer: PrinterView) -> ProofView:
    if printer.waiting is None:
        abort(404)
    return printer.waiting


def _page(printer: PrinterView, errors: Mapping[str, str]) -> Response:
    at, proof = house().clock(), printer.waiting
    shown = render_template(
        "desk/printer.html",
        printer=printer,
        worries=printer.worries(at),
        marks=_marks(proof) if proof else [],
        length=length_of(proof.setting if proof else printer.setting),
        cross=CROSS_MM,
        better=_better(printer),
        is_fresh="fresh" in request.args,
        is_thermal=printer.setting.format in THERMAL,
        decimal=decimal,
        given=request.form,
        errors=errors,
    )
    answer = make_response(shown, 422 if errors else 200)
    answer.headers["Content-Security-Policy"] = printing_policy()
    return answer


def _marks(proof: ProofView) -> list[tuple[str, Mark, int, bool]]:
    """Letter, mark, dots of a module or bar, and whether it was read."""
    head = print_run(proof.setting.format).format.heads[proof.setting.dpi]
    bars = bar_sizes(head)
    sizes = (*qr_sizes(head), *bars, bars[0])
    return [(LETTERS[mark], mark, dots, mark in proof.read) for mark, dots in zip(Mark, sizes, strict=True)]
