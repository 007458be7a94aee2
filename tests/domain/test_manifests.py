"""Which handovers have a list, and when such a list may close."""

from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from tracker.domain.countersigning import may_countersign
from tracker.domain.events import Custodian, Standing
from tracker.domain.lifecycle import row_of
from tracker.domain.lifecycle_table import TwoHanded
from tracker.domain.manifests import (
    RULES,
    LineOutcome,
    Listed,
    ManifestKind,
    handover_address,
    handover_code,
    is_usual,
    kinds_given_by,
    kinds_received_by,
    may_close,
    outcome_of,
    read_handover,
    read_short_code,
    tally,
)
from tracker.domain.roles import may_make
from tracker.domain.vocabulary import Hand, Leg, Party, Role, Status

BASE_URL = "https://giaonhan.camau.example"
HANDOVER = UUID("0193a0c8-1111-7abc-8def-0123456789ab")
OFFICE = (Party.OFFICE, "BC.CM")
LINES = st.lists(
    st.builds(Listed, st.uuids().map(str), st.booleans(), st.booleans()).filter(
        lambda line: line.is_expected or line.is_read
    ),
    unique_by=lambda line: line.code,
)


@given(LINES)
def test_what_was_given_is_what_was_received_and_what_is_missing(lines: list[Listed]) -> None:
    found = tally(lines)

    given_codes = {line.code for line in lines if line.is_expected}
    assert set(found.received) | set(found.missing) == given_codes
    assert not set(found.received) & set(found.missing)
    assert {*found.received, *found.surplus} == {line.code for line in lines if line.is_read}
    assert found.expected == len(given_codes)


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        (Listed("A", is_expected=True, is_read=True), LineOutcome.RECEIVED),
        (Listed("A", is_expected=True, is_read=False), LineOutcome.MISSING),
        (Listed("A", is_expected=False, is_read=True), LineOutcome.SURPLUS),
    ],
)
def test_each_line_comes_to_one_thing(line: Listed, outcome: LineOutcome) -> None:
    assert outcome_of(line) is outcome


def test_nobody_signs_for_a_list_that_changed_behind_the_button() -> None:
    now = tally([Listed("A", is_expected=True, is_read=True), Listed("B", is_expected=True, is_read=False)])

    assert may_close(now, (1, 1, 0))
    assert not may_close(now, (2, 0, 0))
    assert not now.is_clean


@pytest.mark.parametrize("kind", [kind for kind in ManifestKind if kind is not ManifestKind.BAG])
def test_both_sides_of_a_list_may_make_its_event_and_countersign_each_other(kind: ManifestKind) -> None:
    rule = RULES[kind]
    pairs = [(giver, receiver) for giver in rule.givers for receiver in rule.receivers]

    assert row_of(rule.event).two_handed is TwoHanded.YES
    assert all(may_make(giver, rule.event, Hand.GIVE, leg=Leg.RESULT) for giver, _ in pairs)
    assert all(may_make(receiver, rule.event, Hand.TAKE) for _, receiver in pairs)
    assert all(may_countersign(rule.event, giver, receiver) for giver, receiver in pairs)


def test_everybody_finds_their_own_lists() -> None:
    assert kinds_given_by(Role.POSTCLERK) == (ManifestKind.TO_COURIER,)
    assert kinds_received_by(Role.POSTCLERK) == (ManifestKind.BACK_AT_OFFICE,)
    assert kinds_given_by(Role.COURIER) == (ManifestKind.BACK_AT_OFFICE, ManifestKind.POST_TO_OFFICE)
    assert kinds_received_by(Role.OFFICER) == (ManifestKind.POST_TO_OFFICE,)
    assert kinds_given_by(Role.AUDITOR) == ()


def test_the_record_expects_what_the_giver_holds_and_may_let_go() -> None:
    here = Standing(status=Status.AT_OFFICE, custodian=Custodian(*OFFICE))
    elsewhere = Standing(status=Status.AT_OFFICE, custodian=Custodian(Party.OFFICE, "BC.BL"))
    gone = Standing(status=Status.IN_TRANSIT, custodian=Custodian(*OFFICE))

    assert is_usual(ManifestKind.TO_COURIER, here, OFFICE)
    assert not is_usual(ManifestKind.TO_COURIER, elsewhere, OFFICE)
    assert not is_usual(ManifestKind.TO_COURIER, gone, OFFICE)


def test_a_result_lies_with_its_agency_before_the_post_has_seen_it() -> None:
    waiting = Standing(status=Status.REGISTERED, custodian=Custodian(Party.SENDER))

    assert is_usual(ManifestKind.OFFICE_TO_POST, waiting, (Party.OFFICE, "H12.TT"))


@given(st.uuids())
def test_the_square_on_the_givers_screen_reads_back_to_its_handover(handover: UUID) -> None:
    address = handover_address(BASE_URL, handover)

    assert address == address.upper()
    assert read_handover(address, BASE_URL) == handover
    assert read_handover(address.lower(), BASE_URL) == handover
    assert read_handover(handover_code(handover), BASE_URL) == handover


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"https://example.com/g/{handover_code(HANDOVER)}",
        f"{BASE_URL}/t/{handover_code(HANDOVER)}",
        f"{BASE_URL}/g/{handover_code(HANDOVER)[:-1]}",
        f"{BASE_URL}/g/{'Z' * 26}",
    ],
)
def test_nothing_else_is_taken_for_a_handover(text: str) -> None:
    assert read_handover(text, BASE_URL) is None


def test_a_short_code_is_read_as_it_is_said_aloud() -> None:
    assert read_short_code(" k7qm-2xfa ") == "K7QM2XFA"
    assert read_short_code("EI260115006VN") is None
    assert read_short_code("K7QM2XIL") is None
