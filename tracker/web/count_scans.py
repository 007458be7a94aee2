"""One scan into a stock count: it lies here, whatever the record says; nothing is recorded before both have signed."""

from sqlmodel import Session

from tracker.actions.stock import Scanned as Held, note_readings
from tracker.domain.stock import CountKind, Place
from tracker.store.queries.scanning import ScannedItem
from tracker.store.queries.stock import CountView, holder_by_record, items_in_bag, lock_count
from tracker.web.access import desk
from tracker.web.formats import seconds_of
from tracker.web.handover_scans import Scanned, found_by, not_known, stopped_by, unusual, verdict_for
from tracker.web.language import gettext
from tracker.web.reading import Found, Reading
from tracker.web.verdicts import ACCEPTED, ATTENTION, REFUSED, Verdict, with_old_label

LONGEST_CODE = 200


def count_scanned(session: Session, view: CountView, code: str) -> Scanned:
    found = found_by(session, code)
    if found.found is Found.BAG:
        return Scanned(_bag_counted(session, view, found))
    stopped = stopped_by(found)
    if stopped is not None:
        return Scanned(stopped)
    known = view.line_of(found.shown)
    if known is not None and known.read_at is not None and known.code not in view.seen.moved_on:
        why = gettext("handover.again.why", time=seconds_of(known.read_at))
        return Scanned(verdict_for(ATTENTION, "again", found, (why,)))
    _note(session, view, [_held(found, code.strip())])
    return Scanned(_verdict(session, view, found))


def _held(found: Reading, code: str) -> Held:
    item = found.item
    return Held(found.shown, code, item.id if item else None, _holder(item) if item else None)


def _holder(item: ScannedItem) -> Place | None:
    custodian = item.standing.custodian
    return holder_by_record(custodian.kind, custodian.ref, item.standing.status)


def _note(session: Session, view: CountView, held: list[Held]) -> int:
    return note_readings(session, lock_count(session, view.row.id), held, desk())


def _verdict(session: Session, view: CountView, found: Reading) -> Verdict:
    if found.item is not None and _holder(found.item) == view.row.place:
        return verdict_for(ACCEPTED, "read", found, (_so_far(view, 1),))
    whose = unusual(session, found.item) if found.item else (not_known(found),)
    leg = found.item.leg if found.item else None
    if view.row.kind is CountKind.OPENING:
        tone = ACCEPTED if found.item else ATTENTION
        taken_in = Verdict(tone, gettext("count.taken_in"), found.shown, leg, whose, gettext("handover.scan_on"))
        return with_old_label(taken_in, found)
    surplus = Verdict(ATTENTION, gettext("handover.surplus"), found.shown, leg, whose, gettext("count.surplus.next"))
    return with_old_label(surplus, found)


def _so_far(view: CountView, more: int) -> str:
    return gettext("handover.read.why", read=len(view.seen.found) + more, expected=view.seen.expected)


def _bag_counted(session: Session, view: CountView, found: Reading) -> Verdict:
    """A sealed bag is not opened to be counted: while it lies here, so does what the record has in it."""
    inside = [item for item in items_in_bag(session, found.code) if item.number in view.held]
    if not inside:
        why = (gettext("count.bag_elsewhere"), gettext("scan.nothing_recorded"))
        return Verdict(REFUSED, gettext("handover.bag"), found.code, None, why, gettext("count.bag_elsewhere.next"))
    new = _note(session, view, [Held(item.number, item.number, item.id, view.row.place) for item in inside])
    why = (gettext("count.bag.why", number=len(inside)), _so_far(view, new))
    tone, next_step = (ACCEPTED, "handover.scan_on") if new else (ATTENTION, "handover.again.next")
    return Verdict(tone, gettext("count.bag"), found.code, None, why, gettext(next_step))
