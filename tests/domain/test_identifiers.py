"""A code is read for what it is, or not at all."""

import secrets
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from tracker.domain.identifiers import (
    LARGEST_SERIAL,
    LONGEST_BAG_NUMBER,
    S10,
    TOKEN_ALPHABET,
    CodeKind,
    ReadCode,
    SerialRange,
    check_digit,
    make_s10,
    make_token,
    may_reuse,
    parse_bag_number,
    parse_s10,
    parse_token,
    read_code,
)

BASE_URL = "https://giaonhan.camau.example"
TOKEN = "0123456789ABCDEFGHJKMNPQRS"
PREFIXES = st.from_regex(r"[A-Z]{2}", fullmatch=True)
SERIALS = st.integers(0, LARGEST_SERIAL)


@pytest.mark.parametrize(("serial", "digit"), [("47312482", 9), ("26000014", 0), ("26000002", 5), ("26011500", 6)])
def test_check_digits_of_worked_cases(serial: str, digit: int) -> None:
    assert check_digit(serial) == digit


@pytest.mark.parametrize("serial", ["4731248", "473124820", "4731248a", "４7312482", ""])
def test_a_serial_has_eight_digits(serial: str) -> None:
    with pytest.raises(ValueError, match="eight digits"):
        check_digit(serial)


@pytest.mark.parametrize(
    "number",
    [
        "RR473124829GB",
        "EE123456785VN",
        "EI900150265VN",
        "EI260115006VN",
        "EM111111115VN",
        "EI260000140VN",
        "EI260000025VN",
    ],
)
def test_known_numbers_are_right(number: str) -> None:
    read = parse_s10(number)

    assert read is not None
    assert (read.text, read.check_is_right) == (number, True)


def test_a_wrong_check_digit_is_read_and_noticed() -> None:
    read = parse_s10("EM111111111VN")

    assert read == S10("EM", "11111111", 1, "VN")
    assert not read.check_is_right


@pytest.mark.parametrize(
    "typed",
    ["EI 260 115 006 VN", " ei260115006vn\r\n", "EI-260-115-006-VN", "EI\u00a0260\u00a0115\u2013006\u202fVN"],
)
def test_a_number_is_read_however_it_is_grouped(typed: str) -> None:
    assert parse_s10(typed) == make_s10("EI", 26011500)


@pytest.mark.parametrize(
    "typed",
    [
        "EI26011500６VN",
        "EI٢60115006VN",
        "ſI260115006VN",
        "EI26011500VN",
        "EI2601150060VN",
        "EI260115006VNX",
        "1I260115006VN",
        "EI260115006V1",
        "",
    ],
)
def test_what_is_not_shaped_like_a_number_is_none(typed: str) -> None:
    assert parse_s10(typed) is None


def test_a_number_is_printed_in_groups() -> None:
    assert make_s10("EI", 26011500).grouped == "EI 260 115 006 VN"


@given(PREFIXES, SERIALS, PREFIXES)
def test_every_number_made_is_read_back(prefix: str, serial: int, country: str) -> None:
    number = make_s10(prefix, serial, country)

    assert number.check_is_right
    assert parse_s10(number.text) == parse_s10(number.grouped.lower()) == number


