"""Guards of decisions: a command that the rules do not bear is refused with one cause, before it is recorded."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from tracker.domain.events import Event, Folded, Policy, Standing
from tracker.domain.lifecycle import TURNING, fits, kind_of, row_of
from tracker.domain.refusal import Cause
from tracker.domain.required import lacks_details
from tracker.domain.vocabulary import Anomaly, Direction, EventType, Kind
from tracker.domain.working_time import months_after

STATUTORY = Policy(invitations=2, gap_working_days=2)
MONTHS_UNTIL_UNCLAIMED = 6

# Reasons of `return_started` that stand on other grounds than invitations nobody followed.
INVITATIONS_USED_UP = "invitations_used_up"

_ACCEPTANCES = frozenset({EventType.ACCEPTED, EventType.COLLECTED})
_APPROVED = frozenset({EventType.DECLARED_LOST, EventType.UNCLAIMED})


@dataclass(frozen=True, slots=True)
class Decision:
    """`event` as it would be recorded; `folded` and `events` the item as it stands without it.

    `event.details.policy` tells what the caller measured by the calendar: `gap_working_days` since the
    last invitation. `required` are the numbers in force. `today` is the local day, for the end of a hold.
    """

    event: Event
    folded: Folded
    events: Sequence[Event] = ()
    required: Policy = STATUTORY
    today: date | None = None

    @property
    def standing(self) -> Standing:
        return self.folded.standing

    def applied(self, *types: EventType) -> list[Event]:
        """In folded order, each once."""
        by_id = {event.id: event for event in self.events}
        return [
            by_id[event]
            for event in self.folded.order
            if event in self.folded.applied and event in by_id and by_id[event].type in types
        ]


def check_decision(decision: Decision) -> Cause | None:
    """Why it must be refused; None where it may be recorded. A scan is never refused here."""
    event, standing = decision.event, decision.standing
    if kind_of(event.type, event.actor_role) is Kind.SCAN:
        return None
    if not fits(row_of(event.type), standing.status, standing.direction) or _has_turned_before(decision):
        return Cause.NOT_ALLOWED_NOW
    if event.type in _APPROVED and event.details.approver is None:
        return Cause.APPROVER_MISSING
    if lacks_details(event, standing.leg, standing.direction):
        return Cause.DETAILS_MISSING
    guard = _GUARDS.get(event.type)
    return guard(decision) if guard is not None else None


def _has_turned_before(decision: Decision) -> bool:
    """A turn that the fold would keep as `already_returning`."""
    event_type = decision.event.type
    if event_type not in TURNING or decision.standing.direction is Direction.FORWARD:
        return False
    if event_type is EventType.RETURN_STARTED:
        return any(event.type is not EventType.REFUSED for event in decision.applied(*TURNING))
    return event_type is not EventType.HOLD_EXPIRED


def _check_invitation(decision: Decision) -> Cause | None:
    """The second and every later one waits for the gap; a gap that is not told is not shown."""
    number = decision.event.details.number
    if number != decision.standing.invitations + 1:
        return Cause.BAD_VALUE
    if number == 1:
        return None
    told, required = decision.event.details.policy.gap_working_days, decision.required.gap_working_days or 0
    return None if told is not None and told >= required else Cause.INVITATION_GAP


def _check_hold_expired(decision: Decision) -> Cause | None:
    if not _has_invited_enough(decision):
        return Cause.INVITATIONS_NOT_USED_UP
    holds = [hold.details.until_on for hold in decision.applied(EventType.HELD)]
    until_on = holds[-1] if holds else None
    is_over = until_on is None or decision.today is None or decision.today > until_on
    return None if is_over else Cause.HOLD_NOT_OVER


def _check_return(decision: Decision) -> Cause | None:
    """Refused, a bad address, the sender asks: told as the reason. Without one, only invitations nobody followed."""
    was_refused = decision.standing.direction is Direction.RETURNING
    other_ground = decision.event.reason not in (None, INVITATIONS_USED_UP)
    return None if was_refused or other_ground or _has_invited_enough(decision) else Cause.INVITATIONS_NOT_USED_UP


def _has_invited_enough(decision: Decision) -> bool:
    return decision.standing.invitations >= (decision.required.invitations or 0)


def _check_second_approver(decision: Decision) -> Cause | None:
    return Cause.APPROVER_IS_SAME if decision.event.details.approver == decision.event.actor else None


def _check_unclaimed(decision: Decision) -> Cause | None:
    same = _check_second_approver(decision)
    if same is not None:
        return same
    if _was_refused_by_both_sides(decision):
        return None
    accepted = decision.applied(*_ACCEPTANCES)
    is_over = bool(accepted) and decision.event.effective_at >= months_after(
        accepted[0].effective_at, MONTHS_UNTIL_UNCLAIMED
    )
    return None if is_over else Cause.UNCLAIMED_TOO_EARLY


def _was_refused_by_both_sides(decision: Decision) -> bool:
    """Once on the way out, and once more on the way back: a second tap at the same door is not the other side."""
    out = decision.applied(EventType.REFUSED)
    if not out:
        return False
    folded = decision.folded
    kinds = {event.id: event.type for event in decision.events}
    since = folded.order[folded.order.index(out[0].id) + 1 :]
    moves = [event for event in since if event in folded.applied]
    after_move = since[since.index(moves[0]) :] if moves else ()
    return any(
        kinds.get(event) is EventType.REFUSED and Anomaly.ALREADY_RETURNING in folded.borne.get(event, ())
        for event in after_move
    )


def _check_correction(decision: Decision) -> Cause | None:
    """A target that is not known yet may still come; `registered` is cancelled instead."""
    target = decision.event.details.event
    if target == decision.event.id:
        return Cause.CORRECTION_NOT_ENTITLED
    registrations = {event.id for event in decision.events if event.type is EventType.REGISTERED}
    return Cause.CORRECTION_NOT_ENTITLED if target in registrations else None


_GUARDS: Mapping[EventType, Callable[[Decision], Cause | None]] = MappingProxyType(
    {
        EventType.INVITED: _check_invitation,
        EventType.HOLD_EXPIRED: _check_hold_expired,
        EventType.RETURN_STARTED: _check_return,
        EventType.DECLARED_LOST: _check_second_approver,
        EventType.UNCLAIMED: _check_unclaimed,
        EventType.CORRECTED: _check_correction,
    }
)
