"""Many labels at once: the page that asks which, and the one that shows how far they are."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from labels.format_pdf import PrintRun
from tracker.actions.print_batches import BatchWish, begin_batch, print_slice
from tracker.batch_answers import paper_answer
from tracker.batch_lines_file import lines_file
from tracker.batches import drawable, results
from tracker.domain.batches import LONG_ENOUGH_TO_PRINT, MOST_LINES, BatchSource
from tracker.domain.refusal import Cause, Refusal
from tracker.phrases import phrase_of
from tracker.printers.job import PDF, ZPL
from tracker.printing import media_type
from tracker.store.engine import reading, transaction
from tracker.store.queries.print_batches import (
    BatchProgress,
    batch_progress,
    numbers_in_bag,
    numbers_on_list,
    printed_lines,
    refused_lines,
    unprinted,
)
from tracker.store.queries.printers import sending_of_batch
from tracker.web.access import actor, desk, staff
from tracker.web.headers import printing_policy
from tracker.web.house import house
from tracker.web.label_paper import keep_paper, paper_shown, run_asked, run_of
from tracker.web.label_reasons import offered_label_reasons, reason_asked, words_of_reason
from tracker.web.language import gettext
from tracker.web.refused import errors_of, sentence_of
from tracker.web.register import REGISTRARS
from tracker.web.row_numbers import row_number
from tracker.web.sending import network_printer_for, send_batch

MOST_SHOWN = 200
SEPARATORS = re.compile(r"[\r\n,;]+")
printing = Blueprint("printing", __name__)


@printing.get("/ban-quay/in-nhan/")
@staff(*REGISTRARS)
def show() -> Response:
    return _start({})


@printing.post("/ban-quay/in-nhan/")
@staff(*REGISTRARS)
def begin() -> Response:
    """The first slice at once: a small list is ready when its page opens."""
    try:
        run = run_asked()
        with transaction(house().engine) as session:
            by = desk()
            wish = BatchWish(_lines(session), run.format.name, run.start_cell, reason_asked() or None)
            batch_id = begin_batch(session, wish, by)
            print_slice(session, batch_id, drawable(house().config), by)
    except Refusal as refusal:
        return _start(_errors(refusal))
    return keep_paper(redirect(url_for("printing.batch", batch_id=batch_id), 303), run)


@printing.get("/ban-quay/in-nhan/<int:batch_id>")
@staff(*REGISTRARS)
def batch(batch_id: int) -> Response:
    with reading(house().engine) as session:
        progress = _own_or_404(session, batch_id)
        refused = refused_lines(session, batch_id, MOST_SHOWN)
        lines = [] if progress.waiting else printed_lines(session, batch_id, after=_first_shown(), limit=MOST_SHOWN + 1)
        sending = sending_of_batch(session, batch_id)
    shown = render_template(
        "desk/batch.html",
        batch=progress,
        refused=[(line, sentence_of(line.cause or "", line.told)) for line in refused],
        words_of_reason=words_of_reason,
        lines=lines[:MOST_SHOWN],
        is_first=not _first_shown(),
        lines_after=lines[MOST_SHOWN - 1].line if len(lines) > MOST_SHOWN else None,
        is_fresh=_is_fresh(progress),
        is_thermal=media_type(_run(progress)) == ZPL,
        printer=network_printer_for(progress.format),
        sending=sending,
    )
    answer = make_response(shown)
    answer.headers["Content-Security-Policy"] = printing_policy()
    return answer


@printing.post("/ban-quay/in-nhan/<int:batch_id>")
@staff(*REGISTRARS)
def go_on(batch_id: int) -> Response:
    """One slice more; whoever closes the page opens it again and goes on."""
    with transaction(house().engine) as session:
        _own_or_404(session, batch_id)
        print_slice(session, batch_id, drawable(house().config), desk())
    return redirect(url_for("printing.batch", batch_id=batch_id), 303)


@printing.post("/ban-quay/in-nhan/<int:batch_id>/gui")
@staff(*REGISTRARS)
def send(batch_id: int) -> Response:
    """To this browser's printer of the network; once more is no reprint."""
    with reading(house().engine) as session:
        progress = _ready_or_404(session, batch_id)
    send_batch(progress, _run(progress))
    return redirect(url_for("printing.batch", batch_id=batch_id), 303)


