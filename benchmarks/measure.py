"""Blocks of the product and of its rivals by turns in one run: only ratios of the same run count."""

import json
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

Block = Callable[[], int]
"""Does a number of units of work and answers how many."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Units per second, one figure per round."""

    rounds: Mapping[str, Sequence[float]]

    def of(self, name: str) -> float:
        return median(self.rounds[name])

    def ratio(self, name: str, rival: str) -> float:
        """Median of the rounds' own ratios: what slows a whole round slows both."""
        pairs = zip(self.rounds[name], self.rounds[rival], strict=True)
        return median(ours / theirs for ours, theirs in pairs)


def alternate(blocks: Mapping[str, Block], rounds: int) -> Rates:
    """Each round runs every block once, each time beginning with another."""
    names = list(blocks)
    measured: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            began = time.perf_counter()
            units = blocks[name]()
            measured[name].append(units / (time.perf_counter() - began))
    return Rates(measured)


def print_line(name: str, engine: str, measured: Mapping[str, object]) -> None:
    print(json.dumps({"name": name, "engine": engine, **measured, "commit": commit()}), flush=True)


def commit() -> str:
    asked = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return asked.stdout.strip() or "unknown"
