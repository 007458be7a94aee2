"""When a feed is left in peace, and when an answer of it is too short to be believed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class BreakerState(StrEnum):
    """`half_open`: one call is on its way to see whether the source is back."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class BreakerTerms:
    """After so many `failures` in a row the feed rests, twice as long each time, up to the longest."""

    failures: int
    first_rest: timedelta
    longest_rest: timedelta


@dataclass(frozen=True, slots=True)
class Breaker:
    """`since_at` is None for one that never opened; `resting_until` only while it is open."""

    state: BreakerState = BreakerState.CLOSED
    failures: int = 0
    since_at: datetime | None = None
    resting_until: datetime | None = None

    def lets_call(self, now: datetime) -> bool:
        """A half open one does too: a feed has one run at a time, so the call that opened it half is over, or dead."""
        return self.state is not BreakerState.OPEN or self.resting_until is None or now >= self.resting_until

    def calling(self, now: datetime) -> "Breaker":
        """As it is while a call is on its way."""
        if self.state is not BreakerState.OPEN:
            return self
        return Breaker(BreakerState.HALF_OPEN, self.failures, now)

    def failed(self, terms: BreakerTerms, now: datetime) -> "Breaker":
        failures = self.failures + 1
        if failures < terms.failures:
            return Breaker(self.state, failures, self.since_at)
        # No power of two beyond what any limit of the configuration could hold.
        doubled = terms.first_rest * 2 ** min(failures - terms.failures, 20)
        return Breaker(BreakerState.OPEN, failures, now, now + min(doubled, terms.longest_rest))

    def answered(self, now: datetime) -> "Breaker":
        since_at = self.since_at if self.state is BreakerState.CLOSED else now
        return Breaker(since_at=since_at)


def is_lost(before: int | None, accounted: int, most_lost_percent: int) -> bool:
    """`accounted` are the rows that came, and those known to have ended since; None before: nothing to lose."""
    return before is not None and (before - accounted) * 100 > before * most_lost_percent
