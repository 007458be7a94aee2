"""Waiting for what another thread or process does, with a bound."""

import time
from collections.abc import Callable

import pytest

PAUSE_SECONDS = 0.02


def within(seconds: float, is_so: Callable[[], bool]) -> None:
    """Returns as soon as it is so; fails the test when it is not so in time."""
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            pytest.fail(f"not so within {seconds} s")
        time.sleep(PAUSE_SECONDS)
