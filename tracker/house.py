"""What every door stands on: the database, the configuration, the clock, and where randomness comes from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app
from sqlalchemy import Engine

from tracker.config import Config

EXTENSION = "giaonhan"


@dataclass(frozen=True, slots=True)
class House:
    engine: Engine
    config: Config
    clock: Callable[[], datetime]
    random_bytes: Callable[[int], bytes]

    @property
    def is_secure(self) -> bool:
        """Browsers reach us by https, whether we end it ourselves or a proxy does."""
        return self.config.server.speaks_tls or self.config.server.behind_tls_proxy


def open_house(app: Flask, house: House) -> None:
    app.extensions[EXTENSION] = house


def house() -> House:
    found = current_app.extensions[EXTENSION]
    if not isinstance(found, House):
        raise LookupError("open_house was not called")
    return found
