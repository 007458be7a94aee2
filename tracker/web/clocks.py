"""Two clocks, never mixed: the post's, leg by leg, and the agency's."""

from dataclasses import dataclass

from tracker.domain.vocabulary import Status
from tracker.phrases import phrase_of
from tracker.store.queries.tracking import TrackedItem, Trail
from tracker.web.formats import day, local, moment, today
from tracker.web.language import gettext

FINISHED = frozenset({9, 10})
WAITING_FOR_CITIZEN = frozenset({5, 6})
STOPPED = frozenset({3, 7, 8})
BEING_DECIDED = frozenset({2, 4})


@dataclass(frozen=True, slots=True)
class ClockRow:
    caption: str
    value: str
    is_late: bool = False


def post_clock(trail: Trail) -> list[ClockRow]:
    return [_leg_row(item) for item in trail.legs]


def _leg_row(item: TrackedItem) -> ClockRow:
    caption = gettext("clock.leg", leg=gettext(phrase_of(item.leg)))
    if item.standing.status is Status.DELIVERED and item.final_at is not None:
        on = local(item.final_at).date()
        code = "clock.on_time" if on <= item.due_on else "clock.was_late"
        return ClockRow(caption, gettext(code, day=day(on)), on > item.due_on)
    if item.standing.status.is_final:
        return ClockRow(caption, gettext("clock.ended"))
    is_late = item.due_on < today()
    code = "clock.late" if is_late else "clock.due"
    return ClockRow(caption, gettext(code, day=day(item.due_on)), is_late)


def agency_clock(trail: Trail) -> list[ClockRow]:
    """Nothing where one envelope carries several dossiers: their clocks are not this item's."""
    if trail.days is None:
        return []
    rows = [_decision_row(trail, trail.days)]
    submitted = [item.standing.legal_submission_at for item in trail.legs if item.standing.legal_submission_at]
    if submitted:
        rows.insert(0, ClockRow(gettext("clock.submitted"), moment(min(submitted))))
    return rows


def _decision_row(trail: Trail, days: int) -> ClockRow:
    caption = gettext("clock.same_day") if days == 0 else gettext("clock.days", days=days)
    status = trail.agency[-1].status if trail.agency else None
    if status in FINISHED:
        return _finished_row(trail, caption)
    if status in WAITING_FOR_CITIZEN:
        return ClockRow(caption, gettext("clock.paused"))
    if status in STOPPED:
        return ClockRow(caption, gettext("clock.stopped"))
    if status in BEING_DECIDED and trail.processing_due_on is not None:
        is_late = trail.processing_due_on < today()
        code = "clock.late" if is_late else "clock.due"
        return ClockRow(caption, gettext(code, day=day(trail.processing_due_on)), is_late)
    if status is None:
        return ClockRow(caption, gettext("clock.no_word"))
    code = "clock.running" if status in BEING_DECIDED else "clock.not_begun"
    return ClockRow(caption, gettext(code))


def _finished_row(trail: Trail, caption: str) -> ClockRow:
    on = local(next(one.said_at for one in trail.agency if one.status in FINISHED)).date()
    if trail.processing_due_on is None:
        return ClockRow(caption, gettext("clock.finished", day=day(on)))
    is_late = on > trail.processing_due_on
    code = "clock.was_late" if is_late else "clock.on_time"
    return ClockRow(caption, gettext(code, day=day(on)), is_late)
