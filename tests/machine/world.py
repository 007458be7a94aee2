"""The real application on a real database, with a clock that the test sets and people who lose their phones."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, bindparam, event, text
from werkzeug.test import TestResponse

from tests.applications import an_app
from tests.builders import AGENCY, CENTRE, POST, POST_AFAR, ROOT
from tests.drills.verdict import StoredRow
from tests.model.door import instant_of
from tests.model.roles import Person
from tracker.actions.accounts import actor_of_token, create_token, revoke_token
from tracker.store.engine import transaction
from tracker.store.models import CalendarDay

STAFF: Mapping[str, tuple[str, str]] = {
    "clerk": ("clerk", CENTRE),
    "officer": ("officer", CENTRE),
    "officer2": ("officer", AGENCY),
    "postclerk": ("postclerk", POST),
    "postclerk2": ("postclerk", POST_AFAR),
    "courier": ("courier", POST),
    "courier2": ("courier", POST_AFAR),
    "driver": ("driver", POST),
    "supervisor": ("supervisor", ROOT),
    "hotline": ("hotline", ROOT),
}
_EVENTS = text("SELECT event_id, chain, seq, hash, chained FROM event WHERE chain IN :chains ORDER BY chain, seq")
_ITEMS = text("SELECT id, number, standing, custodian_kind, custodian_ref, citizen_state FROM item WHERE number IN :of")
_LEGS = text(
    "SELECT dossier_number.text, open_leg.leg, item.number FROM open_leg JOIN item ON item.id = open_leg.item_id "
    "JOIN dossier_number ON dossier_number.dossier_id = open_leg.dossier_id"
)
_FOUND = text("SELECT code, subject, state, item_id, owner_role, since_at, reason, evidence FROM discrepancy")

Row = Mapping[str, object]


class WorkerKilled(Exception):
    """The transaction never came to its COMMIT."""


@dataclass
class World:
    engine: Engine
    now: int = 0
    client: FlaskClient = field(init=False)
    tokens: dict[str, str] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.client = an_app(self.engine, self.clock).test_client()

    def clock(self) -> datetime:
        return instant_of(self.now)

    def begin_anew(self, now: int) -> None:
        """New devices for everybody, no holidays; what others did before stays where it is."""
        self.now = now
        self.tokens, self.people = {}, {}
        with self.engine.begin() as connection:
            connection.execute(text("DELETE FROM calendar_day"))

    def person(self, name: str) -> Person:
        if name not in self.people:
            self.give_device(name)
        return self.people[name]

    def give_device(self, name: str) -> None:
        role, office = STAFF[name]
        with transaction(self.engine) as session:
            token = create_token(session, name, at=self.clock())
            actor = actor_of_token(session, token)
            assert actor is not None
        self.tokens[name], self.people[name] = token, Person(name, role, office, actor.device)

    def revoke(self, name: str) -> str:
        """The token that is dead now; the person gets another device."""
        self.person(name)
        dead = self.tokens[name]
        with transaction(self.engine) as session:
            revoke_token(session, self.people[name].device, at=self.clock())
        self.give_device(name)
        return dead

    def close_day(self, day: date) -> None:
        with transaction(self.engine) as session:
            session.add(CalendarDay(day=day, kind="closed", name="Nghỉ đột xuất"))

    def post(self, path: str, body: object, name: str, token: str | None = None) -> TestResponse:
        self.person(name)
        headers = {"Authorization": f"Bearer {token or self.tokens[name]}"}
        return self.client.post(f"/api/v1{path}", json=body, headers=headers)

    def get(self, path: str, name: str = "supervisor") -> TestResponse:
        self.person(name)
        return self.client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {self.tokens[name]}"})

    @contextmanager
    def killed_before_commit(self) -> Iterator[None]:
        """Whoever is about to commit dies instead; the database then knows nothing of it."""

        def die(connection: Connection) -> None:
            raise WorkerKilled

        event.listen(self.engine, "commit", die)
        try:
            yield
        finally:
            event.remove(self.engine, "commit", die)

    # ------------------------------------------------------------ what the database holds, by plain SQL

    def stored(self, chains: Sequence[str]) -> list[StoredRow]:
        rows = self._rows(_EVENTS.bindparams(bindparam("chains", expanding=True)), {"chains": list(chains)})
        return [
            StoredRow(
                str(row["event_id"]).replace("-", ""),
                str(row["chain"]),
                int(str(row["seq"])),
                str(row["hash"]),
                str(row["chained"]).encode(),
            )
            for row in rows
        ]

    def items(self, numbers: Sequence[str]) -> dict[str, Row]:
        rows = self._rows(_ITEMS.bindparams(bindparam("of", expanding=True)), {"of": list(numbers)})
        return {str(row["number"]): row for row in rows}

    def open_legs(self) -> set[tuple[str, str, str]]:
        return {(str(row["text"]), str(row["leg"]), str(row["number"])) for row in self._rows(_LEGS, {})}

    def discrepancies(self) -> list[Row]:
        return self._rows(_FOUND, {})

    def _rows(self, statement: object, values: Mapping[str, object]) -> list[Row]:
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(statement, values).mappings()]  # type: ignore[call-overload]  # plain SQL
