"""How far an order to the post is, in words: the state, and what the post or we have to say of it."""

from tracker.domain.outbound_orders import INCOMPLETE, OrderState
from tracker.phrases import run_fault_phrase
from tracker.store.queries.postal_orders import OrderView
from tracker.web.language import gettext, ngettext


def why_of(order: OrderView) -> str:
    """Why it is not settled, without the post's own words; empty where there is nothing to say."""
    if order.fault == INCOMPLETE:
        missing = ", ".join(gettext(f"order_field.{field}") for field in order.reason.split())
        return gettext("orders.incomplete", fields=missing)
    if order.fault:
        phrase, facts = run_fault_phrase(order.fault)
        tried = ngettext("orders.tried", "orders.tried.plural", order.attempts)
        return f"{tried} {gettext(phrase, **facts)}"
    if order.state is OrderState.CANCELLED and order.is_of_open_item:
        return gettext("orders.cancelled_but_open")
    return ""


def said_by_post(order: OrderView) -> str:
    """Its own words on why it refused, in its own language."""
    if order.fault == INCOMPLETE or order.state not in {OrderState.REFUSED, OrderState.CANCEL_REFUSED}:
        return ""
    return f"{order.status}: {order.reason}" if order.reason else order.status
