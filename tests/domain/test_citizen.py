"""One honest state for every standing, and its sentence."""

from dataclasses import replace
from itertools import product

from tests.domain.story import Anomaly, Direction, E, Leg, Status, accepted, delivered, registered, with_courier
from tracker.domain.citizen import CitizenCase, citizen_case, citizen_state
from tracker.domain.events import Standing
from tracker.domain.vocabulary import CitizenState

A_RESULT = Standing(status=Status.AT_OFFICE, leg=Leg.RESULT)


def test_every_standing_has_a_state_and_a_case() -> None:
    legs = [None, *Leg]
    anomalies = [(), (Anomaly.AFTER_FINAL,), (Anomaly.MISSED_SCAN,)]
    cases = {
        citizen_case(
            Standing(status=status, direction=direction, leg=leg, attempt_open=open_, verifying=doubt, anomalies=borne)
        )
        for status, direction, leg, open_, doubt, borne in product(
            Status, Direction, legs, (True, False), (True, False), anomalies
        )
    }

    assert cases == set(CitizenCase)


def test_late_evidence_is_told_before_the_end() -> None:
    story = delivered()
    story.then(E.ARRIVED, "postclerk2")

    assert citizen_state(story.standing) is CitizenState.ATTENTION
    assert citizen_case(story.standing) is CitizenCase.AFTER_FINAL


def test_delivered_is_delivered_even_against_the_direction() -> None:
    returning = replace(delivered().standing, direction=Direction.RETURNING, verifying=True)

    assert citizen_state(returning) is CitizenState.DELIVERED


def test_a_slip_is_only_a_slip() -> None:
    assert citizen_state(registered().standing) is CitizenState.SLIP_CREATED


def test_a_result_held_at_the_office_waits_to_be_collected() -> None:
    assert citizen_state(replace(A_RESULT, status=Status.HELD)) is CitizenState.READY_FOR_PICKUP
    assert citizen_state(replace(A_RESULT, status=Status.HELD, leg=Leg.SUBMISSION)) is CitizenState.IN_TRANSIT


def test_held_on_the_way_back_says_where_to_collect() -> None:
    returning = replace(A_RESULT, direction=Direction.RETURNING)

    assert citizen_case(replace(returning, status=Status.HELD)) is CitizenCase.HELD_WHILE_RETURNING
    assert citizen_case(returning) is CitizenCase.RETURNING


def test_a_failed_attempt_is_told_until_the_next_courier_leaves() -> None:
    story = with_courier()
    story.then(E.ATTEMPT_FAILED, "courier")

    assert citizen_state(story.standing) is CitizenState.ATTEMPT_FAILED


def test_an_item_with_the_courier_is_out_for_delivery() -> None:
    assert citizen_state(with_courier().standing) is CitizenState.OUT_FOR_DELIVERY


def test_anything_else_is_on_its_way() -> None:
    assert citizen_state(accepted().standing) is CitizenState.IN_TRANSIT


def test_doubt_about_the_holder_asks_for_attention() -> None:
    assert citizen_case(replace(A_RESULT, verifying=True)) is CitizenCase.VERIFYING
    assert citizen_state(replace(A_RESULT, verifying=True)) is CitizenState.ATTENTION


def test_damage_comes_before_the_direction() -> None:
    damaged = replace(A_RESULT, status=Status.DAMAGED, direction=Direction.RETURNING)

    assert citizen_case(damaged) is CitizenCase.DAMAGED
