"""Who may make what; the matrix is written out once more, by hand."""

import pytest

from tracker.domain.roles import may_make
from tracker.domain.vocabulary import EventType, Hand, Leg, Role

E = EventType
CLERK = "registered label_printed cancelled forwarded redirected recalled corrected"
POSTCLERK = (
    "accepted bagged unbagged departed arrived given_to_courier back_at_office held released invited handed_out "
    "refused repacked damaged missing found"
)
MATRIX = {
    Role.CLERK: CLERK,
    Role.POSTCLERK: f"{CLERK} {POSTCLERK}",
    Role.COURIER: "collected given_to_courier attempt_failed delivered refused arrived back_at_office damaged missing "
    "found corrected",
    Role.DRIVER: "loaded arrived delivered damaged missing corrected",
    Role.OFFICER: "delivered handed_out accepted collected refused damaged missing corrected",
    Role.SUPERVISOR: " ".join(EventType),
    Role.SYSTEM: "invited hold_expired return_started missing",
    Role.HOTLINE: "",
    Role.ADMIN: "",
    Role.AUDITOR: "",
}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("event_type", list(EventType))
def test_each_role_makes_only_what_the_matrix_names(role: Role, event_type: EventType) -> None:
    assert may_make(role, event_type) == (event_type in MATRIX[role].split())


def hands_of(role: Role, event_type: EventType, leg: Leg | None = None) -> set[Hand]:
    return {hand for hand in Hand if may_make(role, event_type, hand, leg=leg)}


def test_a_clerk_accepts_only_at_a_service_point() -> None:
    assert may_make(Role.CLERK, E.ACCEPTED, at_service_point=True)
    assert not may_make(Role.CLERK, E.ACCEPTED)


def test_a_driver_arrives_and_delivers_as_the_one_who_gives() -> None:
    assert hands_of(Role.DRIVER, E.ARRIVED) == {Hand.GIVE, Hand.BOTH}
    assert hands_of(Role.DRIVER, E.DELIVERED) == {Hand.GIVE, Hand.BOTH}
    assert hands_of(Role.DRIVER, E.LOADED) == set(Hand)


def test_an_officer_receives_what_is_delivered() -> None:
    assert hands_of(Role.OFFICER, E.DELIVERED) == {Hand.TAKE, Hand.BOTH}
    assert hands_of(Role.OFFICER, E.HANDED_OUT) == {Hand.TAKE, Hand.BOTH}


def test_an_officer_gives_results_and_nothing_else() -> None:
    assert hands_of(Role.OFFICER, E.ACCEPTED, Leg.RESULT) == {Hand.GIVE, Hand.BOTH}
    assert hands_of(Role.OFFICER, E.COLLECTED, Leg.RESULT) == {Hand.GIVE, Hand.BOTH}
    assert hands_of(Role.OFFICER, E.ACCEPTED, Leg.SUBMISSION) == set()
    assert hands_of(Role.OFFICER, E.COLLECTED, Leg.SUPPLEMENT) == set()


def test_of_an_unknown_item_an_officer_may_still_give() -> None:
    assert may_make(Role.OFFICER, E.ACCEPTED, Hand.GIVE)
