"""What an event must tell in `details`, as one table."""

from collections.abc import Callable, Mapping
from operator import attrgetter
from types import MappingProxyType

from tracker.domain.events import Event
from tracker.domain.handover import far_end_is_citizen, other_party_is_citizen
from tracker.domain.vocabulary import Direction, EventType, Hand, Leg

# Each inner tuple: any one of these fields is enough.
REQUIRED: Mapping[EventType, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        EventType.REGISTERED: (("details.leg",), ("details.from_office",), ("details.to_office",)),
        EventType.ACCEPTED: (("details.seal_number",), ("details.counts",)),
        EventType.COLLECTED: (("details.seal_number",), ("details.counts",)),
        EventType.BAGGED: (("details.bag",),),
        EventType.UNBAGGED: (("details.bag",),),
        EventType.DEPARTED: (("details.seal_ok", "details.seal_number"),),
        EventType.ARRIVED: (("details.seal_ok", "details.seal_number"),),
        EventType.ATTEMPT_FAILED: (("details.action",), ("reason",)),
        EventType.HELD: (("details.until_on",),),
        EventType.INVITED: (("details.number",),),
        EventType.HANDED_OUT: (("details.receiver",), ("details.counts",)),
        EventType.DELIVERED: (("details.receiver",), ("details.counts",)),
        EventType.REFUSED: (("reason",),),
        EventType.REDIRECTED: (("details.address_version", "details.office"),),
        EventType.FORWARDED: (("details.office",),),
        EventType.DAMAGED: (("details.witness",),),
        EventType.FOUND: (("details.second_person",),),
        EventType.DECLARED_LOST: (("details.approver",),),
        EventType.UNCLAIMED: (("details.approver",),),
        EventType.CORRECTED: (("details.event",),),
    }
)

_ENDS = frozenset({EventType.DELIVERED, EventType.HANDED_OUT})
_BAG_WORK = frozenset({EventType.BAGGED, EventType.UNBAGGED})

_Read = Callable[[Event], object]
_READERS: Mapping[EventType, tuple[tuple[_Read, ...], ...]] = {
    event_type: tuple(tuple(attrgetter(path) for path in fields) for fields in required)
    for event_type, required in REQUIRED.items()
}


def lacks_details(event: Event, leg: Leg | None, direction: Direction) -> bool:
    """Whether the event leaves out what its type must tell, where the item stands before it."""
    if event.bag_chain is not None and event.type in _BAG_WORK:
        return False  # the chain names the bag
    for fields in _READERS.get(event.type, ()):
        if all(read(event) is None for read in fields):
            return True
    return _lacks_identity(event, leg, direction)


def _lacks_identity(event: Event, leg: Leg | None, direction: Direction) -> bool:
    """A citizen's hand counts only with an identity basis or a signature."""
    if event.has_evidence or event.details.identity is not None:
        return False
    if event.type in _ENDS:
        return far_end_is_citizen(leg, direction, event.details.receiver)
    return (
        event.hand is Hand.BOTH
        and not (event.counterparty is not None and event.counterparty.verified)
        and other_party_is_citizen(event.type, leg, direction, None)
    )
