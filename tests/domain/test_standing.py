"""What the events of an item add up to, rule by rule."""

from datetime import timedelta
from uuid import uuid4

from tests.domain.story import (
    NUMBER,
    START,
    Anomaly,
    Counterparty,
    Details,
    Direction,
    E,
    Hand,
    IdentityBasis,
    Leg,
    Party,
    Policy,
    Receiver,
    Status,
    Story,
    accepted,
    an_event,
    delivered,
    in_transit,
    registered,
    turned,
    with_courier,
)
from tracker.domain.events import Custodian, Standing
from tracker.domain.standing import fold, standing


def test_no_event_is_an_empty_standing() -> None:
    assert standing([]) == Standing()


def test_registration_names_leg_and_destination() -> None:
    now = registered().standing

    assert (now.status, now.leg, now.bound_for) == (Status.REGISTERED, Leg.SUBMISSION, "CENTRE")
    assert now.custodian == Custodian(Party.SENDER)


def test_a_scan_sent_twice_counts_once() -> None:
    story = with_courier()
    story.then(E.ATTEMPT_FAILED, "courier")

    assert fold([*story.events, *story.events]) == story.folded


# --- rule a: a give whose handover is already applied


def test_a_give_that_comes_after_its_take_is_absorbed() -> None:
    story = accepted()
    handover = uuid4()
    story.then(E.GIVEN_TO_COURIER, "courier", hand=Hand.TAKE, handover=handover)
    give = story.then(E.GIVEN_TO_COURIER, "postclerk", hand=Hand.GIVE, handover=handover)

    assert story.standing.pending is None
    assert story.borne_by(give) == set()


def test_a_give_is_absorbed_by_its_handover_in_any_row() -> None:
    story = accepted()
    handover = uuid4()
    story.then(E.ARRIVED, "postclerk2", hand=Hand.TAKE, handover=handover)
    story.then(E.HELD, "postclerk2")
    give = story.then(E.DEPARTED, "postclerk", hand=Hand.GIVE, handover=handover)

    assert story.standing.status is Status.HELD
    assert story.borne_by(give) == set()


def test_a_give_without_an_id_is_absorbed_when_its_row_was_applied_within_a_day() -> None:
    story = with_courier()
    story.then(E.BACK_AT_OFFICE, "postclerk", hand=Hand.TAKE, handover=uuid4())
    give = story.then(E.BACK_AT_OFFICE, "courier", hand=Hand.GIVE, minutes=24 * 60)

    assert story.standing.pending is None
    assert story.borne_by(give) == set()


def test_a_give_without_an_id_a_day_and_a_minute_later_is_a_new_claim() -> None:
    story = with_courier()
    story.then(E.BACK_AT_OFFICE, "postclerk", hand=Hand.TAKE)
    give = story.then(E.BACK_AT_OFFICE, "courier", hand=Hand.GIVE, minutes=24 * 60 + 1)

    assert story.standing.pending is not None
    assert story.borne_by(give) == {Anomaly.MISSED_SCAN}


def test_two_different_handover_ids_are_two_handovers() -> None:
    story = with_courier()
    story.then(E.BACK_AT_OFFICE, "postclerk", hand=Hand.TAKE, handover=uuid4())
    story.then(E.BACK_AT_OFFICE, "courier", hand=Hand.GIVE, handover=uuid4())

    assert story.standing.pending is not None


def test_a_late_give_is_absorbed_after_the_end_too() -> None:
    story = with_courier()
    handover = uuid4()
    story.then(E.DELIVERED, "officer", hand=Hand.TAKE, receiver=Receiver.AGENCY, handover=handover)
    give = story.then(E.DELIVERED, "courier", hand=Hand.GIVE, receiver=Receiver.AGENCY, handover=handover)

    assert story.standing.status is Status.DELIVERED
    assert story.borne_by(give) == set()


# --- rule b: repeated


def test_a_second_reading_of_the_same_arrival_is_repeated_and_clears_the_claim() -> None:
    story = in_transit()
    story.then(E.ARRIVED, "postclerk2", hand=Hand.TAKE)
    story.then(E.GIVEN_TO_COURIER, "postclerk2", hand=Hand.GIVE)
    claimed = story.standing.pending
    again = story.then(E.ARRIVED, "postclerk2", hand=Hand.TAKE)

    assert claimed is not None
    assert story.borne_by(again) == {Anomaly.REPEATED}
    assert story.standing.pending is None


def test_loading_twice_by_one_driver_is_repeated_only_directly_after_the_first() -> None:
    story = in_transit()
    again = story.then(E.LOADED, "driver", hand=Hand.TAKE)

    assert story.borne_by(again) == {Anomaly.REPEATED}


