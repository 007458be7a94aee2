"""The post's own feed is read page by page from one cursor, and nothing it says is lost, doubled or guessed."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session

from schedules.feeds.stepping import Step, pull_by_steps
from schedules.feeds.vnpost import VnPostFeed, pull_vnpost, vnpost_feed
from schedules.leadership import LeaseLostError, LeaseTerms, give_up_lease, take_lease
from schedules.runs import Run, RunResult
from tests.schedules.planting import NOW, a_dossier, a_place, an_item
from tests.schedules.pulling import a_run, cursor, feed_down, pulled, rejected, with_feed
from tests.standins.vnpost import TRACKING, VnPostGateway, a_record, object_id, vnpost_gateway
from tracker.actions.feeds import breaker_terms
from tracker.actions.postal_claims import PostalClaimSeen
from tracker.config import Config
from tracker.domain.runs import JobName, RunOutcome
from tracker.store.engine import reading, transaction
from tracker.store.models import Item
from tracker.store.tables import POSTAL_CLAIM

JOB, SOURCE = JobName.PULL_VNPOST, "vnpost"
NUMBER = "000.00.22.H12-261112-0031"
ITEM = "EE123456785VN"


def config_of(gateway: VnPostGateway, **more: object) -> Config:
    addresses = {"token_url": f"{gateway.address}/token", "tracking_url": f"{gateway.address}{TRACKING}"}
    return with_feed(SOURCE, username=gateway.key, password=gateway.secret, **addresses, **more)


def pull(engine: Engine, gateway: VnPostGateway, at_minute: int = 0, **more: object) -> RunResult:
    return pulled(engine, config_of(gateway, **more), JOB, at_minute)


def said(engine: Engine) -> list[tuple[str, str | None, str]]:
    with reading(engine) as session:
        rows = session.execute(
            select(POSTAL_CLAIM.c.order_number, POSTAL_CLAIM.c.status, POSTAL_CLAIM.c.text).order_by(POSTAL_CLAIM.c.id)
        )
        return [(row.order_number, row.status, row.text) for row in rows]


def references(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(select(POSTAL_CLAIM.c.reference).order_by(POSTAL_CLAIM.c.id)))


def test_what_the_post_says_is_kept_with_whose_when_and_in_which_run(engine: Engine) -> None:
    with transaction(engine) as session:
        place = a_place(session)
        dossier_id = a_dossier(session, place, NUMBER)
        item_id = an_item(session, place, [dossier_id], number=ITEM)

    with vnpost_gateway(a_record(1, f"{NUMBER}__77", ItemCode=ITEM)) as gateway:
        result = pull(engine, gateway)

    assert (result.outcome, result.counts["new"], result.counts["unknown_dossiers"]) == (RunOutcome.COMPLETE, 1, 0)
    with reading(engine) as session:
        row = session.execute(select(POSTAL_CLAIM)).one()
        item = session.get_one(Item, item_id)
    assert (row.item_id, row.dossier_id, row.run_id, row.place) == (item_id, dossier_id, result.run_id, "981000")
    assert (row.said_at, row.first_seen_at) == (datetime(2026, 11, 20, 1, 30, tzinfo=UTC), NOW)
    assert (row.source, row.code, row.mapping, row.status) == (SOURCE, "4", "ngsp-1", "delivered")
    assert item.status == "at_office"


def test_the_first_call_begins_at_24_zeros_and_the_next_run_where_this_one_ended(engine: Engine) -> None:
    with vnpost_gateway(*[a_record(serial, f"X-{serial}") for serial in range(1, 6)]) as gateway:
        first = pull(engine, gateway, page_size=2)
        gateway.records.append(a_record(9, "X-9"))
        second = pull(engine, gateway, at_minute=1, page_size=2)

    asked = [call.query["lastId"] for call in gateway.calls if call.path == TRACKING]
    assert asked == ["0" * 24, *[object_id(serial) for serial in (2, 4, 5, 5, 9)]]
    assert (first.counts["pages"], first.counts["new"], second.counts["new"]) == (3, 5, 1)
    assert cursor(engine, SOURCE) == object_id(9)


def test_nothing_new_is_no_fault(engine: Engine) -> None:
    with vnpost_gateway() as gateway:
        result = pull(engine, gateway)

    assert (result.outcome, feed_down(engine)) == (RunOutcome.COMPLETE, [])


def test_an_order_nobody_knows_is_kept_and_counted(engine: Engine) -> None:
    with vnpost_gateway(a_record(1, "X-1")) as gateway:
        result = pull(engine, gateway)

    assert (result.counts["unknown_dossiers"], said(engine)) == (1, [("X-1", "delivered", "")])


def test_a_code_nobody_knows_is_kept_with_its_own_text_and_reported(engine: Engine) -> None:
    with vnpost_gateway(a_record(1, "X-1", "77", StatusMessage="Phát không thành công")) as gateway:
        result = pull(engine, gateway)

    assert result.counts["unknown_statuses"] == 1
    assert said(engine) == [("X-1", None, "Phát không thành công")]


def test_each_channel_has_a_table_of_its_own(engine: Engine) -> None:
    with vnpost_gateway(a_record(1, "X-1", "4"), a_record(2, "X-2", "-1")) as gateway:
        pull(engine, gateway, mapping="hcc-1")

    assert said(engine) == [("X-1", None, "Trạng thái 4"), ("X-2", "with_courier", "")]


def test_one_record_at_fault_is_set_aside_with_its_reason_and_the_others_go_on(engine: Engine) -> None:
    records = [
        a_record(1, "X-1"),
        a_record(2, "", StatusCode="4"),
        a_record(2, "X-2", _id=object_id(2)),
        a_record(3, "X-3", EventTime="yesterday"),
        a_record(4, "X-4"),
    ]
    with vnpost_gateway(*records) as gateway:
        result = pull(engine, gateway)

    assert result.counts["rejected"] == 3
    assert rejected(engine, result) == [
        (2, "OrderNumber", f"missing ({object_id(2)})"),
        (3, "_id", "no_object_id"),
        (4, "EventTime", f"bad_date ({object_id(3)})"),
    ]
    assert (references(engine), cursor(engine, SOURCE)) == ([object_id(1), object_id(4)], object_id(4))


def test_a_page_of_nothing_but_garbage_moves_no_cursor(engine: Engine) -> None:
    """The post may have changed its format: what was passed over would never be asked for again."""
    with vnpost_gateway(a_record(1, ""), a_record(2, "")) as gateway:
        result = pull(engine, gateway)
        gateway.records[:] = [a_record(1, "X-1"), a_record(2, "X-2")]
        again = pull(engine, gateway, at_minute=1)

    assert (result.outcome, result.fault, len(rejected(engine, result))) == (RunOutcome.SUSPICIOUS, "unreadable", 2)
    assert (again.outcome, again.counts["new"]) == (RunOutcome.COMPLETE, 2)
    assert feed_down(engine) == [("source:vnpost", "closed")]


def test_a_feed_that_repeats_its_page_is_not_read_for_ever(engine: Engine) -> None:
    with vnpost_gateway(a_record(1, "X-1"), a_record(2, "X-2")) as gateway:
        gateway.ignores_cursor = True
        result = pull(engine, gateway)

    assert (result.outcome, result.fault, result.counts["pages"]) == (RunOutcome.SUSPICIOUS, "repeated", 2)
    assert (references(engine), cursor(engine, SOURCE)) == ([object_id(1), object_id(2)], object_id(2))


def test_a_page_shorter_than_it_announces_moves_no_cursor(engine: Engine) -> None:
    with vnpost_gateway(a_record(1, "X-1")) as gateway:
        gateway.announces = 1
        result = pull(engine, gateway)

    assert (result.outcome, result.fault, cursor(engine, SOURCE)) == (RunOutcome.SUSPICIOUS, "short", "")


@pytest.mark.parametrize(
    ("fault", "told"),
    [("503", "http_503"), ("slow", "timeout"), ("html", "html"), ("cut", "truncated"), ("down", "down")],
)
def test_a_line_that_breaks_on_the_second_page_keeps_the_first(engine: Engine, fault: str, told: str) -> None:
    with vnpost_gateway(a_record(1, "X-1"), a_record(2, "X-2")) as gateway:
        pull(engine, gateway, page_size=1)
        gateway.records += [a_record(3, "X-3"), a_record(4, "X-4")]
        gateway.faults = [(TRACKING, ""), (TRACKING, fault)]
        broken = pull(engine, gateway, at_minute=1, page_size=1, timeout_seconds=0.5)
        at = cursor(engine, SOURCE)
        healed = pull(engine, gateway, at_minute=2, page_size=1)

    assert (broken.outcome, broken.fault, broken.counts["new"], at) == (RunOutcome.UNREACHABLE, told, 1, object_id(3))
    assert (healed.outcome, healed.counts["new"]) == (RunOutcome.COMPLETE, 1)
    assert references(engine) == [object_id(serial) for serial in (1, 2, 3, 4)]
    assert feed_down(engine) == [("source:vnpost", "closed")]


def test_a_token_that_ran_out_is_renewed_and_the_page_asked_for_again(engine: Engine) -> None:
    with vnpost_gateway(a_record(1, "X-1")) as gateway:
        gateway.faults = [(TRACKING, "401")]
        result = pull(engine, gateway)

    assert (result.outcome, result.counts["new"], gateway.given) == (RunOutcome.COMPLETE, 1, 2)


def test_a_wrong_secret_is_named(engine: Engine) -> None:
    with vnpost_gateway() as gateway:
        config = config_of(gateway)
        gateway.secret = "another"
        result = pulled(engine, config, JOB)

    assert (result.outcome, result.fault) == (RunOutcome.UNREACHABLE, "http_401")


def test_a_run_that_lost_the_lead_keeps_no_claim_and_moves_no_cursor(engine: Engine) -> None:
    run = a_run(engine, JOB)
    with transaction(engine) as session:
        give_up_lease(session, run.held)
        take_lease(session, LeaseTerms(run.held.name, "successor", 600))

    with vnpost_gateway(a_record(1, "X-1")) as gateway, pytest.raises(LeaseLostError):
        pull_vnpost(engine, config_of(gateway), run, NOW)

    assert (said(engine), cursor(engine, SOURCE)) == ([], "")


class Dying(VnPostFeed):
    """Its process dies while the second page is being kept."""

    def keep(self, session: Session, step: Step[PostalClaimSeen], run: Run, now: datetime) -> Counter[str]:
        kept = VnPostFeed.keep(self, session, step, run, now)
        if step.cursor == object_id(2):
            raise KeyboardInterrupt
        return kept


def test_a_run_that_dies_while_it_keeps_a_page_goes_on_there_and_keeps_each_thing_once(engine: Engine) -> None:
    with vnpost_gateway(*[a_record(serial, f"X-{serial}") for serial in (1, 2, 3)]) as gateway:
        config = config_of(gateway, page_size=1)
        run = a_run(engine, JOB)
        with pytest.raises(KeyboardInterrupt):
            pull_by_steps(
                engine, Dying(config.feeds.vnpost, vnpost_feed(config).reading, breaker_terms(config)), run, NOW
            )
        died_at = (references(engine), cursor(engine, SOURCE))
        with transaction(engine) as session:
            give_up_lease(session, run.held)
        again = pulled(engine, config, JOB, at_minute=1)

    assert died_at == ([object_id(1)], object_id(1))
    assert (again.counts["new"], references(engine)) == (2, [object_id(serial) for serial in (1, 2, 3)])


def test_an_instant_ahead_of_us_is_not_believed(engine: Engine) -> None:
    ahead = (NOW + timedelta(days=1)).strftime("%d/%m/%Y %H:%M:%S")
    with vnpost_gateway(a_record(1, "X-1", EventTime=ahead)) as gateway:
        pull(engine, gateway)

    with reading(engine) as session:
        assert session.scalars(select(POSTAL_CLAIM.c.said_at)).all() == [NOW]


def test_the_notes_that_may_name_people_stand_nowhere(engine: Engine) -> None:
    with vnpost_gateway(a_record(1, "X-1", "77")) as gateway:
        pull(engine, gateway)

    with reading(engine) as session:
        assert "Mỹ" not in str(session.execute(select(POSTAL_CLAIM)).one())
