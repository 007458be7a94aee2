"""The post's portal is asked window by window, and nothing it says is lost, doubled or guessed."""

from collections import Counter
from dataclasses import fields
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session

from schedules.feeds.my_vnpost import MyVnPostFeed, my_vnpost_feed
from schedules.feeds.stepping import Step, pull_by_steps
from schedules.feeds.wire import FeedError
from schedules.leadership import give_up_lease
from schedules.runs import Run, RunResult
from tests.schedules.planting import NOW, a_dossier, a_place, an_item
from tests.schedules.pulling import a_run, cursor, feed_down, pulled, with_feed
from tests.standins.my_vnpost import LIST, MyVnPostPortal, an_order, my_vnpost_portal
from tracker.actions.postal_claims import PostalClaimSeen
from tracker.config import Config
from tracker.domain.runs import JobName, RunOutcome
from tracker.store.engine import reading, transaction
from tracker.store.tables import POSTAL_CLAIM

JOB, SOURCE = JobName.PULL_MY_VNPOST, "my_vnpost"
ITEM = "EE123456785VN"
DAY_MINUTES = 24 * 60


def config_of(portal: MyVnPostPortal, **more: object) -> Config:
    account = {"username": portal.username, "password": portal.password, "customer_code": portal.customer_code}
    return with_feed(SOURCE, base_url=portal.address, **account, **more)


def pull(engine: Engine, portal: MyVnPostPortal, at_minute: int = 0, **more: object) -> RunResult:
    return pulled(engine, config_of(portal, **more), JOB, at_minute)


def told(engine: Engine) -> list[tuple[str, str | None]]:
    with reading(engine) as session:
        rows = select(POSTAL_CLAIM.c.order_number, POSTAL_CLAIM.c.status).order_by(POSTAL_CLAIM.c.id)
        return [(row.order_number, row.status) for row in session.execute(rows)]


def asked(portal: MyVnPostPortal) -> list[tuple[str, str, str]]:
    lists = [call.query for call in portal.calls if call.path == LIST]
    return [(query["lastUpdateFrom"], query["lastUpdateTo"], query["page"]) for query in lists]


def test_what_the_portal_says_is_kept_without_the_names_it_sends(engine: Engine) -> None:
    with transaction(engine) as session:
        place = a_place(session)
        item_id = an_item(session, place, [a_dossier(session, place, "X-1")], number=ITEM)

    with my_vnpost_portal(an_order(1, itemCode=ITEM), an_order(2, "77", originalId="")) as portal:
        result = pull(engine, portal)

    assert (result.outcome, result.counts["new"], result.counts["unknown_statuses"]) == (RunOutcome.COMPLETE, 2, 1)
    with reading(engine) as session:
        known, strange = session.execute(select(POSTAL_CLAIM).order_by(POSTAL_CLAIM.c.id)).all()
    assert (known.source, known.order_number, known.item_id, known.status) == (SOURCE, "D-1", item_id, "delivered")
    assert (known.said_at, known.run_id) == (datetime(2026, 11, 20, 1, 30, tzinfo=UTC), result.run_id)
    assert (strange.order_number, strange.status, strange.text) == ("SO2", None, "Trạng thái 77")
    assert "Mỹ" not in str(strange)


def test_a_year_is_asked_in_windows_of_at_most_31_days_that_leave_no_day_out(engine: Engine) -> None:
    orders = [an_order(1, at="15/09/2026 08:00:00"), an_order(2, at="15/10/2026 08:00:00"), an_order(3)]
    with my_vnpost_portal(*orders) as portal:
        result = pull(engine, portal, first_days=80)

    assert (result.outcome, [order for order, _ in told(engine)]) == (RunOutcome.COMPLETE, ["D-1", "D-2", "D-3"])
    assert [window for window in asked(portal) if window[2] == "0"] == [
        ("05-09-2026", "05-10-2026", "0"),
        ("04-10-2026", "03-11-2026", "0"),
        ("02-11-2026", "23-11-2026", "0"),
    ]


def test_the_next_run_asks_from_yesterday_on_and_tells_nothing_twice(engine: Engine) -> None:
    with my_vnpost_portal(an_order(1, "70", at="22/11/2026 08:00:00")) as portal:
        pull(engine, portal)
        portal.orders.append(an_order(1, "90", at="23/11/2026 08:00:00"))
        portal.calls.clear()
        again = pull(engine, portal, at_minute=1)

    assert asked(portal)[0] == ("22-11-2026", "23-11-2026", "0")
    assert (again.counts["new"], again.counts["unchanged"]) == (1, 1)
    assert told(engine) == [("D-1", "in_transit"), ("D-1", "delivered")]