def test_a_courier_who_takes_the_item_again_after_an_attempt_is_not_repeating() -> None:
    story = with_courier()
    story.then(E.ATTEMPT_FAILED, "courier")
    again = story.then(E.GIVEN_TO_COURIER, "courier", hand=Hand.TAKE)

    assert again.id in story.folded.applied
    assert story.standing.attempt_open is False


def test_every_failed_attempt_counts() -> None:
    story = with_courier()
    story.then(E.ATTEMPT_FAILED, "courier", minutes=1)
    story.then(E.ATTEMPT_FAILED, "courier", minutes=1)

    assert story.standing.attempts == 2
    assert story.standing.anomalies == ()


def test_a_delivery_told_again_after_the_end_is_only_repeated() -> None:
    story = delivered()
    again = story.then(E.DELIVERED, "courier", hand=Hand.BOTH)

    assert story.borne_by(again) == {Anomaly.REPEATED}


# --- rule c: two holders


def test_two_offices_within_five_minutes_are_two_holders() -> None:
    story = in_transit()
    story.then(E.ARRIVED, "postclerk", hand=Hand.TAKE)
    other = story.then(E.ARRIVED, "postclerk2", hand=Hand.TAKE, minutes=5)

    assert story.borne_by(other) == {Anomaly.TWO_HOLDERS}
    assert story.standing.custodian == Custodian(Party.OFFICE, "PO2")
    assert story.standing.verifying


def test_the_next_take_ends_the_doubt_of_two_holders() -> None:
    story = in_transit()
    story.then(E.ARRIVED, "postclerk", hand=Hand.TAKE)
    story.then(E.ARRIVED, "postclerk2", hand=Hand.TAKE, minutes=1)
    story.then(E.HELD, "postclerk2")
    still = story.standing.verifying
    story.then(E.GIVEN_TO_COURIER, "courier", hand=Hand.TAKE)

    assert still
    assert not story.standing.verifying


def test_two_couriers_of_one_handover_are_no_two_holders() -> None:
    story = accepted()
    handover = uuid4()
    story.then(E.GIVEN_TO_COURIER, "courier", hand=Hand.TAKE, handover=handover)
    other = story.then(E.GIVEN_TO_COURIER, "courier2", hand=Hand.TAKE, handover=handover, minutes=1)

    assert story.borne_by(other) == set()


def test_six_minutes_are_enough_to_walk_to_the_next_courier() -> None:
    story = with_courier()
    story.then(E.GIVEN_TO_COURIER, "courier2", hand=Hand.TAKE, minutes=6)

    assert not story.standing.verifying


def test_two_ends_within_five_minutes_are_two_holders_even_after_the_end() -> None:
    story = delivered()
    other = story.then(E.DELIVERED, "courier", hand=Hand.BOTH, receiver=Receiver.AGENCY, minutes=2)

    assert Anomaly.TWO_HOLDERS in story.borne_by(other)
    assert story.standing.status is Status.RETURNED


# --- rule d: after a final status


def test_a_scan_after_the_end_changes_nothing_and_says_so() -> None:
    story = delivered()
    late = story.then(E.ARRIVED, "postclerk2", hand=Hand.TAKE)

    assert story.borne_by(late) == {Anomaly.AFTER_FINAL}
    assert story.standing.status is Status.DELIVERED


def test_a_decision_after_the_end_is_unexpected() -> None:
    story = delivered()
    late = story.then(E.RECALLED, "clerk")

    assert story.borne_by(late) == {Anomaly.UNEXPECTED_EVENT}
    assert story.standing.direction is Direction.FORWARD


def test_what_is_found_after_it_was_declared_lost_stays_lost() -> None:
    story = accepted()
    story.then(E.MISSING, "postclerk")
    story.then(E.DECLARED_LOST, "supervisor")
    story.then(E.FOUND, "postclerk")

    assert story.standing.status is Status.LOST
    assert Anomaly.AFTER_FINAL in story.standing.anomalies


# --- rule e: turning while returning


def test_a_return_may_start_after_a_refusal_without_starting_anew() -> None:
    story = with_courier(Leg.RESULT)
    story.then(E.REFUSED, "courier")
    story.then(E.BACK_AT_OFFICE, "postclerk", hand=Hand.TAKE)
    story.then(E.GIVEN_TO_COURIER, "courier", hand=Hand.TAKE)
    story.then(E.ATTEMPT_FAILED, "courier")
    story.then(E.BACK_AT_OFFICE, "postclerk", hand=Hand.TAKE)
    started = story.then(E.RETURN_STARTED, "supervisor")

    assert started.id in story.folded.applied
    assert story.standing.attempts == 1
    assert story.standing.anomalies == ()


