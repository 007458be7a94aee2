"""What callers send, field by field. Lengths and numbers here; what the trade allows is decided by the actions."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from tracker.actions.evidence import LARGEST_BYTES
from tracker.actions.people import MOST_COPIES
from tracker.actions.post import MOST_DOSSIERS
from tracker.api.fields import LONGEST_TEXT, Code, Number, Sent, Sha256, Text, UtcInstant, without_control
from tracker.domain.batches import MOST_LINES
from tracker.domain.refusal import Cause
from tracker.domain.vocabulary import DocumentKind, Leg

MOST_EVENTS = 500
MOST_LABELS = 100
LARGEST_AMOUNT = 1_000_000_000
LARGEST_ID = 2**31 - 1
LineSent = Annotated[str, Field(max_length=60), AfterValidator(without_control)]
PlainCode = Annotated[int, Field(strict=True, ge=-999, le=999)]


class AddressSent(Sent):
    line: Text
    ward_code: Code
    province_code: Code


class PersonSent(Sent):
    name: Text
    phone: Annotated[str, Field(min_length=1, max_length=60)]
    address: AddressSent


class DocumentSent(Sent):
    name: Text
    kind: DocumentKind
    count: int = Field(strict=True, ge=1, le=MOST_COPIES)


class FeeSent(Sent):
    """`amount` in đồng."""

    name: Text
    amount: int = Field(strict=True, ge=0, le=LARGEST_AMOUNT)
    payer: Literal["sender", "recipient"]
    paid: StrictBool


class DossierSent(Sent):
    """Offices and the procedure by their codes."""

    number: Number
    portal_number: Number | None = None
    procedure: Code
    receiving_office: Code
    deciding_agency: Code | None = None
    return_office: Code | None = None
    applicant: PersonSent
    documents: list[DocumentSent] = Field(max_length=100)
    result_by_post: StrictBool


class ItemSent(Sent):
    """Either `dossier` or `dossiers`, by any number they answer to; what is absent is taken from the dossier."""

    dossier: Number | None = None
    dossiers: list[Number] | None = Field(default=None, min_length=1, max_length=MOST_DOSSIERS)
    leg: Leg
    number: Number | None = None
    from_office: Code | None = None
    to_office: Code | None = None
    sender: PersonSent | None = None
    recipient: PersonSent | None = None
    documents: list[DocumentSent] | None = Field(default=None, max_length=100)
    seal_number: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    fees: list[FeeSent] = Field(default=[], max_length=20)
    resend: StrictBool = False

    @model_validator(mode="after")
    def _name_the_dossiers_once(self) -> "ItemSent":
        if (self.dossier is None) == (self.dossiers is None):
            cause = Cause.FIELD_REQUIRED if self.dossier is None else Cause.BAD_VALUE
            raise PydanticCustomError(cause.value, "either dossier or dossiers", {"field": "dossier"})
        return self

    @property
    def named(self) -> tuple[str, ...]:
        return tuple(self.dossiers or ([self.dossier] if self.dossier else []))


class LabelsSent(Sent):
    """`start_cell` is the first free cell of a sheet; a format with one label a page has one cell.

    `with_result` prints after each submission's label that of the result to come, where it comes by post.
    """

    items: list[Number] = Field(min_length=1, max_length=MOST_LABELS)
    format: Annotated[str, Field(min_length=1, max_length=20)]
    start_cell: int | None = Field(default=None, strict=True, ge=1, le=100)
    reason: Annotated[str, Field(max_length=200)] | None = None
    with_result: StrictBool = False


class LabelBatchSent(Sent):
    """`items` are the numbers, line by line; what cannot be one is told by its line's result."""

    items: list[Annotated[str, Field(max_length=60), AfterValidator(without_control)]] = Field(
        min_length=1, max_length=MOST_LINES
    )
    format: Annotated[str, Field(min_length=1, max_length=20)]
    start_cell: int | None = Field(default=None, strict=True, ge=1, le=100)
    reason: Annotated[str, Field(max_length=200)] | None = None


class EventsSent(Sent):
    """`device_time` is the device's own clock at the moment of sending."""

    device_time: UtcInstant | None = None
    events: list[object] = Field(max_length=MOST_EVENTS)


class AssignSent(Sent):
    user: Annotated[str, Field(min_length=1, max_length=60)]


class CloseSent(Sent):
    """`evidence` names images stored before."""

    reason: Annotated[str, Field(max_length=200)]
    note: Annotated[str, Field(max_length=2000)] = ""
    evidence: list[Sha256] = Field(default=[], max_length=20)


class PageQuery(Sent):
    """`after` is the `next` of the page before."""

    after: Annotated[str, Field(max_length=100)] | None = None
    limit: int = Field(default=50, ge=1, le=200)


class OlderQuery(Sent):
    registered_before: UtcInstant | None = None


class NumberPath(Sent):
    number: Number


class EvidencePath(Sent):
    sha256: Sha256


class PartHeader(Sent):
    """As the draft "Resumable Uploads for HTTP" has it; a structured boolean is `?0` or `?1`."""

    offset: int = Field(alias="Upload-Offset", ge=0, le=LARGEST_BYTES)
    complete: Literal["?0", "?1"] = Field(alias="Upload-Complete")

    @property
    def is_last(self) -> bool:
        return self.complete == "?1"


class PushSent(Sent):
    """`status` is a national code or a word of the source's own; `details` may hold anything and is kept nowhere."""

    source: Code
    dossier: Number
    status: Annotated[str, Field(min_length=1, max_length=80), AfterValidator(without_control)] | PlainCode
    status_text: Annotated[str, Field(max_length=LONGEST_TEXT)] | None = None
    said_at: UtcInstant
    details: dict[str, object] | None = None


class WebhookHeader(Sent):
    """`webhook-timestamp` in seconds since 1970; `webhook-signature` holds one or several `v1,` and Base64."""

    id: str = Field(alias="webhook-id", min_length=1, max_length=255)
    timestamp: str = Field(alias="webhook-timestamp", min_length=1, max_length=12)
    signature: str = Field(alias="webhook-signature", min_length=1)

    @classmethod
    def aliases(cls) -> list[str]:
        return [field.alias or name for name, field in cls.model_fields.items()]


class IdPath(Sent):
    id: int = Field(ge=1, le=LARGEST_ID)


class PaperQuery(Sent):
    """Lines of a batch: `after` is the last one that is not wanted any more."""

    after: int = Field(default=0, ge=0, le=MOST_LINES)
    limit: int = Field(default=MOST_LINES, ge=1, le=MOST_LINES)
