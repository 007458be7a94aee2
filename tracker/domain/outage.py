"""Outage sheets: numbered paper with numbered rows, written by hand while the system is away and entered afterwards."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from uuid import UUID

from tracker.domain.event_ids import new_event_id
from tracker.domain.refusal import Cause
from tracker.domain.vocabulary import AttemptReason, EventType, OfficeKind, Role

ROWS_OF_SHEET = 12
MOST_SHEETS = 20
"""At one printing."""
MOST_SERIALS = 999
"""Of one office on one day."""
# With it the longest row code has 29 characters, what the row's small square holds.
LONGEST_STEM = 12
SMALLEST_STEP = timedelta(minutes=1)

_CODE = re.compile(rf"(PG-[0-9A-Z.]{{1,{LONGEST_STEM}}}-[0-9]{{6}}-[0-9]{{2,3}})(?:-([0-9]{{2}}))?")
_NOT_OF_A_STEM = re.compile(r"[^0-9A-Z.]")


class SheetKind(StrEnum):
    POST = "post"
    ROUND = "round"
    OFFICE = "office"


class SheetState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class RowState(StrEnum):
    UNUSED = "unused"
    ENTERED = "entered"
    VOID = "void"


class VoidReason(StrEnum):
    """Why a row holds no event. All but the first are told row by row."""

    NOT_USED = "not_used"
    MISWRITTEN = "miswritten"
    UNREADABLE = "unreadable"
    SCANNED_ANYWAY = "scanned_anyway"


SPOILED = (VoidReason.MISWRITTEN, VoidReason.UNREADABLE, VoidReason.SCANNED_ANYWAY)

_E = EventType
# What a row offers to tick, the everyday first; everything else goes into words beside "other".
TICKED: Mapping[SheetKind, tuple[EventType, ...]] = MappingProxyType(
    {
        SheetKind.POST: (_E.ACCEPTED, _E.ARRIVED, _E.GIVEN_TO_COURIER, _E.BACK_AT_OFFICE, _E.HANDED_OUT),
        SheetKind.ROUND: (_E.COLLECTED, _E.GIVEN_TO_COURIER, _E.DELIVERED, _E.ATTEMPT_FAILED, _E.BACK_AT_OFFICE),
        SheetKind.OFFICE: (_E.DELIVERED, _E.HANDED_OUT, _E.COLLECTED, _E.ACCEPTED),
    }
)
KINDS_OF_OFFICE: Mapping[OfficeKind, tuple[SheetKind, ...]] = MappingProxyType(
    {
        OfficeKind.POST_OFFICE: (SheetKind.POST, SheetKind.ROUND),
        OfficeKind.CENTRE: (SheetKind.OFFICE,),
        OfficeKind.COMMUNE: (SheetKind.OFFICE,),
        OfficeKind.AGENCY: (SheetKind.OFFICE,),
    }
)
USUAL_KIND: Mapping[Role, SheetKind] = MappingProxyType({Role.COURIER: SheetKind.ROUND})
"""Where an office has several kinds; anybody else's is the first of the office."""

# One letter beside the tick instead of a sentence; the foot of the sheet says what it stands for. Without F, which the
# alphabet taught in Vietnam lacks, and without I, which a hand writes like 1.
REASON_LETTERS: Mapping[AttemptReason, str] = MappingProxyType(dict(zip(AttemptReason, "ABCDEGHK", strict=True)))

SHEET_ROLES = frozenset({Role.CLERK, Role.POSTCLERK, Role.OFFICER, Role.COURIER, Role.SUPERVISOR})


@dataclass(frozen=True, slots=True)
class SheetCode:
    """`row` is None for the code of the whole sheet."""

    number: str
    row: int | None = None


def stem_of(office_code: str) -> str:
    """The office's part of a number, in signs that the square's alphanumeric mode has."""
    return _NOT_OF_A_STEM.sub("", office_code.upper())[:LONGEST_STEM] or "X"


def series_of(office_code: str, on: date) -> str:
    """What the numbers of one office and day have in common; two offices with one stem share it."""
    return f"PG-{stem_of(office_code)}-{on:%y%m%d}"


def row_code(number: str, row: int) -> str:
    return f"{number}-{row:02d}"


def read_sheet_code(text: str) -> SheetCode | None:
    """As a reader sends it or a person types it: small letters and spaces do not count."""
    compact = "".join(text.split()).upper()
    match = _CODE.fullmatch(compact) if compact.isascii() else None
    return SheetCode(match[1], int(match[2]) if match[2] else None) if match else None


def event_id_of_row(printed_at: datetime, code: str) -> UUID:
    """Always the same for a row, whoever enters it and however often, so that a row can never be two events.

    What one person wrote within one minute stays in the order of the rows: the row's number stands before the rest.
    """
    digest = sha256(code.encode()).digest()
    row = int(code[-2:])
    return new_event_id(printed_at, lambda count: bytes([row]) + digest[: count - 1])


def fault_of_moment(happened_at: datetime, printed_at: datetime, now: datetime) -> Cause | None:
    """By minutes, as a clock on the wall is read."""
    if happened_at > now + SMALLEST_STEP:
        return Cause.IN_THE_FUTURE
    if happened_at < printed_at.replace(second=0, microsecond=0):
        return Cause.BEFORE_ITS_SHEET
    return None