def test_a_return_starts_only_once() -> None:
    story = accepted()
    story.then(E.RETURN_STARTED, "supervisor")
    again = story.then(E.RETURN_STARTED, "supervisor")

    assert story.borne_by(again) == {Anomaly.ALREADY_RETURNING}


def test_once_the_return_has_started_a_refusal_excuses_nothing_more() -> None:
    story = accepted(Leg.RESULT)
    story.then(E.REFUSED, "postclerk")
    story.then(E.RETURN_STARTED, "supervisor")
    again = story.then(E.RETURN_STARTED, "supervisor")
    end = story.then(E.HANDED_OUT, "postclerk", hand=Hand.BOTH)

    assert story.borne_by(again) == {Anomaly.ALREADY_RETURNING}
    assert story.borne_by(end) == {Anomaly.DIRECTION_MISMATCH}


def test_a_return_that_started_is_not_recalled() -> None:
    story = turned(accepted())
    again = story.then(E.REFUSED, "postclerk")

    assert story.borne_by(again) == {Anomaly.ALREADY_RETURNING}


def test_a_hold_may_expire_on_the_way_back() -> None:
    story = turned(accepted())
    story.then(E.HELD, "postclerk")
    story.then(E.INVITED, "postclerk")
    story.then(E.HOLD_EXPIRED, "system")

    assert (story.standing.status, story.standing.invitations) == (Status.AT_OFFICE, 1)


# --- rules f, g, h


def test_presence_wins_over_the_table() -> None:
    story = accepted()
    story.then(E.ATTEMPT_FAILED, "courier")

    assert story.standing.status is Status.WITH_COURIER
    assert story.standing.custodian == Custodian(Party.COURIER, "courier")
    assert story.standing.anomalies == (Anomaly.MISSED_SCAN,)


def test_a_give_outside_the_table_opens_its_claim() -> None:
    story = registered()
    give = story.then(E.ARRIVED, "driver", hand=Hand.GIVE)

    assert story.standing.pending is not None
    assert story.standing.status is Status.REGISTERED
    assert story.borne_by(give) == {Anomaly.MISSED_SCAN}


def test_a_departure_told_after_the_arrival_is_absorbed() -> None:
    story = in_transit()
    story.then(E.ARRIVED, "postclerk2", hand=Hand.TAKE)
    story.then(E.GIVEN_TO_COURIER, "courier2", hand=Hand.TAKE)
    late = story.then(E.DEPARTED, "postclerk", hand=Hand.GIVE)

    assert story.borne_by(late) == set()
    assert story.standing.pending is None


def test_a_departure_that_nobody_saw_is_unexpected() -> None:
    story = with_courier()
    late = story.then(E.DEPARTED, "postclerk", hand=Hand.GIVE)

    assert story.borne_by(late) == {Anomaly.UNEXPECTED_EVENT}


def test_what_shows_no_presence_and_stands_outside_the_table_changes_nothing() -> None:
    story = with_courier()
    late = story.then(E.BAGGED, "postclerk")

    assert story.borne_by(late) == {Anomaly.UNEXPECTED_EVENT}
    assert story.standing.status is Status.WITH_COURIER


def test_a_second_registration_is_unexpected() -> None:
    story = accepted()
    second = story.then(E.REGISTERED, "clerk", details=Details(leg=Leg.RESULT))

    assert story.borne_by(second) == {Anomaly.UNEXPECTED_EVENT}
    assert story.standing.leg is Leg.SUBMISSION


def test_a_give_stands_between_no_two_scans() -> None:
    story = in_transit()
    story.then(E.ARRIVED, "postclerk", hand=Hand.TAKE)
    story.then(E.GIVEN_TO_COURIER, "postclerk", hand=Hand.GIVE, minutes=1)
    story.then(E.ARRIVED, "postclerk2", hand=Hand.TAKE, minutes=1)

    assert Anomaly.TWO_HOLDERS in story.standing.anomalies


# --- what a row does


def test_turning_starts_attempts_and_invitations_anew() -> None:
    story = with_courier()
    story.then(E.ATTEMPT_FAILED, "courier")
    story.then(E.BACK_AT_OFFICE, "postclerk", hand=Hand.TAKE)
    story.then(E.HELD, "postclerk")
    story.then(E.INVITED, "postclerk")
    before = story.standing
    turned(story)

    assert (before.attempts, before.invitations) == (1, 1)
    assert (story.standing.attempts, story.standing.invitations) == (0, 0)
    assert story.standing.direction is Direction.RETURNING


