"""The code's table is the published one, and every pair of status and event has an answer."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.domain.story import (
    Anomaly,
    Direction,
    E,
    Hand,
    Leg,
    Receiver,
    Role,
    Status,
    Story,
    accepted,
    bagged,
    delivered,
    in_transit,
    registered,
    turned,
    with_courier,
)
from tracker.domain.events import Standing
from tracker.domain.lifecycle import TURNING, fits, kind_of, next_events, row_of
from tracker.domain.lifecycle_table import LIFECYCLE, Row
from tracker.domain.vocabulary import EventType, Kind

PUBLISHED = Path(__file__).with_name("events.csv")
OPEN = ["registered", "collected", "at_office", "bagged", "in_transit", "with_courier", "held", "damaged", "missing"]


def published_rows() -> Iterator[dict[str, str]]:
    with PUBLISHED.open(encoding="utf-8", newline="") as table:
        yield from csv.DictReader(table)


def words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.split("|") if word)


def from_as_published(text: str) -> tuple[frozenset[str], str | None]:
    """Statuses, and the only direction."""
    if text == "any":
        return frozenset(status.value for status in Status), None
    text, _, direction = text.partition(" and ")
    only = {"": None, "returning": "returning", "not returning": "forward"}[direction]
    if not text.startswith("any open"):
        return frozenset(words(text)), only
    _, _, but = text.partition(" but ")
    return frozenset(OPEN) - frozenset(but.split()), only


def as_published(row: Row) -> dict[str, object]:
    recomputed = row.type is E.CORRECTED
    return {
        "type": row.type.value,
        "kind": " or ".join(kind.value for kind in row.kinds),
        "from": (frozenset(status.value for status in row.from_statuses), row.only_direction),
        "to": "recomputed" if recomputed else "|".join(row.to) or "=",
        "custodian_after": "recomputed" if recomputed else "|".join(row.custodian_after) or "=",
        "presence": "yes" if row.presence else "",
        "two_handed": row.two_handed.value,
        "giver": "|".join(row.giver),
        "receiver": "|".join(row.receiver),
        "emsevt": "|".join(row.emsevt),
        "epcis_biz_step": row.epcis_step,
        "epcis_disposition": row.epcis_disposition,
    }


def test_the_table_is_the_published_one() -> None:
    published = [
        {key: value for key, value in row.items() if key != "vi"} | {"from": from_as_published(row["from"])}
        for row in published_rows()
    ]

    assert [as_published(row) for row in LIFECYCLE.values()] == published


def test_the_table_has_31_types_and_each_of_ours() -> None:
    assert len(LIFECYCLE) == 31
    assert set(LIFECYCLE) == set(EventType)


def a_history(status: Status, direction: Direction) -> Story:
    """Some history that ends there; of a result, so that a delivery ends with the recipient."""
    returning = direction is Direction.RETURNING
    story = HISTORIES[status]()
    if returning:
        story = RETURNING[status]() if status in RETURNING else turned(story)
    return story


def _lost() -> Story:
    story = _missing()
    story.then(E.DECLARED_LOST, "supervisor")
    return story


def _missing() -> Story:
    story = accepted(Leg.RESULT)
    story.then(E.MISSING, "postclerk")
    return story


def _held() -> Story:
    story = accepted(Leg.RESULT)
    story.then(E.HELD, "postclerk")
    return story


def _damaged() -> Story:
    story = accepted(Leg.RESULT)
    story.then(E.DAMAGED, "postclerk")
    return story


def _collected() -> Story:
    story = registered(Leg.RESULT)
    story.then(E.COLLECTED, "courier", hand=Hand.TAKE)
    return story


def _cancelled() -> Story:
    story = registered(Leg.RESULT)
    story.then(E.CANCELLED, "clerk")
    return story


def _unclaimed() -> Story:
    story = turned(accepted(Leg.RESULT))
    story.then(E.UNCLAIMED, "supervisor")
    return story


def _ended(receiver: str) -> Story:
    story = with_courier(Leg.RESULT)
    story.then(E.DELIVERED, "courier", hand=Hand.BOTH, receiver=Receiver(receiver))
    return story


def _ended_returning(receiver: str) -> Story:
    story = turned(with_courier(Leg.RESULT))
    story.then(E.DELIVERED, "courier", hand=Hand.BOTH, receiver=Receiver(receiver))
    return story


def _lost_returning() -> Story:
    story = turned(_missing())
    story.then(E.DECLARED_LOST, "supervisor")
    return story


HISTORIES = {
    Status.UNREGISTERED: Story,
    Status.REGISTERED: lambda: registered(Leg.RESULT),
    Status.COLLECTED: _collected,
    Status.AT_OFFICE: lambda: accepted(Leg.RESULT),
    Status.BAGGED: lambda: bagged(Leg.RESULT),
    Status.IN_TRANSIT: lambda: in_transit(Leg.RESULT),
    Status.WITH_COURIER: lambda: with_courier(Leg.RESULT),
    Status.HELD: _held,
    Status.DAMAGED: _damaged,
    Status.MISSING: _missing,
    Status.DELIVERED: delivered,
    Status.RETURNED: lambda: _ended("agency"),
    Status.CANCELLED: _cancelled,
    Status.LOST: _lost,
    Status.UNCLAIMED: _unclaimed,
}
RETURNING = {
    Status.DELIVERED: lambda: _ended_returning("recipient"),
    Status.RETURNED: lambda: _ended_returning("agency"),
    Status.LOST: _lost_returning,
    Status.UNCLAIMED: _unclaimed,
}
# Nothing turns an item before it travels, and a cancelled one never does; nothing is unclaimed on the way out.
UNREACHABLE = {
    (Status.UNREGISTERED, Direction.RETURNING),
    (Status.REGISTERED, Direction.RETURNING),
    (Status.CANCELLED, Direction.RETURNING),
    (Status.UNCLAIMED, Direction.FORWARD),
}
PLACES = [(status, direction) for status in Status for direction in Direction if (status, direction) not in UNREACHABLE]
TOLD_BY_ORDER = {
    Anomaly.REPEATED,
    Anomaly.ALREADY_RETURNING,
    Anomaly.MISSED_SCAN,
    Anomaly.UNEXPECTED_EVENT,
    Anomaly.AFTER_FINAL,
    Anomaly.TWO_HOLDERS,
}
SOMEBODY_ELSE = {
    E.LOADED: "driver2",
    E.COLLECTED: "courier2",
    E.GIVEN_TO_COURIER: "courier2",
    E.ATTEMPT_FAILED: "courier2",
    E.DELIVERED: "courier2",
}


def expected_anomalies(event_type: EventType, status: Status, direction: Direction) -> set[Anomaly]:
    """By the published table, for an event that finds the item with another holder."""
    row = next(row for row in published_rows() if row["type"] == event_type)
    statuses, only = from_as_published(row["from"])
    in_table = status.value in statuses and only in (None, direction.value)
    if status.is_final:
        return {Anomaly.AFTER_FINAL if row["presence"] else Anomaly.UNEXPECTED_EVENT}
    if event_type in TURNING and direction is Direction.RETURNING and event_type is not E.HOLD_EXPIRED:
        return {Anomaly.ALREADY_RETURNING}
    if in_table:
        return set()
    return {Anomaly.MISSED_SCAN if row["presence"] else Anomaly.UNEXPECTED_EVENT}


REPEATS = {
    (E.DAMAGED, Status.DAMAGED),
    (E.DELIVERED, Status.DELIVERED),
    (E.HANDED_OUT, Status.DELIVERED),
}


@pytest.mark.parametrize("event_type", [each for each in EventType if each is not E.CORRECTED])
@pytest.mark.parametrize(("status", "direction"), PLACES)
def test_every_status_and_event_is_in_the_table_or_yields_its_anomaly(
    status: Status, direction: Direction, event_type: EventType
) -> None:
    story = a_history(status, direction)
    before = story.standing
    hand = Hand.GIVE if event_type is E.DEPARTED else Hand.TAKE
    event = story.then(event_type, SOMEBODY_ELSE.get(event_type, "postclerk2"), minutes=2000, hand=hand)
    borne = story.borne_by(event) & TOLD_BY_ORDER

    assert (before.status, before.direction) == (status, direction)
    if (event_type, status) in REPEATS:
        assert borne == {Anomaly.REPEATED}
    else:
        assert borne == expected_anomalies(event_type, status, direction)
    changed = event.id in story.folded.applied
    assert changed == (borne <= {Anomaly.MISSED_SCAN})


@pytest.mark.parametrize(("status", "direction"), PLACES)
def test_an_applied_event_leads_where_the_table_says(status: Status, direction: Direction) -> None:
    before = a_history(status, direction).standing
    for row in published_rows():
        story = a_history(status, direction)
        event = story.then(EventType(row["type"]), "postclerk2", minutes=2000, hand=Hand.TAKE)
        if event.id in story.folded.applied:
            allowed = {before.status.value} if row["to"] == "=" else set(words(row["to"]))
            assert story.standing.status.value in allowed


def test_a_correction_fits_everywhere_and_is_a_decision_only_of_a_supervisor() -> None:
    row = row_of(E.CORRECTED)

    assert all(fits(row, status, direction) for status in Status for direction in Direction)
    assert kind_of(E.CORRECTED, Role.SUPERVISOR) is Kind.DECISION
    assert kind_of(E.CORRECTED, Role.COURIER) is Kind.SCAN


def test_the_receipt_names_what_this_role_may_do_next() -> None:
    standing = accepted().standing

    assert next_events(standing, Role.COURIER) == (E.GIVEN_TO_COURIER, E.REFUSED, E.DAMAGED, E.MISSING)
    assert E.RETURN_STARTED in next_events(standing, Role.SUPERVISOR)
    assert next_events(standing, Role.AUDITOR) == ()


def test_a_clerk_may_accept_next_only_where_the_centre_is_a_service_point() -> None:
    standing = registered().standing

    assert E.ACCEPTED in next_events(standing, Role.CLERK, at_service_point=True)
    assert E.ACCEPTED not in next_events(standing, Role.CLERK)


def test_nothing_comes_next_after_a_final_status() -> None:
    assert next_events(delivered().standing, Role.SUPERVISOR) == ()


def test_what_has_a_door_of_its_own_is_not_named_next() -> None:
    assert next_events(Standing(), Role.SUPERVISOR) == ()
    assert E.LABEL_PRINTED not in next_events(registered().standing, Role.SUPERVISOR)
