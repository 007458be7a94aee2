"""Copies of labels, many at once: what one by one would write, in a handful of statements."""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any, TypeAlias

from sqlalchemy import Row, bindparam, update
from sqlmodel import Session

from tracker.actions.append import Draft, Link, decision_draft, row_after
from tracker.actions.audit import Deed, note_audits
from tracker.actions.desk import Desk
from tracker.actions.label_facts import ITEM_FACTS, LabelFacts, PrintedLabel
from tracker.actions.refold import refold
from tracker.domain.chain import instant
from tracker.domain.event_ids import new_event_id
from tracker.domain.identifiers import make_token, parse_s10
from tracker.domain.names import clean_text
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.standing import is_last_word, with_label
from tracker.domain.vocabulary import EventType, LabelState
from tracker.store.queries.events import NewEvent, insert_events
from tracker.store.queries.label_copies import ChainEnd, chain_ends, items_named, last_copies_of, rows_of_items
from tracker.store.queries.numbers import lock_items
from tracker.store.standing_json import standing_from_json, standing_to_json
from tracker.store.tables import ITEM, LABEL

LONGEST_REASON = 200
COLUMNS = (*ITEM_FACTS, ITEM.c.is_final, ITEM.c.standing)
_SUPERSEDE = (
    update(LABEL)
    .where(LABEL.c.item_id == bindparam("of_item"), LABEL.c.state == LabelState.CURRENT)
    .values(state=LabelState.SUPERSEDED, superseded_at=bindparam("at"))
)
_STAND = update(ITEM).where(ITEM.c.id == bindparam("item_id"))

Copy: TypeAlias = PrintedLabel | Refusal


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """`paper` is a format's name. `refused` says why a label cannot be drawn; None where it can."""

    paper: str
    reason: str | None
    refused: Callable[[PrintedLabel], Refusal | None] = lambda _: None


@dataclass(frozen=True, slots=True)
class _New:
    item: Row[Any]
    end: ChainEnd
    label: PrintedLabel


def print_copies(session: Session, numbers: Sequence[str], order: PrintOrder, by: Desk) -> list[Copy]:
    """One answer for each number, in their order; what is refused leaves no trace and stops nobody else."""
    read = [as_kept(number) for number in numbers]
    ids = items_named(session, set(read), by.actor)
    lock_items(session, sorted(ids.values()))
    copies: list[Copy] = [_unknown(number, place) for place, number in enumerate(read)]
    for wave in _waves(read, ids):
        printed = _print(session, list(wave), order, by)
        for item_id, place in wave.items():
            copies[place] = _at_place(printed[item_id], place)
    return copies


def as_kept(number: str) -> str:
    read = parse_s10(number)
    return read.text if read else number


def _waves(numbers: Sequence[str], ids: Mapping[str, int]) -> Iterator[dict[int, int]]:
    """Place by item, each item once in a wave: its second copy follows the first."""
    waiting = [(ids[number], place) for place, number in enumerate(numbers) if number in ids]
    while waiting:
        wave: dict[int, int] = {}
        for item_id, place in waiting:
            wave.setdefault(item_id, place)
        yield wave
        waiting = [(item_id, place) for item_id, place in waiting if wave[item_id] != place]


def _unknown(number: str, place: int) -> Refusal:
    return _refusal(Cause.UNKNOWN_NUMBER, f"items.{place}", number=number[:13])


def _refusal(cause: Cause, field: str, **facts: str) -> Refusal:
    return Refusal(cause=cause, fields={field: cause}, facts=facts)


def _at_place(copy: Copy, place: int) -> Copy:
    """An ended item is known by its place in the list, as an unknown one is."""
    if isinstance(copy, Refusal) and copy.cause is Cause.NOT_ALLOWED_NOW:
        return _refusal(copy.cause, f"items.{place}", **copy.facts)
    return copy


def _print(session: Session, item_ids: Sequence[int], order: PrintOrder, by: Desk) -> dict[int, Copy]:
    # Read behind the lock: another desk may have cancelled one a moment ago.
    items = rows_of_items(session, COLUMNS, item_ids)
    ends, last = chain_ends(session, item_ids), last_copies_of(session, item_ids)
    facts = LabelFacts(session, list(items.values()))
    copies: dict[int, Copy] = {}
    new: list[_New] = []
    for item_id in item_ids:
        item, copy_number = items[item_id], last.get(item_id, 0) + 1
        copy = _refused(item, copy_number, order) or facts.of(item, make_token(secrets.token_bytes), copy_number)
        copies[item_id] = copy if isinstance(copy, Refusal) else order.refused(copy) or copy
        if isinstance(copy, PrintedLabel) and copies[item_id] is copy:
            new.append(_New(item, ends[item_id], copy))
    if new:
        _write(session, new, order, by)
    return copies


def _refused(item: Row[Any], copy_number: int, order: PrintOrder) -> Refusal | None:
    if item.is_final:
        return _refusal(Cause.NOT_ALLOWED_NOW, "items", number=item.number)
    if copy_number > 1 and not _cleaned(order.reason):
        return _refusal(Cause.REPRINT_NEEDS_REASON, "reason", number=item.number, copy=str(copy_number - 1))
    return None


def _cleaned(reason: str | None) -> str | None:
    return clean_text(reason, LONGEST_REASON) if reason else None


def _write(session: Session, new: Sequence[_New], order: PrintOrder, by: Desk) -> None:
    again = [{"of_item": one.item.id, "at": by.at} for one in new if one.label.copy_number > 1]
    if again:
        session.execute(_SUPERSEDE, again)
    session.execute(LABEL.insert(), [_ledger_row(one, order, by) for one in new])
    insert_events(session, [_event(one, by) for one in new])
    _stand(session, new, by)
    deeds = [Deed(f"label copy {one.label.copy_number}", f"item:{one.item.number}") for one in new]
    note_audits(session, deeds, at=by.at, actor=by.actor.name)


def _ledger_row(one: _New, order: PrintOrder, by: Desk) -> dict[str, object]:
    return {
        "item_id": one.item.id,
        "token": one.label.token,
        "copy_number": one.label.copy_number,
        "state": LabelState.CURRENT,
        "format": order.paper,
        "reason": _cleaned(order.reason),
        "printed_at": by.at,
        "printed_by": by.actor.account_id,
        "office_id": by.actor.office_id,
    }


def _event(one: _New, by: Desk) -> NewEvent:
    return row_after(Link(one.end.seq, one.end.hash), printed(one.item.number, one.label.copy_number, one.item.id, by))


def printed(number: str, copy_number: int, item_id: int, by: Desk) -> Draft:
    event_id = new_event_id(by.at, secrets.token_bytes)
    body: dict[str, object] = {
        "id": str(event_id),
        "code": number,
        "type": EventType.LABEL_PRINTED,
        "occurred_at": instant(by.at),
        "office": by.actor.office_code,
        "details": {"number": copy_number},
    }
    return decision_draft(EventType.LABEL_PRINTED, event_id, body, item_id, by)


def _stand(session: Session, new: Sequence[_New], by: Desk) -> None:
    """The fold's answer: told by rule where a printed label cannot have changed more, else folded anew."""
    at = by.at.astimezone(UTC)
    plain: list[dict[str, object]] = []
    for one in new:
        before = standing_from_json(one.item.standing)
        if one.end.is_plain and is_last_word(before, at, one.end.last_known_at):
            told = standing_to_json(with_label(before, at))
            plain.append({"item_id": one.item.id, "last_event_at": at, "standing": told})
        else:
            refold(session, one.item.id, at=by.at)
    if plain:
        session.execute(_STAND, plain)
