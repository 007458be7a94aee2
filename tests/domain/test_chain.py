"""What was recorded can be checked by anybody, and altered by nobody unseen."""

import json
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from hypothesis import given, strategies as st

from tracker.domain.chain import (
    LARGEST_INTEGER,
    ZERO,
    BadJson,
    ChainRow,
    Json,
    canonical,
    canonical_fix,
    chain_hash,
    instant,
    parse_strict,
    place_commitment,
    verify,
)

texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
keys = st.text(st.characters(min_codepoint=1, max_codepoint=127))
leaves = st.none() | st.booleans() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | texts
values: st.SearchStrategy[Json] = st.recursive(
    leaves, lambda inner: st.lists(inner) | st.dictionaries(keys, inner), max_leaves=12
)


@given(values)
def test_canonical_bytes_read_back_as_what_they_say(value: Json) -> None:
    assert parse_strict(canonical(value)) == value


@given(values)
def test_canonical_bytes_of_what_was_read_back_are_the_same(value: Json) -> None:
    assert canonical(parse_strict(json.dumps(value, indent=3))) == canonical(value)


@given(st.dictionaries(keys, leaves))
def test_the_order_of_keys_does_not_matter(body: dict[str, Json]) -> None:
    assert canonical(dict(reversed(body.items()))) == canonical(body)


def test_canonical_bytes_are_sorted_tight_and_not_escaped() -> None:
    assert canonical({"b": [1, None], "a": "Đà Nẵng"}) == '{"a":"Đà Nẵng","b":[1,null]}'.encode()


@pytest.mark.parametrize(
    ("value", "fault", "path"),
    [
        ({"a": {"b": 1.5}}, "float", "/a/b"),
        ({"a": float("nan")}, "float", "/a"),
        ([2**53 + 1], "integer_too_large", "/0"),
        ([-(2**53) - 1], "integer_too_large", "/0"),
        ({"tên": 1}, "key_not_ascii", ""),
        ({"a": "\x00"}, "nul", "/a"),
        ({"a\x00": 1}, "nul", ""),
        ({"a": "\ud800"}, "surrogate", "/a"),
        ({1: 2}, "key_not_text", ""),
        ({"a": b"1"}, "not_json", "/a"),
    ],
)
def test_a_body_never_holds(value: Json, fault: str, path: str) -> None:
    with pytest.raises(BadJson) as refused:
        canonical(value)

    assert (refused.value.fault, refused.value.path) == (fault, path)


def test_the_largest_integers_are_allowed() -> None:
    assert canonical([2**53, -(2**53)]) == b"[9007199254740992,-9007199254740992]"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"a":1,"a":1}', "duplicate_key"),
        ('{"a":{"b":1,"b":2}}', "duplicate_key"),
        ('{"a":1.0}', "float"),
        ('{"a":1e3}', "float"),
        ('{"a":NaN}', "float"),
        ('{"details":{"place":{"latitude":1.5}}}', "float"),
        ('{"place":[1.5]}', "float"),
        ('{"place":{"note":"\\u0000"}}', "nul"),
        ("9" * 5000, "integer_too_large"),
        ("[" * 100_000, "not_json"),
        ('{"a":', "not_json"),
        ('"\\ud800"', "surrogate"),
        (b"\xff", "not_json"),
    ],
)
def test_strict_reading_refuses(text: str | bytes, fault: str) -> None:
    with pytest.raises(BadJson) as refused:
        parse_strict(text)

    assert refused.value.fault == fault


def test_only_a_place_is_told_in_floats() -> None:
    read = parse_strict('{"events":[{"place":{"latitude":9.18,"longitude":105.15,"accuracy_m":10}}]}')

    assert read == {"events": [{"place": {"latitude": 9.18, "longitude": 105.15, "accuracy_m": 10}}]}


@pytest.mark.parametrize(
    ("number", "written"),
    [(9.18, "9.18"), (10.0, "10"), (-0.0, "0"), (1e-5, "0.00001"), (-1.234e-05, "-0.00001234"), (1.25e-7, "1.25e-7")],
)
def test_a_fix_is_written_as_rfc_8785_writes_numbers(number: float, written: str) -> None:
    assert canonical_fix({"longitude": 1, "latitude": number}) == f'{{"latitude":{written},"longitude":1}}'


def test_a_fix_is_finite() -> None:
    with pytest.raises(BadJson):
        canonical_fix({"latitude": float("inf")})


def test_a_place_is_committed_to_by_salt_and_fix() -> None:
    fix = canonical_fix({"latitude": 9.18})

    assert place_commitment(b"s" * 32, fix) == sha256(b"s" * 32 + b'{"latitude":9.18}').hexdigest()
    assert place_commitment(b"t" * 32, fix) != place_commitment(b"s" * 32, fix)


def test_an_instant_is_utc_in_milliseconds_cut_off() -> None:
    in_vietnam = datetime(2026, 11, 23, 8, 2, 3, 456_999, tzinfo=timezone(timedelta(hours=7)))

    assert instant(in_vietnam) == "2026-11-23T01:02:03.456Z"
    assert instant(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00.000Z"


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_reads_back(moment: datetime) -> None:
    assert datetime.fromisoformat(instant(moment)) == moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def test_a_time_without_a_zone_is_no_instant() -> None:
    naive = datetime(2026, 11, 23)  # noqa: DTZ001  # the very thing that must be refused

    with pytest.raises(ValueError, match="zone"):
        instant(naive)


def a_chain(*bodies: bytes) -> list[ChainRow]:
    rows: list[ChainRow] = []
    previous: str | None = None
    for seq, body in enumerate(bodies, start=1):
        previous = chain_hash(previous, body)
        rows.append(ChainRow(seq, body, previous))
    return rows


def test_the_first_hash_follows_32_zero_bytes() -> None:
    assert chain_hash(None, b"{}") == sha256(bytes(32) + b"{}").hexdigest() == chain_hash(ZERO, b"{}")


def test_each_hash_follows_the_bytes_of_the_one_before() -> None:
    first, second = a_chain(b"a", b"b")

    assert second.hash == sha256(bytes.fromhex(first.hash) + b"b").hexdigest()


@given(st.lists(st.binary(), max_size=8))
def test_a_chain_recomputed_from_its_bytes_agrees(bodies: list[bytes]) -> None:
    assert verify(a_chain(*bodies)) is None


@given(st.lists(st.binary(), min_size=1, max_size=8), st.data())
def test_a_changed_event_is_named(bodies: list[bytes], data: st.DataObject) -> None:
    rows = a_chain(*bodies)
    at = data.draw(st.integers(0, len(rows) - 1))
    rows[at] = rows[at]._replace(chained=rows[at].chained + b"!")

    assert verify(rows) == at + 1


def test_a_missing_event_is_named() -> None:
    rows = a_chain(b"a", b"b", b"c")

    assert verify([rows[0], rows[2]]) == 2
    assert verify(rows[1:]) == 1
