"""The circumstances of a command."""

from dataclasses import dataclass
from datetime import datetime

from tracker.config import Config
from tracker.domain.actor import Actor


@dataclass(frozen=True, slots=True)
class Desk:
    """By whom, when, and under which configuration."""

    actor: Actor
    at: datetime
    config: Config
