"""Which paper this browser prints its labels on, and the next free cell of the sheet in its printer."""

from dataclasses import dataclass

from flask import request
from werkzeug.wrappers import Response

from labels.format_pdf import PrintRun
from labels.formats import FORMATS, USUAL
from tracker.domain.refusal import Cause, Refusal
from tracker.printing import print_run
from tracker.web.house import house

COOKIE = "giaonhan_label_paper"
A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class LabelPaper:
    """As the fields show it: `start_cell` is what was typed, or the next free one."""

    format: str
    start_cell: str
    formats: tuple[str, ...] = tuple(FORMATS)


def paper_shown() -> LabelPaper:
    """What was sent, else what this browser printed on last. A cookie that was tampered with counts as none."""
    kept, _, cell = request.cookies.get(COOKIE, "").partition(".")
    is_known = kept in FORMATS and cell.isascii() and cell.isdecimal() and 1 <= int(cell) <= len(FORMATS[kept].corners)
    usual = LabelPaper(kept, cell) if is_known else LabelPaper(USUAL, "1")
    return LabelPaper(request.form.get("format", usual.format), request.form.get("start_cell", usual.start_cell))


def run_asked() -> PrintRun:
    """Raises Refusal unknown_format or out_of_range; on a roll the cell that was typed says nothing."""
    paper = paper_shown()
    if paper.format in FORMATS and not FORMATS[paper.format].is_sheet:
        return print_run(paper.format)
    typed = paper.start_cell.strip() or "1"
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= 3):
        most = len(print_run(paper.format).format.corners)
        raise Refusal(cause=Cause.OUT_OF_RANGE, fields={"start_cell": Cause.OUT_OF_RANGE}, facts={"most": str(most)})
    return print_run(paper.format, int(typed))


def run_of(paper: str) -> PrintRun:
    """Of a copy that was printed: its format, from the cell that the address names; a cell it lacks is the first."""
    cell = request.args.get("start_cell", 1, int)
    return print_run(paper, cell if 1 <= cell <= len(FORMATS[paper].corners) else 1)


def keep_paper(answer: Response, run: PrintRun, printed: int = 1) -> Response:
    """The next label goes beside these; after the last cell comes a new sheet."""
    cell = (run.start_cell + printed - 1) % len(run.format.corners) + 1
    answer.set_cookie(
        COOKIE, f"{run.format.name}.{cell}", A_YEAR, httponly=True, samesite="Lax", secure=house().is_secure
    )
    return answer
