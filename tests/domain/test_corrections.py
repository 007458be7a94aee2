"""Who may take an event back, and until when."""

from tests.domain.story import Anomaly, Details, E, Hand, Leg, Status, Story, accepted, new_id, registered, with_courier
from tracker.domain.events import Event


def correct(story: Story, target: Event, by: str, *, minutes: float = 5, **told: object) -> Event:
    return story.then(E.CORRECTED, by, minutes=minutes, details=Details(event=target.id), **told)


def test_a_courier_takes_the_own_last_scan_back_within_a_quarter_of_an_hour() -> None:
    story = with_courier()
    attempt = story.then(E.ATTEMPT_FAILED, "courier")
    correct(story, attempt, "courier", minutes=15)

    assert story.standing.attempts == 0
    assert story.folded.void == {attempt.id}
    assert story.standing.anomalies == ()


def test_after_a_quarter_of_an_hour_it_does_not_count() -> None:
    story = with_courier()
    attempt = story.then(E.ATTEMPT_FAILED, "courier")
    late = correct(story, attempt, "courier", minutes=15.01)

    assert story.standing.attempts == 1
    assert story.borne_by(late) == {Anomaly.UNEXPECTED_EVENT}


def test_another_device_may_not_take_it_back() -> None:
    story = with_courier()
    attempt = story.then(E.ATTEMPT_FAILED, "courier")
    correct(story, attempt, "courier2")

    assert story.standing.attempts == 1


def test_once_something_followed_only_a_supervisor_may() -> None:
    story = with_courier()
    attempt = story.then(E.ATTEMPT_FAILED, "courier")
    story.then(E.LABEL_PRINTED, "clerk", minutes=1)
    own = correct(story, attempt, "courier")
    before = story.standing
    correct(story, attempt, "supervisor", minutes=9999)

    assert before.attempts == 1
    assert story.standing.attempts == 0
    assert story.borne_by(own) == {Anomaly.UNEXPECTED_EVENT}


def test_what_followed_still_follows_when_it_is_void() -> None:
    story = with_courier()
    attempt = story.then(E.ATTEMPT_FAILED, "courier")
    second = story.then(E.ATTEMPT_FAILED, "courier", minutes=1)
    correct(story, second, "courier", minutes=1)
    correct(story, attempt, "courier", minutes=1)

    assert story.standing.attempts == 1
    assert story.folded.void == {second.id}


def test_corrections_themselves_do_not_follow() -> None:
    story = with_courier()
    attempt = story.then(E.ATTEMPT_FAILED, "courier")
    correct(story, new_stranger(), "courier", minutes=1)
    correct(story, attempt, "courier", minutes=1)

    assert story.standing.attempts == 0


def new_stranger() -> Event:
    return accepted().events[-1]


def test_correcting_a_correction_makes_its_target_count_again() -> None:
    story = with_courier()
    attempt = story.then(E.ATTEMPT_FAILED, "courier")
    first = correct(story, attempt, "courier", minutes=1)
    correct(story, first, "courier", minutes=1)

    assert story.standing.attempts == 1
    assert story.folded.void == {first.id}


def test_correcting_twice_is_correcting_once() -> None:
    story = with_courier()
    attempt = story.then(E.ATTEMPT_FAILED, "courier")
    correct(story, attempt, "courier", minutes=1)
    once = story.standing
    correct(story, attempt, "courier", minutes=0)

    assert story.standing == once


def test_one_of_two_corrections_undone_leaves_the_other() -> None:
    story = with_courier()
    attempt = story.then(E.ATTEMPT_FAILED, "courier")
    correct(story, attempt, "supervisor")
    second = correct(story, attempt, "supervisor")
    correct(story, second, "supervisor")

    assert story.standing.attempts == 0


def test_registration_is_cancelled_not_corrected() -> None:
    story = registered()
    refused = correct(story, story.events[0], "supervisor")

    assert story.standing.status is Status.REGISTERED
    assert story.borne_by(refused) == {Anomaly.UNEXPECTED_EVENT}


def test_a_correction_of_nothing_or_of_itself_is_unexpected() -> None:
    story = accepted()
    own = new_id()
    nothing = story.then(E.CORRECTED, "supervisor", details=Details())
    itself = story.then(E.CORRECTED, "supervisor", id=own, details=Details(event=own))

    assert story.borne_by(nothing) == {Anomaly.UNEXPECTED_EVENT}
    assert story.borne_by(itself) == {Anomaly.UNEXPECTED_EVENT}


def test_a_correction_waits_for_a_target_not_yet_known() -> None:
    story = with_courier()
    attempt = story.then(E.ATTEMPT_FAILED, "courier")
    correction = correct(story, attempt, "courier")
    story.events.remove(attempt)
    waiting = story.folded
    story.events.append(attempt)

    assert waiting.borne == {}
    assert story.borne_by(correction) == set()
    assert story.standing.attempts == 0


def test_a_void_event_bears_no_anomaly() -> None:
    story = accepted()
    strange = story.then(E.ATTEMPT_FAILED, "courier", reason=None, told=frozenset({Anomaly.WRONG_OFFICE}))
    correct(story, strange, "courier")

    assert story.standing.anomalies == ()


def test_a_delivery_taken_back_leaves_the_item_with_the_courier() -> None:
    story = with_courier(Leg.RESULT)
    end = story.then(E.DELIVERED, "courier", hand=Hand.BOTH)
    correct(story, end, "courier")

    assert story.standing.status is Status.WITH_COURIER
    assert story.standing.final_at is None


def test_in_a_cycle_of_corrections_undoing_the_later_one_restores_its_target() -> None:
    story = with_courier()
    attempt = story.then(E.ATTEMPT_FAILED, "courier")
    early_id, late_id = new_id(), new_id()
    early = story.then(E.CORRECTED, "supervisor", id=early_id, details=Details(event=late_id))
    story.then(E.CORRECTED, "supervisor", id=late_id, prev=early_id, details=Details(event=attempt.id))

    assert story.folded.void == {late_id}
    assert story.standing.attempts == 1
    assert early.id in story.folded.order
