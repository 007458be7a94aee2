"""Why a command was not carried out: machine codes for doors and screens, never sentences."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Cause(StrEnum):
    """Stable: callers store and compare these. Add freely, rename none."""

    # What was sent does not have the form
    MALFORMED = "malformed"
    UNKNOWN_FIELD = "unknown_field"
    FIELD_REQUIRED = "field_required"
    FIELD_TOO_LONG = "field_too_long"
    BAD_VALUE = "bad_value"
    OUT_OF_RANGE = "out_of_range"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    BAD_PHONE = "bad_phone"
    BAD_ADDRESS = "bad_address"
    DOCUMENTS_REQUIRED = "documents_required"
    UNKNOWN_FORMAT = "unknown_format"

    # Numbers and codes
    UNKNOWN_NUMBER = "unknown_number"
    BAD_NUMBER = "bad_number"
    IMPOSSIBLE_DATE = "impossible_date"
    BAD_CHECK_DIGIT = "bad_check_digit"
    RANGE_EXHAUSTED = "range_exhausted"
    REUSE_TOO_EARLY = "reuse_too_early"
    NUMBER_RESERVED = "number_reserved"
    UNREADABLE_CODE = "unreadable_code"
    FOREIGN_CODE = "foreign_code"

    # The book of dossiers and items
    DOSSIER_EXISTS = "dossier_exists"
    UNKNOWN_DOSSIER = "unknown_dossier"
    OPEN_ITEM_EXISTS = "open_item_exists"
    UNKNOWN_PROCEDURE = "unknown_procedure"
    PROCEDURE_CLOSED = "procedure_closed"
    UNKNOWN_OFFICE = "unknown_office"
    NO_POST_OFFICE = "no_post_office"

    # Labels
    LABEL_VOID = "label_void"
    REPRINT_NEEDS_REASON = "reprint_needs_reason"
    LISTED_TWICE = "listed_twice"
    BATCH_WAITS = "batch_waits"
    BATCH_TOO_OLD = "batch_too_old"
    NO_COPY_TO_DRAW = "no_copy_to_draw"
    EARLY_LABEL_WAITS = "early_label_waits"

    # Printers
    BAD_PRINTER_ADDRESS = "bad_printer_address"
    PRINTER_NOT_ALLOWED = "printer_not_allowed"
    PRINTER_NAME_TAKEN = "printer_name_taken"
    OFF_THE_PAPER = "off_the_paper"
    NEEDS_RAW_PORT = "needs_raw_port"
    FOREIGN_PROOF = "foreign_proof"
    BADLY_MEASURED = "badly_measured"

    # Events
    WRONG_DOOR = "wrong_door"
    WRONG_ROLE = "wrong_role"
    WRONG_OFFICE = "wrong_office"
    NOT_ALLOWED_NOW = "not_allowed_now"  # a decision that is not in the table for this status
    DETAILS_MISSING = "details_missing"
    REASON_MISSING = "reason_missing"
    PROOF_MISSING = "proof_missing"
    HAND_MISSING = "hand_missing"
    PIN_WRONG = "pin_wrong"
    SECOND_PERSON_MISSING = "second_person_missing"
    WITNESS_MISSING = "witness_missing"
    APPROVER_MISSING = "approver_missing"
    APPROVER_IS_SAME = "approver_is_same"
    ATTEMPTS_NOT_USED_UP = "attempts_not_used_up"
    INVITATIONS_NOT_USED_UP = "invitations_not_used_up"
    INVITATION_GAP = "invitation_gap"
    HOLD_NOT_OVER = "hold_not_over"
    UNCLAIMED_TOO_EARLY = "unclaimed_too_early"
    CORRECTION_NOT_ENTITLED = "correction_not_entitled"
    ID_CONFLICT = "id_conflict"

    # Handovers with a list
    LIST_EMPTY = "list_empty"
    LIST_CHANGED = "list_changed"
    LIST_CLOSED = "list_closed"
    NOT_YOURS_TO_SIGN = "not_yours_to_sign"
    UNKNOWN_COUNTERPART = "unknown_counterpart"
    SEAL_MISSING = "seal_missing"
    LIST_NOT_OFFERED = "list_not_offered"
    LIST_WITHDRAWN = "list_withdrawn"
    WITHDRAWAL_TOO_LATE = "withdrawal_too_late"
    WITHDRAWAL_OTHER_DEVICE = "withdrawal_other_device"
    WITHDRAWAL_FOLLOWED = "withdrawal_followed"

    # Outage sheets
    UNKNOWN_SHEET = "unknown_sheet"
    BEFORE_ITS_SHEET = "before_its_sheet"
    IN_THE_FUTURE = "in_the_future"
    ROW_ENTERED = "row_entered"
    ROW_VOID = "row_void"

    # Stock counts
    COUNT_CHANGED = "count_changed"
    COUNT_SIGNED = "count_signed"
    COUNTED_BEFORE = "counted_before"
    NOT_YOURS_TO_COUNT = "not_yours_to_count"

    # Evidence
    EVIDENCE_NOT_IMAGE = "evidence_not_image"
    EVIDENCE_TOO_LARGE = "evidence_too_large"
    EVIDENCE_HASH_DIFFERS = "evidence_hash_differs"
    EVIDENCE_UNKNOWN = "evidence_unknown"
    UPLOAD_OFFSET_DIFFERS = "upload_offset_differs"

    # Discrepancies
    ALREADY_CLOSED = "already_closed"
    NOT_PROPOSED = "not_proposed"
    DAY_IS_OVER = "day_is_over"

    # The calendar
    NOTHING_CHANGES = "nothing_changes"

    # Codes nobody knew
    ALREADY_ADOPTED = "already_adopted"
    SCANS_DO_NOT_FIT = "scans_do_not_fit"
    BAG_IS_NO_ITEM = "bag_is_no_item"

    # Late evidence
    ALREADY_REVIEWED = "already_reviewed"
    NOTE_MISSING = "note_missing"

    # Accounts and doors
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    CSRF = "csrf"
    BAD_SIGNATURE = "bad_signature"
    IDEMPOTENCY_CONFLICT = "idempotency_conflict"
    TOO_MANY_TRIES = "too_many_tries"
    UNKNOWN_ACCOUNT = "unknown_account"
    NAME_TAKEN = "name_taken"
    WEAK_PASSWORD = "weak_password"  # noqa: S105  # a code, not a password
    BUSY = "busy"
    INTERNAL_FAULT = "internal_fault"


class FormFault(StrEnum):
    """What is wrong with the bytes or the JSON themselves, before any field of it means anything. Rename none."""

    NOT_UTF_8 = "not_utf_8"
    NOT_JSON = "not_json"
    NOT_AN_OBJECT = "not_an_object"
    TOO_DEEP = "too_deep"
    DUPLICATE_KEY = "duplicate_key"
    KEY_NOT_ASCII = "key_not_ascii"
    NUL = "nul"
    SURROGATE = "surrogate"
    CHARACTER_NOT_ALLOWED = "character_not_allowed"
    FLOAT = "float"
    NOT_A_NUMBER = "not_a_number"
    INTEGER_TOO_LARGE = "integer_too_large"
    NOT_FOR_A_BAG = "not_for_a_bag"


class Refusal(Exception):
    """`fields` names the cause of each field at fault, `facts` the values a sentence about it needs."""

    def __init__(
        self, *, cause: Cause, fields: Mapping[str, str] | None = None, facts: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(cause.value)
        self.cause = cause
        self.fields: Mapping[str, str] = MappingProxyType(dict(fields or {}))
        self.facts: Mapping[str, str] = MappingProxyType(dict(facts or {}))
