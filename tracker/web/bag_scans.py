"""One scan into a bag, or out of it."""

from collections.abc import Callable

from sqlmodel import Session

from tracker.actions.manifests import LineRead, read_line
from tracker.domain.vocabulary import Party, Status
from tracker.store.queries.manifests import ManifestView, lock_manifest
from tracker.web.access import actor, desk
from tracker.web.formats import seconds_of
from tracker.web.handover_scans import Scanned, found_by, line_of, not_known, stopped_by, unusual, verdict_for
from tracker.web.language import gettext
from tracker.web.reading import Reading
from tracker.web.verdicts import ACCEPTED, ATTENTION

PACKED_FROM = frozenset({Status.AT_OFFICE, Status.HELD})


def pack_scanned(session: Session, code: str, put_in: Callable[[LineRead], bool]) -> Scanned:
    """An envelope that the record sees elsewhere may lie here all the same: it goes in, and the screen says so."""
    found = found_by(session, code)
    stopped = stopped_by(found)
    if stopped is not None:
        return Scanned(stopped)
    if not put_in(line_of(found, code, {})):
        return Scanned(verdict_for(ATTENTION, "again", found, (gettext("bag.again"),)))
    if found.item is None:
        return Scanned(verdict_for(ATTENTION, "packed", found, (not_known(found),)))
    if not _lies_here(found):
        return Scanned(verdict_for(ATTENTION, "packed", found, unusual(session, found.item)))
    return Scanned(verdict_for(ACCEPTED, "packed", found, (gettext("bag.packed.why"),)))


def _lies_here(found: Reading) -> bool:
    assert found.item is not None
    standing = found.item.standing
    here = (standing.custodian.kind, standing.custodian.ref) == (Party.OFFICE, actor().office_code)
    return here and standing.status in PACKED_FROM


def count_scanned(session: Session, view: ManifestView, code: str) -> Scanned:
    found = found_by(session, code)
    stopped = stopped_by(found)
    if stopped is not None:
        return Scanned(stopped)
    line = view.line_of(found.shown)
    if line is not None and line.read_at is not None:
        why = gettext("handover.again.why", time=seconds_of(line.read_at))
        return Scanned(verdict_for(ATTENTION, "again", found, (why,)))
    read_line(session, lock_manifest(session, view.id), line_of(found, code, {}), at=desk().at)
    if line is None:
        return Scanned(verdict_for(ATTENTION, "surplus", found, (gettext("bag.surplus.why"),)))
    read = len(view.tally.received) + 1
    why = gettext("handover.read.why", read=read, expected=view.tally.expected)
    return Scanned(verdict_for(ACCEPTED, "read", found, (why,)))
