"""One dossier as OpenCPS writes it, read into a claim or rejected with field and fault."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from schedules.feeds.rows import LONGEST_NUMBER, LONGEST_WORD, Json, RowFault, object_of, text_of
from tracker.actions.claims import BY_POST, ClaimSeen
from tracker.actions.told_dossiers import Intake
from tracker.domain.status_mappings import SUB_STATUS_MARK, StatusMapping
from tracker.store.queries.claims import ONE_STOP

STAMP = "%d/%m/%Y %H:%M:%S"
ONLINE, IN_PERSON = 2, 1
# What a code of a procedure or an agency is made of; anything else is not kept.
CODE = re.compile(r"[0-9A-Za-z._-]{1,40}", re.ASCII)
# The local number first, then what the portal calls the dossier.
NUMBER_FIELDS = ("dossierNo", "dossierIdCTN", "referenceUid")


def parse_row(sent: Json, zone: ZoneInfo, mapping: StatusMapping) -> ClaimSeen:
    """Raises RowFault. Columns we do not know are nobody's fault."""
    row = object_of(sent)
    numbers = _numbers(row)
    status, sub_status = text_of(row, "dossierStatus"), text_of(row, "dossierSubStatus")
    if not status:
        raise RowFault("dossierStatus", "missing")
    word = _word(status, sub_status)
    return ClaimSeen(
        source=ONE_STOP,
        number=numbers[0],
        status=mapping.national_code(word),
        word=word,
        said_at=_instant(row, "lastActionDate", zone),
        touched_at=_instant(row, "modifiedDate", zone),
        due_on=_due_on(row, zone),
        channel=_channel(row),
        aliases=tuple(numbers[1:]),
        mapping=mapping.name,
        intake=_intake(row, zone),
    )


def _numbers(row: Mapping[str, Json]) -> list[str]:
    """An online dossier may have only the portal's number so far."""
    given = {field: text_of(row, field) for field in NUMBER_FIELDS}
    too_long = next((field for field, number in given.items() if len(number) > LONGEST_NUMBER), None)
    if too_long:
        raise RowFault(too_long, "too_long")
    numbers = [number for number in given.values() if number]
    if not numbers:
        raise RowFault("dossierNo", "missing")
    return numbers


def _word(status: str, sub_status: str) -> str:
    word = f"{status}{SUB_STATUS_MARK}{sub_status}" if sub_status else status
    if len(word) > LONGEST_WORD:
        raise RowFault("dossierSubStatus" if sub_status else "dossierStatus", "too_long")
    return word


def _instant(row: Mapping[str, Json], field: str, zone: ZoneInfo) -> datetime | None:
    text = text_of(row, field)
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
    text = text_of(row, field).lower()
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


def _intake(row: Mapping[str, Json], zone: ZoneInfo) -> Intake:
    """Only what its counts need. A fault in these columns sets no row aside: what is not readable was not told."""
    return Intake(
        procedure=_code(row, "serviceCode"),
        agency=_code(row, "govAgencyCode"),
        received_on=_received_on(row, zone),
        by_post=_flag(row, "fromViaPostal"),
        online=_flag(row, "online"),
    )


def _code(row: Mapping[str, Json], field: str) -> str:
    try:
        text = text_of(row, field)
    except RowFault:
        return ""
    return text if CODE.fullmatch(text) else ""


def _received_on(row: Mapping[str, Json], zone: ZoneInfo) -> date | None:
    try:
        received_at = _instant(row, "receiveDate", zone)
    except RowFault:
        return None
    return None if received_at is None else received_at.astimezone(zone).date()
