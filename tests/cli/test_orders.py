"""The operator's own look at the orders to the post."""

import json

from sqlalchemy import select
from sqlmodel import col

from tests.builders import NOW
from tests.cli.test_commands import giaonhan
from tests.schedules.ordering import envelopes
from tracker.actions.postal_orders import Call, enter_orders, note_answer
from tracker.domain.outbound_orders import Answer, Step, order_number
from tracker.store.engine import create_engine, reading, transaction
from tracker.store.models import AuditRow, Item


def test_a_refused_order_is_listed_shown_and_sent_again(database_url: str) -> None:
    engine = create_engine(database_url)
    with transaction(engine) as session:
        item_id = envelopes(session)[0]
        enter_orders(session, at=NOW, limit=9)
        note_answer(session, Call(item_id, Step.CREATE, ""), Answer("99", "Sai địa chỉ"), at=NOW)
        item = session.get_one(Item, item_id)
        number = order_number(item.number, item.registered_at)

    listed = giaonhan(database_url, "orders", "list", "--state", "refused").stdout
    retried = giaonhan(database_url, "orders", "retry", number)
    again = giaonhan(database_url, "orders", "retry", number)
    shown = json.loads(giaonhan(database_url, "orders", "show", item.number, "--json").stdout)
    off = giaonhan(database_url, "orders", "send")

    assert listed == f"{number}: refused, the post said 99 Sai địa chỉ\n"
    assert (retried.returncode, again.returncode, shown["state"]) == (0, 1, "waiting")
    assert "not_allowed_now" in again.stderr
    assert "feeds.vnpost_orders of the configuration has no addresses" in off.stderr
    with reading(engine) as session:
        assert session.execute(select(col(AuditRow.actor), col(AuditRow.subject))).all() == [
            ("command line", f"order:{number}")
        ]
    engine.dispose()
