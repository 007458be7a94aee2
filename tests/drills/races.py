"""Two callers at a barrier, again and again: who got what, and whether they were really at it together."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median
from threading import Barrier
from time import perf_counter

import httpx

from tests.drills.served import Served

LEAST_OVERLAPPING = 0.5
TIMEOUT_SECONDS = 20

Body = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Call:
    """One answer, when it was asked for and when it came."""

    answer: httpx.Response
    asked_at: float
    answered_at: float


@dataclass(frozen=True, slots=True)
class Race:
    first: Call
    second: Call

    @property
    def overlaps(self) -> bool:
        """Each was asked before the other was answered."""
        return max(self.first.asked_at, self.second.asked_at) < min(self.first.answered_at, self.second.answered_at)

    @property
    def waited(self) -> float:
        """How much longer the slower one took."""
        return abs((self.first.answered_at - self.first.asked_at) - (self.second.answered_at - self.second.asked_at))

    @property
    def answers(self) -> tuple[httpx.Response, httpx.Response]:
        return self.first.answer, self.second.answer


def race(server: Served, path: str, tokens: tuple[str, str], bodies: Sequence[tuple[Body, Body]]) -> list[Race]:
    """For each pair of bodies, both sent at the same moment."""
    barrier = Barrier(2, timeout=TIMEOUT_SECONDS)
    address = f"{server.address}/api/v1/{path}"
    with ThreadPoolExecutor(2) as pool:
        asking = [
            pool.submit(ask_in_step, address, token, [pair[side] for pair in bodies], barrier.wait)
            for side, token in enumerate(tokens)
        ]
        first, second = (each.result() for each in asking)
    return [Race(*pair) for pair in zip(first, second, strict=True)]


def ask_in_step(address: str, token: str, bodies: Sequence[Body], in_step: Callable[[], int]) -> list[Call]:
    calls = []
    with httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=TIMEOUT_SECONDS) as client:
        for body in bodies:
            in_step()
            asked_at = perf_counter()
            answer = client.post(address, json=body)
            calls.append(Call(answer, asked_at, perf_counter()))
    return calls


def overlapping(races: Sequence[Race]) -> float:
    return sum(each.overlaps for each in races) / len(races)


def told_of(races: Sequence[Race]) -> str:
    waits = sorted(each.waited for each in races)
    return f"{overlapping(races):.0%} overlapping, the slower waited {median(waits) * 1000:.1f} ms more in the median"
