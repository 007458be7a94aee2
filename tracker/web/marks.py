"""One state, one shape: icon, word and tone of everything that a page shows as a state."""

from dataclasses import dataclass

from tracker.domain.outbound_orders import OrderState
from tracker.domain.vocabulary import CitizenState, Outcome, Status
from tracker.phrases import phrase_of


@dataclass(frozen=True, slots=True)
class Mark:
    """`icon` is a drawing of icons.svg, `phrase` a message id, `tone` a class of base.css."""

    icon: str
    phrase: str
    tone: str


_CITIZEN = {
    CitizenState.SLIP_CREATED: ("c1", ""),
    CitizenState.IN_TRANSIT: ("c2", ""),
    CitizenState.OUT_FOR_DELIVERY: ("c3", "now"),
    CitizenState.ATTEMPT_FAILED: ("c4", "warn"),
    CitizenState.READY_FOR_PICKUP: ("c5", "now"),
    CitizenState.DELIVERED: ("c6", "ok"),
    CitizenState.ATTENTION: ("c7", "no"),
}
_STATUS = {
    Status.UNREGISTERED: ("c1", ""),
    Status.REGISTERED: ("c1", ""),
    Status.COLLECTED: ("c2", ""),
    Status.AT_OFFICE: ("c2", ""),
    Status.BAGGED: ("c2", ""),
    Status.IN_TRANSIT: ("c2", ""),
    Status.WITH_COURIER: ("c3", "now"),
    Status.HELD: ("c5", "now"),
    Status.DAMAGED: ("c7", "no"),
    Status.MISSING: ("c7", "no"),
    Status.DELIVERED: ("c6", "ok"),
    Status.RETURNED: ("c7", "no"),
    Status.CANCELLED: ("c7", "no"),
    Status.LOST: ("c7", "no"),
    Status.UNCLAIMED: ("c7", "no"),
}
_OUTCOME = {
    Outcome.RECORDED: ("ok", "ok"),
    Outcome.DUPLICATE: ("ok", "ok"),
    Outcome.CONFLICT: ("warn", "warn"),
    Outcome.REFUSED: ("no", "no"),
    Outcome.MALFORMED: ("no", "no"),
}
_ORDER = {
    OrderState.WAITING: ("c1", ""),
    OrderState.SENT: ("ok", "ok"),
    OrderState.REFUSED: ("no", "no"),
    OrderState.KNOWN: ("ok", "ok"),
    OrderState.WITHDRAWN: ("c1", ""),
    OrderState.CANCEL_WAITING: ("c1", ""),
    OrderState.CANCELLED: ("c1", ""),
    OrderState.CANCEL_REFUSED: ("no", "no"),
}


def mark_of(word: CitizenState | OrderState | Status | Outcome) -> Mark:
    match word:
        case CitizenState():
            icon, tone = _CITIZEN[word]
        case OrderState():
            icon, tone = _ORDER[word]
        case Status():
            icon, tone = _STATUS[word]
        case Outcome():
            icon, tone = _OUTCOME[word]
    return Mark(icon, phrase_of(word), tone)
