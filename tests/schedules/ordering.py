"""Envelopes that need an order at the post, the job that sends them, and what stands in the outbox."""

from sqlalchemy import Engine, select, update
from sqlmodel import Session, col

from schedules.runs import RunResult
from tests.schedules.planting import a_dossier, a_place, an_item
from tests.schedules.pulling import pulled, with_feed
from tests.standins.vnpost import CANCEL, ORDER, VnPostGateway
from tracker.config import Config
from tracker.domain.runs import JobName
from tracker.store.engine import reading, transaction
from tracker.store.models import Item, Office, PostalOrder

JOB, SOURCE = JobName.SEND_ORDERS, "vnpost_orders"
PROVINCE = {"province_code": "96", "ward_code": "32014", "address": "1 Lý Thường Kiệt"}


def addresses_at(gateway: VnPostGateway) -> dict[str, str]:
    return {
        "token_url": f"{gateway.address}/token",
        "order_url": f"{gateway.address}{ORDER}",
        "cancel_url": f"{gateway.address}{CANCEL}",
    }


def ordering(gateway: VnPostGateway, **more: object) -> Config:
    terms = {"username": gateway.key, "password": gateway.secret, "customer_code": gateway.key, "timeout_seconds": 0.3}
    return with_feed(SOURCE, **{**addresses_at(gateway), **terms, **more})


def sent(engine: Engine, gateway: VnPostGateway, at_minute: int = 0, **more: object) -> RunResult:
    return pulled(engine, ordering(gateway, **more), JOB, at_minute)


def envelopes(session: Session, count: int = 1, **columns: object) -> list[int]:
    """Registered, each with a dossier of its own."""
    place = a_place(session)
    session.execute(update(Office).values(PROVINCE))
    return [
        an_item(
            session,
            place,
            [a_dossier(session, place, f"000.00.22.H12-261112-{serial:04}")],
            **({"number": f"EE{serial:08}5VN", "status": "registered"} | columns),
        )
        for serial in range(1, count + 1)
    ]


def an_ordered_envelope(engine: Engine) -> int:
    with transaction(engine) as session:
        return envelopes(session)[0]


def now_is(engine: Engine, item_id: int, status: str, *, is_final: bool = True) -> None:
    with transaction(engine) as session:
        session.execute(update(Item).where(col(Item.id) == item_id).values(status=status, is_final=is_final))


def orders(engine: Engine) -> list[PostalOrder]:
    with reading(engine) as session:
        return list(session.scalars(select(PostalOrder).order_by(col(PostalOrder.item_id))))


def states(engine: Engine) -> list[str]:
    return [order.state for order in orders(engine)]
