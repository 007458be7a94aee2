"""Where a batch of events comes in."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tracker.config import Config
from tracker.domain.actor import Actor


@dataclass(frozen=True, slots=True)
class Door:
    """`device_time` is the device's own clock at the moment of sending; `at` is the server's."""

    actor: Actor
    at: datetime
    config: Config
    device_time: datetime | None = None
    random_bytes: Callable[[int], bytes] = secrets.token_bytes