def test_an_open_attempt_is_cleared_by_the_next_hand_over_to_a_courier() -> None:
    story = with_courier()
    story.then(E.ATTEMPT_FAILED, "courier")
    story.then(E.BACK_AT_OFFICE, "postclerk", hand=Hand.TAKE)
    still = story.standing.attempt_open
    story.then(E.HELD, "postclerk")

    assert still
    assert not story.standing.attempt_open


def test_a_departure_clears_an_open_attempt() -> None:
    story = with_courier()
    story.then(E.ATTEMPT_FAILED, "courier")
    story.then(E.BACK_AT_OFFICE, "postclerk", hand=Hand.TAKE)
    story.then(E.DEPARTED, "postclerk", hand=Hand.GIVE)

    assert not story.standing.attempt_open


def the_end(leg: Leg, receiver: Receiver | None, *, returning: bool) -> Status:
    story = with_courier(leg)
    story = turned(story) if returning else story
    verified = Counterparty(Party.OFFICE, "officer", verified=True)
    story.then(E.DELIVERED, "courier", hand=Hand.BOTH, counterparty=verified, receiver=receiver)
    return story.standing.status


def test_the_receiver_decides_the_end() -> None:
    assert the_end(Leg.RESULT, Receiver.RECIPIENT, returning=False) is Status.DELIVERED
    assert the_end(Leg.SUBMISSION, Receiver.SENDER, returning=True) is Status.RETURNED
    assert the_end(Leg.SUBMISSION, Receiver.AGENCY, returning=False) is Status.DELIVERED
    assert the_end(Leg.SUPPLEMENT, Receiver.AGENCY, returning=False) is Status.DELIVERED
    assert the_end(Leg.RESULT, Receiver.AGENCY, returning=True) is Status.RETURNED
    assert the_end(Leg.RESULT, Receiver.AUTHORISED, returning=False) is Status.DELIVERED
    assert the_end(Leg.RESULT, None, returning=True) is Status.RETURNED


def test_an_end_against_the_direction_is_a_mismatch() -> None:
    story = turned(with_courier(Leg.RESULT))
    end = story.then(E.DELIVERED, "courier", hand=Hand.BOTH)

    assert story.borne_by(end) == {Anomaly.DIRECTION_MISMATCH}
    assert story.standing.custodian == Custodian(Party.RECIPIENT)


def test_a_return_nobody_started_is_a_mismatch() -> None:
    story = with_courier(Leg.RESULT)
    end = story.then(E.DELIVERED, "courier", hand=Hand.BOTH, receiver=Receiver.AGENCY)

    assert story.borne_by(end) == {Anomaly.DIRECTION_MISMATCH}
    assert story.standing.status is Status.RETURNED


def test_after_a_refusal_a_delivery_to_the_recipient_is_no_mismatch() -> None:
    story = with_courier(Leg.RESULT)
    story.then(E.REFUSED, "courier")
    story.then(E.DELIVERED, "courier", hand=Hand.BOTH)

    assert story.standing.status is Status.DELIVERED
    assert story.standing.anomalies == ()


def test_damage_leaves_the_item_with_who_holds_it() -> None:
    story = with_courier()
    story.then(E.DAMAGED, "postclerk")

    assert story.standing.status is Status.DAMAGED
    assert story.standing.custodian == Custodian(Party.COURIER, "courier")


def test_found_by_a_courier_is_with_the_courier() -> None:
    story = accepted()
    story.then(E.MISSING, "postclerk")
    story.then(E.FOUND, "courier")

    assert story.standing.status is Status.WITH_COURIER


def test_found_by_anybody_else_is_at_the_office() -> None:
    story = with_courier()
    story.then(E.MISSING, "courier")
    story.then(E.FOUND, "postclerk2")

    assert story.standing.custodian == Custodian(Party.OFFICE, "PO2")
    assert story.standing.status is Status.AT_OFFICE


def test_the_courier_of_a_scan_made_for_him_is_the_counterparty() -> None:
    story = accepted()
    story.then(E.GIVEN_TO_COURIER, "supervisor", hand=Hand.TAKE, counterparty=Counterparty(Party.COURIER, "courier2"))

    assert story.standing.custodian == Custodian(Party.COURIER, "courier2")


def test_an_office_that_is_not_told_is_the_one_before() -> None:
    story = accepted()
    story.then(E.HELD, "postclerk", office=None)

    assert story.standing.custodian == Custodian(Party.OFFICE, "PO1")


