"""The fold of the product against one written apart from it: thousands of histories, one answer."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from tests.model.histories import EPOCH, crowd, heap, life_story
from tests.model.second_fold import second_fold
from tests.model.told import Claim, History, OtherParty, Particulars, Sum, Told
from tracker.domain.citizen import citizen_state
from tracker.domain.events import Counterparty, Details, DocumentCount, Event, Folded, PendingClaim, Policy
from tracker.domain.standing import fold
from tracker.domain.vocabulary import (
    Anomaly,
    AttemptAction,
    CitizenState,
    DocumentKind,
    EventType,
    Hand,
    IdentityBasis,
    Leg,
    Party,
    Receiver,
    Role,
    Status,
)

GENERATORS = (life_story, heap, crowd)
SEEDS = range(2_000)
SEEDS_OF_THE_SOAK = range(2_000, 20_000)

CITIZEN_SEES = {
    CitizenState.SLIP_CREATED: "slip_created",
    CitizenState.IN_TRANSIT: "in_transit",
    CitizenState.OUT_FOR_DELIVERY: "out_for_delivery",
    CitizenState.ATTEMPT_FAILED: "attempt_failed",
    CitizenState.READY_FOR_PICKUP: "ready_for_pickup",
    CitizenState.DELIVERED: "delivered",
    CitizenState.ATTENTION: "attention",
}


# ---------------------------------------------------------------- from the model's words to the product's


def in_product(told: Told, number: str) -> Event:
    return Event(
        id=UUID(told["id"]),
        type=EventType(told["type"]),
        effective_at=EPOCH + timedelta(milliseconds=told["at"]),
        device=told["device"],
        actor=told["actor"],
        actor_role=Role(told["role"]),
        counter=told.get("counter"),
        prev=UUID(told["prev"]) if "prev" in told else None,
        hand=Hand(told["hand"]) if "hand" in told else None,
        counterparty=counterparty(told["counterparty"]) if "counterparty" in told else None,
        office=told.get("office"),
        reason=told.get("reason"),
        has_evidence=told.get("evidence", False),
        details=details(told["details"]),
        told=frozenset(Anomaly(code) for code in told.get("told", [])),
        bag_chain=told.get("chain"),
        item=None if "chain" in told else number,
    )


def counterparty(told: OtherParty) -> Counterparty:
    return Counterparty(Party(told["kind"]), user=told.get("user"), verified=told.get("verified", False))


def details(told: Particulars) -> Details:
    return Details(
        handover=UUID(told["handover"]) if "handover" in told else None,
        counts=documents(told) if "counts" in told else None,
        seal_number=told.get("seal_number"),
        seal_ok=told.get("seal_ok"),
        bag=told.get("bag"),
        missing=tuple(told["missing"]) if "missing" in told else None,
        surplus=tuple(told["surplus"]) if "surplus" in told else None,
        action=AttemptAction(told["action"]) if "action" in told else None,
        until_on=date.fromisoformat(told["until_on"]) if "until_on" in told else None,
        number=told.get("number"),
        receiver=Receiver(told["receiver"]) if "receiver" in told else None,
        identity=IdentityBasis(told["identity"]) if "identity" in told else None,
        office=told.get("office"),
        witness=told.get("witness"),
        second_person=told.get("second_person"),
        event=UUID(told["event"]) if "event" in told else None,
        leg=Leg(told["leg"]) if "leg" in told else None,
        from_office=told.get("from_office"),
        to_office=told.get("to_office"),
        route=tuple(told["route"]) if "route" in told else None,
        policy=Policy(attempts=told.get("policy", {}).get("attempts")),
    )


def documents(told: Particulars) -> tuple[DocumentCount, ...]:
    return tuple(DocumentCount(line["line"], DocumentKind(line["kind"]), line["count"]) for line in told["counts"])


# ---------------------------------------------------------------- and back


def product_sum(history: History) -> Sum:
    number = history["number"]
    own = [in_product(told, number) for told in out_of_order(history["item"])]
    folded = fold(own, [in_product(told, number) for told in out_of_order(history["bags"])])
    standing = folded.standing
    return {
        "status": standing.status.value,
        "direction": standing.direction.value,
        "custodian": (standing.custodian.kind.value, standing.custodian.ref),
        "office": standing.office,
        "bound_for": standing.bound_for,
        "attempts": standing.attempts,
        "attempt_open": standing.attempt_open,
        "invitations": standing.invitations,
        "verifying": standing.verifying,
        "pending": claim(standing.pending),
        "legal_submission_at": milliseconds(standing.legal_submission_at),
        "anomalies": [code.value for code in standing.anomalies],
        "borne": borne(folded),
        "void": sorted(str(event_id) for event_id in folded.void),
        "citizen_state": CITIZEN_SEES[citizen_state(standing)],
    }


def out_of_order(events: list[Told]) -> list[Told]:
    return random.Random(len(events)).sample(events, len(events))


def claim(pending: PendingClaim | None) -> Claim | None:
    if pending is None:
        return None
    since = milliseconds(pending.since)
    assert since is not None
    handover = str(pending.handover) if pending.handover else None
    return {"to": pending.to.value, "since": since, "handover": handover}


def milliseconds(at: datetime | None) -> int | None:
    return None if at is None else (at.astimezone(UTC) - EPOCH) // timedelta(milliseconds=1)


def borne(folded: Folded) -> dict[str, list[str]]:
    return {str(event_id): sorted(code.value for code in codes) for event_id, codes in folded.borne.items() if codes}


# ---------------------------------------------------------------- where they differ


def differences(history: History) -> list[str]:
    ours, theirs = product_sum(history), second_fold(history)
    return [
        f"{name}: the product says {ours_said!r}, the second fold {theirs_said!r}"
        for (name, ours_said), theirs_said in zip(ours.items(), theirs.values(), strict=True)
        if ours_said != theirs_said
    ]


def fields(found: list[str]) -> set[str]:
    return {line.partition(":")[0] for line in found}


def smaller(history: History) -> Iterator[History]:
    for place in range(len(history["item"])):
        yield {**history, "item": history["item"][:place] + history["item"][place + 1 :]}
    for place in range(len(history["bags"])):
        yield {**history, "bags": history["bags"][:place] + history["bags"][place + 1 :]}


def shrunk(history: History) -> History:
    """The history with every event dropped that the difference does not need."""
    kept = fields(differences(history))
    for less in smaller(history):
        if fields(differences(less)) & kept:
            return shrunk(less)
    return history


def told_in_lines(history: History) -> str:
    return "\n".join(str(event) for event in sorted(history["item"] + history["bags"], key=lambda e: e["at"]))


def explain(seed: int, history: History) -> str:
    least = shrunk(history)
    return f"seed {seed}\n{told_in_lines(least)}\n" + "\n".join(differences(least))


def must_agree(tell: Callable[[int], History], seed: int) -> None:
    history = tell(seed)
    if differences(history):
        pytest.fail(explain(seed, history), pytrace=False)


@pytest.mark.parametrize("tell", GENERATORS)
def test_both_folds_tell_the_same(tell: Callable[[int], History]) -> None:
    for seed in SEEDS:
        must_agree(tell, seed)


@pytest.mark.soak
@pytest.mark.parametrize("tell", GENERATORS)
def test_both_folds_tell_the_same_ten_times_longer(tell: Callable[[int], History]) -> None:
    for seed in SEEDS_OF_THE_SOAK:
        must_agree(tell, seed)


@pytest.fixture(scope="module")
def sums() -> list[Sum]:
    return [second_fold(tell(seed)) for tell in GENERATORS for seed in range(500)]


def test_the_histories_reach_every_status(sums: list[Sum]) -> None:
    assert {one["status"] for one in sums} == {status.value for status in Status}


def test_the_histories_bring_about_every_anomaly_an_item_can_bear(sums: list[Sum]) -> None:
    of_the_bag = {Anomaly.COUNT_MISMATCH}

    assert {code for one in sums for code in one["anomalies"]} == {code.value for code in set(Anomaly) - of_the_bag}


def test_the_histories_show_the_citizen_every_state(sums: list[Sum]) -> None:
    assert {one["citizen_state"] for one in sums} == set(CITIZEN_SEES.values())


def test_the_histories_have_what_seldom_happens(sums: list[Sum]) -> None:
    assert any(one["legal_submission_at"] for one in sums)
    assert any(one["pending"] for one in sums)
    assert any(one["verifying"] for one in sums)
    assert any(one["invitations"] > 1 for one in sums)
    assert any(one["void"] for one in sums)


def test_the_same_seed_tells_the_same_history() -> None:
    assert [life_story(7), heap(7), crowd(7)] == [life_story(7), heap(7), crowd(7)]