@printing.get("/ban-quay/in-nhan/<int:batch_id>.pdf")
@staff(*REGISTRARS)
def paper(batch_id: int) -> Response:
    """Or what a thermal printer is told, for a format of one."""
    with reading(house().engine) as session:
        progress = _ready_or_404(session, batch_id)
        run = _run(progress)
    if not progress.current:
        abort(404)
    answer = paper_answer(progress, run)
    # A browser shows a PDF and can only keep the other.
    way, ending = ("inline", "pdf") if answer.mimetype == PDF else ("attachment", "zpl")
    answer.headers["Content-Disposition"] = f'{way}; filename="nhan-{batch_id}.{ending}"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'self'"
    return answer


@printing.get("/ban-quay/in-nhan/<int:batch_id>.csv")
@staff(*REGISTRARS)
def lines_of(batch_id: int) -> Response:
    """Of every line, for as long as the batch stands in the books."""
    with reading(house().engine) as session:
        _own_or_404(session, batch_id)
        told = lines_file(results(session, batch_id))
    answer = Response(told, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="nhan-{batch_id}.csv"'
    return answer


def _first_shown() -> int:
    """The line before those shown: 200 at a time, so that the page of 10,000 stays light."""
    return request.args.get("after", 0, row_number)


def _run(progress: BatchProgress) -> PrintRun:
    return run_of(progress.format, progress.start_cell)


def _ready_or_404(session: Session, batch_id: int) -> BatchProgress:
    progress = _own_or_404(session, batch_id)
    if progress.waiting or not _is_fresh(progress):
        abort(404)
    return progress


def _lines(session: Session) -> Mapping[int, str]:
    """Raises Refusal list_empty, too_many."""
    source = request.form.get("source", "")
    numbers = _typed(session) if source == BatchSource.LISTED else _of_the_books(session, source)
    field = "numbers" if source == BatchSource.LISTED else "source"
    if not numbers:
        raise Refusal(cause=Cause.LIST_EMPTY, fields={field: Cause.LIST_EMPTY})
    if len(numbers) > MOST_LINES:
        raise Refusal(cause=Cause.TOO_MANY, fields={field: Cause.TOO_MANY}, facts={"most": str(MOST_LINES)})
    return dict(enumerate(numbers, start=1))


def _of_the_books(session: Session, source: str) -> list[str]:
    """Of the own office, without a label yet; one more than may be printed at once, so that it is noticed."""
    if source not in BatchSource.of_the_books():
        return []
    now = desk().at.astimezone(ZoneInfo(house().config.office.zone))
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    since = midnight.astimezone(UTC) if source == BatchSource.TODAY else None
    return unprinted(session, actor().office_id, since, MOST_LINES + 1)


def _errors(refusal: Refusal) -> dict[str, str]:
    words = {Cause.LIST_EMPTY: "batch.nothing", Cause.TOO_MANY: "batch.too_many"}.get(refusal.cause)
    if words is None:
        return errors_of(refusal)
    return {field: gettext(words, most=MOST_LINES) for field in refusal.fields}


def _typed(session: Session) -> list[str]:
    """A bag stands for what lies in it, a handover list for what is on it."""
    typed = [word.strip() for word in SEPARATORS.split(request.form.get("numbers", "")) if word.strip()]
    return [number for word in typed[: MOST_LINES + 1] for number in _meant_by(session, word)]


def _meant_by(session: Session, word: str) -> Sequence[str]:
    return numbers_in_bag(session, word, actor()) or numbers_on_list(session, word, actor()) or [word]


def _own_or_404(session: Session, batch_id: int) -> BatchProgress:
    """Another person's batch is as good as unknown."""
    progress = batch_progress(session, batch_id)
    if progress is None or progress.account_id != actor().account_id:
        abort(404)
    return progress


def _is_fresh(progress: BatchProgress) -> bool:
    return desk().at - progress.created_at <= LONG_ENOUGH_TO_PRINT


def _start(errors: Mapping[str, str]) -> Response:
    with reading(house().engine) as session:
        counts = {source: len(_of_the_books(session, source)) for source in BatchSource.of_the_books()}
    shown = render_template(
        "desk/batch_start.html",
        sources=[(source.value, phrase_of(source), counts.get(source)) for source in BatchSource],
        chosen=request.form.get("source", next((source for source in counts if counts[source]), BatchSource.LISTED)),
        paper=paper_shown(),
        label_reasons=offered_label_reasons(),
        errors=errors,
        most=MOST_LINES,
    )
    return make_response(shown, 422 if errors else 200)
