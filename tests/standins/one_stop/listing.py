"""`GET /dossiers`: which dossiers, in which order, which slice of them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime

from tests.standins.one_stop.histories import LOCAL, Snapshot
from tests.standins.one_stop.reading import UnreadableError
from tests.standins.one_stop.wire import Row, is_online, listed_row

Query = Mapping[str, str]
BEFORE_EVERYTHING = datetime.min.replace(tzinfo=UTC)

EXACT: Mapping[str, Callable[[Snapshot], str]] = {
    "status": lambda row: row.current.status,
    "substatus": lambda row: row.current.sub_status,
    "agency": lambda row: row.dossier.agency_code,
    "service": lambda row: row.dossier.service_code,
    "viapostal": lambda row: str(row.dossier.via_postal),
    "vnpostalStatus": lambda row: str(row.dossier.vnpostal_status),
    "fromViaPostal": lambda row: str(int(row.dossier.from_via_postal)),
    "online": lambda row: str(is_online(row)).lower(),
    "originality": lambda _: "3",
}
PARTS: Mapping[str, Callable[[Snapshot], str]] = {
    "dossierNo": lambda row: row.dossier.number,
    "keyword": lambda row: f"{row.dossier.number} {listed_row(row)['applicantName']} {row.dossier.service_name}",
}
MOMENTS: Mapping[str, Callable[[Snapshot], datetime | None]] = {
    "createDate": lambda row: row.created_at,
    "modifiedDate": lambda row: row.current.at,
    "lastActionDate": lambda row: row.current.at,
    "submitDate": lambda row: row.created_at,
    "receiveDate": lambda row: row.milestones.received_at,
    "dueDate": lambda row: row.due_at,
    "releaseDate": lambda row: row.milestones.released_at,
    "finishDate": lambda row: row.milestones.finished_at,
}
WINDOWS = ("submitDate", "receiveDate", "dueDate", "releaseDate", "finishDate")


def answer_list(snapshots: Sequence[Snapshot], query: Query) -> dict[str, int | list[Row]]:
    found = _sorted([row for row in snapshots if _fits(row, query)], query)
    return {"total": len(found), "data": [listed_row(row) for row in _slice(found, query)]}


def _fits(row: Snapshot, query: Query) -> bool:
    return (
        all(read(row) == query[name] for name, read in EXACT.items() if query.get(name))
        and all(query[name].casefold() in read(row).casefold() for name, read in PARTS.items() if query.get(name))
        and all(_within(MOMENTS[name](row), name, query) for name in WINDOWS)
    )


def _within(at: datetime | None, name: str, query: Query) -> bool:
    """Both days belong to the window; a dossier without the date is in no window."""
    capitalised = name[0].upper() + name[1:]
    first, last = _day(query, f"from{capitalised}"), _day(query, f"to{capitalised}")
    if first is None and last is None:
        return True
    return at is not None and (first or date.min) <= at.astimezone(LOCAL).date() <= (last or date.max)


def _day(query: Query, name: str) -> date | None:
    text = query.get(name)
    if not text:
        return None
    try:
        return datetime.strptime(text, "%d/%m/%Y").replace(tzinfo=LOCAL).date()
    except ValueError as error:
        raise UnreadableError(f"{name} {text!r} is not dd/MM/yyyy") from error


def _sorted(found: list[Snapshot], query: Query) -> list[Snapshot]:
    """An unknown field, like none, sorts by creation; ties by creation too, so that pages never overlap."""
    name, descending = query.get("sort", ""), query.get("order", "").lower() == "true"
    in_order = sorted(found, key=lambda row: (row.created_at, row.dossier.dossier_id), reverse=descending)
    if name in MOMENTS:
        moment = MOMENTS[name]
        return sorted(in_order, key=lambda row: moment(row) or BEFORE_EVERYTHING, reverse=descending)
    if in_order and name in listed_row(in_order[0]):
        return sorted(in_order, key=lambda row: str(listed_row(row)[name]), reverse=descending)
    return in_order


def _slice(found: Sequence[Snapshot], query: Query) -> Sequence[Snapshot]:
    start, end = _offset(query, "start"), _offset(query, "end")
    return found[start:end] if end else found


def _offset(query: Query, name: str) -> int:
    text = query.get(name) or "0"
    if not text.isascii() or not text.isdigit():
        raise UnreadableError(f"{name} {text!r} is not a whole number")
    return int(text)
