"""Which events of one chain are void: a correction is judged by what lies between it and its target."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import accumulate

from tracker.domain.events import Event
from tracker.domain.ordering import order_events
from tracker.domain.vocabulary import EventType, Role

OWN_CORRECTION_WINDOW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Judged:
    """Ids as integers. `not_entitled` are corrections that do not count."""

    void: frozenset[int] = frozenset()
    not_entitled: frozenset[int] = frozenset()


NOTHING_CORRECTED = Judged()


def judge_corrections(ordered: Sequence[Event]) -> Judged:
    """From the last to the first: a correction undone by a later one does not count."""
    if not any(event.type is EventType.CORRECTED for event in ordered):
        return NOTHING_CORRECTED
    return _Bench(ordered).judge()


class _Bench:
    def __init__(self, ordered: Sequence[Event]) -> None:
        self._ordered = ordered
        self._position = {event.id.int: position for position, event in enumerate(ordered)}
        self._facts_up_to = list(accumulate(event.type is not EventType.CORRECTED for event in ordered))
        self._target_of: dict[int, int] = {}  # of the corrections that count
        self._void: Counter[int] = Counter()
        self._not_entitled: set[int] = set()

    def judge(self) -> Judged:
        for correction in reversed(self._ordered):
            if correction.type is EventType.CORRECTED and not self._void[correction.id.int]:
                self._judge_one(correction)
        void = frozenset(event for event, corrections in self._void.items() if corrections)
        return Judged(void, frozenset(self._not_entitled - void))

    def _judge_one(self, correction: Event) -> None:
        target = correction.details.event
        if target is None or target == correction.id:
            self._not_entitled.add(correction.id.int)
            return
        position = self._position.get(target.int)
        if position is None:
            return
        if self._is_entitled(correction, self._ordered[position]):
            self._count(correction.id.int, target.int)
            return
        self._not_entitled.add(correction.id.int)

    def _count(self, correction: int, target: int) -> None:
        self._target_of[correction] = target
        self._void[target] += 1
        # Only in a cycle does a correction stand before the correction it undoes; that one's target is restored.
        restored = self._target_of.pop(target, None)
        if restored is not None:
            self._void[restored] -= 1

    def _is_entitled(self, correction: Event, target: Event) -> bool:
        if target.type is EventType.REGISTERED:
            return False
        if correction.actor_role is Role.SUPERVISOR:
            return True
        apart = abs(correction.effective_at - target.effective_at)
        is_own = correction.device == target.device and apart <= OWN_CORRECTION_WINDOW
        return is_own and not self._was_followed(correction, target)

    def _was_followed(self, correction: Event, target: Event) -> bool:
        """Whether another event than a correction lies between the two, void ones included."""
        first, last = sorted((self._position[correction.id.int], self._position[target.id.int]))
        return self._facts_up_to[last - 1] - self._facts_up_to[first] > 0


class CorrectionFault(StrEnum):
    """Why somebody's own correction would not count, so that a supervisor has to make it."""

    TOO_LATE = "too_late"
    OTHER_DEVICE = "other_device"
    FOLLOWED = "followed"


def fault_of_correction(correction: Event, events: Sequence[Event]) -> CorrectionFault | None:
    """`events` are the item's own, the target among them; None where the correction would count."""
    ordered = order_events([*events, correction]).events
    if correction.id.int not in judge_corrections(ordered).not_entitled:
        return None
    target = next(event for event in events if event.id == correction.details.event)
    if correction.device != target.device:
        return CorrectionFault.OTHER_DEVICE
    is_late = abs(correction.effective_at - target.effective_at) > OWN_CORRECTION_WINDOW
    return CorrectionFault.TOO_LATE if is_late else CorrectionFault.FOLLOWED
