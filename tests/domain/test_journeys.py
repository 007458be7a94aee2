"""Where an item truly is, and where the fold says it is: three devices, wrong clocks, hours without network."""

import random
from collections.abc import Callable

import pytest

from tests.domain.test_second_fold import product_sum
from tests.drills.proof import tell_proof
from tests.drills.soaking import MARKS, times
from tests.model.journeys import (
    Journey,
    Truth,
    as_history,
    by_arrival,
    journey,
    with_corrected_clocks,
    with_true_predecessors,
)
from tests.model.told import Told

pytestmark = MARKS
JOURNEYS = times(1_000)
LEAST_OFFLINE, LEAST_RIGHT, LEAST_WRONG_BY_ARRIVAL = 0.4, 0.999, 0.3


@pytest.fixture(scope="module")
def journeys() -> list[Journey]:
    return [journey(seed) for seed in range(JOURNEYS)]


def found_at(events: list[Told], seed: int) -> Truth:
    said = product_sum(as_history(events, random.Random(seed)))
    return Truth(said["status"], said["custodian"], said["direction"], said["attempts"])


def wrong(journeys: list[Journey], told_as: Callable[[Journey], list[Told]]) -> list[int]:
    """Seeds of the journeys that the fold brings to another end."""
    return [seed for seed, told in enumerate(journeys) if found_at(told_as(told), seed) != told.truth]


def test_of_what_happens_much_happens_without_network(journeys: list[Journey]) -> None:
    events = sum(len(told.events) for told in journeys)

    assert sum(told.offline for told in journeys) / events >= LEAST_OFFLINE
    assert {told.truth.status for told in journeys} >= {"delivered", "returned", "at_office", "with_courier", "held"}


def test_events_that_name_their_true_predecessor_are_always_put_right(
    journeys: list[Journey], request: pytest.FixtureRequest
) -> None:
    assert wrong(journeys, with_true_predecessors) == []
    tell_proof(
        request,
        f"journeys of three devices, clocks off by ±10 min, prev the true predecessor: {JOURNEYS} of {JOURNEYS} right; "
        f"seeds 0-{JOURNEYS - 1}",
    )


def test_stale_knowledge_and_corrected_clocks_are_put_right_while_the_order_of_arrival_is_not(
    journeys: list[Journey], request: pytest.FixtureRequest
) -> None:
    rng = random.Random(JOURNEYS)
    corrected = len(wrong(journeys, lambda told: with_corrected_clocks(told, rng)))
    control = len(wrong(journeys, by_arrival))

    assert 1 - corrected / JOURNEYS >= LEAST_RIGHT
    assert control / JOURNEYS >= LEAST_WRONG_BY_ARRIVAL
    offline = sum(told.offline for told in journeys) / sum(len(told.events) for told in journeys)
    tell_proof(
        request,
        f"the same with corrected clocks, prev stale or empty, 20 % twice, shuffled, {offline:.0%} offline: "
        f"{JOURNEYS - corrected} of {JOURNEYS} right; by arrival {control} wrong; seeds 0-{JOURNEYS - 1}",
    )
