"""Every printed copy has a row of its own; a later copy supersedes the one before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session

from tracker.actions.copies import PrintOrder, print_copies
from tracker.actions.desk import Desk
from tracker.actions.label_facts import ITEM_FACTS, LabelFacts, PrintedLabel
from tracker.domain.refusal import Refusal
from tracker.domain.vocabulary import LabelState
from tracker.store.models import Label
from tracker.store.queries.label_copies import rows_of_items
from tracker.store.queries.printers import sending_of_label

__all__ = [
    "UNSENT_WAITS",
    "FreshCopy",
    "PrintedLabel",
    "copy_printed_lately",
    "print_labels",
]

FRESH = timedelta(minutes=10)
UNSENT_WAITS = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class FreshCopy:
    """A copy that may still be drawn again without a new one."""

    label: PrintedLabel
    paper: str


def print_labels(
    session: Session, numbers: Sequence[str], paper: str, reason: str | None, by: Desk
) -> list[PrintedLabel]:
    """All or none. Raises Refusal: unknown_number, not_allowed_now (a final item), reprint_needs_reason."""
    copies = print_copies(session, numbers, PrintOrder(paper, reason), by)
    for copy in copies:
        if isinstance(copy, Refusal):
            raise copy
    return [copy for copy in copies if isinstance(copy, PrintedLabel)]


def copy_printed_lately(session: Session, label_id: int, by: Desk) -> FreshCopy | None:
    """A copy this person printed a moment ago: the same paper again is no reprint. None for anything else.

    One that the printer did not take is on no paper yet: it waits for the rest of the day.
    """
    label = session.get(Label, label_id)
    if label is None or label.item_id is None or label.state != LabelState.CURRENT:
        return None
    if label.printed_by != by.actor.account_id:
        return None
    age, sending = by.at - label.printed_at, sending_of_label(session, label_id)
    if age > (UNSENT_WAITS if sending and sending.fault else FRESH):
        return None
    return FreshCopy(_facts(session, label), label.format)


def _facts(session: Session, label: Label) -> PrintedLabel:
    assert label.item_id is not None
    item = rows_of_items(session, ITEM_FACTS, [label.item_id])[label.item_id]
    return LabelFacts(session, [item]).of(item, label.token, label.copy_number)
