"""When a posted dossier counts as submitted: the moment an officer countersigned for it."""

from datetime import datetime
from uuid import UUID

from tracker.domain.events import Event
from tracker.domain.lifecycle_table import Row, TwoHanded
from tracker.domain.vocabulary import Hand
from tracker.domain.walk import Walk, is_give, needs_countersigning


class Countersigning:
    """Deliveries of a submission into an office, and who gave what in which handover."""

    def __init__(self) -> None:
        self._deliveries: list[Event] = []
        self._givers: dict[UUID, set[str]] = {}

    def hear(self, walk: Walk, event: Event, row: Row) -> None:
        """A give tells of a second person also where it changes nothing any more; another's take does not."""
        handover = event.details.handover
        says_so = event.hand is not Hand.TAKE or row.two_handed is TwoHanded.GIVE
        if handover is not None and says_so and is_give(walk, event, row):
            self._givers.setdefault(handover, set()).add(event.actor)

    def move(self, walk: Walk, event: Event) -> None:
        """`walk` as it stands before this event, which is about to be applied."""
        if needs_countersigning(walk, event):
            self._deliveries.append(event)

    def legal_submission_at(self) -> datetime | None:
        return next((event.effective_at for event in self._deliveries if self._is_countersigned(event)), None)

    def not_countersigned(self) -> list[Event]:
        return [event for event in self._deliveries if not self._is_countersigned(event)]

    def _is_countersigned(self, delivery: Event) -> bool:
        if delivery.hand is Hand.BOTH:
            return True
        handover = delivery.details.handover
        return handover is not None and bool(self._givers.get(handover, set()) - {delivery.actor})
