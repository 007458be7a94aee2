"""What happened to a dossier, and what of it holds at a given instant."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone

# Vietnam has had one offset and no summer time since 1975, so no time zone database is needed.
LOCAL = timezone(timedelta(hours=7))

# How far along its way a dossier is; a step to a lower number is a roll-back.
PROGRESS = {
    "new": 0,
    "receiving": 1,
    "waiting": 2,
    "processing": 2,
    "pausing": 2,
    "correcting": 2,
    "cancelling": 2,
    "interoperating": 2,
    "posting": 3,
    "releasing": 3,
    "denied": 4,
    "unresolved": 4,
    "cancelled": 4,
    "done": 4,
}
NOT_RECEIVED = {"new", "receiving"}
RECEIVED = {"processing", "pausing", "interoperating", "posting", "releasing", "unresolved", "done"}
AT_WORK = NOT_RECEIVED | {"waiting", "processing", "pausing", "interoperating"}
RELEASED = {"posting", "releasing", "denied", "unresolved", "cancelled", "done"}
FINISHED = {"denied", "unresolved", "cancelled", "done"}


@dataclass(frozen=True, slots=True)
class Entry:
    """`at` is when the change is said to have happened, `effective_at` when this system begins to say so."""

    status: str
    sub_status: str
    at: datetime
    effective_at: datetime
    user: str
    note: str


@dataclass(frozen=True, slots=True)
class Dossier:
    dossier_id: int
    number: str
    reference_uid: str
    portal_number: str
    service_code: str
    service_name: str
    agency_code: str
    agency_name: str
    applicant_name: str
    phone: str
    address: str
    ward_code: str
    ward_name: str
    via_postal: int
    from_via_postal: bool
    vnpostal_status: int
    processing_days: int
    due_at: datetime | None
    history: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Milestones:
    received_at: datetime | None = None
    released_at: datetime | None = None
    finished_at: datetime | None = None
    correcting_at: datetime | None = None
    cancelling_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A dossier as it stands at `now`; `entries` is never empty."""

    dossier: Dossier
    entries: tuple[Entry, ...]
    milestones: Milestones
    due_at: datetime | None
    now: datetime

    @property
    def created_at(self) -> datetime:
        return self.entries[0].at

    @property
    def current(self) -> Entry:
        return self.entries[-1]


def snapshot(dossier: Dossier, now: datetime) -> Snapshot | None:
    """None before the dossier's first entry takes effect."""
    in_order = sorted(dossier.history, key=lambda entry: entry.effective_at)
    entries = tuple(entry for entry in in_order if entry.effective_at <= now)
    if not entries:
        return None
    reached = milestones(entries)
    return Snapshot(dossier, entries, reached, _due_at(dossier, reached.received_at), now)


def milestones(entries: Sequence[Entry]) -> Milestones:
    reached = Milestones()
    for entry in entries:
        reached = _after(reached, entry)
    return reached


def is_step_back(before: Entry, after: Entry) -> bool:
    return PROGRESS[after.status] < PROGRESS[before.status]


def working_days_after(start: datetime, days: int) -> datetime:
    """The same hour, Saturdays and Sundays left out; this system knows no holidays."""
    moment = start.astimezone(LOCAL)
    while days:
        moment += timedelta(days=1)
        days -= moment.weekday() < 5
    return moment.astimezone(UTC)


def _due_at(dossier: Dossier, received_at: datetime | None) -> datetime | None:
    if received_at is None:
        return None
    return dossier.due_at or working_days_after(received_at, dossier.processing_days)


def _after(reached: Milestones, entry: Entry) -> Milestones:
    """A step back takes the later dates away again, as if they had never been."""
    status, at = entry.status, entry.at
    if status in AT_WORK:
        reached = replace(reached, released_at=None, finished_at=None)
    if status in NOT_RECEIVED:
        reached = replace(reached, received_at=None)
    return replace(
        reached,
        received_at=reached.received_at or (at if status in RECEIVED else None),
        released_at=reached.released_at or (at if status in RELEASED else None),
        finished_at=reached.finished_at or (at if status in FINISHED else None),
        correcting_at=at if status == "correcting" else reached.correcting_at,
        cancelling_at=at if status == "cancelling" else reached.cancelling_at,
    )
