"""The office behind the wire: its dossiers, its clock and the fault it plays, shared by all connections."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from tests.standins.one_stop.histories import Dossier, Snapshot, snapshot
from tests.standins.one_stop.reading import UnreadableError, as_list, as_object, read_dossier, read_move, read_seconds

FIRST_DOSSIER_ID = 70_001
DEFAULT_SLOW_SECONDS = 30.0


class FaultKind(StrEnum):
    NONE = "none"
    DOWN = "down"
    SLOW = "slow"
    HTML = "html"
    TRUNCATED = "truncated"
    EMPTY = "empty"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class Fault:
    kind: FaultKind
    seconds: float
    declares_whole_length: bool
    is_over: threading.Event


class KnownNumberError(Exception):
    """A dossier with this number, id or reference is already there."""


class Office:
    def __init__(self, now_offset: timedelta) -> None:
        self._lock = threading.Lock()
        self._now_offset = now_offset
        self._dossiers: dict[str, Dossier] = {}
        self._numbers: dict[str, str] = {}
        self._fault = Fault(FaultKind.NONE, 0, False, threading.Event())

    def load(self, content: object) -> None:
        for place, member in enumerate(as_list(content, "the file of dossiers"), start=1):
            try:
                self.add(as_object(member, "a dossier"))
            except (UnreadableError, KnownNumberError) as error:
                raise UnreadableError(f"dossier {place} of the file: {error}") from error

    def now(self) -> datetime:
        return datetime.now(UTC) + self._now_offset

    def set_clock(self, source: Mapping[str, object]) -> datetime:
        self._now_offset = timedelta(seconds=read_seconds(source, "offset_seconds", 0))
        return self.now()

    def add(self, source: Mapping[str, object]) -> Dossier:
        with self._lock:
            dossier = read_dossier(source, FIRST_DOSSIER_ID + len(self._dossiers), self.now())
            if dossier.number in self._dossiers:
                raise KnownNumberError(f"number {dossier.number} is known already")
            if dossier.reference_uid in self._numbers:
                raise KnownNumberError(f"reference_uid {dossier.reference_uid} is known already")
            self._dossiers[dossier.number] = dossier
            self._numbers |= {str(dossier.dossier_id): dossier.number, dossier.reference_uid: dossier.number}
            return dossier

    def move(self, number: str, source: Mapping[str, object]) -> Dossier | None:
        """None when no dossier has the number."""
        with self._lock:
            dossier = self._dossiers.get(number)
            if dossier is None:
                return None
            moved = replace(dossier, history=(*dossier.history, read_move(source, self.now())))
            self._dossiers[number] = moved
            return moved

    def snapshots(self) -> list[Snapshot]:
        now = self.now()
        with self._lock:
            dossiers = list(self._dossiers.values())
        return [standing for dossier in dossiers if (standing := snapshot(dossier, now))]

    def find(self, key: str) -> Snapshot | None:
        """By dossierId or referenceUid, never by number."""
        with self._lock:
            dossier = self._dossiers.get(self._numbers.get(key, ""))
        return snapshot(dossier, self.now()) if dossier else None

    @property
    def fault(self) -> Fault:
        return self._fault

    def set_fault(self, source: Mapping[str, object]) -> FaultKind:
        """The fault before it ends at once, for callers that it keeps waiting too."""
        kind = source.get("kind")
        if not isinstance(kind, str) or kind not in set(FaultKind):
            raise UnreadableError(f"kind must be one of {', '.join(FaultKind)}")
        seconds = read_seconds(source, "seconds", DEFAULT_SLOW_SECONDS)
        fault = Fault(FaultKind(kind), seconds, source.get("declares_whole_length") is True, threading.Event())
        before, self._fault = self._fault, fault
        before.is_over.set()
        return fault.kind
