"""What an event may tell, how it is written into a body, and what goes to the erasable note."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from tracker.domain.chain import canonical
from tracker.domain.details import IN_NOTE, NOT_LISTED, TELLABLE, BadDetail, parse_details, read_details, write_details
from tracker.domain.events import Details, DocumentCount, Policy
from tracker.domain.vocabulary import (
    AttemptAction,
    DocumentKind,
    EventType,
    Hand,
    IdentityBasis,
    Leg,
    Receiver,
)

E = EventType
HANDOVER = "0190A1B2-0000-7000-8000-000000000001"
SLIP = "Giấy khai sinh"


def test_a_delivery_is_read_whole() -> None:
    parsed = parse_details(
        E.DELIVERED,
        {
            "handover": HANDOVER,
            "hand": "take",
            "counts": [{"name": SLIP, "kind": "original", "count": 2}],
            "receiver": "agency",
            "identity": "seen",
            "recalled": [SLIP],
            "fees_collected": 30000,
        },
        lines={SLIP: 3},
    )

    assert parsed.details == Details(
        handover=UUID(HANDOVER),
        hand=Hand.TAKE,
        counts=(DocumentCount(3, DocumentKind.ORIGINAL, 2),),
        receiver=Receiver.AGENCY,
        identity=IdentityBasis.SEEN,
        recalled=("3",),
        fees_collected=30000,
    )
    assert parsed.unknown == {}


def test_a_body_names_a_document_by_its_line() -> None:
    parsed = parse_details(
        E.ACCEPTED, {"counts": [{"name": SLIP, "kind": "copy", "count": 1}], "seal_number": "NP-17"}, lines={SLIP: 1}
    )

    assert parsed.body == {"counts": [{"line": 1, "kind": "copy", "count": 1}], "seal_number": "NP-17"}
    assert SLIP.encode() not in canonical(parsed.body)


def test_a_document_nobody_listed_is_counted_and_its_name_goes_to_the_note() -> None:
    stray = {"name": "Sổ hộ khẩu", "kind": "original", "count": 1}
    parsed = parse_details(E.ACCEPTED, {"counts": [stray]}, lines={SLIP: 1})

    assert parsed.details.counts == (DocumentCount(NOT_LISTED, DocumentKind.ORIGINAL, 1),)
    assert parsed.unknown == {"counts": [stray]}


def test_a_name_in_another_normal_form_is_the_same_document() -> None:
    decomposed = "Giâ\u0301y khai sinh"
    parsed = parse_details(
        E.ACCEPTED, {"counts": [{"name": decomposed, "kind": "original", "count": 1}]}, lines={SLIP: 1}
    )

    assert parsed.body["counts"] == [{"line": 1, "kind": "original", "count": 1}]


def test_unknown_keys_and_keys_of_other_types_go_to_the_note() -> None:
    parsed = parse_details(E.HELD, {"until_on": "2026-12-04", "witness": "Lê Văn A", "shelf": {"row": 2}})

    assert parsed.details == Details(until_on=date(2026, 12, 4))
    assert parsed.unknown == {"witness": "Lê Văn A", "shelf": {"row": 2}}


def test_the_numbers_of_a_rule_are_not_told_by_a_device() -> None:
    parsed = parse_details(E.INVITED, {"number": 2, "policy": {"gap_working_days": 9}, "route": ["PO1"]})

    assert parsed.details == Details(number=2)
    assert set(parsed.unknown) == {"policy", "route"}


def test_a_witness_without_an_account_is_told_only_in_the_note() -> None:
    parsed = parse_details(E.DAMAGED, {"witness": "Lê Văn A"})

    assert parsed.body == {"witness": IN_NOTE}
    assert parsed.unknown == {"witness": "Lê Văn A"}


def test_what_is_no_number_among_the_missing_goes_to_the_note() -> None:
    parsed = parse_details(E.UNBAGGED, {"bag": "bag7", "missing": ["rr473124829vn"], "surplus": ["phong bì xanh"]})

    assert parsed.body == {"bag": "BAG7", "missing": ["RR473124829VN"], "surplus": []}
    assert parsed.unknown == {"surplus": ["phong bì xanh"]}


def test_null_is_not_told() -> None:
    assert parse_details(E.HELD, {"until_on": None, "shelf": None}) == (Details(), {}, {})


@pytest.mark.parametrize(
    ("event_type", "told", "key", "fault"),
    [
        (E.HELD, {"until_on": "2026-02-30"}, "until_on", "impossible_date"),
        (E.HELD, {"until_on": "04/12/2026"}, "until_on", "bad_value"),
        (E.HELD, {"until_on": 20261204}, "until_on", "bad_value"),
        (E.ATTEMPT_FAILED, {"action": "kept"}, "action", "bad_value"),
        (E.INVITED, {"number": True}, "number", "bad_value"),
        (E.INVITED, {"number": -1}, "number", "out_of_range"),
        (E.DELIVERED, {"receiver": "neighbour"}, "receiver", "bad_value"),
        (E.DELIVERED, {"handover": "{0190a1b2}"}, "handover", "bad_value"),
        (E.DELIVERED, {"hand": 1}, "hand", "bad_value"),
        (E.DELIVERED, {"counts": {"name": "x"}}, "counts", "bad_value"),
        (E.DELIVERED, {"counts": ["x"]}, "counts/0", "bad_value"),
        (E.DELIVERED, {"counts": [{"name": "x", "count": 1}]}, "counts/0", "field_required"),
        (E.DELIVERED, {"counts": [{"kind": "copy", "count": 1}]}, "counts/0", "field_required"),
        (E.DELIVERED, {"counts": [{"name": "x", "kind": "copy", "count": "1"}]}, "counts/0/count", "bad_value"),
        (E.DELIVERED, {"fees_collected": 2**53 + 1}, "fees_collected", "out_of_range"),
        (E.DELIVERED, {"recalled": [1]}, "recalled/0", "bad_value"),
        (E.UNBAGGED, {"missing": ["A"] * 1001}, "missing", "too_many"),
        (E.ARRIVED, {"seal_ok": "yes"}, "seal_ok", "bad_value"),
        (E.ARRIVED, {"seal_number": "Nguyễn Văn A"}, "seal_number", "bad_value"),
        (E.FORWARDED, {"office": "phường 1"}, "office", "bad_value"),
        (E.CORRECTED, {"event": "last"}, "event", "bad_value"),
    ],
)
def test_a_wrong_value_is_named(event_type: EventType, told: dict[str, object], key: str, fault: str) -> None:
    with pytest.raises(BadDetail) as refused:
        parse_details(event_type, told)

    assert (refused.value.key, refused.value.fault) == (key, fault)


def test_a_stored_body_with_a_key_we_never_wrote_is_refused() -> None:
    with pytest.raises(BadDetail):
        read_details({"shelf": 2})


def test_handover_keys_belong_to_every_handover_and_to_no_other() -> None:
    assert {"handover", "hand", "counts"} <= TELLABLE[E.BACK_AT_OFFICE]
    assert "handover" not in TELLABLE[E.HELD]


codes = st.from_regex(r"[0-9A-Z]{1,12}", fullmatch=True)
every_detail = st.builds(
    Details,
    handover=st.none() | st.uuids(),
    hand=st.none() | st.sampled_from(Hand),
    counts=st.none()
    | st.lists(
        st.builds(DocumentCount, st.integers(0, 99), st.sampled_from(DocumentKind), st.integers(0, 99)), max_size=3
    ).map(tuple),
    seal_number=st.none() | st.from_regex(r"[A-Z]{2}\d{1,8}", fullmatch=True),
    seal_ok=st.none() | st.booleans(),
    bag=st.none() | codes,
    missing=st.none() | st.lists(codes, max_size=3).map(tuple),
    surplus=st.none() | st.lists(codes, max_size=3).map(tuple),
    action=st.none() | st.sampled_from(AttemptAction),
    next_on=st.none() | st.dates(),
    until_on=st.none() | st.dates(),
    number=st.none() | st.integers(0, 99),
    receiver=st.none() | st.sampled_from(Receiver),
    identity=st.none() | st.sampled_from(IdentityBasis),
    recalled=st.none() | st.lists(st.integers(0, 99).map(str), max_size=3).map(tuple),
    fees_collected=st.none() | st.integers(0, 2**53),
    office=st.none() | codes,
    address_version=st.none() | st.integers(0, 99),
    witness=st.none() | codes | st.just(IN_NOTE),
    second_person=st.none() | codes,
    approver=st.none() | codes,
    event=st.none() | st.uuids(),
    leg=st.none() | st.sampled_from(Leg),
    from_office=st.none() | codes,
    to_office=st.none() | codes,
    route=st.none() | st.lists(codes, max_size=3).map(tuple),
    policy=st.builds(Policy, attempts=st.none() | st.integers(0, 9), gap_working_days=st.none() | st.integers(0, 9)),
)


@given(every_detail)
def test_what_is_written_into_a_body_is_read_back(details: Details) -> None:
    body = write_details(details)

    assert read_details(body) == details
    assert canonical(body)
