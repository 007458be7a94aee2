"""One record of the post's tracking feed, read into a claim or set aside with its id, field and fault."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from schedules.feeds.rows import LONGEST_NUMBER, LONGEST_WORD, Json, Rejected, RowFault, object_of, text_of
from tracker.actions.postal_claims import PostalClaimSeen
from tracker.domain.runs import FeedFault
from tracker.domain.status_mappings import StatusMapping
from tracker.store.queries.claims import VNPOST

STAMPS = ("%d/%m/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y%m%d%H%M%S")
LONGEST_CODE = 20
_OBJECT_ID = re.compile(r"[0-9a-f]{24}")


@dataclass(frozen=True, slots=True)
class Reading:
    """By which table codes are read, and in which zone the post writes its times."""

    mapping: StatusMapping
    zone: ZoneInfo


@dataclass(slots=True)
class Page:
    """One page as read; `newest` is the greatest id on it, the cursor itself while none lies beyond."""

    cursor: str
    newest: str
    claims: dict[str, PostalClaimSeen] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    repeated: int = 0

    def take(self, line: int, row: Json, reading: Reading) -> None:
        reference = ""
        try:
            reference = _reference(row)
            if reference <= self.cursor:
                self.repeated += 1
                return
            self.newest = max(self.newest, reference)
            self.claims[reference] = parse_record(object_of(row), reference, reading)
        except RowFault as fault:
            told = f"{fault.fault} ({reference})" if reference else fault.fault
            self.rejected.append(Rejected(line, fault.field, told))

    def doubt(self, rows: int, announced: int) -> str:
        """Why this page may not move the cursor: what it holds would never be asked for again."""
        if rows < announced:
            return FeedFault.SHORT
        if self.claims:
            return ""
        return FeedFault.UNREADABLE if self.rejected else FeedFault.REPEATED


def _reference(row: Json) -> str:
    identity = object_of(row).get("_id")
    text = text_of(identity, "$oid").lower() if isinstance(identity, Mapping) else ""
    if not _OBJECT_ID.fullmatch(text):
        raise RowFault("_id", "no_object_id")
    return text


def parse_record(row: Mapping[str, Json], reference: str, reading: Reading) -> PostalClaimSeen:
    """Raises RowFault. Notes are never read: they may tell of people."""
    code = _needed(row, "StatusCode", LONGEST_CODE)
    status = reading.mapping.postal_status(code)
    return PostalClaimSeen(
        source=VNPOST,
        reference=reference,
        order_number=_needed(row, "OrderNumber", LONGEST_NUMBER),
        item_code=_short(row, "ItemCode", LONGEST_NUMBER).upper(),
        code=code,
        # Its own words are kept only where we have none: they stand in an append-only table.
        text=text_of(row, "StatusMessage")[:LONGEST_WORD] if status is None else "",
        mapping=reading.mapping.name,
        status=status,
        place=_short(row, "POSID", LONGEST_CODE),
        said_at=_instant(row, "EventTime", reading.zone),
    )


def _short(row: Mapping[str, Json], name: str, longest: int) -> str:
    text = text_of(row, name)
    if len(text) > longest:
        raise RowFault(name, "too_long")
    return text


def _needed(row: Mapping[str, Json], name: str, longest: int) -> str:
    text = _short(row, name, longest)
    if not text:
        raise RowFault(name, "missing")
    return text


def _instant(row: Mapping[str, Json], name: str, zone: ZoneInfo) -> datetime | None:
    """Local time, as text; the one order of day and month for each way to write it."""
    text = text_of(row, name)
    if not text:
        return None
    for stamp in STAMPS:
        try:
            return datetime.strptime(text, stamp).replace(tzinfo=zone).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    raise RowFault(name, "bad_date")