def test_a_final_status_clears_the_claim() -> None:
    story = with_courier()
    story.then(E.BACK_AT_OFFICE, "courier", hand=Hand.GIVE)
    story.then(E.MISSING, "courier")
    before = story.standing.pending
    story.then(E.DECLARED_LOST, "supervisor")

    assert before is not None
    assert story.standing.pending is None
    assert story.standing.final_at == story.at


def test_a_forwarded_item_is_bound_for_another_office() -> None:
    story = accepted()
    story.then(E.FORWARDED, "postclerk", office=None, details=Details(office="COMMUNE"))

    assert story.standing.bound_for == "COMMUNE"


def test_a_returning_item_is_bound_for_where_it_came_from() -> None:
    story = accepted()
    story.then(E.REDIRECTED, "clerk", details=Details(office="COMMUNE"))
    turned(story)

    assert story.standing.bound_for == "PO1"


# --- two hands


def test_a_give_alone_moves_no_custody_and_waits() -> None:
    story = accepted()
    give = story.then(
        E.GIVEN_TO_COURIER, "postclerk", hand=Hand.GIVE, counterparty=Counterparty(Party.COURIER, "courier")
    )
    pending = story.standing.pending

    assert story.standing.custodian == Custodian(Party.OFFICE, "PO1")
    assert pending is not None
    assert (pending.to, pending.to_ref, pending.since, pending.event) == (
        Party.COURIER,
        "courier",
        give.effective_at,
        give.id,
    )


def the_claimant(leg: Leg, receiver: Receiver) -> tuple[Party, str | None]:
    story = with_courier(leg)
    story.then(E.DELIVERED, "courier", hand=Hand.GIVE, receiver=receiver)
    pending = story.standing.pending
    assert pending is not None
    return pending.to, pending.to_ref


def test_a_delivery_that_only_one_side_told_waits_for_the_far_end() -> None:
    assert the_claimant(Leg.SUBMISSION, Receiver.AGENCY) == (Party.OFFICE, "CENTRE")
    assert the_claimant(Leg.SUBMISSION, Receiver.SENDER) == (Party.SENDER, None)
    assert the_claimant(Leg.RESULT, Receiver.RECIPIENT) == (Party.RECIPIENT, None)


def test_an_office_that_gives_does_not_wait_for_itself() -> None:
    story = accepted()
    story.then(E.DEPARTED, "postclerk", hand=Hand.GIVE, counterparty=Counterparty(Party.OFFICE))
    pending = story.standing.pending

    assert pending is not None
    assert (pending.to, pending.to_ref) == (Party.OFFICE, None)


def test_an_office_receives_as_an_office_whoever_stands_there_for_it() -> None:
    story = with_courier()
    told = Counterparty(Party.OFFICE, "officer")
    story.then(E.BACK_AT_OFFICE, "courier", hand=Hand.GIVE, counterparty=told, office="PO2")
    to_post = story.standing.pending
    story.then(E.DELIVERED, "courier", hand=Hand.GIVE, counterparty=told, receiver=Receiver.AGENCY)
    to_centre = story.standing.pending

    assert to_post is not None
    assert to_centre is not None
    assert [(one.to, one.to_ref) for one in (to_post, to_centre)] == [(Party.OFFICE, "PO2"), (Party.OFFICE, "CENTRE")]


def test_the_take_ends_the_claim() -> None:
    story = accepted()
    story.then(E.GIVEN_TO_COURIER, "postclerk", hand=Hand.GIVE, handover=uuid4())
    story.then(E.GIVEN_TO_COURIER, "courier", hand=Hand.TAKE)

    assert story.standing.pending is None


def test_a_scan_that_shows_where_the_item_is_ends_the_claim() -> None:
    story = accepted()
    story.then(E.GIVEN_TO_COURIER, "postclerk", hand=Hand.GIVE)
    claimed = story.standing.pending
    story.then(E.HELD, "postclerk")

    assert claimed is not None
    assert story.standing.pending is None


def test_a_departure_is_a_give_that_changes_the_status_only() -> None:
    story = accepted()
    story.then(E.DEPARTED, "postclerk", hand=Hand.GIVE)

    assert story.standing.status is Status.IN_TRANSIT
    assert story.standing.custodian == Custodian(Party.OFFICE, "PO1")
    assert story.standing.pending is not None


def test_a_courier_alone_does_not_hand_a_submission_to_the_office() -> None:
    story = with_courier()
    story.then(E.DELIVERED, "courier", hand=Hand.TAKE, receiver=Receiver.AGENCY)

    assert story.standing.status is Status.WITH_COURIER
    assert story.standing.pending is not None


