"""Which hand an event stands for when nobody says, and whose word is enough."""

from dataclasses import replace

import pytest

from tracker.domain.handover import (
    HandAsked,
    far_end_is_citizen,
    needs_second_person,
    other_party_is_citizen,
    settle_hand,
)
from tracker.domain.refusal import Cause
from tracker.domain.vocabulary import Direction, EventType, Hand, Leg, Receiver, Role

E = EventType
F, B = Direction.FORWARD, Direction.RETURNING

POSTCLERK = HandAsked(type=E.ACCEPTED, role=Role.POSTCLERK, own_office="PO1", office="PO1", leg=Leg.SUBMISSION)
COURIER = HandAsked(type=E.COLLECTED, role=Role.COURIER, own_office="PO1", leg=Leg.SUBMISSION)
OFFICER = HandAsked(
    type=E.DELIVERED, role=Role.OFFICER, own_office="CENTRE", office="CENTRE", bound_for="CENTRE", leg=Leg.SUBMISSION
)


def test_the_receiving_office_takes() -> None:
    assert settle_hand(POSTCLERK) is Hand.TAKE
    assert settle_hand(replace(POSTCLERK, type=E.ARRIVED)) is Hand.TAKE
    assert settle_hand(replace(POSTCLERK, type=E.BACK_AT_OFFICE)) is Hand.TAKE
    assert settle_hand(OFFICER) is Hand.TAKE


def test_a_scan_for_another_office_gives() -> None:
    assert settle_hand(replace(POSTCLERK, type=E.ARRIVED, office="PO2")) is Hand.GIVE


def test_an_office_the_item_is_not_bound_for_does_not_take_its_delivery() -> None:
    assert settle_hand(replace(OFFICER, bound_for="COMMUNE")) is Hand.GIVE


def test_the_receiving_courier_or_driver_takes() -> None:
    assert settle_hand(COURIER) is Hand.TAKE
    assert settle_hand(replace(COURIER, type=E.GIVEN_TO_COURIER)) is Hand.TAKE
    assert settle_hand(replace(COURIER, type=E.LOADED, role=Role.DRIVER)) is Hand.TAKE


def test_a_post_clerk_who_gives_to_a_courier_only_gives() -> None:
    assert settle_hand(replace(POSTCLERK, type=E.GIVEN_TO_COURIER)) is Hand.GIVE


def test_a_courier_or_driver_at_the_office_door_gives() -> None:
    assert settle_hand(replace(COURIER, type=E.ARRIVED, office="PO1")) is Hand.GIVE
    assert settle_hand(replace(COURIER, type=E.BACK_AT_OFFICE, office="PO1")) is Hand.GIVE
    assert settle_hand(replace(COURIER, type=E.ARRIVED, role=Role.DRIVER)) is Hand.GIVE


def test_an_agencys_officer_who_sends_a_result_gives() -> None:
    assert settle_hand(replace(OFFICER, type=E.ACCEPTED, leg=Leg.RESULT)) is Hand.GIVE
    assert settle_hand(replace(OFFICER, type=E.COLLECTED, leg=Leg.RESULT)) is Hand.GIVE


def test_a_delivery_to_a_citizen_is_both_hands() -> None:
    delivery = replace(COURIER, type=E.DELIVERED, leg=Leg.RESULT, receiver=Receiver.RECIPIENT)

    assert settle_hand(delivery) is Hand.BOTH
    assert settle_hand(replace(delivery, type=E.HANDED_OUT, role=Role.POSTCLERK)) is Hand.BOTH


def test_a_courier_who_delivers_into_an_office_gives() -> None:
    assert settle_hand(replace(COURIER, type=E.DELIVERED, receiver=Receiver.AGENCY, bound_for="PO1")) is Hand.GIVE


def test_a_departure_is_always_a_give() -> None:
    assert settle_hand(replace(POSTCLERK, type=E.DEPARTED)) is Hand.GIVE
    assert settle_hand(replace(POSTCLERK, type=E.DEPARTED, told=Hand.TAKE)) is Hand.GIVE


def test_what_is_no_handover_has_no_hand() -> None:
    assert settle_hand(replace(POSTCLERK, type=E.HELD, told=Hand.TAKE)) is None


def test_the_hand_told_stands() -> None:
    assert settle_hand(replace(POSTCLERK, told=Hand.GIVE)) is Hand.GIVE
    assert settle_hand(replace(COURIER, type=E.DELIVERED, told=Hand.TAKE)) is Hand.TAKE


def test_both_hands_among_staff_need_the_second_person_verified() -> None:
    both = replace(COURIER, type=E.DELIVERED, told=Hand.BOTH, receiver=Receiver.AGENCY)

    assert settle_hand(both) is Cause.SECOND_PERSON_MISSING
    assert settle_hand(replace(both, is_verified=True)) is Hand.BOTH
    assert needs_second_person(both)


def test_both_hands_with_a_citizen_need_no_second_account() -> None:
    assert settle_hand(replace(COURIER, told=Hand.BOTH)) is Hand.BOTH
    assert not needs_second_person(replace(COURIER, told=Hand.BOTH))


def test_a_supervisors_back_entry_names_its_hand() -> None:
    entry = replace(POSTCLERK, role=Role.SUPERVISOR)

    assert settle_hand(entry) is Cause.HAND_MISSING
    assert settle_hand(replace(entry, told=Hand.BOTH)) is Hand.BOTH
    assert settle_hand(replace(entry, type=E.HELD)) is None


@pytest.mark.parametrize(
    ("leg", "direction", "receiver", "citizen"),
    [
        (Leg.RESULT, F, Receiver.RECIPIENT, True),
        (Leg.RESULT, B, Receiver.RECIPIENT, True),
        (Leg.SUBMISSION, F, Receiver.RECIPIENT, False),
        (Leg.SUPPLEMENT, F, Receiver.RECIPIENT, False),
        (Leg.RESULT, B, Receiver.SENDER, False),
        (Leg.SUBMISSION, B, Receiver.SENDER, True),
        (Leg.SUPPLEMENT, F, Receiver.SENDER, True),
        (Leg.SUBMISSION, F, Receiver.AGENCY, False),
        (Leg.RESULT, F, Receiver.AGENCY, False),
        (Leg.RESULT, F, Receiver.AUTHORISED, True),
        (Leg.RESULT, F, None, True),
        (Leg.RESULT, B, Receiver.AUTHORISED, False),
        (Leg.RESULT, B, None, False),
        (Leg.SUBMISSION, F, None, False),
        (Leg.SUBMISSION, B, Receiver.AUTHORISED, True),
        (Leg.SUPPLEMENT, B, None, True),
        (None, F, Receiver.RECIPIENT, False),
        (None, F, None, False),
    ],
)
def test_the_far_end_is_a_citizen(
    leg: Leg | None, direction: Direction, receiver: Receiver | None, *, citizen: bool
) -> None:
    assert far_end_is_citizen(leg, direction, receiver) is citizen


def test_over_the_counter_the_other_party_is_a_citizen_only_where_citizens_send() -> None:
    assert other_party_is_citizen(E.ACCEPTED, Leg.SUBMISSION, F, None)
    assert other_party_is_citizen(E.COLLECTED, Leg.SUPPLEMENT, F, None)
    assert not other_party_is_citizen(E.ACCEPTED, Leg.RESULT, F, None)
    assert not other_party_is_citizen(E.ARRIVED, Leg.SUBMISSION, F, None)
