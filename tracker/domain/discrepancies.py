"""Contradictions that a person must look at: their kinds, and when a closed one opens again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType

from tracker.domain.vocabulary import Anomaly, Role, Status
from tracker.domain.working_time import WorkCalendar

Evidence = Mapping[str, Mapping[str, str | int | None]]
"""Ids and values by side (`post`, `agency`), no clock: what is the same must hash the same tomorrow."""

CONVERGED = "converged"


class Severity(StrEnum):
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class DiscrepancyState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class DiscrepancyStepKind(StrEnum):
    OPENED = "opened"
    REOPENED = "reopened"
    ASSIGNED = "assigned"
    CLOSED = "closed"
    CONVERGED = "converged"
    WAITING = "waiting"
    PROPOSED = "proposed"
    DECLINED = "declined"


class Progress(StrEnum):
    """How far an open one has come: nobody looked, somebody does, somebody outside must first do something, or
    the second person must agree to its closing."""

    UNTOUCHED = "untouched"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    PROPOSED = "proposed"


class WaitingFor(StrEnum):
    """Who must do something before the next step can be taken."""

    AGENCY = "agency"
    POST = "post"
    COURIER = "courier"
    CITIZEN = "citizen"
    ENGINEER = "engineer"


class CloseReason(StrEnum):
    """What the screens offer; the API takes other words too."""

    SETTLED = "settled"
    EXPLAINED = "explained"
    FALSE_ALARM = "false_alarm"
    WRITTEN_OFF = "written_off"


class DiscrepancyCode(StrEnum):
    """The decision table's rows, custody's own (the recording action opens them), and the feeds'."""

    OFFICE_NOT_RECEIPTED = "office_not_receipted"
    RECEIPTED_WITHOUT_HANDOVER = "receipted_without_handover"
    POSTAL_ORDER_MISSING = "postal_order_missing"
    RESULT_NOT_COLLECTED = "result_not_collected"
    POSTED_BEFORE_FINISHED = "posted_before_finished"
    RETURNED_TOO_EARLY = "returned_too_early"
    CLOSING_NOT_REPORTED = "closing_not_reported"
    WRONGLY_CLOSED = "wrongly_closed"
    PAPERS_MUST_TRAVEL_BACK = "papers_must_travel_back"
    CITIZEN_NOT_INFORMED = "citizen_not_informed"
    DUPLICATE_ORDER = "duplicate_order"
    DELIVERY_RULE_BREACH = "delivery_rule_breach"
    MONEY_DIFFERENCE = "money_difference"
    STATUS_ROLLBACK = "status_rollback"
    SILENT_ITEM = "silent_item"
    OPEN_HANDOVER = "open_handover"
    ORDER_MISMATCH = "order_mismatch"
    LATE_POSTAL = "late_postal"
    LATE_PROCESSING = "late_processing"
    ORPHAN_SCAN = "orphan_scan"
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
    COUNTER_GAP = "counter_gap"
    COUNT_MISMATCH = "count_mismatch"
    ID_CONFLICT = "id_conflict"
    LEGAL_TIME_CHANGED = "legal_time_changed"
    FEED_DOWN = "feed_down"


@dataclass(frozen=True, slots=True)
class DiscrepancyKind:
    """`owner_role` makes the next step within `hours` of working time; `version` is the rule's, kept with every row."""

    severity: Severity
    owner_role: Role
    hours: int
    version: int = 1


_HIGH, _NORMAL, _LOW = Severity.HIGH, Severity.NORMAL, Severity.LOW

