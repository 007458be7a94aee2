"""One founded province per test process and engine, shared: each test works in a transaction that is rolled back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlmodel import Session, col

from tests.builders import (
    AGENCY,
    CENTRE,
    COMMUNE,
    ELSEWHERE,
    NOW,
    POST,
    POST_AFAR,
    POST_ELSEWHERE,
    ROOT,
    SignedOn,
    a_desk,
    a_door,
    a_dossier,
    a_number,
    a_scan,
    an_account,
    an_item,
    found_province,
    use_quick_passwords,
)
from tests.engines import PostgresServer, postgres_copy, sqlite_copy
from tracker.actions.post import RegisteredItem
from tracker.actions.receipts import Receipt
from tracker.actions.record import record
from tracker.domain.actor import SYSTEM_NAME, Actor
from tracker.domain.discrepancies import DiscrepancyState
from tracker.domain.events import Standing
from tracker.domain.vocabulary import EventType, Leg, Role
from tracker.store.engine import create_engine, reading, transaction
from tracker.store.models import Discrepancy
from tracker.store.queries.accounts import SYSTEM_DEVICE, account_by_name, actor_of
from tracker.store.standing_json import standing_from_json
from tracker.store.tables import EVENT, ITEM

PEOPLE: Mapping[str, tuple[Role, str]] = {
    "clerk": (Role.CLERK, CENTRE),
    "clerk2": (Role.CLERK, COMMUNE),
    "officer": (Role.OFFICER, CENTRE),
    "officer2": (Role.OFFICER, AGENCY),
    "postclerk": (Role.POSTCLERK, POST),
    "postclerk_b": (Role.POSTCLERK, POST),
    "postclerk2": (Role.POSTCLERK, POST_AFAR),
    "postclerk2_b": (Role.POSTCLERK, POST_AFAR),
    "courier": (Role.COURIER, POST),
    "courier2": (Role.COURIER, POST_AFAR),
    "driver": (Role.DRIVER, POST),
    "supervisor": (Role.SUPERVISOR, ROOT),
    "hotline": (Role.HOTLINE, ROOT),
    "admin": (Role.ADMIN, ROOT),
    "auditor": (Role.AUDITOR, ROOT),
    "stranger": (Role.CLERK, ELSEWHERE),
    "strange_postclerk": (Role.POSTCLERK, POST_ELSEWHERE),
    "strange_supervisor": (Role.SUPERVISOR, ELSEWHERE),
}
SERIALS = count(1)


@dataclass(frozen=True, slots=True)
class Province:
    engine: Engine
    people: Mapping[str, Actor]

    def __getitem__(self, who: str) -> Actor:
        return self.people[who]


def a_fresh_number() -> str:
    """Of a dossier that no other test of this process knows."""
    serial = next(SERIALS)
    return a_number(serial % 9999 + 1, day=f"2611{1 + serial // 9999:02d}")


def _found(engine: Engine) -> Province:
    use_quick_passwords()
    with transaction(engine) as session:
        found_province(session, at=NOW)
        people: dict[str, SignedOn] = {
            name: an_account(session, role, office, name) for name, (role, office) in PEOPLE.items()
        }
        actors = {name: signed_on.actor for name, signed_on in people.items()}
        return Province(engine, actors | {"system": _system_actor(session)})


def _system_actor(session: Session) -> Actor:
    account = account_by_name(session, SYSTEM_NAME)
    assert account is not None
    assert account.id is not None
    return actor_of(session, account.id, SYSTEM_DEVICE)


@pytest.fixture(scope="session")
def shared_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    yield from _untouched(create_engine(sqlite_copy(sqlite_template, tmp_path_factory.mktemp("shared"))))


@pytest.fixture(scope="session")
def shared_postgresql(postgres: PostgresServer) -> Iterator[Province]:
    yield from _untouched(create_engine(postgres.create_database("shared_province", "template_at_head")))


def _untouched(engine: Engine) -> Iterator[Province]:
    """What one test leaves in the books that all share, another one finds there: such a test asks for its own."""
    yield _found(engine)
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(EVENT)) == 0, "a test has committed to the shared books"
    engine.dispose()


@pytest.fixture(scope="module")
def own_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    engine = create_engine(sqlite_copy(sqlite_template, tmp_path_factory.mktemp("own")))
    yield _found(engine)
    engine.dispose()


@pytest.fixture(scope="module")
def own_postgresql(postgres: PostgresServer) -> Iterator[Province]:
    with postgres_copy(postgres) as url:
        engine = create_engine(url)
        yield _found(engine)
        engine.dispose()


@pytest.fixture
def province(engine_name: str, request: pytest.FixtureRequest) -> Province:
    found: Province = request.getfixturevalue(f"shared_{engine_name}")
    return found


@pytest.fixture
def own_province(engine_name: str, request: pytest.FixtureRequest) -> Province:
    """Of one module alone: what its tests commit, no other test finds."""
    found: Province = request.getfixturevalue(f"own_{engine_name}")
    return found


@pytest.fixture
def books(province: Province) -> Iterator[Session]:
    """A session on the shared province; nothing of it is kept."""
    with Session(province.engine, expire_on_commit=False) as session:
        yield session
        session.rollback()


def posted(session: Session, by: Actor, leg: Leg = Leg.SUBMISSION, **columns: object) -> RegisteredItem:
    """An envelope with a dossier of its own, which only this test knows."""
    desk = a_desk(by)
    return an_item(session, desk, a_dossier(session, desk, a_fresh_number()), leg=leg, **columns)


def receipt_of(
    session: Session, by: Actor, event: Mapping[str, object], *, at: datetime = NOW, device_time: datetime | None = None
) -> Receipt:
    """What the door says to one event."""
    (receipt,) = record(session, [dict(event)], a_door(by, at=at, device_time=device_time))
    return receipt


def standing_of(session: Session, item: RegisteredItem) -> Standing:
    """As the item's row keeps it."""
    return standing_from_json(session.scalars(select(ITEM.c.standing).where(ITEM.c.id == item.item_id)).one())


