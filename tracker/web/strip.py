"""The strip of the last scans of a device, and taking the wrong one back."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from tracker.actions.desk import Desk
from tracker.domain.corrections import CorrectionFault, fault_of_correction
from tracker.domain.events import Details, Event
from tracker.domain.vocabulary import EventType
from tracker.store.queries.scanning import LastScan, last_scans
from tracker.store.queries.stories import ItemStory, read_story

_NOT_YET = UUID(int=0)
# A registration is cancelled and a label printed again: neither is a scan that was made by mistake.
NO_SCANS = frozenset({EventType.REGISTERED, EventType.LABEL_PRINTED})


@dataclass(frozen=True, slots=True)
class StripLine:
    """`may_report`: it can be taken back or reported; `fault` says why the device may not take it back by itself."""

    scan: LastScan
    is_void: bool = False
    may_report: bool = False
    fault: CorrectionFault | None = None


def strip_of(session: Session, by: Desk) -> tuple[StripLine, ...]:
    stories: dict[int, ItemStory] = {}
    return tuple(_line(session, scan, stories, by) for scan in last_scans(session, by.actor.device))


def _line(session: Session, scan: LastScan, stories: dict[int, ItemStory], by: Desk) -> StripLine:
    """Several lines of one item are read once."""
    if scan.item_id is None or scan.type in NO_SCANS:
        return StripLine(scan)
    if scan.item_id not in stories:
        stories[scan.item_id] = read_story(session, scan.item_id)
    story = stories[scan.item_id]
    is_void = scan.event_id in story.folded.void
    return StripLine(scan, is_void, may_report=not is_void, fault=fault_of_own(story, scan.event_id, by))


def fault_of_own(story: ItemStory, target: UUID, by: Desk) -> CorrectionFault | None:
    """What the rule would say to this person's correction, made now."""
    correction = Event(
        id=_NOT_YET,
        type=EventType.CORRECTED,
        effective_at=by.at,
        device=by.actor.device,
        actor=by.actor.name,
        actor_role=by.actor.role,
        details=Details(event=target),
    )
    return fault_of_correction(correction, [stored.event for stored in story.events if stored.event.bag_chain is None])
