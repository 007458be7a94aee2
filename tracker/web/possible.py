"""What this person may do with an item now: role, status and guards together."""

from dataclasses import dataclass

from flask import abort
from sqlmodel import Session

from tracker.actions.prospects import Prospect, prospects
from tracker.domain.lifecycle import kind_of
from tracker.domain.roles import ROLE_MATRIX
from tracker.domain.vocabulary import EventType, Kind, Role
from tracker.store.engine import reading
from tracker.store.queries.desk import visible_item
from tracker.store.queries.scanning import ScannedItem, scanned_item
from tracker.web.access import actor, desk
from tracker.web.house import house
from tracker.web.reading import ELSEWHERE, scans_now

DECIDERS = (Role.CLERK, Role.POSTCLERK, Role.OFFICER, Role.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class Deeds:
    """`scans` is what the person may scan now, `for_others` what a supervisor may enter for somebody else."""

    decisions: tuple[Prospect, ...] = ()
    scans: tuple[EventType, ...] = ()
    for_others: tuple[EventType, ...] = ()


def deeds_of(number: str) -> Deeds:
    """Nothing for whoever only reads."""
    if actor().role not in DECIDERS:
        return Deeds()
    with reading(house().engine) as session:
        item = scanned_or_404(session, number)
        decisions = tuple(prospects(session, item.id, desk()))
        if actor().role is Role.SUPERVISOR:
            return Deeds(decisions, for_others=_enterable())
        return Deeds(decisions, scans_now(session, item, actor()))


def _enterable() -> tuple[EventType, ...]:
    """Facts have happened whatever the item's status is now; bags have screens of their own."""
    every = ROLE_MATRIX[Role.SUPERVISOR]
    scans = (kind for kind in EventType if kind in every and kind_of(kind, Role.SUPERVISOR) is Kind.SCAN)
    return tuple(kind for kind in scans if kind not in ELSEWHERE)


def scanned_or_404(session: Session, number: str) -> ScannedItem:
    """Another office's item is as good as unknown."""
    item = visible_item(session, actor(), number)
    if item is None or item.id is None:
        abort(404)
    return scanned_item(session, item.id, actor())
