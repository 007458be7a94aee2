"""Ids of events: UUIDv7, so that they sort by time; made by whoever saw it happen, here the server."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

RANDOM_BYTES = 10


def new_event_id(at: datetime, random_bytes: Callable[[int], bytes]) -> UUID:
    """48 bits of milliseconds, 74 random bits, version 7, variant 2 (RFC 9562)."""
    milliseconds = int(at.timestamp() * 1000) & ((1 << 48) - 1)
    random = int.from_bytes(random_bytes(RANDOM_BYTES))
    high, low = random >> 68, random & ((1 << 62) - 1)
    return UUID(int=milliseconds << 80 | 7 << 76 | (high & 0xFFF) << 64 | 2 << 62 | low)
