"""A contradiction has an owner, and a person's word about it holds until something new is known."""

import pytest

from tracker.domain.discrepancies import (
    CONVERGED,
    KINDS,
    DiscrepancyCode,
    DiscrepancyState,
    Evidence,
    KnownRow,
    discrepancy_of,
    evidence_hash,
    opens_again,
)
from tracker.domain.vocabulary import Anomaly, Role

HERE: Evidence = {"post": {"item": "EE123456785VN", "status": "delivered"}, "agency": {"claim": 4}}
HASH = evidence_hash(HERE)


@pytest.mark.parametrize("code", DiscrepancyCode)
def test_every_kind_of_contradiction_has_an_owner(code: DiscrepancyCode) -> None:
    assert KINDS[code].owner_role in {Role.CLERK, Role.POSTCLERK, Role.OFFICER, Role.SUPERVISOR}


@pytest.mark.parametrize("anomaly", sorted(set(Anomaly) - {Anomaly.REPEATED, Anomaly.ALREADY_RETURNING}))
def test_an_anomaly_opens_the_discrepancy_of_its_name(anomaly: Anomaly) -> None:
    assert discrepancy_of(anomaly) == anomaly.value


@pytest.mark.parametrize("anomaly", [Anomaly.REPEATED, Anomaly.ALREADY_RETURNING])
def test_a_mere_repetition_opens_none(anomaly: Anomaly) -> None:
    assert discrepancy_of(anomaly) is None


def test_the_order_in_which_evidence_was_gathered_does_not_make_it_new() -> None:
    turned: Evidence = {"agency": {"claim": 4}, "post": {"status": "delivered", "item": "EE123456785VN"}}

    assert evidence_hash(turned) == HASH


def test_another_claim_is_other_evidence() -> None:
    assert evidence_hash({**HERE, "agency": {"claim": 5}}) != HASH


def test_an_open_one_is_not_opened_twice() -> None:
    assert not opens_again(KnownRow(DiscrepancyState.OPEN, None, HASH), "other")


def test_what_a_person_closed_stays_closed_on_the_same_evidence() -> None:
    assert not opens_again(KnownRow(DiscrepancyState.CLOSED, "explained", HASH), HASH)


def test_other_evidence_opens_again_what_a_person_closed() -> None:
    assert opens_again(KnownRow(DiscrepancyState.CLOSED, "explained", HASH), "other")


def test_what_ended_by_itself_and_is_back_opens_again() -> None:
    assert opens_again(KnownRow(DiscrepancyState.CLOSED, CONVERGED, HASH), HASH)
