"""The 31 event types as one table: where each may stand, where it leads, and who then answers for the item."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from tracker.domain.vocabulary import FINAL_STATUSES, Direction, End, EventType, Kind, Party, Status


class TwoHanded(StrEnum):
    """GIVE: only a giving hand exists, the receiving one is an event of its own."""

    NO = ""
    YES = "yes"
    GIVE = "give"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An empty `to` or `custodian_after` leaves it as it is; of several the event decides.

    `emsevt` are the post's event codes, `epcis_step` and `epcis_disposition` words of EPCIS 2.0.
    """

    type: EventType
    kinds: tuple[Kind, ...]
    from_statuses: frozenset[Status]
    only_direction: Direction | None = None
    to: tuple[Status, ...] = ()
    custodian_after: tuple[Party, ...] = ()
    presence: bool = False
    two_handed: TwoHanded = TwoHanded.NO
    giver: tuple[End, ...] = ()
    receiver: tuple[End, ...] = ()
    emsevt: tuple[str, ...] = ()
    epcis_step: str
    epcis_disposition: str = ""


ANY_STATUS = frozenset(Status)
ANY_OPEN = ANY_STATUS - FINAL_STATUSES - {Status.UNREGISTERED}

_S, _E, _P = Status, EventType, Party
_DECISION, _SCAN = (Kind.DECISION,), (Kind.SCAN,)
_AT_A_DESK = frozenset({_S.AT_OFFICE, _S.HELD})
_AT_OFFICE = (_S.AT_OFFICE,)
_OFFICE, _COURIER, _TRANSPORT = (_P.OFFICE,), (_P.COURIER,), (_P.TRANSPORT,)
_AN_END, _WHO_HAS_IT = (_S.DELIVERED, _S.RETURNED), (_P.RECIPIENT, _P.SENDER)

