"""A batch of labels as paper, and what became of each of its lines, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from flask_babel import gettext
from sqlmodel import Session

from labels.format_pdf import PrintRun
from labels.item_label import printable
from labels.refusals import LabelRefused
from tracker.actions.label_facts import ITEM_FACTS, LabelFacts, PrintedLabel
from tracker.actions.print_batches import Drawable
from tracker.config import Config
from tracker.domain.batches import LabelOutcome
from tracker.domain.refusal import Refusal
from tracker.domain.vocabulary import LabelState
from tracker.phrases import refusal_phrase
from tracker.printers.job import ZPL
from tracker.printing import draw, item_label, media_type, refusal_of
from tracker.store.queries.print_batches import (
    AT_ONCE,
    WHOLE,
    BatchLine,
    BatchProgress,
    Span,
    batch_lines,
    copies_of_batch,
)

ZPL_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class BatchResult:
    """`words` says why it was refused."""

    line: int
    number: str
    outcome: LabelOutcome
    copy: int | None
    field: str | None
    cause: str | None
    words: str


def drawable(config: Config) -> Drawable:
    """Whether the fonts have every sign of a label, asked before it stands in the ledger."""

    def refused(label: PrintedLabel) -> Refusal | None:
        try:
            printable(item_label(label, config))
        except LabelRefused as fault:
            return refusal_of(fault)
        return None

    return refused


def batch_paper(
    session: Session, batch: BatchProgress, run: PrintRun, config: Config, span: Span = WHOLE
) -> Iterator[bytes]:
    """Its copies as the ledger has them, of the run's media type; nothing where none is current.

    A PDF is one piece. What a thermal printer is told comes in many: as a whole it could be 300 MB.
    """
    copies = _copies(session, batch.id, span)
    if media_type(run) == ZPL:
        yield from (draw(some, run, config) for some in _at_a_time(copies, ZPL_AT_ONCE))
        return
    if labels := list(copies):
        yield draw(labels, run, config)


def _copies(session: Session, batch_id: int, span: Span) -> Iterator[PrintedLabel]:
    for rows in copies_of_batch(session, batch_id, ITEM_FACTS, span):
        facts = LabelFacts(session, rows)
        yield from (facts.of(row, row.token, row.copy_number) for row in rows)


def _at_a_time(copies: Iterator[PrintedLabel], most: int) -> Iterator[list[PrintedLabel]]:
    while some := list(islice(copies, most)):
        yield some


def results(session: Session, batch_id: int) -> Iterator[BatchResult]:
    """Of every line, in the order of the list."""
    after = 0
    while lines := batch_lines(session, batch_id, after=after, limit=AT_ONCE):
        yield from map(result_of, lines)
        after = lines[-1].line


def result_of(line: BatchLine) -> BatchResult:
    words = ""
    if line.cause is not None:
        phrase, told = refusal_phrase(line.cause, line.told)
        words = gettext(phrase, **told)
    return BatchResult(line.line, line.number, _outcome(line), line.copy_number, line.field, line.cause, words)


def _outcome(line: BatchLine) -> LabelOutcome:
    if line.cause is not None:
        return LabelOutcome.REFUSED
    if line.state is None:
        return LabelOutcome.WAITING
    return LabelOutcome.PRINTED if line.state == LabelState.CURRENT else LabelOutcome(line.state)
