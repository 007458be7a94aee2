"""Each envelope gets one order at the post, for ever, whatever happens to the line, the run or the answer."""

import json
import logging
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select, update
from sqlmodel import Session, col

from schedules.leadership import LeaseLostError, LeaseTerms, give_up_lease, take_lease
from schedules.orders import send_orders
from tests.schedules.ordering import (
    JOB,
    SOURCE,
    an_ordered_envelope,
    envelopes,
    now_is,
    ordering,
    orders,
    sent,
    states,
)
from tests.schedules.planting import CONFIG, NOW, a_fee
from tests.schedules.pulling import a_run, feed_down
from tests.standins.vnpost import CANCEL, ORDER, VnPostGateway, vnpost_gateway
from tracker.actions.feeds import breaker_terms, note_call
from tracker.actions.postal_claims import PostalClaimSeen, take_postal_claims
from tracker.actions.postal_orders import send_again
from tracker.domain.refusal import Refusal
from tracker.domain.runs import RunOutcome
from tracker.store.engine import reading, transaction
from tracker.store.models import AuditRow, Item, JobRun, Person, PostalOrder

# What was asked is done by the post in all of these but the last.
UNANSWERED = [("done_slow", "timeout"), ("cut", "truncated"), ("500", "http_500")]


def told(gateway: VnPostGateway, path: str) -> int:
    return sum(call.path == path for call in gateway.calls)


def with_the_citizen(session: Session, end: object) -> None:
    """At that end of every envelope stands the same citizen."""
    session.execute(update(Item).values({end: select(func.min(Person.id)).scalar_subquery()}))


def test_an_envelope_is_ordered_once_in_the_words_of_the_gateway(engine: Engine) -> None:
    with transaction(engine) as session:
        (item_id,) = envelopes(session, leg="result")
        with_the_citizen(session, Item.recipient_id)
        a_fee(session, item_id, 15_000)
    with vnpost_gateway() as gateway:
        first, second = sent(engine, gateway), sent(engine, gateway, at_minute=1)

    (order,) = orders(engine)
    assert (first.outcome, first.counts["sent"], second.counts["rows"]) == (RunOutcome.COMPLETE, 1, 0)
    assert (order.state, order.status, order.answered_at, told(gateway, ORDER)) == ("sent", "100", NOW, 1)
    assert gateway.orders == {
        order.number: {
            "CustomerCode": "KH-CM-01",
            "OrderNumber": order.number,
            "CODAmount": 15_000,
            "SenderProvince": "96",
            "SenderDistrict": "",
            "SenderAddress": "1 Lý Thường Kiệt, Phường Lý Văn Lâm, Cà Mau",
            "SenderName": "981000",
            "SenderEmail": "",
            "SenderTel": CONFIG.public.hotline,
            "SenderDesc": "EE000000015VN",
            "Description": "Hồ sơ thủ tục hành chính EE000000015VN",
            "ReceiverName": "Lê Thị Mỹ",
            "ReceiverAddress": "12 Lý Bôn, Phường An Xuyên, Cà Mau",
            "ReceiverTel": "+84912345678",
            "ReceiverProvince": "96",
            "ReceiverDistrict": "",
            "ReceiverEmail": "",
        }
    }


@pytest.mark.parametrize(("fault", "named"), UNANSWERED)
def test_what_was_not_answered_is_sent_again_under_the_same_number(engine: Engine, fault: str, named: str) -> None:
    an_ordered_envelope(engine)
    with vnpost_gateway() as gateway:
        gateway.faults = [(ORDER, fault)]
        broken = sent(engine, gateway)
        (waits,) = orders(engine)
        healed = sent(engine, gateway, at_minute=1)

    (order,) = orders(engine)
    assert (broken.outcome, broken.fault, waits.state, waits.fault) == (RunOutcome.UNREACHABLE, named, "waiting", named)
    assert (healed.outcome, order.state, order.fault, order.attempts) == (RunOutcome.COMPLETE, "sent", "", 2)
    assert list(gateway.orders) == [order.number]
    assert order.status == ("100" if fault == "500" else "101")
    assert feed_down(engine) == [(f"source:{SOURCE}", "closed")]


