"""Where a batch of events comes in."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tracker.config import Config
from tracker.domain.actor import Actor
from tracker.domain.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Door:
    """`device_time` is the device's own clock at the moment of sending; `at` is the server's.

    `second` is a second person whose PIN this very call has checked already, once for its whole list of events.
    """

    actor: Actor
    at: datetime
    config: Config
    device_time: datetime | None = None
    random_bytes: Callable[[int], bytes] = secrets.token_bytes
    second: tuple[str, Role] | None = None
