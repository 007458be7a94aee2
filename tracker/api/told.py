"""What callers are answered, field by field."""

from collections.abc import Mapping
from datetime import date
from typing import Generic, Literal, TypeVar
from uuid import UUID

from pydantic import Field

from tracker.api.fields import Moment, Told
from tracker.domain.batches import LabelOutcome
from tracker.domain.discrepancies import DiscrepancyCode, DiscrepancyState, Progress, Severity, WaitingFor
from tracker.domain.refusal import Cause
from tracker.domain.runs import RunState
from tracker.domain.vocabulary import (
    Anomaly,
    CitizenState,
    Direction,
    DocumentKind,
    EventType,
    Hand,
    LabelState,
    Leg,
    OfficeKind,
    Outcome,
    Party,
    Role,
    Status,
)

Row = TypeVar("Row")


class Page(Told, Generic[Row]):
    """`next` is asked for with `?after=`; null on the last page."""

    data: list[Row]
    next: str | None


class FieldFault(Told):
    """`field` is the path of the field at fault; `cause` a stable code, mostly one of those of problems.

    `detail` says the same to people, in the language asked for.
    """

    field: str
    cause: str
    detail: str


class Problem(Told):
    """RFC 9457. `cause` is stable; `title` and `detail` are for people, in the language asked for."""

    type: str
    title: str
    status: int
    detail: str
    cause: Cause
    errors: list[FieldFault]


class MeTold(Told):
    name: str
    role: Role
    office: str
    device: str


class OfficeTold(Told):
    code: str
    name: str
    kind: OfficeKind
    parent: str | None
    service_point: bool


class OfficesPage(Page[OfficeTold]):
    pass


class MayBePosted(Told):
    send: bool
    result: bool


class ProcedureTold(Told):
    """`days` are working days; `reason` says why a way is closed to the post."""

    code: str
    name: str
    days: int
    may_be_posted: MayBePosted
    reason: str


class ProceduresPage(Page[ProcedureTold]):
    pass


class AddressTold(Told):
    line: str
    ward_code: str
    province_code: str


class PersonTold(Told):
    """Masked for the hotline and the auditor."""

    name: str
    phone: str
    address: AddressTold


class PartyTold(Told):
    kind: Party
    name: str


class PendingTold(Told):
    to: PartyTold
    since: Moment
    handover: UUID | None


class StandingTold(Told):
    status: Status
    direction: Direction
    leg: Leg | None
    custodian: PartyTold
    office: str | None
    attempts: int
    attempt_open: bool
    invitations: int
    verifying: bool
    citizen_state: CitizenState
    pending: PendingTold | None
    last_event_at: Moment | None
    legal_submission_at: Moment | None
    anomalies: list[Anomaly]


class DocumentTold(Told):
    line: int
    name: str
    kind: DocumentKind
    count: int


class LabelTold(Told):
    token: str
    copy_number: int = Field(serialization_alias="copy")
    state: LabelState
    format: str
    printed_at: Moment


class EventTold(Told):
    """In the order of the fold. `chain` says whose it is: the item's own, a bag's it was in, or an adopted code's.

    `details` as recorded: documents by their line, people by sign-in name, free text nowhere.
    """

    id: UUID
    type: EventType
    code: str
    seq: int
    hash: str
    chain: Literal["item", "bag", "code"]
    occurred_at: Moment
    effective_at: Moment
    recorded_at: Moment
    device: str
    device_counter: int | None
    prev: UUID | None
    actor: str
    actor_role: Role
    hand: Hand | None
    office: str | None
    counterparty: Mapping[str, str] | None
    reason: str | None
    details: Mapping[str, object]
    evidence: list[str]
    anomalies: list[Anomaly]
    applied: bool
    void: bool


class ItemTold(Told):
    number: str
    leg: Leg
    dossiers: list[str]
    from_office: str
    to_office: str
    due_on: date
    registered_at: Moment
    standing: StandingTold
    events: list[EventTold]
    labels: list[LabelTold]
    documents: list[DocumentTold]


