"""giaonhan orders: what we ordered at the post, what it refused, and sending now or once more."""

from dataclasses import asdict
from datetime import UTC, datetime

import click

from schedules.commands import UnknownFeedError, send_orders_now
from schedules.runs import OverlapError
from tracker.actions.postal_orders import send_again
from tracker.cli.speech import as_json, configured, moment, refusals_spoken, say, say_run
from tracker.domain.outbound_orders import OrderState
from tracker.store.engine import create_engine, reading, transaction
from tracker.store.queries.postal_orders import OrderView, order_named, orders_in

SENT_BY = "command line"
MOST_LISTED = 1000


@click.group()
def orders() -> None:
    """Orders that we give to the post, one per envelope."""


@orders.command("list")
@click.option("--state", "states", multiple=True, type=click.Choice([state.value for state in OrderState]))
@click.option("--limit", type=click.IntRange(1, MOST_LISTED), default=100, help="How many, the newest first.")
@as_json
def list_orders(states: tuple[str, ...], limit: int, as_json: bool) -> None:
    """List orders; those of every state, or of each --state named."""
    engine = create_engine(configured().database.url)
    try:
        with reading(engine) as session:
            found = orders_in(session, [OrderState(state) for state in states] or list(OrderState), limit)
    finally:
        engine.dispose()
    lines = [_line(order) for order in found] or ["no such order"]
    say({"orders": [asdict(order) for order in found]}, "\n".join(lines), as_json=as_json)


@orders.command()
@click.argument("number")
@as_json
def show(number: str, as_json: bool) -> None:
    """Show the order with that NUMBER, or the one of the envelope that bears it."""
    engine = create_engine(configured().database.url)
    try:
        with reading(engine) as session:
            found = order_named(session, None, number)
    finally:
        engine.dispose()
    if found is None:
        raise click.ClickException(f"no order and no envelope with an order bears {number}")
    say(asdict(found), _line(found), as_json=as_json)


@orders.command()
@click.argument("number")
@as_json
def retry(number: str, as_json: bool) -> None:
    """Send what the post refused once more, under the same NUMBER. It is noted who did so."""
    engine = create_engine(configured().database.url)
    try:
        with refusals_spoken(), transaction(engine) as session:
            send_again(session, number, at=datetime.now(UTC), actor=SENT_BY)
    finally:
        engine.dispose()
    say({"order": number}, f"{number} goes to the post with the next run", as_json=as_json)


@orders.command()
@click.option("--now", help="Pretend it is this instant (ISO 8601 with offset).")
@as_json
def send(now: str | None, as_json: bool) -> None:
    """Send what waits now."""
    try:
        result = send_orders_now(configured(), moment(now))
    except (UnknownFeedError, OverlapError) as error:
        raise click.ClickException(str(error)) from error
    say_run(result, as_json=as_json)


def _line(order: OrderView) -> str:
    told = f"{order.number}: {order.state}"
    if order.status or order.reason:
        told += f", the post said {order.status or '-'} {order.reason}".rstrip()
    if order.fault:
        told += f", {order.fault} after {order.attempts} calls"
    return told