KINDS: Mapping[DiscrepancyCode, DiscrepancyKind] = MappingProxyType(
    {
        DiscrepancyCode.OFFICE_NOT_RECEIPTED: DiscrepancyKind(_NORMAL, Role.OFFICER, 8),
        DiscrepancyCode.RECEIPTED_WITHOUT_HANDOVER: DiscrepancyKind(_HIGH, Role.OFFICER, 4),
        DiscrepancyCode.POSTAL_ORDER_MISSING: DiscrepancyKind(_NORMAL, Role.CLERK, 8),
        DiscrepancyCode.RESULT_NOT_COLLECTED: DiscrepancyKind(_NORMAL, Role.POSTCLERK, 8),
        DiscrepancyCode.POSTED_BEFORE_FINISHED: DiscrepancyKind(_NORMAL, Role.OFFICER, 8),
        DiscrepancyCode.RETURNED_TOO_EARLY: DiscrepancyKind(_HIGH, Role.OFFICER, 4),
        DiscrepancyCode.CLOSING_NOT_REPORTED: DiscrepancyKind(_LOW, Role.CLERK, 16),
        DiscrepancyCode.WRONGLY_CLOSED: DiscrepancyKind(_HIGH, Role.CLERK, 4),
        DiscrepancyCode.PAPERS_MUST_TRAVEL_BACK: DiscrepancyKind(_NORMAL, Role.CLERK, 8),
        DiscrepancyCode.CITIZEN_NOT_INFORMED: DiscrepancyKind(_HIGH, Role.CLERK, 4),
        DiscrepancyCode.DUPLICATE_ORDER: DiscrepancyKind(_HIGH, Role.POSTCLERK, 4),
        DiscrepancyCode.DELIVERY_RULE_BREACH: DiscrepancyKind(_HIGH, Role.SUPERVISOR, 4),
        DiscrepancyCode.MONEY_DIFFERENCE: DiscrepancyKind(_NORMAL, Role.POSTCLERK, 8),
        DiscrepancyCode.STATUS_ROLLBACK: DiscrepancyKind(_NORMAL, Role.OFFICER, 8),
        DiscrepancyCode.SILENT_ITEM: DiscrepancyKind(_NORMAL, Role.POSTCLERK, 8),
        DiscrepancyCode.OPEN_HANDOVER: DiscrepancyKind(_NORMAL, Role.POSTCLERK, 4),
        DiscrepancyCode.ORDER_MISMATCH: DiscrepancyKind(_NORMAL, Role.POSTCLERK, 8),
        DiscrepancyCode.LATE_POSTAL: DiscrepancyKind(_HIGH, Role.POSTCLERK, 4),
        DiscrepancyCode.LATE_PROCESSING: DiscrepancyKind(_HIGH, Role.OFFICER, 4),
        DiscrepancyCode.ORPHAN_SCAN: DiscrepancyKind(_NORMAL, Role.POSTCLERK, 8),
        DiscrepancyCode.MISSED_SCAN: DiscrepancyKind(_LOW, Role.POSTCLERK, 24),
        DiscrepancyCode.UNEXPECTED_EVENT: DiscrepancyKind(_LOW, Role.POSTCLERK, 24),
        DiscrepancyCode.AFTER_FINAL: DiscrepancyKind(_HIGH, Role.SUPERVISOR, 4),
        DiscrepancyCode.TWO_HOLDERS: DiscrepancyKind(_HIGH, Role.SUPERVISOR, 2),
        DiscrepancyCode.DIRECTION_MISMATCH: DiscrepancyKind(_HIGH, Role.SUPERVISOR, 4),
        DiscrepancyCode.CLOCK_FAULT: DiscrepancyKind(_LOW, Role.SUPERVISOR, 24),
        DiscrepancyCode.WRONG_OFFICE: DiscrepancyKind(_LOW, Role.SUPERVISOR, 24),
        DiscrepancyCode.MISROUTED: DiscrepancyKind(_NORMAL, Role.POSTCLERK, 8),
        DiscrepancyCode.OLD_LABEL_USED: DiscrepancyKind(_LOW, Role.POSTCLERK, 24),
        DiscrepancyCode.DETAILS_MISSING: DiscrepancyKind(_NORMAL, Role.POSTCLERK, 16),
        DiscrepancyCode.RULE_BREACH: DiscrepancyKind(_HIGH, Role.SUPERVISOR, 8),
        DiscrepancyCode.COUNTER_GAP: DiscrepancyKind(_HIGH, Role.SUPERVISOR, 8),
        DiscrepancyCode.COUNT_MISMATCH: DiscrepancyKind(_HIGH, Role.POSTCLERK, 4),
        DiscrepancyCode.ID_CONFLICT: DiscrepancyKind(_HIGH, Role.SUPERVISOR, 8),
        DiscrepancyCode.LEGAL_TIME_CHANGED: DiscrepancyKind(_HIGH, Role.SUPERVISOR, 4),
        DiscrepancyCode.FEED_DOWN: DiscrepancyKind(_HIGH, Role.SUPERVISOR, 2),
    }
)

# Closing as one of these gives something up for lost: two different people must agree.
LOSSES = frozenset({CloseReason.WRITTEN_OFF.value})


def needs_two(reason: str, item_status: Status | None) -> bool:
    """Whoever closes what concerns a lost item says that the loss stands, whatever word they choose."""
    return reason in LOSSES or item_status is Status.LOST


@dataclass(frozen=True, slots=True)
class Handling:
    """Who has it, for whom they wait, and who proposed to close it; None for nobody."""

    owner: str | None = None
    waiting_for: WaitingFor | None = None
    proposed_by: str | None = None

    @property
    def progress(self) -> Progress:
        if self.proposed_by is not None:
            return Progress.PROPOSED
        if self.waiting_for is not None:
            return Progress.WAITING
        return Progress.IN_PROGRESS if self.owner is not None else Progress.UNTOUCHED


def due_of(code: DiscrepancyCode, opened_at: datetime, calendar: WorkCalendar) -> datetime:
    """By when it must be settled, in working time of the office that owns the next step."""
    return calendar.add_working_hours(opened_at, KINDS[code].hours)


# An anomaly of the fold opens the discrepancy of the same name, these two excepted: custody.md names none for them.
SILENT_ANOMALIES = frozenset({Anomaly.REPEATED, Anomaly.ALREADY_RETURNING})


def discrepancy_of(anomaly: Anomaly) -> DiscrepancyCode | None:
    """The discrepancy an anomaly opens; None where it only stays a mark beside its event."""
    return None if anomaly in SILENT_ANOMALIES else DiscrepancyCode(anomaly.value)


def canonical_evidence(evidence: Evidence) -> str:
    plain = {side: dict(facts) for side, facts in evidence.items()}
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def evidence_hash(evidence: Evidence) -> str:
    return sha256(canonical_evidence(evidence).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class KnownRow:
    """What is stored of a (code, subject): how it ended, and what it was judged on."""

    state: DiscrepancyState
    reason: str | None
    evidence_hash: str


def opens_again(known: KnownRow, hash_now: str) -> bool:
    """A person's closing holds until the evidence changes; one that ended by itself and is back, is back."""
    if known.state is DiscrepancyState.OPEN:
        return False
    return known.reason == CONVERGED or known.evidence_hash != hash_now
