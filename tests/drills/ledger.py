"""Clients that scan in a burst, each with a book of its own of what the server acknowledged."""

import http.client
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from threading import Event, Semaphore

from tests.builders import a_scan
from tracker.domain.vocabulary import EventType

CALL_TIMEOUT_SECONDS = 20
MOST_SCANS = 400
ACKNOWLEDGED = {"recorded", "duplicate"}

Scan = Mapping[str, object]
Told = Mapping[str, object]


def an_arrival(item: str, counter: int) -> Scan:
    details = {"seal_number": "NP 004 417", "seal_ok": True}
    return a_scan(item, EventType.ARRIVED, at=datetime.now(UTC), device_counter=counter, details=details)


@dataclass(slots=True)
class Device:
    """One token, one device. `acknowledged` is written only after a 200 whose receipt says so, by the event's id."""

    port: int
    token: str
    sent: list[Scan] = field(default_factory=list)
    acknowledged: dict[str, Told] = field(default_factory=dict)

    def send(self, events: Sequence[Scan]) -> list[Told]:
        """The receipts. Raises OSError or HTTPException when the line is cut, ValueError when it was no receipt."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=CALL_TIMEOUT_SECONDS)) as line:
            return self._send_by(line, events)

    def scan_until_cut(self, items: Sequence[str], draw: Random, course: "Course") -> None:
        """One scan after the other on one kept-alive line, as fast as the answers come."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=CALL_TIMEOUT_SECONDS)) as line:
            while len(self.sent) < MOST_SCANS and not course.is_over.is_set():
                scan = self._next_scan(draw.choice(items))
                self.sent.append(scan)
                try:
                    (receipt,) = self._send_by(line, [scan])
                except (OSError, http.client.HTTPException, ValueError):
                    return
                if receipt["outcome"] in ACKNOWLEDGED:
                    self.acknowledged[str(scan["id"])] = receipt
                    course.acknowledgements.release()

    def _next_scan(self, item: str) -> Scan:
        return an_arrival(item, len(self.sent) + 1)

    def _send_by(self, line: http.client.HTTPConnection, events: Sequence[Scan]) -> list[Told]:
        body = json.dumps({"device_time": datetime.now(UTC).isoformat(), "events": events})
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        line.request("POST", "/api/v1/events", body, headers)
        answer = line.getresponse()
        told = answer.read()
        if answer.status != http.client.OK:
            raise ValueError(f"{answer.status}: {told[:300]!r}")
        receipts: list[Told] = json.loads(told)["receipts"]
        return receipts


@dataclass(slots=True)
class Course:
    """How a burst comes to its end."""

    acknowledgements: Semaphore = field(default_factory=lambda: Semaphore(0))
    is_over: Event = field(default_factory=Event)


@dataclass(slots=True)
class Burst:
    """All devices at once, each in a thread."""

    devices: Sequence[Device]
    items: Sequence[str]
    seed: int
    course: Course = field(default_factory=Course)
    _scanning: list[Future[None]] = field(default_factory=list, repr=False)

    def begin(self) -> None:
        pool = ThreadPoolExecutor(len(self.devices))
        for number, device in enumerate(self.devices):
            draw = Random(self.seed * 100 + number)
            self._scanning.append(pool.submit(device.scan_until_cut, self.items, draw, self.course))
        pool.shutdown(wait=False)

    def wait_for(self, acknowledgements: int) -> None:
        for _ in range(acknowledgements):
            assert self.course.acknowledgements.acquire(timeout=CALL_TIMEOUT_SECONDS), "the burst acknowledges nothing"

    def end(self) -> None:
        """After the kill: whoever still waits for an answer gets none."""
        self.course.is_over.set()
        for scanning in self._scanning:
            scanning.result(CALL_TIMEOUT_SECONDS * 2)
