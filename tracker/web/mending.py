""" "Sửa lần quét vừa rồi": a scan taken back where it was made, or handed on to the supervisor with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import abort
from sqlmodel import Session

from tracker.actions.desk import Desk
from tracker.actions.door import Door
from tracker.actions.receipts import Receipt
from tracker.actions.record import record
from tracker.domain.chain import instant
from tracker.domain.corrections import CorrectionFault
from tracker.domain.event_ids import new_event_id
from tracker.domain.vocabulary import EventType
from tracker.phrases import phrase_of
from tracker.store.engine import transaction
from tracker.store.queries.scanning import LastScan, ScannedItem, scanned_item
from tracker.store.queries.stories import read_story
from tracker.web.access import desk
from tracker.web.formats import seconds_of
from tracker.web.house import house
from tracker.web.language import gettext
from tracker.web.reasons import CORRECTION_REASONS
from tracker.web.scanning import ScanView
from tracker.web.strip import StripLine, fault_of_own, strip_of
from tracker.web.verdicts import ACCEPTED, ATTENTION, Verdict, holder_of


@dataclass(frozen=True, slots=True)
class Mistake:
    """The event to take back, by the number of its item, with a reason that screens offer."""

    event_id: UUID
    number: str
    reason: str
    note: str = ""


def take_back(given: Mapping[str, str]) -> ScanView:
    """Of the last scans of this very device; anything else on the form is as good as unknown."""
    by, reason = desk(), given.get("reason", "")
    with transaction(house().engine) as session:
        line = _line_told(session, given.get("event", ""), by)
        if line is None or line.scan.item_id is None or reason not in CORRECTION_REASONS:
            abort(400)
        if line.is_void:
            return ScanView(last=strip_of(session, by))
        fault = fault_of_own(read_story(session, line.scan.item_id), line.scan.event_id, by)
        send_correction(session, Mistake(line.scan.event_id, line.scan.number, reason), by)
        item = scanned_item(session, line.scan.item_id, by.actor)
        verdict = _verdict(line.scan, item, fault, holder_of(session, item))
        return ScanView(verdict=verdict, last=strip_of(session, by))


def _line_told(session: Session, told: str, by: Desk) -> StripLine | None:
    return next((line for line in strip_of(session, by) if str(line.scan.event_id) == told), None)


def send_correction(session: Session, mistake: Mistake, by: Desk) -> Receipt:
    event: dict[str, object] = {
        "id": str(new_event_id(by.at, house().random_bytes)),
        "code": mistake.number,
        "type": EventType.CORRECTED.value,
        "occurred_at": instant(by.at),
        "reason": mistake.reason,
        "details": {"event": str(mistake.event_id)},
    }
    noted = event | ({"note": mistake.note} if mistake.note else {})
    return record(session, [noted], Door(by.actor, by.at, by.config, random_bytes=house().random_bytes))[0]


def _verdict(scan: LastScan, item: ScannedItem, fault: CorrectionFault | None, holder: str) -> Verdict:
    """One that does not count stands in the supervisor's queue from the moment it is recorded."""
    told = {"what": gettext(phrase_of(scan.type)), "time": seconds_of(scan.recorded_at)}
    if fault is not None:
        why = (gettext(f"mend.{fault.value}"), gettext("mend.still_counts", **told))
        return Verdict(ATTENTION, gettext("mend.handed_on"), item.number, item.leg, why, gettext("mend.handed_on.next"))
    status = gettext(phrase_of(item.standing.status))
    why = (gettext("mend.void", **told), gettext("mend.now", status=status, holder=holder))
    return Verdict(ACCEPTED, gettext("mend.done"), item.number, item.leg, why, gettext("mend.done.next"))