@pytest.mark.parametrize("status", [401, 403])
def test_a_login_that_ran_out_is_renewed_and_the_page_asked_for_again(engine: Engine, status: int) -> None:
    with my_vnpost_portal(an_order(1)) as portal:
        portal.faults = [(LIST, str(status))]
        result = pull(engine, portal)

    assert (result.outcome, result.counts["new"], portal.given) == (RunOutcome.COMPLETE, 1, 2)


def test_an_address_that_is_not_allowed_in_is_asked_twice_and_no_more(engine: Engine) -> None:
    with my_vnpost_portal(an_order(1)) as portal:
        portal.faults = [(LIST, "403"), (LIST, "403")]
        result = pull(engine, portal)

    assert (result.fault, len(asked(portal)), feed_down(engine)) == ("http_403", 2, [("source:my_vnpost", "open")])


def read(config: Config) -> list[Step[PostalClaimSeen]]:
    """What it brings, without the books."""
    return list(my_vnpost_feed(config, "", NOW).steps())


def test_a_wrong_password_is_named() -> None:
    with my_vnpost_portal() as portal:
        config = config_of(portal)
        portal.password = "another"
        with pytest.raises(FeedError, match="sign_in"):
            read(config)


def test_a_line_that_breaks_on_the_second_page_keeps_the_first(engine: Engine) -> None:
    with my_vnpost_portal(*[an_order(serial) for serial in (1, 2, 3)]) as portal:
        portal.faults = [(LIST, ""), (LIST, "cut")]
        broken = pull(engine, portal, page_size=1)
        kept = told(engine)
        healed = pull(engine, portal, at_minute=1, page_size=1)

    assert (broken.fault, kept, healed.outcome) == ("truncated", [("D-1", "delivered")], RunOutcome.COMPLETE)
    assert [order for order, _ in told(engine)] == ["D-1", "D-2", "D-3"]


def test_a_portal_that_repeats_its_page_is_not_read_for_ever(engine: Engine) -> None:
    with my_vnpost_portal(an_order(1)) as portal:
        portal.ignores_page = True
        result = pull(engine, portal)

    assert (result.outcome, result.fault, len(told(engine))) == (RunOutcome.SUSPICIOUS, "repeated", 1)


def test_orders_that_stand_elsewhere_in_the_answer_are_an_unknown_shape_until_the_configuration_says_where() -> None:
    with my_vnpost_portal(an_order(1)) as portal, pytest.raises(FeedError, match="nothing at data"):
        read(config_of(portal, rows_at="data.content"))


def test_one_order_at_fault_is_set_aside_with_its_field_as_the_portal_calls_it() -> None:
    wrong = [an_order(2, ""), an_order(3, lastUpdate="20/11/2026"), an_order(4, originalId="x" * 61)]
    with my_vnpost_portal(an_order(1), *wrong) as portal:
        step, _ = read(config_of(portal))

    faults = [(row.line, row.field, row.fault) for row in step.rejected]
    assert faults == [(2, "status", "missing"), (3, "lastUpdate", "bad_date"), (4, "originalId", "too_long")]
    assert [claim.order_number for claim in step.claims] == ["D-1"]


def test_a_page_of_nothing_but_garbage_moves_no_cursor(engine: Engine) -> None:
    with my_vnpost_portal(an_order(1, "")) as portal:
        result = pull(engine, portal)

    assert (result.fault, cursor(engine, SOURCE)) == ("unreadable", "")


class Dying(MyVnPostFeed):
    """Its process dies while the second page is being kept."""

    def keep(self, session: Session, step: Step[PostalClaimSeen], run: Run, now: datetime) -> Counter[str]:
        kept = MyVnPostFeed.keep(self, session, step, run, now)
        if step.cursor.endswith("/2"):
            raise KeyboardInterrupt
        return kept


def test_a_run_that_dies_while_it_keeps_a_page_goes_on_there_and_keeps_each_thing_once(engine: Engine) -> None:
    with my_vnpost_portal(*[an_order(serial) for serial in (1, 2, 3)]) as portal:
        config = config_of(portal, page_size=1)
        feed = my_vnpost_feed(config, "", NOW)
        run = a_run(engine, JOB)
        with pytest.raises(KeyboardInterrupt):
            pull_by_steps(engine, Dying(**{one.name: getattr(feed, one.name) for one in fields(feed)}), run, NOW)
        died_at = (len(told(engine)), cursor(engine, SOURCE))
        with transaction(engine) as session:
            give_up_lease(session, run.held)
        pulled(engine, config, JOB, at_minute=1)

    assert died_at == (1, "2026-10-24/1")
    assert [order for order, _ in told(engine)] == ["D-1", "D-2", "D-3"]
    assert cursor(engine, SOURCE) == "2026-11-22/0"
