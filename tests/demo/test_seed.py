"""The demo: what its first visitor finds, whatever the day, and that it came about the way everything does."""

from collections import Counter

from sqlalchemy import func, select
from sqlmodel import col

from tests.demo.conftest import DemoDay
from tracker.demo.offices import ROOT
from tracker.demo.stories import PLANTED
from tracker.domain.roles import OFFICE_ROLES
from tracker.domain.vocabulary import Anomaly, Leg, OfficeKind, Role, Status
from tracker.store.engine import reading
from tracker.store.models import Account, Dossier, Item, Office, Procedure, ProcedureComponent
from tracker.store.queries.stories import read_story
from tracker.store.standing_json import standing_to_json

STAGES = {
    (Leg.SUBMISSION, Status.REGISTERED),
    (Leg.SUBMISSION, Status.AT_OFFICE),
    (Leg.SUBMISSION, Status.IN_TRANSIT),
    (Leg.SUBMISSION, Status.WITH_COURIER),
    (Leg.SUBMISSION, Status.DELIVERED),
    (Leg.RESULT, Status.COLLECTED),
    (Leg.RESULT, Status.AT_OFFICE),
    (Leg.RESULT, Status.WITH_COURIER),
    (Leg.RESULT, Status.HELD),
    (Leg.RESULT, Status.DELIVERED),
    (Leg.RESULT, Status.RETURNED),
    (Leg.SUBMISSION, Status.DAMAGED),
}


def test_the_demo_has_every_kind_of_office_and_people_of_every_role(demo_day: DemoDay) -> None:
    with reading(demo_day.engine) as session:
        kinds = Counter(session.scalars(select(col(Office.kind)).where(col(Office.code) != ROOT)))
        roles = set(session.scalars(select(col(Account.role))))

    assert kinds == {OfficeKind.CENTRE: 1, OfficeKind.COMMUNE: 3, OfficeKind.POST_OFFICE: 3, OfficeKind.AGENCY: 1}
    assert roles == set(Role)


def test_every_office_that_has_people_at_its_desk_can_sign_its_stock_over(demo_day: DemoDay) -> None:
    with reading(demo_day.engine) as session:
        rows = session.execute(select(col(Account.office_id)).where(col(Account.role).in_(OFFICE_ROLES)))
        at_desk = Counter(rows.scalars())

    assert len(at_desk) >= 4
    assert [office for office, people in at_desk.items() if people < 2] == []


def test_its_procedures_say_what_may_be_posted_and_why_the_rest_may_not(demo_day: DemoDay) -> None:
    with reading(demo_day.engine) as session:
        procedures = session.scalars(select(Procedure)).all()
        with_papers = set(session.scalars(select(col(ProcedureComponent.procedure_id))))

    flags = {(one.may_send, one.may_result) for one in procedures}
    assert len(procedures) >= 15
    assert flags == {(True, True), (True, False), (False, True), (False, False)}
    assert [one.code for one in procedures if not (one.may_send and one.may_result) and not one.reason] == []
    assert [one.code for one in procedures if one.may_send and one.id not in with_papers] == []


def test_sixty_dossiers_and_more_stand_at_every_stage_of_both_legs(demo_day: DemoDay) -> None:
    with reading(demo_day.engine) as session:
        dossiers = session.scalar(select(func.count()).select_from(Dossier)) or 0
        stages = {
            (Leg(leg), Status(status)) for leg, status in session.execute(select(col(Item.leg), col(Item.status)))
        }

    assert dossiers >= 60
    assert STAGES - stages == set()


def test_every_standing_of_the_demo_is_what_its_events_add_up_to(demo_day: DemoDay) -> None:
    with reading(demo_day.engine) as session:
        kept = {item.id: item.standing for item in session.scalars(select(Item))}
        told = {item_id: read_story(session, item_id) for item_id in kept if item_id is not None}

    assert {item_id for item_id, story in told.items() if standing_to_json(story.standing) != kept[item_id]} == set()
    assert min(len(story.events) for story in told.values()) >= 2  # registered, and its label printed


def test_the_seed_starts_no_job_and_opens_only_what_recording_finds(demo_day: DemoDay) -> None:
    assert list(demo_day.runs_of_the_seed) == []
    assert set(demo_day.recorded) <= {anomaly.value for anomaly in Anomaly}


def test_what_was_planted_is_found_by_one_pull_and_one_reconciliation(demo_day: DemoDay) -> None:
    planted = Counter[str]()
    for story in PLANTED:
        planted[story.planted] += story.times

    found = Counter(demo_day.found)

    assert len(planted) >= 8
    assert {code: (times, found[code]) for code, times in planted.items() if found[code] < times} == {}
