"""A batch of labels as paper, and what became of each of its lines, in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext
from sqlmodel import Session

from labels.format_pdf import PrintRun
from labels.item_label import printable
from labels.refusals import LabelRefused
from tracker.actions.label_facts import ITEM_FACTS, LabelFacts, PrintedLabel
from tracker.actions.print_batches import Drawable
from tracker.config import Config
from tracker.domain.refusal import Refusal
from tracker.domain.vocabulary import LabelState
from tracker.phrases import refusal_phrase
from tracker.printing import draw, item_label, refusal_of
from tracker.store.queries.print_batches import AT_ONCE, BatchLine, BatchProgress, batch_lines, copies_of_batch


@dataclass(frozen=True, slots=True)
class BatchResult:
    """`outcome` is printed, superseded (a later copy has replaced it), refused or waiting; `words` says why."""

    line: int
    number: str
    outcome: str
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


def draw_batch(session: Session, batch: BatchProgress, run: PrintRun, config: Config) -> bytes | None:
    """Its copies as the ledger has them, of the run's media type; None where none is current."""
    labels: list[PrintedLabel] = []
    for rows in copies_of_batch(session, batch.id, ITEM_FACTS):
        facts = LabelFacts(session, rows)
        labels += [facts.of(row, row.token, row.copy_number) for row in rows]
    return draw(labels, run, config) if labels else None


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


def _outcome(line: BatchLine) -> str:
    if line.cause is not None:
        return "refused"
    if line.state is None:
        return "waiting"
    return "printed" if line.state == LabelState.CURRENT else line.state