def test_a_refusal_waits_for_a_person_who_sends_it_again_under_the_same_number(engine: Engine) -> None:
    with transaction(engine) as session:
        envelopes(session)
        with_the_citizen(session, Item.sender_id)
    with vnpost_gateway() as gateway:
        gateway.words = [{"Status": 99, "Message": "Sai địa chỉ của Lê Thị Mỹ, 0912345678"}]
        refused, again = sent(engine, gateway), sent(engine, gateway, at_minute=1)
        (order,) = orders(engine)
        with transaction(engine) as session:
            send_again(session, order.number, at=NOW, actor="supervisor")
        sent(engine, gateway, at_minute=2)

    assert (refused.outcome, refused.counts["rejected"], again.counts["rows"]) == (RunOutcome.PARTIAL, 1, 0)
    assert (order.state, order.status, order.reason) == ("refused", "99", "Sai địa chỉ của •••, •••")
    assert (states(engine), list(gateway.orders), feed_down(engine)) == (["sent"], [order.number], [])
    with reading(engine) as session:
        noted = session.execute(select(col(AuditRow.action), col(AuditRow.subject), col(AuditRow.actor))).one()
    assert tuple(noted) == ("order sent again", f"order:{order.number}", "supervisor")
    for number, cause in ((order.number, "not_allowed_now"), ("X", "unknown_number")):
        with transaction(engine) as session, pytest.raises(Refusal) as error:
            send_again(session, number, at=NOW, actor="supervisor")
        assert dict(error.value.fields) == {"order": cause}


def test_a_cancelled_envelope_is_cancelled_at_the_post_once(engine: Engine) -> None:
    item_id = an_ordered_envelope(engine)
    with vnpost_gateway() as gateway:
        sent(engine, gateway)
        now_is(engine, item_id, "cancelled")
        gateway.faults = [(CANCEL, "done_down")]
        sent(engine, gateway, at_minute=1)
        between = states(engine)
        sent(engine, gateway, at_minute=2)
        sent(engine, gateway, at_minute=3)

    assert (between, states(engine), told(gateway, CANCEL)) == (["cancel_waiting"], ["cancelled"], 2)
    assert gateway.cancelled == [orders(engine)[0].number]


def test_a_cancellation_waits_until_the_post_is_known_to_have_the_order(engine: Engine) -> None:
    item_id = an_ordered_envelope(engine)
    with vnpost_gateway() as gateway:
        gateway.faults = [(ORDER, "done_down")]
        sent(engine, gateway)
        now_is(engine, item_id, "cancelled")
        sent(engine, gateway, at_minute=1)
        sent(engine, gateway, at_minute=2)

    paths = [call.path for call in gateway.calls if call.path in {ORDER, CANCEL}]
    assert (paths, states(engine)) == ([ORDER, ORDER, CANCEL], ["cancelled"])


def test_an_envelope_cancelled_before_the_post_was_asked_is_never_ordered(engine: Engine) -> None:
    item_id = an_ordered_envelope(engine)
    with vnpost_gateway() as gateway:
        gateway.faults = [("/token", "500")]
        locked_out = sent(engine, gateway)
        now_is(engine, item_id, "cancelled")
        sent(engine, gateway, at_minute=1)
        withdrawn = states(engine)
        now_is(engine, item_id, "registered", is_final=False)
        sent(engine, gateway, at_minute=2)

    assert (locked_out.outcome, locked_out.fault) == (RunOutcome.UNREACHABLE, "http_500")
    assert (withdrawn, told(gateway, CANCEL), states(engine)) == (["withdrawn"], 0, ["sent"])


def test_a_cancellation_taken_back_before_the_post_was_told_is_not_told(engine: Engine) -> None:
    item_id = an_ordered_envelope(engine)
    with vnpost_gateway() as gateway:
        sent(engine, gateway)
        with transaction(engine) as session:
            session.execute(update(PostalOrder).values(state="cancel_waiting", tried_at=None))
        sent(engine, gateway, at_minute=1)

    assert (states(engine), told(gateway, CANCEL), item_id) == (["sent"], 0, orders(engine)[0].item_id)


def test_a_refused_cancellation_is_for_a_person(engine: Engine) -> None:
    item_id = an_ordered_envelope(engine)
    with vnpost_gateway() as gateway:
        sent(engine, gateway)
        now_is(engine, item_id, "cancelled")
        gateway.words = [{"Status": "99", "Message": "Bưu gửi đã được thu gom"}]
        sent(engine, gateway, at_minute=1)

    (order,) = orders(engine)
    assert (order.state, order.reason, gateway.cancelled) == ("cancel_refused", "Bưu gửi đã được thu gom", [])