class ItemsPage(Page[ItemTold]):
    pass


class OneItemTold(ItemTold):
    sender: PersonTold | None
    recipient: PersonTold | None


class RegisteredTold(Told):
    """`warnings` are codes."""

    number: str
    due_on: date
    standing: StandingTold
    warnings: list[str]


class PushTold(Told):
    """`understood`: the status stands in the source's table of codes; one that does not is kept and reported."""

    outcome: Literal["taken", "repeated"]
    understood: bool


class ClaimTold(Told):
    """`status` is the national code 1 to 10; null when the source's `word` is unknown."""

    source: str
    status: int | None
    word: str
    said_at: Moment


class ClocksTold(Told):
    postal_due_on: date | None
    processing_due_on: date | None
    legal_submission_at: Moment | None


class DossierTold(Told):
    number: str
    aliases: list[str]
    procedure: str
    items: list[str]
    claims: list[ClaimTold]
    clocks: ClocksTold


class DossiersPage(Page[DossierTold]):
    pass


class OneDossierTold(DossierTold):
    applicant: PersonTold


class ReceiptTold(Told):
    """`head` is the item's newest event, the next event's `prev`; `fields` is there when malformed.

    `detail` says to people, in the language asked for, why an event was not recorded.
    """

    id: str | None
    outcome: Outcome
    item: str | None
    bag: str | None = None
    items: list[str] | None = None
    seq: int | None
    hash: str | None
    head: UUID | None
    standing: StandingTold | None
    next: list[EventType]
    cause: str | None = None
    fields: Mapping[str, str] | None = None
    detail: str | None = None


class ReceiptsTold(Told):
    """In the order of the events sent."""

    receipts: list[ReceiptTold]


class EvidenceTold(Told):
    """`sha256` of what was sent, `stored_sha256` of what is kept after re-encoding."""

    sha256: str
    stored_sha256: str


class DiscrepancyTold(Told):
    """`owner` is the person it is assigned to, else the role that owns the next step.

    `due_at` is null until its term is set, within a minute of its opening. An open one is untouched, in_progress,
    waiting (`waiting_for`, `waiting_until`) or proposed (a second person than `proposed_by` must close it too).
    """

    id: int
    code: DiscrepancyCode
    subject: str
    dossier: str | None
    item: str | None
    office: str | None
    state: DiscrepancyState
    severity: Severity
    since_at: Moment
    opened_at: Moment
    closed_at: Moment | None
    times_opened: int
    owner: str
    owner_role: Role
    evidence: Mapping[str, Mapping[str, str | int | None]]
    next_step: str
    reason: str | None
    due_at: Moment | None
    progress: Progress | None
    waiting_for: WaitingFor | None
    waiting_until: date | None
    proposed_by: str | None


class DiscrepanciesPage(Page[DiscrepancyTold]):
    pass


class RunTold(Told):
    """`slot` is the instant the run was due; `counts` are numbers by name; `fault` a code, null when all went well.

    `detail` says the fault to people, in the language asked for.
    """

    id: int
    name: str
    slot: Moment
    started: Moment
    ended: Moment | None
    state: RunState
    outcome: str
    counts: Mapping[str, int]
    fault: str | None
    detail: str | None


class RunsPage(Page[RunTold]):
    pass


class LabelBatchTold(Told):
    """`current` are the printed copies that are still in use. `waiting` lines are printed by the next calls."""

    id: int
    format: str
    start_cell: int
    reason: str | None
    created_at: Moment
    lines: int
    waiting: int
    printed: int
    refused: int
    current: int


class LabelBatchLineTold(Told):
    """`cause` is stable; `detail` says it to people, in the language asked for. `field` is one of the label's."""

    line: int
    number: str
    outcome: LabelOutcome
    copy_number: int | None = Field(serialization_alias="copy")
    field: str | None
    cause: str | None
    detail: str | None


class LabelBatchLinesPage(Page[LabelBatchLineTold]):
    pass