def test_a_second_identity_that_was_not_verified_hands_no_submission_over() -> None:
    story = with_courier()
    told = Counterparty(Party.OFFICE, "officer")
    story.then(E.DELIVERED, "courier", hand=Hand.BOTH, counterparty=told, receiver=Receiver.AGENCY)

    assert story.standing.status is Status.WITH_COURIER


def test_the_legal_submission_time_is_the_verified_handover() -> None:
    story = with_courier()
    verified = Counterparty(Party.OFFICE, "officer", verified=True)
    end = story.then(E.DELIVERED, "courier", hand=Hand.BOTH, counterparty=verified, receiver=Receiver.AGENCY)

    assert story.standing.legal_submission_at == end.effective_at
    assert story.standing.anomalies == ()


def test_the_officers_take_counts_legally_once_another_gave() -> None:
    story = with_courier()
    handover = uuid4()
    take = story.then(E.DELIVERED, "officer", hand=Hand.TAKE, receiver=Receiver.AGENCY, handover=handover)
    alone = story.folded
    story.then(E.DELIVERED, "courier", hand=Hand.GIVE, receiver=Receiver.AGENCY, handover=handover)

    assert alone.standing.legal_submission_at is None
    assert alone.borne[take.id] == {Anomaly.DETAILS_MISSING}
    assert story.standing.legal_submission_at == take.effective_at
    assert story.standing.anomalies == ()


def test_nobody_gives_to_oneself() -> None:
    story = with_courier()
    handover = uuid4()
    story.then(E.DELIVERED, "officer", hand=Hand.GIVE, receiver=Receiver.AGENCY, handover=handover)
    story.then(E.DELIVERED, "officer", hand=Hand.TAKE, receiver=Receiver.AGENCY, handover=handover)

    assert story.standing.status is Status.DELIVERED
    assert story.standing.legal_submission_at is None


def test_two_who_took_are_not_one_who_gave() -> None:
    story = with_courier()
    handover = uuid4()
    story.then(E.DELIVERED, "officer", hand=Hand.TAKE, receiver=Receiver.AGENCY, handover=handover)
    story.then(E.DELIVERED, "postclerk", hand=Hand.TAKE, receiver=Receiver.AGENCY, handover=handover)

    assert story.standing.legal_submission_at is None


def test_a_supplement_or_a_result_sets_no_legal_submission_time() -> None:
    story = with_courier(Leg.SUPPLEMENT)
    verified = Counterparty(Party.OFFICE, "officer", verified=True)
    story.then(E.DELIVERED, "courier", hand=Hand.BOTH, counterparty=verified, receiver=Receiver.AGENCY)

    assert story.standing.status is Status.DELIVERED
    assert story.standing.legal_submission_at is None
    assert delivered().standing.legal_submission_at is None


# --- flags from what is told


def test_a_scan_without_what_it_must_tell_is_kept_and_flagged() -> None:
    story = with_courier(Leg.RESULT)
    attempt = story.then(E.ATTEMPT_FAILED, "courier", reason=None)
    end = story.then(E.DELIVERED, "courier", hand=Hand.BOTH, identity=None)

    assert story.borne_by(attempt) == {Anomaly.DETAILS_MISSING}
    assert story.borne_by(end) == {Anomaly.DETAILS_MISSING}
    assert story.standing.status is Status.DELIVERED


def test_a_signature_stands_for_the_identity_of_the_citizen() -> None:
    story = with_courier(Leg.RESULT)
    story.then(E.DELIVERED, "courier", hand=Hand.BOTH, identity=None, has_evidence=True)

    assert story.standing.anomalies == ()


def test_a_decision_is_never_flagged_for_its_details() -> None:
    story = accepted()
    story.then(E.FORWARDED, "postclerk", details=Details())

    assert story.standing.anomalies == ()


def test_a_citizens_own_hand_needs_a_signature_or_an_identity() -> None:
    story = registered()
    bare = story.then(E.ACCEPTED, "postclerk", hand=Hand.BOTH)
    signed = registered()
    signed.then(E.ACCEPTED, "postclerk", hand=Hand.BOTH, identity=IdentityBasis.SEEN)

    assert story.borne_by(bare) == {Anomaly.DETAILS_MISSING}
    assert signed.standing.anomalies == ()


def test_what_the_door_flagged_stays_with_its_event() -> None:
    story = accepted()
    event = story.then(E.HELD, "postclerk", told=frozenset({Anomaly.WRONG_OFFICE, Anomaly.OLD_LABEL_USED}))

    assert story.borne_by(event) == {Anomaly.WRONG_OFFICE, Anomaly.OLD_LABEL_USED}
    assert story.standing.anomalies == (Anomaly.OLD_LABEL_USED, Anomaly.WRONG_OFFICE)


