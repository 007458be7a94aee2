"""Copies that the one who printed them may still draw or send: the same paper again is no reprint."""

from flask import abort, request

from tracker.actions.early_labels import early_copy_printed_lately
from tracker.actions.labels import FreshCopy, copy_printed_lately
from tracker.store.engine import reading
from tracker.web.access import desk
from tracker.web.house import house
from tracker.web.row_numbers import row_number


def pair_asked() -> int | None:
    """The row of the result's label that was printed with the one the address names."""
    return request.args.get("pair", type=row_number)


def fresh_copies(label_id: int, pair: int | None) -> list[FreshCopy]:
    """The copy and its pair; none where one of them is not to be had any more."""
    with reading(house().engine) as session:
        found = [copy_printed_lately(session, label_id, desk())]
        found += [early_copy_printed_lately(session, pair, desk())] if pair is not None else []
    fresh = [one for one in found if one is not None]
    return fresh if len(fresh) == len(found) else []


def fresh_or_404(label_id: int) -> list[FreshCopy]:
    """With the pair that the address names."""
    fresh = fresh_copies(label_id, pair_asked())
    if not fresh:
        abort(404)
    return fresh
