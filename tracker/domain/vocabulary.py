"""The words of the trade as closed sets: one term, one meaning, the same in code, tables, API and docs."""

from enum import StrEnum


class EventType(StrEnum):
    REGISTERED = "registered"
    LABEL_PRINTED = "label_printed"
    CANCELLED = "cancelled"
    ACCEPTED = "accepted"
    COLLECTED = "collected"
    BAGGED = "bagged"
    UNBAGGED = "unbagged"
    DEPARTED = "departed"
    LOADED = "loaded"
    ARRIVED = "arrived"
    GIVEN_TO_COURIER = "given_to_courier"
    ATTEMPT_FAILED = "attempt_failed"
    BACK_AT_OFFICE = "back_at_office"
    HELD = "held"
    RELEASED = "released"
    INVITED = "invited"
    HANDED_OUT = "handed_out"
    DELIVERED = "delivered"
    REFUSED = "refused"
    RETURN_STARTED = "return_started"
    HOLD_EXPIRED = "hold_expired"
    REDIRECTED = "redirected"
    FORWARDED = "forwarded"
    RECALLED = "recalled"
    DAMAGED = "damaged"
    REPACKED = "repacked"
    MISSING = "missing"
    FOUND = "found"
    DECLARED_LOST = "declared_lost"
    UNCLAIMED = "unclaimed"
    CORRECTED = "corrected"


class Kind(StrEnum):
    """A decision is a command that can be refused; a scan is a fact that has already happened."""

    DECISION = "decision"
    SCAN = "scan"


class Status(StrEnum):
    UNREGISTERED = "-"
    REGISTERED = "registered"
    COLLECTED = "collected"
    AT_OFFICE = "at_office"
    BAGGED = "bagged"
    IN_TRANSIT = "in_transit"
    WITH_COURIER = "with_courier"
    HELD = "held"
    DAMAGED = "damaged"
    MISSING = "missing"
    DELIVERED = "delivered"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    LOST = "lost"
    UNCLAIMED = "unclaimed"

    @property
    def is_final(self) -> bool:
        return self in FINAL_STATUSES


FINAL_STATUSES = frozenset({Status.DELIVERED, Status.RETURNED, Status.CANCELLED, Status.LOST, Status.UNCLAIMED})


class Direction(StrEnum):
    FORWARD = "forward"
    RETURNING = "returning"


class Leg(StrEnum):
    SUBMISSION = "submission"
    RESULT = "result"
    SUPPLEMENT = "supplement"


class Party(StrEnum):
    """Who can answer for an item."""

    SENDER = "sender"
    OFFICE = "office"
    TRANSPORT = "transport"
    COURIER = "courier"
    RECIPIENT = "recipient"


class End(StrEnum):
    """One side of a handover, as the table names it; the far end is whom the item travels to now."""

    SENDER = "sender"
    OFFICE = "office"
    TRANSPORT = "transport"
    COURIER = "courier"
    FAR_END = "far end"


class Hand(StrEnum):
    GIVE = "give"
    TAKE = "take"
    BOTH = "both"


class Role(StrEnum):
    CLERK = "clerk"
    POSTCLERK = "postclerk"
    COURIER = "courier"
    DRIVER = "driver"
    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    SYSTEM = "system"
    HOTLINE = "hotline"
    ADMIN = "admin"
    AUDITOR = "auditor"


class Receiver(StrEnum):
    RECIPIENT = "recipient"
    AUTHORISED = "authorised"
    SENDER = "sender"
    AGENCY = "agency"


class IdentityBasis(StrEnum):
    SEEN = "seen"
    AUTHORISATION = "authorisation"
    CODE = "code"


class AttemptReason(StrEnum):
    WRONG_ADDRESS = "wrong_address"
    UNREACHABLE = "unreachable"
    ABSENT = "absent"
    RESCHEDULED = "rescheduled"
    MOVED = "moved"
    REFUSED = "refused"
    NO_IDENTITY = "no_identity"
    WRONG_PERSON = "wrong_person"


class AttemptAction(StrEnum):
    REATTEMPT = "reattempt"
    HOLD = "hold"
    NOTICE_LEFT = "notice_left"
    RETURN = "return"


class DocumentKind(StrEnum):
    ORIGINAL = "original"
    CERTIFIED_COPY = "certified_copy"
    COPY = "copy"


class OfficeKind(StrEnum):
    CENTRE = "centre"
    COMMUNE = "commune"
    AGENCY = "agency"
    POST_OFFICE = "post_office"


class LabelState(StrEnum):
    CURRENT = "current"
    SUPERSEDED = "superseded"
    VOID = "void"


class Source(StrEnum):
    SCAN = "scan"
    BACK_ENTRY = "back_entry"
    PAPER = "paper"


class Outcome(StrEnum):
    """What the receipt says became of one event that was sent."""

    RECORDED = "recorded"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    REFUSED = "refused"
    MALFORMED = "malformed"


class Anomaly(StrEnum):
    """What the life cycle did not expect where it stands; an event can bear several."""

    REPEATED = "repeated"
    ALREADY_RETURNING = "already_returning"
    MISSED_SCAN = "missed_scan"
    UNEXPECTED_EVENT = "unexpected_event"
    AFTER_FINAL = "after_final"
    TWO_HOLDERS = "two_holders"
    DIRECTION_MISMATCH = "direction_mismatch"
    CLOCK_FAULT = "clock_fault"
    WRONG_OFFICE = "wrong_office"
    MISROUTED = "misrouted"
    OLD_LABEL_USED = "old_label_used"
    DETAILS_MISSING = "details_missing"
    RULE_BREACH = "rule_breach"
    COUNT_MISMATCH = "count_mismatch"


class CitizenState(StrEnum):
    SLIP_CREATED = "slip_created"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    ATTEMPT_FAILED = "attempt_failed"
    READY_FOR_PICKUP = "ready_for_pickup"
    DELIVERED = "delivered"
    ATTENTION = "attention"