def test_an_arrival_off_the_route_is_misrouted() -> None:
    story = accepted(route=("PO1", "PO2", "CENTRE"))
    story.then(E.DEPARTED, "postclerk", hand=Hand.GIVE)
    there = story.then(E.ARRIVED, "clerk2", hand=Hand.TAKE)

    assert story.borne_by(there) == {Anomaly.MISROUTED}


def test_an_office_it_was_forwarded_to_is_on_the_route() -> None:
    story = accepted(route=("PO1", "CENTRE"))
    story.then(E.FORWARDED, "postclerk", details=Details(office="COMMUNE"))
    story.then(E.DEPARTED, "postclerk", hand=Hand.GIVE)
    story.then(E.ARRIVED, "clerk2", hand=Hand.TAKE)

    assert story.standing.anomalies == ()


def test_an_item_without_a_route_is_nowhere_misrouted() -> None:
    story = in_transit()
    story.then(E.ARRIVED, "clerk2", hand=Hand.TAKE)

    assert story.standing.anomalies == ()


def test_one_attempt_too_many_breaks_the_rule() -> None:
    story = with_courier(policy=Policy(attempts=1))
    first = story.then(E.ATTEMPT_FAILED, "courier")
    second = story.then(E.ATTEMPT_FAILED, "courier")

    assert story.borne_by(first) == set()
    assert story.borne_by(second) == {Anomaly.RULE_BREACH}


def test_a_gap_told_shorter_than_the_rule_breaks_it() -> None:
    story = accepted(policy=Policy(gap_working_days=2, invitations=2))
    story.then(E.HELD, "postclerk")
    early = story.then(E.INVITED, "system", number=2, policy=Policy(gap_working_days=1))

    assert story.borne_by(early) == {Anomaly.RULE_BREACH}


def test_the_last_event_is_the_last_in_order_not_in_arrival() -> None:
    story = accepted()
    late = an_event(E.LABEL_PRINTED, "clerk", START + timedelta(minutes=70))
    story.events.append(late)

    assert story.standing.last_event_at == story.at
    assert story.folded.order[1] == late.id


# --- bags


def a_bag_on_its_way(leg: Leg = Leg.RESULT) -> Story:
    story = accepted(leg)
    story.then(E.BAGGED, "postclerk")
    story.bag(E.DEPARTED, "postclerk", hand=Hand.GIVE)
    story.bag(E.LOADED, "driver", hand=Hand.TAKE)
    return story


def test_an_item_travels_with_its_bag() -> None:
    story = a_bag_on_its_way()
    travelling = story.standing
    story.bag(E.ARRIVED, "postclerk2", hand=Hand.TAKE)

    assert travelling.custodian == Custodian(Party.TRANSPORT, "driver")
    assert (travelling.status, travelling.bag) == (Status.IN_TRANSIT, "BAG1")
    assert story.standing.custodian == Custodian(Party.OFFICE, "PO2")


def test_an_opened_bag_lets_its_items_go() -> None:
    story = a_bag_on_its_way()
    story.bag(E.ARRIVED, "postclerk2", hand=Hand.TAKE)
    story.bag(E.UNBAGGED, "postclerk2")
    story.bag(E.DEPARTED, "postclerk2", hand=Hand.GIVE)

    assert (story.standing.status, story.standing.bag) == (Status.AT_OFFICE, None)


def test_what_the_bag_did_before_and_after_does_not_count() -> None:
    story = Story()
    story.bag(E.ARRIVED, "postclerk", hand=Hand.TAKE)
    inside = accepted(Leg.RESULT)
    inside.bag_events = story.bag_events
    inside.at += timedelta(hours=3)
    inside.then(E.BAGGED, "postclerk")
    inside.then(E.UNBAGGED, "postclerk")
    inside.bag(E.DEPARTED, "postclerk", hand=Hand.GIVE)

    assert inside.standing.status is Status.AT_OFFICE
    assert inside.standing.anomalies == ()
    assert len(inside.folded.order) == len(inside.events)


def test_another_bag_moves_nothing() -> None:
    story = accepted()
    story.then(E.BAGGED, "postclerk")
    story.bag(E.DEPARTED, "postclerk", bag="BAG2", hand=Hand.GIVE)

    assert story.standing.status is Status.BAGGED


def test_an_item_missing_from_its_bag_did_not_arrive_with_it() -> None:
    story = a_bag_on_its_way()
    arrival = story.bag(E.ARRIVED, "postclerk2", hand=Hand.TAKE)
    opening = story.bag(E.UNBAGGED, "postclerk2", missing=(NUMBER,))

    assert (story.standing.status, story.standing.bag) == (Status.IN_TRANSIT, None)
    assert {arrival.id, opening.id}.isdisjoint(story.folded.order)


