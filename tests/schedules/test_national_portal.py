"""The National Portal is asked for our own open dossiers, in turn, so many at a time."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select
from sqlmodel import col

from schedules.runs import RunResult
from tests.schedules.planting import NOW, a_dossier, a_place
from tests.schedules.pulling import cursor, feed_down, pulled, rejected, with_feed
from tests.standins.national_portal import NationalPortalAdapter, a_portal_dossier, national_portal
from tracker.config import Config
from tracker.domain.runs import JobName, RunOutcome
from tracker.store.engine import reading, transaction
from tracker.store.models import Claim, Dossier

JOB, SOURCE = JobName.PULL_NATIONAL_PORTAL, "national_portal"
NUMBERS = [f"000.00.22.H12-261112-{serial:04}" for serial in range(31, 36)]


@pytest.fixture
def dossier_ids(engine: Engine) -> list[int]:
    """Five of ours that are under way, and one whose end both sides know."""
    with transaction(engine) as session:
        place = a_place(session)
        ended = a_dossier(session, place, "000.00.22.H12-261112-0030", one_stop_status=10)
        return [a_dossier(session, place, number) for number in NUMBERS if ended]


def config_of(portal: NationalPortalAdapter, **more: object) -> Config:
    addresses = {"login_url": f"{portal.address}/auth", "share_url": f"{portal.address}/share"}
    signed_in = {"username": portal.username, "password": portal.password, "target_code": portal.target_code}
    return with_feed(SOURCE, agency_code="H12", **addresses, **signed_in, **more)


def pull(engine: Engine, portal: NationalPortalAdapter, at_minute: int = 0, **more: object) -> RunResult:
    return pulled(engine, config_of(portal, **more), JOB, at_minute)


def claims(engine: Engine) -> list[tuple[str, int | None, str, datetime]]:
    with reading(engine) as session:
        rows = session.scalars(select(Claim).where(col(Claim.source) == SOURCE).order_by(col(Claim.id)))
        return [(row.number, row.status, row.word, row.said_at) for row in rows]


def test_what_the_portal_says_of_our_dossiers_is_kept_once_and_as_its_own_word(
    engine: Engine, dossier_ids: list[int]
) -> None:
    known = [
        a_portal_dossier(NUMBERS[0], "2"),
        a_portal_dossier(NUMBERS[1], "10", NgayTra="20261121090000"),
        a_portal_dossier(NUMBERS[2], "4"),
    ]
    with national_portal(*known) as portal:
        first = pull(engine, portal)
        second = pull(engine, portal, at_minute=1)

    assert (first.outcome, first.counts["new"], first.counts["absent"]) == (RunOutcome.COMPLETE, 3, 2)
    assert (second.counts["new"], second.counts["unchanged"]) == (0, 3)
    assert claims(engine) == [
        (NUMBERS[0], 2, "2", datetime(2026, 11, 20, 1, 30, tzinfo=UTC)),
        (NUMBERS[1], 10, "10", datetime(2026, 11, 21, 2, 0, tzinfo=UTC)),
        (NUMBERS[2], 4, "4", NOW),
    ]
    with reading(engine) as session:
        dossier = session.get_one(Dossier, dossier_ids[1])
    assert (dossier.one_stop_status, dossier.processing_due_on) == (None, None)


def test_only_open_dossiers_are_asked_for_so_many_in_a_run_and_each_in_its_turn(
    engine: Engine, dossier_ids: list[int]
) -> None:
    with national_portal() as portal:
        for minute in range(3):
            pull(engine, portal, minute, most_asked=2)
        at = cursor(engine, SOURCE)
        pull(engine, portal, 3, most_asked=2)

    assert portal.asked() == [*NUMBERS, *NUMBERS[:2]]
    assert at == ""


def test_a_turn_that_ends_with_a_full_run_begins_anew(engine: Engine, dossier_ids: list[int]) -> None:
    with national_portal() as portal:
        pull(engine, portal, most_asked=5)
        pull(engine, portal, 1, most_asked=5)

    assert portal.asked() == [*NUMBERS, *NUMBERS]


@pytest.mark.parametrize("ok", [0, "0", "00"])
def test_success_is_spelt_in_more_than_one_way(engine: Engine, dossier_ids: list[int], ok: object) -> None:
    with national_portal(a_portal_dossier(NUMBERS[0], "4")) as portal:
        portal.ok = ok
        result = pull(engine, portal)

    assert (result.outcome, result.counts["new"]) == (RunOutcome.COMPLETE, 1)


def test_a_status_nobody_knows_is_kept_as_its_own_word_and_reported(engine: Engine, dossier_ids: list[int]) -> None:
    with national_portal(a_portal_dossier(NUMBERS[0], "12")) as portal:
        result = pull(engine, portal)

    assert result.counts["unknown_statuses"] == 1
    assert claims(engine) == [(NUMBERS[0], None, "12", NOW)]


def test_a_session_that_ran_out_is_renewed_and_the_dossier_asked_for_again(
    engine: Engine, dossier_ids: list[int]
) -> None:
    class Forgetful(NationalPortalAdapter):
        def fault_for(self, path: str) -> str:
            if len(self.asked()) == 3:
                self.expire_sessions()
            return ""

    with national_portal(*[a_portal_dossier(number, "4") for number in NUMBERS]) as portal:
        portal.__class__ = Forgetful
        result = pull(engine, portal)

    assert (result.outcome, result.counts["new"], portal.given) == (RunOutcome.COMPLETE, 5, 2)


def test_one_dossier_at_fault_is_set_aside_with_its_reason_and_the_others_go_on(
    engine: Engine, dossier_ids: list[int]
) -> None:
    known = [
        a_portal_dossier(NUMBERS[0], "4"),
        a_portal_dossier(NUMBERS[1], "2", NgayTiepNhan="20/11/2026"),
        a_portal_dossier(NUMBERS[4], "5"),
    ]
    with national_portal(*known) as portal:
        portal.refused = {NUMBERS[2]}
        portal.dossiers = {**portal.dossiers, NUMBERS[3]: a_portal_dossier("ANOTHER", "4")}
        result = pull(engine, portal)

    assert result.outcome is RunOutcome.PARTIAL
    assert rejected(engine, result) == [
        (2, "NgayTiepNhan", "bad_date"),
        (3, "error_code", "refused (-9)"),
        (4, "MaHoSo", "another_dossier"),
    ]
    assert [number for number, *_ in claims(engine)] == [NUMBERS[0], NUMBERS[4]]


@pytest.mark.parametrize(
    ("fault", "told"),
    [("503", "http_503"), ("slow", "timeout"), ("html", "html"), ("cut", "truncated"), ("down", "down")],
)
def test_a_portal_that_keeps_failing_is_named_and_asked_the_same_dossiers_again(
    engine: Engine, dossier_ids: list[int], fault: str, told: str
) -> None:
    with national_portal(*[a_portal_dossier(number, "4") for number in NUMBERS]) as portal:
        portal.faults = [("/share", fault)] * 3
        broken = pull(engine, portal, timeout_seconds=0.3)
        healed = pull(engine, portal, at_minute=1)

    assert (broken.outcome, broken.fault) == (RunOutcome.UNREACHABLE, told)
    assert (healed.outcome, healed.counts["new"]) == (RunOutcome.COMPLETE, 5)
    assert feed_down(engine) == [("source:national_portal", "closed")]


def test_a_dossier_that_the_portal_stumbles_over_does_not_hold_up_the_others(
    engine: Engine, dossier_ids: list[int]
) -> None:
    with national_portal(*[a_portal_dossier(number, "4") for number in NUMBERS]) as portal:
        portal.faults = [("/share", "500")]
        result = pull(engine, portal)

    assert (result.outcome, result.counts["new"]) == (RunOutcome.PARTIAL, 4)
    assert rejected(engine, result) == [(1, "", "http_500")]


def test_a_refused_sign_in_is_named(engine: Engine, dossier_ids: list[int]) -> None:
    with national_portal() as portal:
        config = config_of(portal)
        portal.password = "another"
        result = pulled(engine, config, JOB)

    assert (result.outcome, result.fault) == (RunOutcome.UNREACHABLE, "sign_in")
    assert feed_down(engine) == [("source:national_portal", "open")]


def test_when_every_look_up_is_refused_the_portal_is_not_believed(engine: Engine, dossier_ids: list[int]) -> None:
    with national_portal() as portal:
        portal.refused = set(NUMBERS)
        result = pull(engine, portal)

    assert (result.outcome, result.fault) == (RunOutcome.SUSPICIOUS, "unreadable")
