"""Contradictions that a person must look at: their kinds, and when a closed one opens again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType

from tracker.domain.vocabulary import Anomaly, Role

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
    """`owner_role` makes the next step; `version` is the rule's, kept with every row it opens."""

    severity: Severity
    owner_role: Role
    version: int = 1


_HIGH, _NORMAL, _LOW = Severity.HIGH, Severity.NORMAL, Severity.LOW

KINDS: Mapping[DiscrepancyCode, DiscrepancyKind] = MappingProxyType(
    {
        DiscrepancyCode.OFFICE_NOT_RECEIPTED: DiscrepancyKind(_NORMAL, Role.OFFICER),
        DiscrepancyCode.RECEIPTED_WITHOUT_HANDOVER: DiscrepancyKind(_HIGH, Role.OFFICER),
        DiscrepancyCode.POSTAL_ORDER_MISSING: DiscrepancyKind(_NORMAL, Role.CLERK),
        DiscrepancyCode.RESULT_NOT_COLLECTED: DiscrepancyKind(_NORMAL, Role.POSTCLERK),
        DiscrepancyCode.POSTED_BEFORE_FINISHED: DiscrepancyKind(_NORMAL, Role.OFFICER),
        DiscrepancyCode.RETURNED_TOO_EARLY: DiscrepancyKind(_HIGH, Role.OFFICER),
        DiscrepancyCode.CLOSING_NOT_REPORTED: DiscrepancyKind(_LOW, Role.CLERK),
        DiscrepancyCode.WRONGLY_CLOSED: DiscrepancyKind(_HIGH, Role.CLERK),
        DiscrepancyCode.PAPERS_MUST_TRAVEL_BACK: DiscrepancyKind(_NORMAL, Role.CLERK),
        DiscrepancyCode.CITIZEN_NOT_INFORMED: DiscrepancyKind(_HIGH, Role.CLERK),
        DiscrepancyCode.DUPLICATE_ORDER: DiscrepancyKind(_HIGH, Role.POSTCLERK),
        DiscrepancyCode.DELIVERY_RULE_BREACH: DiscrepancyKind(_HIGH, Role.SUPERVISOR),
        DiscrepancyCode.MONEY_DIFFERENCE: DiscrepancyKind(_NORMAL, Role.POSTCLERK),
        DiscrepancyCode.STATUS_ROLLBACK: DiscrepancyKind(_NORMAL, Role.OFFICER),
        DiscrepancyCode.SILENT_ITEM: DiscrepancyKind(_NORMAL, Role.POSTCLERK),
        DiscrepancyCode.OPEN_HANDOVER: DiscrepancyKind(_NORMAL, Role.POSTCLERK),
        DiscrepancyCode.ORDER_MISMATCH: DiscrepancyKind(_NORMAL, Role.POSTCLERK),
        DiscrepancyCode.LATE_POSTAL: DiscrepancyKind(_HIGH, Role.POSTCLERK),
        DiscrepancyCode.LATE_PROCESSING: DiscrepancyKind(_HIGH, Role.OFFICER),
        DiscrepancyCode.ORPHAN_SCAN: DiscrepancyKind(_NORMAL, Role.POSTCLERK),
        DiscrepancyCode.MISSED_SCAN: DiscrepancyKind(_LOW, Role.POSTCLERK),
        DiscrepancyCode.UNEXPECTED_EVENT: DiscrepancyKind(_LOW, Role.POSTCLERK),
        DiscrepancyCode.AFTER_FINAL: DiscrepancyKind(_HIGH, Role.SUPERVISOR),
        DiscrepancyCode.TWO_HOLDERS: DiscrepancyKind(_HIGH, Role.SUPERVISOR),
        DiscrepancyCode.DIRECTION_MISMATCH: DiscrepancyKind(_HIGH, Role.SUPERVISOR),
        DiscrepancyCode.CLOCK_FAULT: DiscrepancyKind(_LOW, Role.SUPERVISOR),
        DiscrepancyCode.WRONG_OFFICE: DiscrepancyKind(_LOW, Role.SUPERVISOR),
        DiscrepancyCode.MISROUTED: DiscrepancyKind(_NORMAL, Role.POSTCLERK),
        DiscrepancyCode.OLD_LABEL_USED: DiscrepancyKind(_LOW, Role.POSTCLERK),
        DiscrepancyCode.DETAILS_MISSING: DiscrepancyKind(_NORMAL, Role.POSTCLERK),
        DiscrepancyCode.RULE_BREACH: DiscrepancyKind(_HIGH, Role.SUPERVISOR),
        DiscrepancyCode.COUNTER_GAP: DiscrepancyKind(_HIGH, Role.SUPERVISOR),
        DiscrepancyCode.COUNT_MISMATCH: DiscrepancyKind(_HIGH, Role.POSTCLERK),
        DiscrepancyCode.ID_CONFLICT: DiscrepancyKind(_HIGH, Role.SUPERVISOR),
        DiscrepancyCode.LEGAL_TIME_CHANGED: DiscrepancyKind(_HIGH, Role.SUPERVISOR),
        DiscrepancyCode.FEED_DOWN: DiscrepancyKind(_HIGH, Role.SUPERVISOR),
    }
)

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