def test_when_it_is_switched_on_only_open_envelopes_that_the_post_does_not_know_are_ordered(engine: Engine) -> None:
    with transaction(engine) as session:
        delivered, by_code, by_dossier, of_result, fresh = envelopes(session, 5)
    now_is(engine, delivered, "delivered")
    with transaction(engine) as session:
        for order, code in (
            ("X-1", "EE000000025VN"),
            ("000.00.22.H12-261112-0003__77", ""),
            ("000.00.22.H12-261112-0004", ""),
        ):
            _said(session, order, code)
    with vnpost_gateway() as gateway:
        sent(engine, gateway)

    found = {order.item_id: order.state for order in orders(engine)}
    # An order under the dossier's bare number is the result's: the submission's is still missing.
    assert found == {by_code: "known", by_dossier: "known", of_result: "sent", fresh: "sent"}
    assert len(gateway.orders) == 2


def _said(session: Session, order: str, code: str) -> None:
    claim = PostalClaimSeen(source="vnpost", reference=f"{order} {code}", order_number=order, item_code=code, code="7",
                            text="", mapping="ngsp-1", status=None, place="", said_at=NOW)  # fmt: skip
    take_postal_claims(session, [claim], at=NOW)


def test_an_order_for_which_something_is_missing_is_not_made_and_says_what(engine: Engine) -> None:
    an_ordered_envelope(engine)
    with transaction(engine) as session:
        session.execute(update(Person).values(phone="", address_line="", ward_code=""))
        with_the_citizen(session, Item.sender_id)
    with vnpost_gateway() as gateway:
        sent(engine, gateway)

    (order,) = orders(engine)
    assert (order.state, order.fault, order.reason) == ("refused", "incomplete", "sender_phone sender_address")
    assert (order.attempts, gateway.orders) == (0, {})


def test_one_order_at_fault_holds_up_no_other_and_three_in_a_row_end_the_run(engine: Engine) -> None:
    with transaction(engine) as session:
        envelopes(session, 6)
    with vnpost_gateway() as gateway:
        gateway.faults = [(ORDER, "500")]
        partial = sent(engine, gateway, most_sent=2)
        gateway.faults = [(ORDER, "500")] * 3
        down = sent(engine, gateway, at_minute=1)
        healed = sent(engine, gateway, at_minute=2)

    assert (partial.outcome, partial.counts["sent"], partial.counts["unanswered"]) == (RunOutcome.PARTIAL, 1, 1)
    assert (down.outcome, down.fault, down.counts["rows"]) == (RunOutcome.UNREACHABLE, "http_500", 3)
    assert (healed.outcome, healed.counts["sent"], len(gateway.orders)) == (RunOutcome.COMPLETE, 5, 6)


def test_a_post_that_is_down_is_left_in_peace_by_a_breaker_of_its_own(engine: Engine) -> None:
    an_ordered_envelope(engine)
    with vnpost_gateway() as gateway:
        gateway.faults = [(ORDER, "500")] * 9
        with transaction(engine) as session:
            for _ in range(CONFIG.feeds.breaker_failures):
                note_call(session, SOURCE, "http_500", breaker_terms(CONFIG), at=NOW - timedelta(hours=1))
        down, again = sent(engine, gateway), sent(engine, gateway, at_minute=1)

    assert (down.fault, again.fault, told(gateway, ORDER)) == ("http_500", "resting", 1)
    assert feed_down(engine) == [(f"source:{SOURCE}", "open")]


def test_nobody_is_named_in_the_outbox_the_run_or_the_log(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    with transaction(engine) as session:
        envelopes(session, 3)
        with_the_citizen(session, Item.sender_id)
    with caplog.at_level(logging.DEBUG), vnpost_gateway() as gateway:
        gateway.words = [{"Status": "99", "Message": "LE THI MY (+84 912 345 678), 12 Lý Bôn"}]
        gateway.faults = [(ORDER, ""), (ORDER, "500")]
        sent(engine, gateway)

    with reading(engine) as session:
        runs = [f"{run.counts} {run.fault}" for run in session.scalars(select(JobRun))]
    kept = json.dumps([order.model_dump(mode="json") for order in orders(engine)], ensure_ascii=False)
    everything = f"{kept} {runs} {caplog.text}".casefold()
    assert [word for word in ("mỹ", "thi my", "912345678", "912 345 678", "lý bôn") if word in everything] == []


def test_a_run_that_lost_the_lead_tells_the_post_nothing(engine: Engine) -> None:
    an_ordered_envelope(engine)
    run = a_run(engine, JOB)
    with transaction(engine) as session:
        give_up_lease(session, run.held)
        take_lease(session, LeaseTerms(run.held.name, "successor", 600))

    with vnpost_gateway() as gateway, pytest.raises(LeaseLostError):
        send_orders(engine, ordering(gateway), run, NOW)

    assert (gateway.calls, states(engine)) == ([], [])
