"""An installation as a province has it, founded through the product's own actions on a durable database."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Self
from uuid import uuid4

from sqlalchemy import Engine

from tests.builders import (
    CENTRE,
    POST,
    SignedOn,
    a_desk,
    a_dossier,
    a_number,
    an_account,
    an_item,
    found_province,
    use_quick_passwords,
)
from tests.engines import TEMPLATE, PostgresServer, sqlite_copy, sqlite_url
from tracker.actions.accounts import create_token
from tracker.actions.founding import NewRange, grant_ranges
from tracker.domain.vocabulary import Role
from tracker.store.engine import create_engine, transaction
from tracker.store.migrate import migrate

# Wider than a day's need: the long drills post thousands of envelopes.
RANGES = (NewRange(POST, "RI", 32_000_000, 32_099_999), NewRange(CENTRE, "EI", 32_000_000, 32_099_999))


@dataclass(frozen=True, slots=True)
class Installation:
    """`url` is where its database is; the engine here is the drill's own, beside that of the server."""

    url: str
    engine: Engine
    postclerk: SignedOn
    clerks: tuple[SignedOn, SignedOn]
    supervisor: SignedOn
    serials: Iterator[int]

    @classmethod
    def found(cls, url: str) -> Self:
        migrate(url)
        engine = create_engine(url)
        at = datetime.now(UTC) - timedelta(days=1)
        use_quick_passwords()
        with transaction(engine) as session:
            found_province(session, at=at)
            grant_ranges(session, RANGES, at=at)
            return cls(
                url,
                engine,
                postclerk=an_account(session, Role.POSTCLERK, POST, at=at),
                clerks=(
                    an_account(session, Role.CLERK, CENTRE, "hạnh"),
                    an_account(session, Role.CLERK, CENTRE, "lan"),
                ),
                supervisor=an_account(session, Role.SUPERVISOR, "H12", at=at),
                serials=count(1),
            )

    def new_dossiers(self, how_many: int) -> list[str]:
        """Their numbers; received at the centre."""
        with transaction(self.engine) as session:
            desk = a_desk(self.clerks[0].actor, at=datetime.now(UTC))
            return [a_dossier(session, desk, self.next_number()) for _ in range(how_many)]

    def next_number(self) -> str:
        """Of a dossier that nobody registered yet."""
        return a_number(next(self.serials), day=f"{datetime.now(UTC):%y%m%d}")

    def new_items(self, how_many: int) -> list[str]:
        """Numbers of envelopes posted at the post office, each of a dossier of its own."""
        with transaction(self.engine) as session:
            desk = a_desk(self.postclerk.actor, at=datetime.now(UTC))
            numbers = [a_dossier(session, desk, self.next_number()) for _ in range(how_many)]
            return [an_item(session, desk, number).number for number in numbers]

    def new_tokens(self, how_many: int) -> Sequence[str]:
        """Each is another device of the postclerk."""
        with transaction(self.engine) as session:
            return [create_token(session, self.postclerk.actor.name, at=datetime.now(UTC)) for _ in range(how_many)]


@dataclass(slots=True)
class Founding:
    """Founds once per engine and copies from then on: accounts and tokens of one copy are those of all."""

    folder: Path
    server: Callable[[], PostgresServer]
    founded: dict[str, Installation] = field(default_factory=dict)

    @contextmanager
    def copy(self, engine_name: str, folder: Path) -> Iterator[Installation]:
        if engine_name not in self.founded:
            self.founded[engine_name] = Installation.found(self._template(engine_name))
            self.founded[engine_name].engine.dispose()
        url = self._copy_of(engine_name, folder)
        engine = create_engine(url)
        yield replace(self.founded[engine_name], url=url, engine=engine, serials=count(1))
        engine.dispose()

    def _template(self, engine_name: str) -> str:
        if engine_name == "sqlite":
            return sqlite_url(self.folder / "giaonhan.db")
        return self.server().create_database(TEMPLATE)

    def _copy_of(self, engine_name: str, folder: Path) -> str:
        if engine_name == "sqlite":
            return sqlite_copy(self.folder / "giaonhan.db", folder)
        return self.server().create_database(f"drill_{uuid4().hex}", TEMPLATE)
