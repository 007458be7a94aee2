"""The one place where JSON from outside becomes dossiers; every refusal names the key at fault."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from tests.standins.one_stop.histories import PROGRESS, Dossier, Entry

DOSSIER_KEYS = set(Dossier.__dataclass_fields__) - {"dossier_id"}
ENTRY_KEYS = {"status", "sub_status", "at", "user", "note"}
MOVE_KEYS = {"dossierStatus", "dossierSubStatus", "at", "user", "note"}
DEFAULT_PROCESSING_DAYS = 5
HIGHEST_POSTAL_STATUS = 4
HIGHEST_PROCESSING_DAYS = 1000
MOST_SECONDS = 1_000_000_000


class UnreadableError(Exception):
    """A sentence for whoever wrote the file or the request."""


def as_object(value: object, what: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise UnreadableError(f"{what} must be an object")
    return {str(key): member for key, member in value.items()}


def as_list(value: object, what: str) -> list[object]:
    if not isinstance(value, list):
        raise UnreadableError(f"{what} must be a list")
    return list(value)


def read_dossier(source: Mapping[str, object], dossier_id: int, now: datetime) -> Dossier:
    """`status`, `sub_status` and `at` (default: now) may stand in place of `history`."""
    _refuse_unknown(source, DOSSIER_KEYS | ENTRY_KEYS)
    number = _required(source, "number")
    return Dossier(
        dossier_id=dossier_id,
        number=number,
        reference_uid=_text(source, "reference_uid") or str(uuid5(NAMESPACE_URL, number)),
        portal_number=_text(source, "portal_number"),
        service_code=_required(source, "service_code"),
        service_name=_text(source, "service_name"),
        agency_code=_text(source, "agency_code"),
        agency_name=_text(source, "agency_name"),
        applicant_name=_text(source, "applicant_name"),
        phone=_text(source, "phone"),
        address=_text(source, "address"),
        ward_code=_text(source, "ward_code"),
        ward_name=_text(source, "ward_name"),
        via_postal=_whole(source, "via_postal", HIGHEST_POSTAL_STATUS),
        from_via_postal=bool(_whole(source, "from_via_postal", 1)),
        vnpostal_status=_whole(source, "vnpostal_status", HIGHEST_POSTAL_STATUS),
        processing_days=_whole(source, "processing_days", HIGHEST_PROCESSING_DAYS) or DEFAULT_PROCESSING_DAYS,
        due_at=_instant(source, "due_at"),
        history=_history(source, now),
    )


def read_move(source: Mapping[str, object], now: datetime) -> Entry:
    """A change that is dated back holds at once; one that is dated ahead waits for its time."""
    _refuse_unknown(source, MOVE_KEYS)
    at = _instant(source, "at") or now
    return Entry(
        status=_status(source, "dossierStatus"),
        sub_status=_text(source, "dossierSubStatus"),
        at=at,
        effective_at=max(at, now),
        user=_text(source, "user"),
        note=_text(source, "note"),
    )


def read_seconds(source: Mapping[str, object], key: str, default: float) -> float:
    value = source.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnreadableError(f"{key} must be a number of seconds")
    # Also false for NaN, which JSON as Python reads it may hold.
    if not abs(value) <= MOST_SECONDS:
        raise UnreadableError(f"{key} must be within {MOST_SECONDS} seconds")
    return float(value)


def _history(source: Mapping[str, object], now: datetime) -> tuple[Entry, ...]:
    if "history" not in source:
        return (_entry({key: source[key] for key in ENTRY_KEYS & source.keys()}, now),)
    if doubled := sorted(ENTRY_KEYS & source.keys()):
        raise UnreadableError(f"{', '.join(doubled)}: either these or history")
    entries = [_entry(as_object(entry, "an entry of history"), None) for entry in as_list(source["history"], "history")]
    if not entries:
        raise UnreadableError("history must have an entry")
    return tuple(entries)


def _entry(source: Mapping[str, object], default_at: datetime | None) -> Entry:
    _refuse_unknown(source, ENTRY_KEYS)
    at = _instant(source, "at") or default_at
    if at is None:
        raise UnreadableError("at is missing in an entry of history")
    sub_status, user, note = (_text(source, key) for key in ("sub_status", "user", "note"))
    return Entry(_status(source, "status"), sub_status, at, at, user, note)


def _refuse_unknown(source: Mapping[str, object], known: set[str]) -> None:
    if unknown := sorted(source.keys() - known):
        raise UnreadableError(f"unknown key {', '.join(unknown)}")


def _status(source: Mapping[str, object], key: str) -> str:
    status = _required(source, key)
    if status not in PROGRESS:
        raise UnreadableError(f"{key} {status!r} is none of {', '.join(PROGRESS)}")
    return status


def _required(source: Mapping[str, object], key: str) -> str:
    text = _text(source, key)
    if not text:
        raise UnreadableError(f"{key} is missing")
    return text


def _text(source: Mapping[str, object], key: str) -> str:
    value = source.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UnreadableError(f"{key} must be a text")
    return value


def _whole(source: Mapping[str, object], key: str, highest: int) -> int:
    value = source.get(key)
    if value is None:
        return 0
    if not isinstance(value, int) or not 0 <= value <= highest:
        raise UnreadableError(f"{key} must be a whole number from 0 to {highest}")
    return int(value)


def _instant(source: Mapping[str, object], key: str) -> datetime | None:
    text = _text(source, key)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UnreadableError(f"{key} {text!r} is not an ISO 8601 time") from error
    if moment.tzinfo is None:
        raise UnreadableError(f"{key} {text!r} has no offset")
    return moment.astimezone(UTC)
