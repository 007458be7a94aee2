"""Which paper this browser prints its labels on, and the next free cell of the sheet in its printer."""

from dataclasses import dataclass

from flask import request
from werkzeug.wrappers import Response

from labels.format_pdf import PrintRun
from labels.formats import PAPERS, USUAL
from tracker.domain.printers import Worry
from tracker.domain.refusal import Cause, Refusal
from tracker.printing import print_run
from tracker.store.queries.printers import PrinterView
from tracker.web.house import house
from tracker.web.printer_choice import printer_chosen
from tracker.web.row_numbers import row_number

COOKIE = "giaonhan_label_paper"
A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class LabelPaper:
    """As the fields show it: `start_cell` is what was typed, or the next free one.

    A printer prints on its own paper, and what is wrong with it is said before anybody waits for it.
    """

    format: str
    start_cell: str
    formats: tuple[str, ...] = tuple(PAPERS)
    printer: PrinterView | None = None
    worries: tuple[Worry, ...] = ()

    @property
    def sheets(self) -> tuple[str, ...]:
        return tuple(name for name in self.formats if PAPERS[name].is_sheet)

    @property
    def is_sheet(self) -> bool:
        return self.format not in PAPERS or PAPERS[self.format].is_sheet


def paper_shown() -> LabelPaper:
    """What was sent, else what this browser printed on last. A cookie that was tampered with counts as none."""
    kept, _, cell = request.cookies.get(COOKIE, "").partition(".")
    is_known = kept in PAPERS and 1 <= (_cell(cell) or 0) <= len(PAPERS[kept].corners)
    usual = LabelPaper(kept, cell) if is_known else LabelPaper(USUAL, "1")
    printer = printer_chosen()
    if printer is not None:
        own = printer.setting.format
        cell = request.form.get("start_cell", usual.start_cell if usual.format == own else "1")
        return LabelPaper(own, cell, printer=printer, worries=printer.worries(house().clock()))
    return LabelPaper(request.form.get("format", usual.format), request.form.get("start_cell", usual.start_cell))


def run_asked() -> PrintRun:
    """Raises Refusal unknown_format or out_of_range; on a roll the cell that was typed says nothing."""
    paper = paper_shown()
    setting = paper.printer.setting if paper.printer else None
    if paper.format in PAPERS and not PAPERS[paper.format].is_sheet:
        return print_run(paper.format, setting=setting)
    cell = _cell(paper.start_cell.strip() or "1")
    if cell is None:
        most = len(print_run(paper.format).format.corners)
        raise Refusal(cause=Cause.OUT_OF_RANGE, fields={"start_cell": Cause.OUT_OF_RANGE}, facts={"most": str(most)})
    return print_run(paper.format, cell, setting)


def _cell(text: str) -> int | None:
    try:
        return row_number(text)
    except ValueError:
        return None


def run_of(paper: str, start_cell: int | None = None) -> PrintRun:
    """Of what was printed, for this browser's printer: its format, from that cell or the one that the address names.

    A cell that the format lacks is the first.
    """
    cell, printer = start_cell or request.args.get("start_cell", 1, int), printer_chosen()
    setting = printer.setting if printer and printer.setting.format == paper else None
    return print_run(paper, cell if 1 <= cell <= len(PAPERS[paper].corners) else 1, setting)


def keep_paper(answer: Response, run: PrintRun, printed: int = 1) -> Response:
    """The next label goes beside these; after the last cell comes a new sheet."""
    cell = (run.start_cell + printed - 1) % len(run.format.corners) + 1
    answer.set_cookie(
        COOKIE, f"{run.format.name}.{cell}", A_YEAR, httponly=True, samesite="Lax", secure=house().is_secure
    )
    return answer
