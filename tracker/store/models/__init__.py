"""Tables, and nothing but tables: no rule, no validation (that stands at the door and in the database)."""

from sqlmodel import SQLModel

from tracker.store.models.accounts import (
    Account,
    ApiToken,
    AuditRow,
    Device,
    DeviceCounter,
    IdempotentAnswer,
    WebSession,
)
from tracker.store.models.addressees import Addressee
from tracker.store.models.agency import (
    CalendarChange,
    CalendarDay,
    Claim,
    DroppedFile,
    FeedState,
    Notice,
    OfficeDay,
    PostalClaim,
    PostalOrder,
    PushedClaim,
    ToldDossier,
)
from tracker.store.models.batches import PrintBatch, PrintBatchRow
from tracker.store.models.dossiers import Dossier, DossierDocument, DossierNumberRow, Person
from tracker.store.models.events import (
    Adoption,
    Bag,
    EventNote,
    EventPlace,
    EventRow,
    Evidence,
    EvidenceImage,
    EvidencePart,
    LateEvidence,
    LateNote,
    LateReview,
    RefusedBody,
)
from tracker.store.models.items import EarlyLabel, Fee, Item, ItemDocument, ItemDossier, Label, OpenLeg, SerialPool
from tracker.store.models.manifests import Manifest, ManifestLine
from tracker.store.models.offices import Office, OfficeWard, Procedure, ProcedureComponent, ProcedureFee, Setting
from tracker.store.models.outage import OutageRow, OutageSheet
from tracker.store.models.printers import Printer, PrinterProof, PrintSending
from tracker.store.models.roots import DailyRoot, RootLeaf, RootPublication, Verification
from tracker.store.models.stock import StockCount, StockLine
from tracker.store.models.work import DecisionTable, Discrepancy, DiscrepancyStep, JobRun, Lease, RejectedRow

metadata = SQLModel.metadata

# The database itself refuses to change or remove a row of these (migrations that say `protect`).
APPEND_ONLY = (
    "event",
    "adoption",
    "evidence",
    "claim",
    "postal_claim",
    "pushed_claim",
    "audit_row",
    "discrepancy_step",
    "daily_root",
    "root_leaf",
    "root_publication",
    "verification",
    "late_evidence",
    "late_review",
    "print_sending",
    "notice",
    "decision_table",
    "dropped_file",
)

__all__ = [
    "APPEND_ONLY",
    "Account",
    "Addressee",
    "Adoption",
    "ApiToken",
    "AuditRow",
    "Bag",
    "CalendarChange",
    "CalendarDay",
    "Claim",
    "DailyRoot",
    "DecisionTable",
    "Device",
    "DeviceCounter",
    "Discrepancy",
    "DiscrepancyStep",
    "Dossier",
    "DossierDocument",
    "DossierNumberRow",
    "DroppedFile",
    "EarlyLabel",
    "EventNote",
    "EventPlace",
    "EventRow",
    "Evidence",
    "EvidenceImage",
    "EvidencePart",
    "Fee",
    "FeedState",
    "IdempotentAnswer",
    "Item",
    "ItemDocument",
    "ItemDossier",
    "JobRun",
    "Label",
    "LateEvidence",
    "LateNote",
    "LateReview",
    "Lease",
    "Manifest",
    "ManifestLine",
    "Notice",
    "Office",
    "OfficeDay",
    "OfficeWard",
    "OpenLeg",
    "OutageRow",
    "OutageSheet",
    "Person",
    "PostalClaim",
    "PostalOrder",
    "PrintBatch",
    "PrintBatchRow",
    "PrintSending",
    "Printer",
    "PrinterProof",
    "Procedure",
    "ProcedureComponent",
    "ProcedureFee",
    "PushedClaim",
    "RefusedBody",
    "RejectedRow",
    "RootLeaf",
    "RootPublication",
    "SerialPool",
    "Setting",
    "StockCount",
    "StockLine",
    "ToldDossier",
    "Verification",
    "WebSession",
    "metadata",
]