def open_codes(session: Session, item: RegisteredItem) -> set[str]:
    """Of the discrepancies a person must look at."""
    return set(
        session.scalars(
            select(col(Discrepancy.code)).where(
                col(Discrepancy.item_id) == item.item_id, col(Discrepancy.state) == DiscrepancyState.OPEN
            )
        )
    )


SENDER = {"kind": "sender"}
PACKED = {"seal_number": "NP-1", "counts": [{"line": 1, "kind": "original", "count": 1}], "identity": "seen"}
SEAL_OK = {"seal_ok": True}


def accepted(session: Session, province: Province, item: RegisteredItem, *, at: datetime = NOW) -> Receipt:
    event = a_scan(item.number, EventType.ACCEPTED, at=at, counterparty=SENDER, details=PACKED)
    return receipt_of(session, province["postclerk"], event, at=at)


def with_courier(session: Session, province: Province, item: RegisteredItem, *, at: datetime = NOW) -> Receipt:
    """The courier's own scan takes it."""
    event = a_scan(item.number, EventType.GIVEN_TO_COURIER, at=at, counterparty={"kind": "office"})
    return receipt_of(session, province["courier"], event, at=at)


@dataclass
class Tale:
    """What happens to one envelope, a minute apart; each person scans with a device of their own."""

    session: Session
    province: Province
    item: RegisteredItem
    at: datetime = NOW

    def wait(self, **time: float) -> "Tale":
        self.at += timedelta(**time)
        return self

    def scan(self, who: str, kind: EventType, **fields: object) -> Receipt:
        self.wait(minutes=1)
        event = a_scan(self.item.number, kind, at=self.at, **fields)
        return receipt_of(self.session, self.province[who], event, at=self.at)

    def accepted(self) -> "Tale":
        assert self.scan("postclerk", EventType.ACCEPTED, counterparty=SENDER, details=PACKED).outcome == "recorded"
        return self

    def with_courier(self, who: str = "courier") -> "Tale":
        told = {"counterparty": {"kind": "office"}}
        assert self.scan(who, EventType.GIVEN_TO_COURIER, **told).outcome == "recorded"
        return self

    def held(self) -> "Tale":
        assert self.scan("postclerk", EventType.HELD, details={"until_on": "2026-12-31"}).outcome == "recorded"
        return self

    @property
    def standing(self) -> Standing:
        return standing_of(self.session, self.item)

    @property
    def open_codes(self) -> set[str]:
        return open_codes(self.session, self.item)


def tale_of(session: Session, province: Province, leg: Leg = Leg.SUBMISSION, **columns: object) -> Tale:
    """A submission posted at the counter, or a result sent by the centre's clerk."""
    who = "clerk" if leg is Leg.RESULT else "postclerk"
    return Tale(session, province, posted(session, province[who], leg, **columns))
