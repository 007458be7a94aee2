"""A country's books for benchmarks: ten thousand dossiers told one by one, then copied as blocks inside the database.

One fifth is under way, four fifths ended over two years; 0.4 % contradict, by every row of the decision table.
"""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, Engine, Table, text
from sqlmodel import Session

from tests.schedules.planting import a_dossier, a_place
from tracker.actions.feeds import FeedAnswer, note_feed_success
from tracker.store.engine import transaction
from tracker.store.tables import CLAIM, DOSSIER, DOSSIER_NUMBER, EVENT, FEE, ITEM, ITEM_DOSSIER, NOTICE

# A Monday at 10:00 in Vietnam; what is under way was last touched on Friday afternoon or this morning.
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
BLOCK, SEED = 10_000, 261128
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Items get ids of their own range, so that a block's copies never meet.
ITEMS_PER_BLOCK, EVENTS_PER_BLOCK, CLAIMS_PER_BLOCK = 30_000, 80_000, 60_000
TABLES: tuple[Table, ...] = (DOSSIER, DOSSIER_NUMBER, ITEM, ITEM_DOSSIER, FEE, EVENT, CLAIM, NOTICE)
_NOTHING = ("office", "bound_for", "attempts", "attempt_open", "invitations", "verifying", "bag")
FILLER = json.dumps({"status": "at_office", "custodian": {"kind": "office"}} | dict.fromkeys(_NOTHING))


@dataclass(slots=True)
class Block:
    """Rows of the first block by table; `common` is what every dossier shares."""

    common: dict[str, object]
    offices: tuple[int, int]
    chance: random.Random
    rows: dict[str, list[dict[str, object]]] = field(default_factory=lambda: {table.name: [] for table in TABLES})

    def dossier(self, status: int | None, said_at: datetime | None, **columns: object) -> int:
        number = len(self.rows["dossier"]) + 1
        told = {"id": number, "one_stop_status": status, "one_stop_said_at": said_at, "processing_due_on": None}
        self.rows["dossier"].append(self.common | told | columns)
        local = f"000.00.00.H12-{number:09d}"
        self.rows["dossier_number"].append({"compared": local, "dossier_id": number, "text": local, "kind": "local"})
        return number

    def claims(self, dossier: int, *told: tuple[int, datetime], channel: int | None = 2) -> None:
        for status, said_at in told:
            row = {"source": "one_stop", "dossier_id": dossier, "number": str(dossier), "status": status}
            row |= {"word": f"word {status}", "channel": channel, "said_at": said_at, "first_seen_at": said_at,
                    "mapping": ""}  # fmt: skip
            self.rows["claim"].append({"id": len(self.rows["claim"]) + 1, **row, "run_id": None})

    def told(self, dossier: int, at: datetime) -> None:
        row = {"dossier_id": dossier, "kind": "supplement_asked", "means": "phone", "at": at, "actor": "clerk"}
        self.rows["notice"].append({"id": len(self.rows["notice"]) + 1, **row})

    def item(self, dossier: int, leg: str, registered_at: datetime, **columns: object) -> int:
        number = len(self.rows["item"]) + 1
        post, centre = self.offices
        given: dict[str, object] = {
            "id": number, "number": f"RI{number:09d}VN", "leg": leg, "from_office_id": post, "to_office_id": centre,
            "sender_id": None, "recipient_id": None, "seal_number": None, "resend": False,
            "registered_at": registered_at, "due_on": date(2026, 11, 26), "status": "at_office",
            "direction": "forward", "custodian_kind": "office", "custodian_ref": "981000", "office_code": "981000",
            "attempts": 0, "invitations": 0, "pending_since": None, "pending_to": None, "pending_to_ref": None,
            "last_event_at": self.lately(), "final_at": None, "legal_submission_at": None,
            "citizen_state": "in_transit", "is_final": False, "standing": FILLER,
        }  # fmt: skip
        self.rows["item"].append(given | columns)
        self.rows["item_dossier"].append({"item_id": number, "dossier_id": dossier})
        self.event(number, "registered", registered_at)
        self.event(number, "accepted", registered_at + HOUR)
        return number

    def delivered(self, dossier: int, leg: str, at: datetime, **details: object) -> int:
        ended = {"status": "delivered", "is_final": True, "final_at": at, "last_event_at": at}
        item = self.item(dossier, leg, at - 3 * DAY, **ended)
        self.event(item, "delivered", at, {"receiver": "recipient", "identity": "seen", **details})
        return item

    def event(self, item: int, kind: str, at: datetime, details: dict[str, object] | None = None) -> str:
        number = len(self.rows["event"]) + 1
        event_id = UUID(f"00000000-0000-4000-8000-{number:012x}")
        body = {"id": str(event_id), "code": f"RI{item:09d}VN", "type": kind, "details": details or {}}
        row: dict[str, object] = {
            "id": number, "event_id": event_id, "chain": f"item:{item}", "seq": number, "item_id": item,
            "type": kind, "occurred_at": at, "effective_at": at, "recorded_at": at, "device": "phone",
            "device_counter": None, "actor": f"courier {item % 50}", "actor_role": "courier", "hand": None,
            "second_person": None, "stands_for": None, "stands_for_role": None, "office_code": "981000", "bag": None,
            "told": "", "chained": json.dumps(body, separators=(",", ":")), "hash": "0" * 64,
        }  # fmt: skip
        self.rows["event"].append(row)
        return str(event_id)

    def lately(self) -> datetime:
        return FRIDAY + self.chance.random() * (NOW - FRIDAY)


