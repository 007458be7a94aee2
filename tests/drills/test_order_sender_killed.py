"""The sender of orders killed at any of its steps, calls included: each envelope is ordered and cancelled once."""

import signal
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select
from sqlmodel import Session, col

from tests.drills.proof import tell_proof
from tests.drills.soaking import MARKS
from tests.drills.test_runner_killed import (
    LEASE_SECONDS,
    Planted,
    chosen,
    lease_is_over,
    opened,
    states,
    to_be_copied,
)
from tests.drills.timetables import Nursery, within
from tests.schedules.ordering import envelopes
from tests.schedules.planting import NOW
from tests.standins.vnpost import VnPostGateway, vnpost_gateway
from tracker.actions.postal_orders import Call, enter_orders, note_answer
from tracker.domain.outbound_orders import Answer, Step
from tracker.store.engine import reading, transaction
from tracker.store.models import Item, PostalOrder

pytestmark = MARKS
ENVELOPES = 3
# Spread over all of them; `make soak` takes each.
STEPS_TRIED = 5


def planted(session: Session) -> None:
    """Two envelopes to be ordered; one that the post has and that was cancelled since."""
    taken_back = envelopes(session, ENVELOPES)[0]
    enter_orders(session, at=NOW, limit=ENVELOPES)
    session.execute(delete(PostalOrder).where(col(PostalOrder.item_id) != taken_back))
    note_answer(session, Call(taken_back, Step.CREATE, ""), Answer("100"), at=NOW)
    item = session.get_one(Item, taken_back)
    item.status, item.is_final = "cancelled", True


@pytest.fixture
def world(engine: Engine, engine_name: str, database_url: str, request: pytest.FixtureRequest) -> Planted:
    with transaction(engine) as session:
        planted(session)
    return to_be_copied(engine, database_url, None if engine_name == "sqlite" else request.getfixturevalue("postgres"))


def outbox(engine: Engine) -> list[tuple[str, str]]:
    """Number and state of each order."""
    with reading(engine) as session:
        rows = session.execute(
            select(col(PostalOrder.number), col(PostalOrder.state)).order_by(col(PostalOrder.item_id))
        )
        return [(number, state) for number, state in rows]


@dataclass(frozen=True, slots=True)
class Sender:
    nursery: Nursery
    told: Path
    world: Planted
    folder: Path

    def run(self, url: str, gateway: VnPostGateway, *, die_at: int = 0) -> int:
        told = {"now": NOW.isoformat(), "lease_seconds": str(LEASE_SECONDS), "steps": str(self.told)}
        post = {"post": gateway.address, "key": gateway.key, "secret": gateway.secret}
        return self.nursery.ended(self.nursery.ask("send_orders", url=url, die_at=str(die_at), **told, **post))

    def left_by(self, die_at: int) -> tuple[list[tuple[str, str]], VnPostGateway]:
        """What stands there and at the post when, after the one that was killed, another run came to its end."""
        with self.world.copy(self.folder) as url, opened(url) as engine, vnpost_gateway() as gateway:
            gateway.orders[outbox(engine)[0][0]] = {}
            if die_at:
                assert self.run(url, gateway, die_at=die_at) == -signal.SIGKILL, die_at
                within(20, lambda: lease_is_over(engine))
            assert self.run(url, gateway) == 0, die_at
            assert states(engine) == ["abandoned"] * bool(die_at) + ["done"], die_at
            return outbox(engine), gateway


def test_a_sender_killed_at_any_step_orders_and_cancels_each_envelope_once(
    nursery: Nursery, world: Planted, engine_name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    sender = Sender(nursery, tmp_path / "steps", world, tmp_path)
    undisturbed, _ = sender.left_by(0)
    assert [state for _, state in undisturbed] == ["cancelled"] + ["sent"] * (ENVELOPES - 1)
    numbers = [number for number, _ in undisturbed]

    steps = int(sender.told.read_text(encoding="ascii"))
    tried = chosen(steps, STEPS_TRIED)
    for step in tried:
        left, gateway = sender.left_by(step)
        assert (left, sorted(gateway.orders), gateway.cancelled) == (undisturbed, sorted(numbers), numbers[:1]), step

    told = f"before {len(tried)} of its {steps} steps, each envelope ordered and cancelled once"
    tell_proof(request, f"kill -9 of the sender of orders, {engine_name}: {told}")