@given(SERIALS, st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_of_the_serial_is_noticed(serial: int, place: int, shift: int) -> None:
    digits = list(f"{serial:08d}")
    digits[place] = str((int(digits[place]) + shift) % 10)
    right = make_s10("EI", serial)
    wrong = S10("EI", "".join(digits), right.check, "VN")

    # S10 folds eleven remainders into ten digits: 5 stands for two of them, 0 never for more than one.
    assert not wrong.check_is_right or right.check == 5


@pytest.mark.parametrize(
    ("prefix", "serial", "country"),
    [("E", 1, "VN"), ("e1", 1, "VN"), ("EI", -1, "VN"), ("EI", LARGEST_SERIAL + 1, "VN"), ("EI", 1, "V")],
)
def test_no_number_is_made_of_impossible_parts(prefix: str, serial: int, country: str) -> None:
    with pytest.raises(ValueError, match="S10"):
        make_s10(prefix, serial, country)


def test_a_range_holds_its_first_and_last_number() -> None:
    serials = SerialRange("EI", 26011500, 26011599)

    held = [serials.holds(make_s10("EI", serial)) for serial in (26011499, 26011500, 26011599, 26011600)]
    assert (held, serials.size) == ([False, True, True, False], 100)


def test_a_range_holds_no_number_of_another_kind_or_country() -> None:
    serials = SerialRange("EI", 0, LARGEST_SERIAL)

    assert not serials.holds(make_s10("EE", 1))
    assert not serials.holds(make_s10("EI", 1, "GB"))


@pytest.mark.parametrize(("first", "last"), [(2, 1), (-1, 5), (0, LARGEST_SERIAL + 1)])
def test_a_range_runs_upwards_within_eight_digits(first: int, last: int) -> None:
    with pytest.raises(ValueError, match="not a range"):
        SerialRange("EI", first, last)


@pytest.mark.parametrize(
    ("last", "next_serial", "percent", "is_low"),
    [
        (99, 89, 10, False),
        (99, 90, 10, True),
        (99, 100, 10, True),
        (4, 3, 10, False),
        (4, 4, 10, True),
        (99, 74, 25, False),
        (99, 75, 25, True),
        (4, 4, 1, True),
    ],
)
def test_a_range_warns_when_its_last_share_begins(last: int, next_serial: int, percent: int, is_low: bool) -> None:
    assert SerialRange("EI", 0, last).is_low(next_serial, percent) is is_low


ENDED = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def test_an_open_number_is_not_reused() -> None:
    assert not may_reuse(None, ENDED + timedelta(days=9999))


@pytest.mark.parametrize(("now", "may"), [("2028-11-23T09:29:59+00:00", False), ("2028-11-23T09:30:00+00:00", True)])
def test_a_number_is_reused_24_months_after_its_end(now: str, may: bool) -> None:
    assert may_reuse(ENDED, datetime.fromisoformat(now)) is may


@pytest.mark.parametrize(("day", "may"), [(27, False), (28, True)])
def test_months_end_on_the_last_day_where_the_day_is_missing(day: int, may: bool) -> None:
    leap_day = datetime(2028, 2, 29, tzinfo=UTC)

    assert may_reuse(leap_day, datetime(2030, 2, day, tzinfo=UTC)) is may


def test_an_installation_may_wait_for_fewer_months() -> None:
    assert may_reuse(ENDED, datetime(2027, 11, 23, 9, 30, tzinfo=UTC), months=12)


def test_the_alphabet_leaves_out_letters_that_look_like_others() -> None:
    assert (len(set(TOKEN_ALPHABET)), set("ILOU") & set(TOKEN_ALPHABET)) == (32, set())


@pytest.mark.parametrize("typed", [TOKEN, TOKEN.lower(), f" {TOKEN}\r\n"])
def test_a_token_is_read_in_either_case(typed: str) -> None:
    assert parse_token(typed) == TOKEN


@pytest.mark.parametrize(
    "typed", ["O" + TOKEN[1:], "I" + TOKEN[1:], TOKEN[1:], TOKEN + "0", TOKEN[:13] + " " + TOKEN[13:], "ſ" + TOKEN[1:]]
)
def test_no_letter_of_a_token_is_guessed(typed: str) -> None:
    assert parse_token(typed) is None


def test_a_token_made_is_read_back() -> None:
    token = make_token(secrets.token_bytes)

    assert parse_token(token) == token


def _first_symbol(byte: int) -> str:
    return make_token(lambda length: bytes([byte]) * length)[0]


def test_every_symbol_of_a_token_is_equally_likely() -> None:
    symbols = Counter(map(_first_symbol, range(256)))

    assert symbols == dict.fromkeys(TOKEN_ALPHABET, 256 // 32)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("TUI-H12-0418-04", "TUI-H12-0418-04"),
        (" tui-bd1-1123-2\n", "TUI-BD1-1123-2"),
        ("TUI-" + "A" * 28, "TUI-" + "A" * 28),
        ("TUI-" + "A" * 29, None),
        ("TUI", None),
        ("TUI-", None),
        ("TUI--04", None),
        ("TUI-H12-0418-04-", None),
        ("TÚI-H12-0418-04", None),
        ("TUI-H12|NGUYEN", None),
        ("BAO-H12-0418-04", None),
    ],
)
def test_bag_numbers_begin_with_tui(typed: str, number: str | None) -> None:
    assert parse_bag_number(typed) == number


