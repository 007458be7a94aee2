"""One run of the drill: a burst, a kill at some point of it, a restart, the books against the record."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from time import sleep

from tests.drills.installation import Installation
from tests.drills.ledger import Burst, Device
from tests.drills.served import Served
from tests.drills.verdict import Verdict, judge, judge_retry, read_stored, shown_over_http, stored_unheard

DEVICES, ITEMS = 4, 6
MOST_ACKNOWLEDGED_BEFORE = 24
# Longer than one scan takes, so that kills fall on every point of it.
LONGEST_PAUSE_SECONDS = 0.03

Blow = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Run:
    """`kept` and `dropped`: scans under way at the kill, by whether they were committed."""

    seed: int
    verdict: Verdict
    retry: Verdict
    acknowledged: int
    kept: int
    dropped: int


def crash(installation: Installation, served: Served, seed: int, turn: tuple[Blow, Blow]) -> Run:
    """`turn` is what kills and what starts again. The same seed kills after the same number of acknowledgements."""
    draw = Random(seed)
    blow, rise = turn
    devices = [Device(served.port, token) for token in installation.new_tokens(DEVICES)]
    items = installation.new_items(ITEMS)
    burst = Burst(devices, items, seed)
    burst.begin()
    burst.wait_for(draw.randint(1, MOST_ACKNOWLEDGED_BEFORE))
    sleep(draw.uniform(0, LONGEST_PAUSE_SECONDS))
    blow()
    burst.end()
    rise()
    return _settle(installation, served, (devices, items), seed)


def _settle(installation: Installation, served: Served, what: tuple[Sequence[Device], Sequence[str]], seed: int) -> Run:
    devices, items = what
    stored = read_stored(installation.engine)
    shown = shown_over_http(served.address, installation.supervisor.token, items)
    verdict = judge(devices, stored, shown)
    kept, dropped = stored_unheard(devices, stored)
    retried = [receipt for device in devices for receipt in device.send(device.sent)]
    retry = judge_retry(retried, stored, read_stored(installation.engine))
    acknowledged = sum(len(device.acknowledged) for device in devices)
    return Run(seed, verdict, retry, acknowledged, kept, dropped)
