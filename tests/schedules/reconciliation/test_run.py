"""One reconciliation over real tables: what it opens, keeps, ends, and what it leaves alone."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine, select, update
from sqlmodel import Session, col

from schedules.leadership import LeaseLostError, LeaseTerms, give_up_lease, take_lease
from schedules.reconciliation.looking import look
from schedules.reconciliation.run import reconcile, reconcile_dry
from schedules.runs import Run, RunClaim, RunResult, start_run
from tests.schedules.planting import (
    CONFIG,
    NOW,
    Place,
    a_desk,
    a_dossier,
    a_fee,
    a_place,
    an_event,
    an_item,
)
from tracker.actions.claims import ClaimSeen, take_claims
from tracker.actions.discrepancies import Finding, close, open_finding
from tracker.actions.feeds import FeedAnswer, note_feed_failure, note_feed_success
from tracker.domain.discrepancies import DiscrepancyCode
from tracker.domain.runs import JobName, RunOutcome
from tracker.domain.vocabulary import Role
from tracker.store.engine import reading, transaction
from tracker.store.models import Device, Discrepancy, DiscrepancyStep, Item, JobRun, Office, WebSession

NUMBER = "000.00.22.H12-261112-0031"
RETURNED = ClaimSeen(source="one_stop", number=NUMBER, status=10, word="done", said_at=NOW - timedelta(days=5))


@pytest.fixture
def place(engine: Engine) -> Place:
    with transaction(engine) as session:
        note_feed_success(session, FeedAnswer("one_stop", rows=1), at=NOW)
        return a_place(session)


def a_result_on_its_way(session: Session, place: Place) -> int:
    """Status 10 for five days, while the courier has the result."""
    dossier_id = a_dossier(session, place, NUMBER)
    take_claims(session, [RETURNED], at=NOW - timedelta(days=5))
    item_id = an_item(session, place, [dossier_id], leg="result")
    an_event(session, item_id, "given_to_courier", NOW)
    return item_id


def a_run(engine: Engine, name: str = "lease") -> Run:
    with transaction(engine) as session:
        held = take_lease(session, LeaseTerms(f"{name} {uuid4().hex[:8]}", "me", 600))
        assert held is not None
        return start_run(session, RunClaim(JobName.RECONCILE, NOW, held, is_once=False))


def reconciled(engine: Engine, now: datetime = NOW) -> RunResult:
    return reconcile(engine, CONFIG, a_run(engine), now)


def rows(engine: Engine) -> dict[str, tuple[str, str, int]]:
    with reading(engine) as session:
        found = session.scalars(select(Discrepancy).order_by(col(Discrepancy.id)))
        return {row.code: (row.subject, row.state, row.times_opened) for row in found}


def move(engine: Engine, item_id: int, **columns: object) -> None:
    with transaction(engine) as session:
        session.execute(update(Item).where(col(Item.id) == item_id).values(**columns))


def test_a_contradiction_is_opened_with_owner_evidence_and_run(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        item_id = a_result_on_its_way(session, place)

    result = reconciled(engine)

    assert rows(engine) == {"returned_too_early": (f"item:{item_id}", "open", 1)}
    with reading(engine) as session:
        row = session.scalars(select(Discrepancy)).one()
        step = session.scalars(select(DiscrepancyStep)).one()
        evidence = json.loads(row.evidence)
        assert (row.office_id, row.owner_role, row.since_at) == (place.centre, "officer", RETURNED.said_at)
        assert (evidence["post"]["item"], evidence["agency"]["status"]) == ("EE123456785VN", 10)
        assert len(evidence["post"]["event"]) == 36
        assert (step.step, step.run_id) == ("opened", result.run_id)


def test_a_run_keeps_its_counts_version_and_input(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        a_result_on_its_way(session, place)

    result = reconciled(engine)

    assert (result.outcome, result.counts["considered"], result.counts["opened"]) == (RunOutcome.COMPLETE, 1, 1)
    with reading(engine) as session:
        run = session.get_one(JobRun, result.run_id)
        assert (run.state, json.loads(run.counts)["rule_version"], len(run.input_hash)) == ("done", 2, 64)


def test_reconciling_again_changes_nothing(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        a_result_on_its_way(session, place)
    reconciled(engine)

    result = reconciled(engine, NOW + timedelta(minutes=5))

    assert (result.counts["opened"], result.counts["closed"], result.counts["still_open"]) == (0, 0, 1)


def test_it_closes_by_itself_when_the_two_sides_agree(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        item_id = a_result_on_its_way(session, place)
    reconciled(engine)
    move(engine, item_id, status="delivered", is_final=True, final_at=NOW)

    result = reconciled(engine)

    assert result.counts["closed"] == 1
    assert rows(engine)["returned_too_early"][1] == "closed"
    with reading(engine) as session:
        last = session.scalars(select(DiscrepancyStep).order_by(col(DiscrepancyStep.id).desc())).first()
        assert last is not None
        assert (last.step, last.run_id) == ("converged", result.run_id)


def test_it_is_still_closed_long_after_both_ended(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        item_id = a_result_on_its_way(session, place)
    reconciled(engine)
    move(engine, item_id, status="delivered", is_final=True, final_at=NOW)

    reconciled(engine, NOW + timedelta(days=200))

    assert rows(engine)["returned_too_early"][1] == "closed"


def closed_by_a_person(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        row_id = session.scalars(select(col(Discrepancy.id))).one()
        close(session, row_id or 0, "explained", "", a_desk(session, Role.SUPERVISOR, place.province))


def test_what_a_person_closed_stays_closed_while_nothing_new_is_known(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        a_result_on_its_way(session, place)
    reconciled(engine)
    closed_by_a_person(engine, place)

    result = reconciled(engine, NOW + timedelta(hours=1))

    assert rows(engine)["returned_too_early"][1:] == ("closed", 1)
    assert result.counts["kept_closed"] == 1


def test_the_next_scan_opens_again_what_a_person_closed(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        item_id = a_result_on_its_way(session, place)
    reconciled(engine)
    closed_by_a_person(engine, place)
    with transaction(engine) as session:
        an_event(session, item_id, "attempt_failed", NOW, seq=2)

    result = reconciled(engine, NOW + timedelta(hours=1))

    assert rows(engine)["returned_too_early"][1:] == ("open", 2)
    assert result.counts["reopened"] == 1


def test_a_dry_run_says_what_it_would_do_and_does_nothing(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        a_result_on_its_way(session, place)

    result = reconcile_dry(engine, CONFIG, NOW)

    assert (result.run_id, result.counts["opened"]) == (None, 1)
    assert rows(engine) == {}
    with reading(engine) as session:
        assert session.scalars(select(JobRun)).all() == []


def test_a_dry_run_of_what_is_already_known_opens_nothing(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        a_result_on_its_way(session, place)
    reconciled(engine)

    assert reconcile_dry(engine, CONFIG, NOW).counts["opened"] == 0


def test_nothing_that_rests_on_claims_closes_while_the_feed_fails(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        item_id = a_result_on_its_way(session, place)
    reconciled(engine)
    move(engine, item_id, status="delivered", is_final=True, final_at=NOW)
    with transaction(engine) as session:
        note_feed_failure(session, "one_stop", "empty", at=NOW)

    result = reconciled(engine)

    assert rows(engine)["returned_too_early"][1] == "open"
    assert (result.counts["closed"], result.counts["kept_open"], result.counts["still_open"]) == (0, 1, 1)


def test_what_rests_on_custody_alone_closes_all_the_same(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        item_id = an_item(session, place, [a_dossier(session, place, NUMBER)], last_event_at=NOW - timedelta(days=9))
        note_feed_failure(session, "one_stop", "timeout", at=NOW)
    reconciled(engine)
    move(engine, item_id, last_event_at=NOW)

    reconciled(engine)

    assert rows(engine)["silent_item"][1] == "closed"


def test_custodys_own_and_the_feeds_are_left_alone(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        open_finding(session, Finding(DiscrepancyCode.TWO_HOLDERS, "item:99", NOW), at=NOW)
        note_feed_failure(session, "one_stop", "timeout", at=NOW)

    reconciled(engine)

    assert {code: row[1] for code, row in rows(engine).items()} == {"two_holders": "open", "feed_down": "open"}


def test_one_item_with_two_dossiers_is_one_contradiction(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        dossiers = [a_dossier(session, place, number) for number in ("ONE", "TWO")]
        an_item(session, place, dossiers, last_event_at=NOW - timedelta(days=9))

    result = reconciled(engine)

    assert (result.counts["considered"], result.counts["opened"]) == (2, 1)


def test_more_than_one_transactions_worth_is_written_whole(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        dossier_id = a_dossier(session, place, NUMBER, one_stop_status=4)
        for _ in range(250):
            an_item(session, place, [dossier_id], leg="supplement", last_event_at=NOW - timedelta(days=9))

    assert reconciled(engine).counts["opened"] == 251  # 250 silent ones, and all on one leg


def test_a_run_that_was_overtaken_writes_nothing(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        a_result_on_its_way(session, place)
    run = a_run(engine)
    with transaction(engine) as session:
        give_up_lease(session, run.held)
        take_lease(session, LeaseTerms(run.held.name, "successor", 600))

    with pytest.raises(LeaseLostError):
        reconcile(engine, CONFIG, run, NOW)

    assert rows(engine) == {}


def test_a_dossier_that_came_by_post_and_is_unknown_here_is_told_of(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        take_claims(session, [replace(RETURNED, status=1, word="new", channel=3)], at=NOW - timedelta(days=5))
    reconciled(engine)
    assert rows(engine) == {"postal_order_missing": (f"leg:{NUMBER}:submission", "open", 1)}

    with transaction(engine) as session:
        a_dossier(session, place, NUMBER)
    reconciled(engine)

    assert rows(engine)["postal_order_missing"][1] == "closed"


def test_a_stranger_whose_channel_was_taken_back_is_told_of_no_more(engine: Engine, place: Place) -> None:
    by_post = replace(RETURNED, status=1, word="new", channel=3)
    with transaction(engine) as session:
        take_claims(session, [by_post], at=NOW - timedelta(days=5))
    reconciled(engine)

    with transaction(engine) as session:
        taken = take_claims(session, [replace(by_post, channel=1)], at=NOW)
    reconciled(engine, NOW + timedelta(minutes=5))

    assert (taken.new, taken.unknown) == (1, 1)
    assert rows(engine)["postal_order_missing"][1] == "closed"


# What is read out of the events and tables into a case.


def the_item_fact(engine: Engine, place: Place) -> dict[str, str]:
    found = look(engine, CONFIG, NOW + timedelta(days=30)).findings
    return {code: json.dumps(dict(finding.evidence["post"])) for (code, _), finding in found.items()}


def a_delivered_result(session: Session, place: Place, details: dict[str, object]) -> int:
    dossier_id = a_dossier(session, place, NUMBER)
    item_id = an_item(session, place, [dossier_id], leg="result", status="delivered", is_final=True, final_at=NOW)
    an_event(session, item_id, "delivered", NOW, details=details)
    return item_id


def test_the_money_told_at_delivery_is_set_against_what_the_recipient_owed(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        told: dict[str, object] = {"receiver": "recipient", "identity": "seen", "fees_collected": 30_000}
        a_fee(session, a_delivered_result(session, place, told), 38_000)

    assert '"collected": 30000, "due": 38000' in the_item_fact(engine, place)["money_difference"]


@pytest.mark.parametrize(("payer", "paid"), [("sender", False), ("recipient", True)])
def test_what_the_sender_pays_or_what_is_paid_is_not_due(engine: Engine, place: Place, payer: str, paid: bool) -> None:
    with transaction(engine) as session:
        told: dict[str, object] = {"receiver": "recipient", "identity": "seen"}
        a_fee(session, a_delivered_result(session, place, told), 38_000, payer, paid=paid)

    assert "money_difference" not in the_item_fact(engine, place)


def test_a_proxy_without_authorisation_is_read_from_the_delivery(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        a_delivered_result(session, place, {"receiver": "authorised", "identity": "seen"})

    assert '"receiver": "authorised"' in the_item_fact(engine, place)["delivery_rule_breach"]


def test_a_delivery_that_was_corrected_is_not_read(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        item_id = a_delivered_result(session, place, {"receiver": "recipient", "identity": "seen"})
        wrong = an_event(session, item_id, "delivered", NOW, seq=2, details={"receiver": "authorised"})
        an_event(session, item_id, "corrected", NOW, seq=3, details={"event": str(wrong)})

    assert "delivery_rule_breach" not in the_item_fact(engine, place)


def test_a_correction_taken_back_lets_the_delivery_stand(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        item_id = a_delivered_result(session, place, {"receiver": "recipient", "identity": "seen"})
        told = an_event(session, item_id, "delivered", NOW, seq=2, details={"receiver": "authorised"})
        corrected = an_event(session, item_id, "corrected", NOW, seq=3, details={"event": str(told)})
        an_event(session, item_id, "corrected", NOW, seq=4, details={"event": str(corrected)})

    assert "delivery_rule_breach" in the_item_fact(engine, place)


def a_give(session: Session, place: Place, kind: str) -> str:
    item_id = an_item(session, place, [a_dossier(session, place, NUMBER)], status="in_transit")
    give = an_event(session, item_id, kind, NOW)
    handover = str(uuid4())
    waiting = {"to": "office", "to_ref": "H12.01", "since": NOW.isoformat(), "handover": handover, "event": str(give)}
    session.execute(
        update(Item)
        .where(col(Item.id) == item_id)
        .values(pending_since=NOW, pending_to="office", standing=json.dumps({"pending": waiting}))
    )
    return handover


@pytest.mark.parametrize(("kind", "hours"), [("given_to_courier", 6), ("departed", 55)])
def test_a_give_that_nobody_took_is_read_from_the_standing(engine: Engine, place: Place, kind: str, hours: int) -> None:
    with transaction(engine) as session:
        handover = a_give(session, place, kind)

    found = look(engine, CONFIG, NOW + timedelta(hours=hours)).findings
    before = look(engine, CONFIG, NOW + timedelta(hours=hours - 1)).findings

    assert found["open_handover", f"handover:{handover}"].office_id == place.centre
    assert ("open_handover", f"handover:{handover}") not in before


def test_a_courier_whose_phone_spoke_with_us_since_is_not_waited_for(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        a_result_on_its_way(session, place)
        courier = a_desk(session, Role.COURIER, place.post, "nguyen").actor
        session.execute(update(Item).values(custodian_kind="courier", custodian_ref="nguyen"))
        an_hour_later = (RETURNED.said_at or NOW) + timedelta(hours=1)
    waiting = look(engine, CONFIG, NOW - timedelta(days=3)).findings
    with transaction(engine) as session:
        session_of(session, courier.account_id, an_hour_later)

    speaking = look(engine, CONFIG, NOW - timedelta(days=3)).findings

    assert [code for code, _ in waiting] == []
    assert [code for code, _ in speaking] == ["returned_too_early"]


def session_of(session: Session, account_id: int, seen_at: datetime) -> None:
    session.add(Device(id="phone", account_id=account_id, kind="session", created_at=seen_at))
    session.flush()
    from_phone = WebSession(
        hash="h" * 64,
        account_id=account_id,
        device_id="phone",
        csrf_token="c",
        created_at=seen_at,
        last_seen_at=seen_at,
    )
    session.add(from_phone)


def test_due_dates_of_both_clocks_are_read(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        dossier_id = a_dossier(session, place, NUMBER, processing_due_on=date(2026, 11, 20), one_stop_status=4)
        an_item(session, place, [dossier_id], due_on=date(2026, 11, 20))

    found = look(engine, CONFIG, NOW).findings

    assert {code for code, _ in found} == {"late_postal", "late_processing"}


def test_the_result_is_to_be_collected_by_the_agencys_post_office(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        a_dossier(session, place, NUMBER)
        take_claims(session, [replace(RETURNED, status=9)], at=NOW - timedelta(days=5))
        serve(session, place)

    found = look(engine, CONFIG, NOW).findings

    assert [(key[0], finding.office_id) for key, finding in found.items()] == [("result_not_collected", place.post)]


def serve(session: Session, place: Place) -> None:
    session.execute(update(Office).where(col(Office.id) == place.agency).values(post_office_id=place.post))
