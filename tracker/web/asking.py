"""What each event asks of the person who makes it: one table, read by the form and by its checker."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tracker.domain.actor import Actor
from tracker.domain.handover import far_end_is_citizen
from tracker.domain.lifecycle import kind_of
from tracker.domain.vocabulary import EventType, Kind, Leg, Role
from tracker.phrases import phrase_of
from tracker.store.queries.scanning import ScannedItem


class Ask(StrEnum):
    SEAL_NUMBER = "seal_number"
    SEAL_OK = "seal_ok"
    COUNTS = "counts"
    RECEIVER = "receiver"
    IDENTITY = "identity"
    FEES = "fees_collected"
    SIGNATURE = "signature"
    SECOND = "second"
    ATTEMPT_REASON = "reason"
    ATTEMPT_ACTION = "action"
    NEXT_ON = "next_on"
    REFUSAL_REASON = "refusal_reason"
    UNTIL_ON = "until_on"
    WITNESS = "witness"
    FINDER = "second_person"
    RECOUNT = "recount"
    NUMBER = "number"
    CANCEL_REASON = "cancel_reason"
    RETURN_REASON = "return_reason"
    DESTINATION = "office"
    ADDRESSEE = "applicant-name"
    PROOF = "proof"
    APPROVER = "approver"
    BACK_ENTRY = "on_behalf_of"
    HAPPENED_AT = "happened_at"


_E = EventType
ASKS: Mapping[EventType, tuple[Ask, ...]] = {
    _E.ACCEPTED: (Ask.COUNTS, Ask.SEAL_NUMBER),
    _E.COLLECTED: (Ask.COUNTS, Ask.SEAL_NUMBER),
    _E.DEPARTED: (Ask.SEAL_OK,),
    _E.ARRIVED: (Ask.SEAL_OK,),
    _E.ATTEMPT_FAILED: (Ask.ATTEMPT_REASON, Ask.ATTEMPT_ACTION, Ask.NEXT_ON),
    _E.HELD: (Ask.UNTIL_ON,),
    _E.REFUSED: (Ask.REFUSAL_REASON,),
    _E.DAMAGED: (Ask.WITNESS, Ask.RECOUNT),
    _E.FOUND: (Ask.FINDER,),
    _E.CANCELLED: (Ask.CANCEL_REASON,),
    _E.INVITED: (Ask.NUMBER,),
    _E.RETURN_STARTED: (Ask.RETURN_REASON,),
    _E.FORWARDED: (Ask.DESTINATION,),
    _E.REDIRECTED: (Ask.DESTINATION, Ask.PROOF),
    _E.RECALLED: (Ask.PROOF,),
    _E.DECLARED_LOST: (Ask.APPROVER,),
    _E.UNCLAIMED: (Ask.APPROVER,),
}
TO_CITIZEN = (Ask.RECEIVER, Ask.IDENTITY, Ask.COUNTS, Ask.FEES, Ask.SIGNATURE)
INTO_OFFICE = (Ask.SEAL_OK, Ask.COUNTS)
TO_ANOTHER_CITIZEN = (Ask.ADDRESSEE, Ask.PROOF)
ALWAYS_TOLD = frozenset({Ask.BACK_ENTRY, Ask.HAPPENED_AT, Ask.ATTEMPT_REASON})
ENDS = frozenset({_E.DELIVERED, _E.HANDED_OUT})
# Who may be asked for a PIN so that both sides stand in one record.
SECOND_ROLES: Mapping[tuple[Role, EventType], tuple[Role, ...]] = {
    (Role.OFFICER, _E.DELIVERED): (Role.COURIER, Role.DRIVER),
    (Role.OFFICER, _E.HANDED_OUT): (Role.POSTCLERK,),
    (Role.OFFICER, _E.COLLECTED): (Role.COURIER,),
    (Role.OFFICER, _E.ACCEPTED): (Role.POSTCLERK,),
    (Role.POSTCLERK, _E.GIVEN_TO_COURIER): (Role.COURIER,),
    (Role.POSTCLERK, _E.BACK_AT_OFFICE): (Role.COURIER,),
}


@dataclass(frozen=True, slots=True)
class Occasion:
    """One event that one person is about to make of one item (None: a bag, or a code nobody knows).

    `is_paper`: it was written by hand and is entered afterwards; nobody who stood there then can be asked now.
    """

    type: EventType
    actor: Actor
    item: ScannedItem | None
    is_paper: bool = False

    @property
    def ends_with_citizen(self) -> bool:
        if self.type not in ENDS or self.item is None:
            return False
        standing = self.item.standing
        return far_end_is_citizen(self.item.leg, standing.direction, None)

    @property
    def phrase(self) -> str:
        """What this person would call it: an officer receives what the post calls delivered."""
        if self.type not in ENDS or self.ends_with_citizen or self.item is None:
            return phrase_of(self.type)
        return "task.receive" if self.actor.role is Role.OFFICER else "task.hand_in"

    @property
    def second_roles(self) -> tuple[Role, ...]:
        if self.item is None or self.is_paper:
            return ()
        return SECOND_ROLES.get((self.actor.role, self.type), ())

    @property
    def asks(self) -> tuple[Ask, ...]:
        plain = self._plain_asks()
        if self.item is None:
            plain = tuple(ask for ask in plain if ask not in {Ask.COUNTS, Ask.RECOUNT})
        if self.item is not None and self.item.leg is not Leg.RESULT:
            plain = tuple(ask for ask in plain if ask is not Ask.FEES)
        if self.is_paper:
            plain = (Ask.HAPPENED_AT, *(ask for ask in plain if ask is not Ask.SIGNATURE))
        if self.is_back_entry:
            return (Ask.BACK_ENTRY, *plain)
        return (*plain, Ask.SECOND) if self.second_roles else plain

    def may_leave(self, ask: Ask) -> bool:
        """What the paper does not tell stays untold, and the record flags it."""
        return self.is_paper and ask not in ALWAYS_TOLD

    @property
    def is_back_entry(self) -> bool:
        """A supervisor scans nothing: what others did is entered for them."""
        return self.actor.role is Role.SUPERVISOR and kind_of(self.type, Role.SUPERVISOR) is Kind.SCAN

    def _plain_asks(self) -> tuple[Ask, ...]:
        if self.type is _E.REDIRECTED and self.item is not None and self.item.leg is Leg.RESULT:
            return TO_ANOTHER_CITIZEN
        if self.type in ENDS:
            return TO_CITIZEN if self.ends_with_citizen else INTO_OFFICE
        return ASKS.get(self.type, ())