Tell = Callable[[Block], object]


def fill(engine: Engine, dossiers: int) -> None:
    with transaction(engine) as session:
        block = _founded(session)
    for number in range(BLOCK):
        _tell(block, number)
    with engine.begin() as connection:
        for table in TABLES:
            connection.execute(table.insert(), block.rows[table.name])
    with _bulk(engine) as connection:
        for copy in range(1, dossiers // BLOCK):
            for table in TABLES:
                connection.exec_driver_sql(_copied(table, copy, engine.dialect.name))
        connection.commit()
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM changed_dossier"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("VACUUM ANALYZE"))


def _founded(session: Session) -> Block:
    place = a_place(session)
    first = a_dossier(session, place, "first")
    common = dict(session.execute(DOSSIER.select().where(DOSSIER.c.id == first)).mappings().one())
    for table in (DOSSIER_NUMBER, DOSSIER):
        session.execute(table.delete())
    note_feed_success(session, FeedAnswer("one_stop", rows=1), at=NOW)
    return Block(common, (place.post, place.centre), random.Random(SEED))


@contextmanager
def _bulk(engine: Engine) -> Iterator[Connection]:
    """SQLite: a file nobody else opens yet, so nothing is waited for; indexes and triggers are made when it is full."""
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            yield connection
            return
        connection.exec_driver_sql("COMMIT")
        for pragma in ("foreign_keys=OFF", "journal_mode=OFF", "synchronous=OFF", "cache_size=-400000"):
            connection.exec_driver_sql(f"PRAGMA {pragma}")
        of_tables = ", ".join(f"'{table.name}'" for table in TABLES)
        kept = connection.exec_driver_sql(
            f"SELECT type, name, sql FROM sqlite_master WHERE tbl_name IN ({of_tables}) AND sql IS NOT NULL"
            " AND type IN ('index', 'trigger')"
        ).all()
        for kind, name, _ in kept:
            connection.exec_driver_sql(f"DROP {kind} {name}")
        connection.exec_driver_sql("BEGIN")
        yield connection
        for _, _, made in kept:
            connection.exec_driver_sql(made)
        connection.commit()
    engine.dispose()  # the next connection is durable again


def _copied(table: Table, copy: int, dialect: str) -> str:
    moved = {
        "dossier": {"id": BLOCK}, "dossier_number": {"dossier_id": BLOCK}, "item": {"id": ITEMS_PER_BLOCK},
        "item_dossier": {"item_id": ITEMS_PER_BLOCK, "dossier_id": BLOCK}, "fee": {"item_id": ITEMS_PER_BLOCK},
        "event": {"id": EVENTS_PER_BLOCK, "item_id": ITEMS_PER_BLOCK},
        "claim": {"id": CLAIMS_PER_BLOCK, "dossier_id": BLOCK}, "notice": {"id": BLOCK, "dossier_id": BLOCK},
    }[table.name]  # fmt: skip
    told = {name: f"{name} + {by * copy}" for name, by in moved.items()}
    told |= _renamed(table, copy, dialect)
    names = [column.name for column in table.columns]
    first = {"dossier_number": "dossier_id", "item_dossier": "dossier_id", "fee": "item_id"}.get(table.name, "id")
    until = {"dossier_id": BLOCK, "item_id": ITEMS_PER_BLOCK}.get(first) or moved["id"]
    listed = ", ".join(names)
    return (
        f"INSERT INTO {table.name} ({listed}) SELECT {', '.join(told.get(name, name) for name in names)}"
        f" FROM {table.name} WHERE {first} <= {until}"
    )


def _renamed(table: Table, copy: int, dialect: str) -> dict[str, str]:
    """Texts that must differ: numbers, chains, and the ids of events and handovers (the block in their fourth part)."""
    own, of_block = "-4000-8000-", f"-4000-8{copy:03x}-"
    if table.name == "dossier_number":
        return {name: f"'{copy:04d}' || substr({name}, 5)" for name in ("compared", "text")}
    if table.name == "item":
        return {"standing": f"replace(standing, '{own}', '{of_block}')"}
    if table.name != "event":
        return {}
    hexed = "event_id" if dialect == "sqlite" else "replace(CAST(event_id AS text), '-', '')"
    event_id = f"substr({hexed}, 1, 17) || '{copy:03x}' || substr({hexed}, 21)"
    return {
        "event_id": event_id if dialect == "sqlite" else f"CAST({event_id} AS uuid)",
        "chain": f"'item:' || (item_id + {ITEMS_PER_BLOCK * copy})",
        "chained": f"replace(chained, '{own}', '{of_block}')",
    }


def _tell(block: Block, number: int) -> None:
    if number % 250 == 0:
        KINDS[number // 250 % len(KINDS)](block)
        return
    share = number % 1000
    if share < 50:
        _on_the_way_in(block)
    elif share < 155:
        _with_the_agency(block, 4 if share < 150 else 5)
    elif share < 195:
        _on_the_way_out(block)
    elif share < 200:
        _just_now(block, share)
    else:
        _ended(block)


def _on_the_way_in(block: Block) -> None:
    dossier = block.dossier(1, NOW - 2 * DAY, processing_due_on=date(2026, 12, 4))
    block.claims(dossier, (1, NOW - 2 * DAY), channel=3)
    block.item(dossier, "submission", NOW - 2 * DAY, status=block.chance.choice(("at_office", "in_transit", "bagged")))


def _with_the_agency(block: Block, status: int) -> None:
    came_at = NOW - DAY * block.chance.randint(2, 25)
    dossier = block.dossier(status, came_at + DAY, processing_due_on=date(2026, 12, 4))
    block.claims(dossier, (1, came_at - DAY), (2, came_at + HOUR), (4, came_at + DAY), channel=3)
    if status != 4:
        block.claims(dossier, (status, came_at + DAY))
        block.told(dossier, came_at + DAY + HOUR)
    block.delivered(dossier, "submission", came_at)


def _on_the_way_out(block: Block) -> None:
    came_at = NOW - DAY * block.chance.randint(9, 25)
    dossier = block.dossier(9, NOW - 3 * DAY, processing_due_on=date(2026, 12, 4))
    block.claims(dossier, (1, came_at), (2, came_at + DAY), (4, came_at + 2 * DAY), (9, NOW - 3 * DAY), channel=3)
    block.delivered(dossier, "submission", came_at)
    courier = {"custodian_kind": "courier", "custodian_ref": f"courier {dossier % 50}"}
    item = block.item(dossier, "result", NOW - 3 * DAY, status="with_courier", **courier)
    if dossier % 4 == 0:
        handed_at = NOW - HOUR
        _pending(block, item, handed_at)


def _pending(block: Block, item: int, since_at: datetime) -> None:
    event = block.event(item, "given_to_courier", since_at)
    handover = f"00000001-0000-4000-8000-{item:012x}"
    told = {"to": "office", "to_ref": "H12.01", "since": since_at.isoformat(), "handover": handover, "event": event}
    block.rows["item"][item - 1] |= {
        "pending_since": since_at, "pending_to": "office", "pending_to_ref": "H12.01",
        "standing": json.dumps(json.loads(FILLER) | {"pending": told}),
    }  # fmt: skip


def _just_now(block: Block, share: int) -> None:
    """Two sides that differ, and whose grace is not over."""
    came_at = NOW - 9 * DAY
    if share == 195:
        dossier = block.dossier(1, came_at)
        block.claims(dossier, (1, came_at), channel=3)
        block.delivered(dossier, "submission", NOW - HOUR)
        return
    dossier = block.dossier(9, NOW - HOUR)
    block.claims(dossier, (1, came_at), (2, came_at + DAY), (4, came_at + DAY), (9, NOW - HOUR))
    block.delivered(dossier, "submission", came_at)
    if share < 198:
        block.delivered(dossier, "result", NOW - HOUR / 2)


def _ended(block: Block, status: int | None = None) -> int:
    ended_at = NOW - HOUR - DAY * 730 * block.chance.random()
    status = status or (3 if block.chance.random() < 0.03 else 10)
    dossier = block.dossier(status, ended_at, processing_due_on=ended_at.date())
    block.claims(dossier, (1, ended_at - 9 * DAY), (2, ended_at - 7 * DAY), (4, ended_at - 6 * DAY), channel=3)
    block.claims(dossier, *([(9, ended_at - 4 * DAY)] if status == 10 else []), (status, ended_at))
    block.delivered(dossier, "submission", ended_at - 8 * DAY)
    if block.chance.random() < 0.15:
        item = block.delivered(dossier, "result", ended_at - HOUR, fees_collected=38_000)
        block.rows["fee"].append(_fee(item, 38_000))
    else:
        block.delivered(dossier, "result", ended_at - HOUR)
    return dossier


def _fee(item: int, amount: int) -> dict[str, object]:
    return {"item_id": item, "line": 1, "name": "lệ phí", "amount": amount, "payer": "recipient", "paid": False}


def _contradicting(said: int, *legs: str, **item: object) -> Tell:
    """Long past its grace: what the agency says, and on each leg an item delivered (`=`) or under way."""

    def tell(block: Block) -> None:
        dossier = block.dossier(said, NOW - 8 * DAY)
        block.claims(dossier, (1, NOW - 20 * DAY), (said, NOW - 8 * DAY))
        for leg in legs:
            if leg.endswith("="):
                block.delivered(dossier, leg[:-1], NOW - 9 * DAY)
            else:
                block.item(dossier, leg, NOW - 9 * DAY, **{"last_event_at": NOW - HOUR} | item)

    return tell


def _with_money(block: Block) -> None:
    dossier = _ended(block, 10)
    block.rows["dossier"][dossier - 1]["one_stop_said_at"] = NOW - DAY
    item = block.delivered(dossier, "supplement", NOW - 9 * DAY, fees_collected=5_000)
    block.rows["fee"].append(_fee(item, 7_000))


def _to_a_stranger(block: Block) -> None:
    block.delivered(_with_claims(block, 4, 2, 4), "supplement", NOW - 9 * DAY, receiver="authorised")


def _with_claims(block: Block, status: int, *said: int, **columns: object) -> int:
    dossier = block.dossier(status, NOW - 8 * DAY, **columns)
    block.claims(dossier, *((one, NOW - (20 - place) * DAY) for place, one in enumerate(said)))
    block.delivered(dossier, "submission", NOW - 21 * DAY)
    return dossier


def _waiting(block: Block) -> None:
    dossier = _with_claims(block, 4, 2, 4)
    item = block.item(dossier, "supplement", NOW - 9 * DAY, last_event_at=NOW - HOUR)
    _pending(block, item, NOW - 5 * DAY)


def _without_order(block: Block) -> None:
    dossier = block.dossier(2, NOW - 8 * DAY)
    block.claims(dossier, (2, NOW - 8 * DAY), channel=3)


KINDS: tuple[Tell, ...] = (
    _contradicting(1, "submission="),
    _contradicting(4, "submission"),
    _without_order,
    _contradicting(9, "submission="),
    _contradicting(4, "submission=", "result"),
    _contradicting(10, "submission=", "result"),
    _contradicting(9, "submission=", "result="),
    _contradicting(10, "submission=", "result", status="returned", is_final=True, final_at=NOW - DAY),
    _contradicting(3, "submission="),
    lambda block: _with_claims(block, 5, 2, 4, 5),
    _contradicting(4, "submission=", "supplement", "supplement"),
    _to_a_stranger,
    _with_money,
    lambda block: _with_claims(block, 2, 2, 4, 2),
    _contradicting(4, "submission=", "supplement", last_event_at=NOW - 6 * DAY),
    _waiting,
    _contradicting(4, "submission=", "supplement", due_on=date(2026, 11, 20)),
    lambda block: _with_claims(block, 4, 2, 4, processing_due_on=date(2026, 11, 20)),
)
