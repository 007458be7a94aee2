"""One dossier as OpenCPS writes it, read into a claim or rejected with field and fault."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from schedules.feeds.opencps_status import national_code
from tracker.actions.claims import BY_POST, ClaimSeen
from tracker.store.queries.claims import ONE_STOP

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]

STAMP = "%d/%m/%Y %H:%M:%S"
LONGEST_NUMBER = 60
LONGEST_WORD = 80
UNSTORABLE = frozenset({"Cc", "Cs"})  # NUL and half a surrogate pair break the databases' text
ONLINE, IN_PERSON = 2, 1
# The local number first, then what the portal calls the dossier.
NUMBER_FIELDS = ("dossierNo", "dossierIdCTN", "referenceUid")
# A key sent twice has no one value; it is remembered under this name, which no source uses.
SENT_TWICE = "\0sent twice"


class RowFault(ValueError):
    def __init__(self, field: str, fault: str) -> None:
        super().__init__(f"{field}: {fault}")
        self.field = field
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Rejected:
    """`line` counts the rows of one pull from 1, in the order they came."""

    line: int
    field: str
    fault: str


def object_with_its_doubles(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """For json.loads: the standard library would silently keep the last of two."""
    row = dict(pairs)
    if len(row) < len(pairs):
        names = [name for name, _ in pairs]
        row[SENT_TWICE] = next(name for name in names if names.count(name) > 1)
    return row


def parse_row(row: Json, zone: ZoneInfo) -> ClaimSeen:
    """Raises RowFault. Columns we do not know are nobody's fault."""
    if not isinstance(row, Mapping):
        raise RowFault("", "not_an_object")
    if SENT_TWICE in row:
        raise RowFault(str(row[SENT_TWICE]), "sent_twice")
    numbers = _numbers(row)
    status, sub_status = _text(row, "dossierStatus"), _text(row, "dossierSubStatus")
    if not status:
        raise RowFault("dossierStatus", "missing")
    return ClaimSeen(
        source=ONE_STOP,
        number=numbers[0],
        status=national_code(status, sub_status),
        word=_word(status, sub_status),
        said_at=_instant(row, "lastActionDate", zone),
        touched_at=_instant(row, "modifiedDate", zone),
        due_on=_due_on(row, zone),
        channel=_channel(row),
        aliases=tuple(numbers[1:]),
    )


def _text(row: Mapping[str, Json], field: str) -> str:
    """Numbers come as numbers or as text; an absent field, null and blanks are all empty."""
    value = row.get(field)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise RowFault(field, "not_text")
    text = str(value).strip()
    if any(unicodedata.category(sign) in UNSTORABLE for sign in text):
        raise RowFault(field, "control_character")
    return text


def _numbers(row: Mapping[str, Json]) -> list[str]:
    """An online dossier may have only the portal's number so far."""
    given = {field: _text(row, field) for field in NUMBER_FIELDS}
    too_long = next((field for field, number in given.items() if len(number) > LONGEST_NUMBER), None)
    if too_long:
        raise RowFault(too_long, "too_long")
    numbers = [number for number in given.values() if number]
    if not numbers:
        raise RowFault("dossierNo", "missing")
    return numbers


def _word(status: str, sub_status: str) -> str:
    word = f"{status}/{sub_status}" if sub_status else status
    if len(word) > LONGEST_WORD:
        raise RowFault("dossierSubStatus" if sub_status else "dossierStatus", "too_long")
    return word


def _instant(row: Mapping[str, Json], field: str, zone: ZoneInfo) -> datetime | None:
    text = _text(row, field)
    if not text:
        return None
    try:
        return datetime.strptime(text, STAMP).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise RowFault(field, "bad_date") from error


def _due_on(row: Mapping[str, Json], zone: ZoneInfo) -> date | None:
    due_at = _instant(row, "extendDate", zone) or _instant(row, "dueDate", zone)
    return None if due_at is None else due_at.astimezone(zone).date()


def _flag(row: Mapping[str, Json], field: str) -> bool | None:
    """true, "true", 1, "1" alike; None when the source says nothing."""
    value = row.get(field)
    if isinstance(value, bool):
        return value
    text = _text(row, field).lower()
    if text not in {"", "true", "false", "0", "1"}:
        raise RowFault(field, "not_a_flag")
    return None if not text else text in {"true", "1"}


def _channel(row: Mapping[str, Json]) -> int | None:
    by_post, online = _flag(row, "fromViaPostal"), _flag(row, "online")
    if by_post:
        return BY_POST
    if online is None:
        return None
    return ONLINE if online else IN_PERSON


def fingerprint(row: Json) -> str:
    """Two answers that hold the same row word for word are one reading of it."""
    return json.dumps(row, sort_keys=True, ensure_ascii=False)
