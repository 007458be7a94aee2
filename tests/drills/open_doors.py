"""Installations that are served and stay up."""

from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest

from tests.drills.installation import Founding, Installation
from tests.drills.served import Served, served


@dataclass(frozen=True, slots=True)
class Open:
    installation: Installation
    server: Served


@dataclass(slots=True)
class OpenDoors:
    """One open installation per engine, for all drills that kill nothing."""

    founding: Founding
    folders: pytest.TempPathFactory
    until_the_end: ExitStack
    doors: dict[str, Open] = field(default_factory=dict)

    def of(self, engine_name: str) -> Open:
        if engine_name not in self.doors:
            folder = self.folders.mktemp(engine_name)
            installation = self.until_the_end.enter_context(self.founding.copy(engine_name, folder))
            server = self.until_the_end.enter_context(served(installation.url, folder))
            self.doors[engine_name] = Open(installation, server)
        return self.doors[engine_name]