@given(st.from_regex(r"TUI(-[0-9A-Za-z]{1,9}){1,5}", fullmatch=True))
def test_a_bag_number_is_never_too_long_for_its_column(typed: str) -> None:
    assert len(parse_bag_number(typed) or "") <= LONGEST_BAG_NUMBER


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        TOKEN.lower(),
        f"{BASE_URL}/t/{TOKEN}",
        f"{BASE_URL}/t/{TOKEN}/",
        f"{BASE_URL}/t/{TOKEN.lower()}?lang=en#history",
        f"HTTPS://GIAONHAN.CAMAU.EXAMPLE/T/{TOKEN}",
        f"http://giaonhan.camau.example/t/{TOKEN}\r\n",
        f"https://giaonhan.camau.example:443/t/{TOKEN}",
    ],
)
def test_a_label_of_ours_gives_its_token(text: str) -> None:
    assert read_code(text, BASE_URL) == ReadCode(CodeKind.TOKEN, TOKEN)


def test_a_base_address_may_have_a_port_and_a_folder() -> None:
    read = read_code(f"HTTP://127.0.0.1:8000/GN/T/{TOKEN}", "http://127.0.0.1:8000/gn/")

    assert read == ReadCode(CodeKind.TOKEN, TOKEN)


@pytest.mark.parametrize(
    ("text", "host"),
    [
        (f"https://evil.example/t/{TOKEN}", "evil.example"),
        (f"https://giaonhan.camau.example.evil.example/t/{TOKEN}", "giaonhan.camau.example.evil.example"),
        (f"https://giaonhan.camau.example@evil.example/t/{TOKEN}", "evil.example"),
        (f"https://evil@giaonhan.camau.example/t/{TOKEN}", "giaonhan.camau.example"),
        (f"https://xgiaonhan.camau.example/t/{TOKEN}", "xgiaonhan.camau.example"),
        (f"https://giaonhan.camau.example:8443/t/{TOKEN}", "giaonhan.camau.example"),
        ("HTTP://EVIL.EXAMPLE", "evil.example"),
    ],
)
def test_a_label_of_another_host_is_foreign(text: str, host: str) -> None:
    assert read_code(text, BASE_URL) == ReadCode(CodeKind.FOREIGN, host)


def test_an_item_number_is_read_from_its_barcode() -> None:
    assert read_code("ei 260 115 006 vn", BASE_URL) == ReadCode(CodeKind.ITEM, "EI260115006VN")


def test_a_bag_is_read_by_its_number() -> None:
    assert read_code("tui-h12-0418-04", BASE_URL) == ReadCode(CodeKind.BAG, "TUI-H12-0418-04")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "093085001234|381234567|Nguyễn Thị Ánh|01011985|Nữ|ấp 3, xã U Minh|01012021",
        "000.00.22.H12-261118-0007",
        f"{BASE_URL}/tra-cuu?number={TOKEN}",
        f"{BASE_URL}/t/",
        f"{BASE_URL}/t/{TOKEN}/more",
        f"{BASE_URL}/t/O{TOKEN[1:]}",
        f"ftp://giaonhan.camau.example/t/{TOKEN}",
        "https:///t/" + TOKEN,
        "https://[::1/t/" + TOKEN,
        f"https://giaonhan.camau.example:99999/t/{TOKEN}",
        f"https://giaonhan.camau.example:0/t/{TOKEN}",
        "tel:+84912345678",
    ],
)
def test_nothing_is_kept_of_what_cannot_be_read(text: str) -> None:
    assert read_code(text, BASE_URL) == ReadCode(CodeKind.UNREADABLE, "")


@given(st.text(max_size=60) | st.text().map(lambda tail: f"https://{tail}") | st.text().map(f"{BASE_URL}/t/".__add__))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    read = read_code(text, BASE_URL)

    assert read.kind is not CodeKind.UNREADABLE or read.value == ""
