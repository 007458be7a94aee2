"""Code → message id. The sentences themselves stand in the catalogues only (locale/<language>/LC_MESSAGES)."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from tracker.domain.batches import BatchSource, LabelOutcome
from tracker.domain.calibration import Mark, ProofFault, Verdict
from tracker.domain.copies import CopyState
from tracker.domain.day_changes import DayKind
from tracker.domain.digest import SMTP_FAULT, MailFault
from tracker.domain.discrepancies import (
    CloseReason,
    DiscrepancyCode,
    DiscrepancyState,
    DiscrepancyStepKind,
    Progress,
    Severity,
    WaitingFor,
)
from tracker.domain.dossier_numbers import NumberFault
from tracker.domain.forms import PaperKind
from tracker.domain.label_reasons import LabelReason
from tracker.domain.late_evidence import ReviewOutcome, StoryFact
from tracker.domain.manifests import ManifestKind
from tracker.domain.notices import NoticeKind, NoticeMeans
from tracker.domain.orphans import AdoptionReason, Likeness, UnknownBecause
from tracker.domain.outage import RowState, SheetKind, VoidReason
from tracker.domain.outbound_orders import OrderState
from tracker.domain.printers import PrinterKind, PrintFault, Worry
from tracker.domain.refusal import Cause, FormFault
from tracker.domain.runs import HTTP_FAULT, FeedFault
from tracker.domain.stock import CountKind
from tracker.domain.vocabulary import (
    Anomaly,
    AttemptAction,
    AttemptReason,
    CitizenState,
    Direction,
    DocumentKind,
    EventType,
    Hand,
    IdentityBasis,
    LabelState,
    Leg,
    OfficeKind,
    Outcome,
    Party,
    Receiver,
    Role,
    Source,
    Status,
)

PREFIXES: Mapping[type[StrEnum], str] = MappingProxyType(
    {
        AdoptionReason: "adoption_reason",
        Anomaly: "anomaly",
        AttemptAction: "attempt_action",
        AttemptReason: "attempt_reason",
        BatchSource: "batch_source",
        Cause: "refusal",
        CitizenState: "citizen_state",
        CloseReason: "close_reason",
        CopyState: "label_state",
        CountKind: "count_kind",
        DayKind: "day_kind",
        Direction: "direction",
        DiscrepancyCode: "discrepancy",
        DiscrepancyState: "discrepancy_state",
        DiscrepancyStepKind: "discrepancy_step",
        DocumentKind: "document_kind",
        EventType: "event",
        FormFault: "form_fault",
        Hand: "hand",
        IdentityBasis: "identity",
        LabelOutcome: "label_outcome",
        LabelReason: "label_reason",
        LabelState: "label_state",
        Leg: "leg",
        Likeness: "likeness",
        ManifestKind: "manifest_kind",
        Mark: "proof_mark",
        NoticeKind: "notice_kind",
        NoticeMeans: "notice_means",
        OfficeKind: "office_kind",
        OrderState: "order_state",
        Outcome: "outcome",
        PaperKind: "paper_kind",
        Party: "party",
        PrinterKind: "printer_kind",
        PrintFault: "print_fault",
        ProofFault: "proof_fault",
        Receiver: "receiver",
        ReviewOutcome: "review_outcome",
        Role: "role",
        Progress: "progress",
        RowState: "row_state",
        Severity: "severity",
        SheetKind: "sheet_kind",
        Source: "source",
        Status: "status",
        StoryFact: "story_fact",
        UnknownBecause: "unknown_because",
        Verdict: "proof_verdict",
        VoidReason: "void_reason",
        WaitingFor: "waiting_for",
        Worry: "printer_worry",
    }
)
_UNWRITABLE = MappingProxyType({Status.UNREGISTERED: "unregistered"})
# Causes with a second, fuller sentence, and the fact that it needs.
TOLD_WITH: Mapping[Cause, str] = MappingProxyType(
    {
        Cause.ALREADY_ADOPTED: "number",
        Cause.ALREADY_REVIEWED: "who",
        Cause.BAD_VALUE: "sign",
        Cause.DOSSIER_EXISTS: "number",
        Cause.FIELD_TOO_LONG: "limit",
        Cause.LISTED_TWICE: "line",
        Cause.OPEN_ITEM_EXISTS: "number",
        Cause.OUT_OF_RANGE: "most",
        Cause.PROCEDURE_CLOSED: "reason",
        Cause.REUSE_TOO_EARLY: "months",
        Cause.UNKNOWN_FORMAT: "formats",
        Cause.UPLOAD_OFFSET_DIFFERS: "offset",
        Cause.WITHDRAWAL_FOLLOWED: "numbers",
    }
)


def phrase_of(word: StrEnum) -> str:
    """`Status.AT_OFFICE` → `status.at_office`."""
    return f"{PREFIXES[type(word)]}.{_UNWRITABLE.get(word, word.value)}"  # type: ignore[call-overload]  # any word may be asked


def next_step_phrase(code: DiscrepancyCode) -> str:
    return f"next_step.{code.value}"


def rule_holds_phrase(code: DiscrepancyCode) -> str:
    """When the row of the decision table holds."""
    return f"rule_holds.{code.value}"


def rule_ends_phrase(code: DiscrepancyCode) -> str:
    """When a discrepancy of that kind closes by itself."""
    return f"rule_ends.{code.value}"


def why_phrase(why: str) -> str:
    """Why a row of the decision table does not hold (a code of the explanation)."""
    return f"rule_why.{why}"


def national_status_phrase(status: int) -> str:
    """The one-stop system's dossier status by its national code, 1 to 10."""
    return f"one_stop.{status}"


def run_fault_phrase(fault: str) -> tuple[str, dict[str, str]]:
    """Why a run ended badly, and what fills the sentence."""
    if fault in set(FeedFault) or fault in set(MailFault):
        return f"run_fault.{fault}", {}
    if fault.startswith(SMTP_FAULT):
        return "run_fault.smtp", {"status": fault.removeprefix(SMTP_FAULT)}
    if fault.startswith(HTTP_FAULT):
        return "run_fault.http", {"status": fault.removeprefix(HTTP_FAULT)}
    return "run_fault.other", {}


def refusal_phrase(code: str, facts: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The fullest sentence that the facts allow, and what fills it; `code` is any that a field at fault can bear."""
    if code in set(FormFault):
        return phrase_of(FormFault(code)), {}
    if code in set(NumberFault):
        return f"{PREFIXES[Cause]}.{code}", {}
    cause = Cause(code)
    fact = TOLD_WITH.get(cause)
    if fact is None or not facts.get(fact):
        return phrase_of(cause), {}
    return f"{phrase_of(cause)}.told", {fact: facts[fact]}