def test_an_item_is_in_one_bag_at_a_time() -> None:
    story = accepted(Leg.RESULT)
    story.then(E.BAGGED, "postclerk")
    story.then(E.BAGGED, "postclerk", bag="BAG2")
    story.bag(E.DEPARTED, "postclerk", bag="BAG1", hand=Hand.GIVE)

    assert (story.standing.status, story.standing.bag) == (Status.BAGGED, "BAG2")


def test_only_an_arrival_directly_before_the_opening_is_in_doubt() -> None:
    story = a_bag_on_its_way()
    story.bag(E.ARRIVED, "postclerk", hand=Hand.TAKE)
    story.bag(E.DEPARTED, "postclerk", hand=Hand.GIVE)
    story.bag(E.LOADED, "driver2", hand=Hand.TAKE)
    story.bag(E.UNBAGGED, "postclerk2", missing=(NUMBER,))

    assert story.standing.custodian == Custodian(Party.TRANSPORT, "driver2")


def test_a_lost_item_has_left_its_bag() -> None:
    story = a_bag_on_its_way()
    story.then(E.MISSING, "driver")
    story.then(E.DECLARED_LOST, "supervisor")
    story.bag(E.ARRIVED, "postclerk2", hand=Hand.TAKE)

    assert (story.standing.status, story.standing.bag) == (Status.LOST, None)
    assert story.standing.anomalies == ()


def test_an_item_scanned_elsewhere_leaves_its_bag() -> None:
    story = a_bag_on_its_way()
    seen = story.then(E.ARRIVED, "clerk2", hand=Hand.TAKE)
    story.bag(E.ARRIVED, "postclerk2", hand=Hand.TAKE)

    assert story.standing.custodian == Custodian(Party.OFFICE, "COMMUNE")
    assert story.folded.left_bags == {seen.id: "BAG1"}


def test_an_item_scanned_where_its_bag_is_stays_inside() -> None:
    story = a_bag_on_its_way()
    story.bag(E.ARRIVED, "postclerk2", hand=Hand.TAKE)
    story.then(E.ARRIVED, "postclerk2", hand=Hand.TAKE)

    assert story.standing.bag == "BAG1"
    assert story.folded.left_bags == {}


def test_a_delivered_item_has_left_its_bag() -> None:
    story = a_bag_on_its_way()
    story.then(E.DELIVERED, "driver", hand=Hand.BOTH)
    story.bag(E.ARRIVED, "postclerk2", hand=Hand.TAKE)

    assert story.standing.status is Status.DELIVERED
    assert Anomaly.AFTER_FINAL not in story.standing.anomalies


def test_a_correction_in_the_bags_chain_takes_its_move_back() -> None:
    story = a_bag_on_its_way()
    arrival = story.bag(E.ARRIVED, "postclerk2", hand=Hand.TAKE)
    story.bag(E.CORRECTED, "postclerk2", minutes=3, details=Details(event=arrival.id))

    assert story.standing.status is Status.IN_TRANSIT
    assert arrival.id in story.folded.void


def test_a_bagging_taken_back_takes_its_bags_moves_back() -> None:
    story = a_bag_on_its_way()
    bagged_event = story.events[-1]
    story.then(E.CORRECTED, "supervisor", details=Details(event=bagged_event.id))

    assert story.standing.status is Status.AT_OFFICE


def test_a_bags_moves_sent_twice_count_once() -> None:
    story = a_bag_on_its_way()
    folded = fold(story.events, [*story.bag_events, *story.bag_events])

    assert folded == story.folded


def test_the_seal_of_a_bag_is_missed_on_its_items_too() -> None:
    story = a_bag_on_its_way()
    arrival = story.bag(E.ARRIVED, "postclerk2", hand=Hand.TAKE, seal_ok=None)

    assert story.borne_by(arrival) == {Anomaly.DETAILS_MISSING}


def test_a_correction_names_another_items_event_in_vain() -> None:
    story = accepted()
    other = accepted()
    story.then(E.CORRECTED, "supervisor", details=Details(event=other.events[-1].id))

    assert story.standing.status is Status.AT_OFFICE
    assert story.standing.anomalies == ()


def test_events_of_an_unregistered_item_still_say_where_it_is() -> None:
    story = Story()
    story.then(E.ARRIVED, "postclerk", hand=Hand.TAKE)

    assert story.standing.status is Status.AT_OFFICE
    assert story.standing.anomalies == (Anomaly.MISSED_SCAN,)