_ROWS = (
    Row(
        type=_E.REGISTERED,
        kinds=_DECISION,
        from_statuses=frozenset({_S.UNREGISTERED}),
        to=(_S.REGISTERED,),
        custodian_after=(_P.SENDER,),
        epcis_step="commissioning",
        epcis_disposition="active",
    ),
    Row(
        type=_E.LABEL_PRINTED,
        kinds=_DECISION,
        from_statuses=ANY_OPEN,
        epcis_step="encoding",
        epcis_disposition="encoded",
    ),
    Row(
        type=_E.CANCELLED,
        kinds=_DECISION,
        from_statuses=frozenset({_S.REGISTERED}),
        to=(_S.CANCELLED,),
        custodian_after=(_P.SENDER,),
        epcis_step="decommissioning",
        epcis_disposition="inactive",
    ),
    Row(
        type=_E.ACCEPTED,
        kinds=_SCAN,
        from_statuses=frozenset({_S.REGISTERED}),
        to=_AT_OFFICE,
        custodian_after=_OFFICE,
        presence=True,
        two_handed=TwoHanded.YES,
        giver=(End.SENDER,),
        receiver=(End.OFFICE,),
        emsevt=("EMA",),
        epcis_step="accepting",
        epcis_disposition="in_progress",
    ),
    Row(
        type=_E.COLLECTED,
        kinds=_SCAN,
        from_statuses=frozenset({_S.REGISTERED}),
        to=(_S.COLLECTED,),
        custodian_after=_COURIER,
        presence=True,
        two_handed=TwoHanded.YES,
        giver=(End.SENDER,),
        receiver=(End.COURIER,),
        emsevt=("EMA",),
        epcis_step="collecting",
        epcis_disposition="in_progress",
    ),
    Row(
        type=_E.BAGGED,
        kinds=_SCAN,
        from_statuses=_AT_A_DESK,
        to=(_S.BAGGED,),
        custodian_after=_OFFICE,
        epcis_step="packing",
        epcis_disposition="container_closed",
    ),
    Row(
        type=_E.UNBAGGED,
        kinds=_SCAN,
        from_statuses=frozenset({_S.BAGGED, _S.AT_OFFICE, _S.MISSING}),
        to=_AT_OFFICE,
        custodian_after=_OFFICE,
        presence=True,
        epcis_step="unpacking",
        epcis_disposition="container_open",
    ),
    Row(
        type=_E.DEPARTED,
        kinds=_SCAN,
        from_statuses=frozenset({_S.BAGGED, _S.AT_OFFICE, _S.HELD}),
        to=(_S.IN_TRANSIT,),
        two_handed=TwoHanded.GIVE,
        giver=(End.OFFICE,),
        receiver=(End.TRANSPORT, End.OFFICE),
        emsevt=("EDE",),
        epcis_step="departing",
        epcis_disposition="in_transit",
    ),
    Row(
        type=_E.LOADED,
        kinds=_SCAN,
        from_statuses=frozenset({_S.IN_TRANSIT}),
        to=(_S.IN_TRANSIT,),
        custodian_after=_TRANSPORT,
        presence=True,
        two_handed=TwoHanded.YES,
        giver=(End.OFFICE,),
        receiver=(End.TRANSPORT,),
        epcis_step="loading",
        epcis_disposition="in_transit",
    ),
    Row(
        type=_E.ARRIVED,
        kinds=_SCAN,
        from_statuses=frozenset({_S.IN_TRANSIT, _S.COLLECTED, _S.MISSING}),
        to=_AT_OFFICE,
        custodian_after=_OFFICE,
        presence=True,
        two_handed=TwoHanded.YES,
        giver=(End.TRANSPORT, End.COURIER, End.OFFICE),
        receiver=(End.OFFICE,),
        emsevt=("EDD", "EMG"),
        epcis_step="arriving",
        epcis_disposition="in_progress",
    ),
    Row(
        type=_E.GIVEN_TO_COURIER,
        kinds=_SCAN,
        from_statuses=frozenset({_S.AT_OFFICE, _S.HELD, _S.WITH_COURIER}),
        to=(_S.WITH_COURIER,),
        custodian_after=_COURIER,
        presence=True,
        two_handed=TwoHanded.YES,
        giver=(End.OFFICE, End.COURIER),
        receiver=(End.COURIER,),
        emsevt=("EDG",),
        epcis_step="transporting",
        epcis_disposition="in_transit",
    ),
    Row(
        type=_E.ATTEMPT_FAILED,
        kinds=_SCAN,
        from_statuses=frozenset({_S.WITH_COURIER}),
        to=(_S.WITH_COURIER,),
        custodian_after=_COURIER,
        presence=True,
        emsevt=("EMH",),
        epcis_step="other",
        epcis_disposition="in_transit",
    ),
    Row(
        type=_E.BACK_AT_OFFICE,
        kinds=_SCAN,
        from_statuses=frozenset({_S.WITH_COURIER, _S.COLLECTED, _S.DAMAGED}),
        to=_AT_OFFICE,
        custodian_after=_OFFICE,
        presence=True,
        two_handed=TwoHanded.YES,
        giver=(End.COURIER,),
        receiver=(End.OFFICE,),
        emsevt=("EDF",),
        epcis_step="receiving",
        epcis_disposition="in_progress",
    ),
    Row(
        type=_E.HELD,
        kinds=_SCAN,
        from_statuses=frozenset({_S.AT_OFFICE}),
        to=(_S.HELD,),
        custodian_after=_OFFICE,
        presence=True,
        emsevt=("EDH",),
        epcis_step="storing",
        epcis_disposition="available",
    ),
    Row(
        type=_E.RELEASED,
        kinds=_SCAN,
        from_statuses=frozenset({_S.HELD}),
        to=_AT_OFFICE,
        custodian_after=_OFFICE,
        epcis_step="storing",
        epcis_disposition="in_progress",
    ),
    Row(
        type=_E.INVITED,
        kinds=_DECISION,
        from_statuses=frozenset({_S.HELD}),
        to=(_S.HELD,),
        custodian_after=_OFFICE,
        epcis_step="holding",
        epcis_disposition="available",
    ),
    Row(
        type=_E.HANDED_OUT,
        kinds=_SCAN,
        from_statuses=_AT_A_DESK,
        to=_AN_END,
        custodian_after=_WHO_HAS_IT,
        presence=True,
        two_handed=TwoHanded.YES,
        giver=(End.OFFICE,),
        receiver=(End.FAR_END,),
        emsevt=("EMI",),
        epcis_step="accepting",
        epcis_disposition="completeness_verified",
    ),
    Row(
        type=_E.DELIVERED,
        kinds=_SCAN,
        from_statuses=frozenset({_S.WITH_COURIER, _S.IN_TRANSIT, _S.COLLECTED, _S.DAMAGED}),
        to=_AN_END,
        custodian_after=_WHO_HAS_IT,
        presence=True,
        two_handed=TwoHanded.YES,
        giver=(End.COURIER, End.TRANSPORT),
        receiver=(End.FAR_END,),
        emsevt=("EMI",),
        epcis_step="accepting",
        epcis_disposition="completeness_verified",
    ),
    Row(
        type=_E.REFUSED,
        kinds=_SCAN,
        from_statuses=frozenset({_S.WITH_COURIER, _S.HELD, _S.AT_OFFICE, _S.IN_TRANSIT}),
        emsevt=("EMH",),
        epcis_step="inspecting",
        epcis_disposition="returned",
    ),
    Row(
        type=_E.RETURN_STARTED,
        kinds=_DECISION,
        from_statuses=_AT_A_DESK,
        to=_AT_OFFICE,
        custodian_after=_OFFICE,
        emsevt=("EMH",),
        epcis_step="shipping",
        epcis_disposition="returned",
    ),
    Row(
        type=_E.HOLD_EXPIRED,
        kinds=_DECISION,
        from_statuses=frozenset({_S.HELD}),
        to=_AT_OFFICE,
        custodian_after=_OFFICE,
        emsevt=("EMH",),
        epcis_step="storing",
        epcis_disposition="expired",
    ),
    Row(
        type=_E.REDIRECTED,
        kinds=_DECISION,
        from_statuses=ANY_OPEN,
        only_direction=Direction.FORWARD,
        epcis_step="other",
        epcis_disposition="in_progress",
    ),
    Row(
        type=_E.FORWARDED,
        kinds=_DECISION,
        from_statuses=_AT_A_DESK,
        to=_AT_OFFICE,
        custodian_after=_OFFICE,
        epcis_step="other",
        epcis_disposition="in_progress",
    ),
    Row(
        type=_E.RECALLED,
        kinds=_DECISION,
        from_statuses=ANY_OPEN - {_S.REGISTERED},
        epcis_step="void_shipping",
        epcis_disposition="returned",
    ),
    Row(
        type=_E.DAMAGED,
        kinds=_SCAN,
        from_statuses=ANY_OPEN - {_S.REGISTERED, _S.MISSING, _S.DAMAGED},
        to=(_S.DAMAGED,),
        presence=True,
        epcis_step="inspecting",
        epcis_disposition="damaged",
    ),
    Row(
        type=_E.REPACKED,
        kinds=_SCAN,
        from_statuses=frozenset({_S.DAMAGED}),
        to=_AT_OFFICE,
        custodian_after=_OFFICE,
        presence=True,
        epcis_step="repackaging",
        epcis_disposition="in_progress",
    ),
    Row(
        type=_E.MISSING,
        kinds=_SCAN,
        from_statuses=ANY_OPEN - {_S.REGISTERED, _S.MISSING},
        to=(_S.MISSING,),
        epcis_step="stock_taking",
        epcis_disposition="unavailable",
    ),
    Row(
        type=_E.FOUND,
        kinds=_SCAN,
        from_statuses=frozenset({_S.MISSING}),
        to=(_S.AT_OFFICE, _S.WITH_COURIER),
        custodian_after=(_P.OFFICE, _P.COURIER),
        presence=True,
        emsevt=("EDF",),
        epcis_step="receiving",
        epcis_disposition="in_progress",
    ),
    Row(
        type=_E.DECLARED_LOST,
        kinds=_DECISION,
        from_statuses=frozenset({_S.MISSING, _S.DAMAGED}),
        to=(_S.LOST,),
        epcis_step="other",
        epcis_disposition="unknown",
    ),
    Row(
        type=_E.UNCLAIMED,
        kinds=_DECISION,
        from_statuses=frozenset({_S.AT_OFFICE}),
        only_direction=Direction.RETURNING,
        to=(_S.UNCLAIMED,),
        custodian_after=_OFFICE,
        epcis_step="other",
        epcis_disposition="unavailable",
    ),
    Row(type=_E.CORRECTED, kinds=(Kind.SCAN, Kind.DECISION), from_statuses=ANY_STATUS, epcis_step="errorDeclaration"),
)

LIFECYCLE: Mapping[EventType, Row] = MappingProxyType({row.type: row for row in _ROWS})
