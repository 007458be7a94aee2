"""The configuration stops the start with one sentence that names the key, or it is whole."""

import re
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path

import pytest

from tracker.actions.mappings import mapping_named
from tracker.config import BadConfig, Config, load_config
from tracker.domain.vocabulary import Status

DELIVERED = Path(__file__).parent.parent / "config.toml"


def with_line(folder: Path, section: str, line: str) -> Path:
    """The delivered file with one line set in a section."""
    key = line.partition("=")[0].strip()
    text = DELIVERED.read_text(encoding="utf-8")
    head, mark, rest = text.partition(f"[{section}]\n")
    below, separator, others = rest.partition("\n[")
    kept = "\n".join(row for row in below.splitlines() if row.partition("=")[0].strip() != key)
    file = folder / "config.toml"
    file.write_text(f"{head}{mark}{line}\n{kept}\n{separator}{others}", encoding="utf-8")
    return file


def sentence(file: Path, environment: Mapping[str, str]) -> str:
    with pytest.raises(BadConfig) as stopped:
        load_config(file, environment)
    told = str(stopped.value)
    assert "\n" not in told
    return told


def of_environment(**environment: str) -> Config:
    return load_config(DELIVERED, environment)


def test_the_delivered_file_is_whole() -> None:
    config = load_config(DELIVERED, {})

    assert config.public.base_url == "http://127.0.0.1:8000"
    assert config.office.hours == ((time(7), time(11)), (time(13), time(17)))
    assert [pattern.name for pattern in config.numbers.patterns] == ["tt-01-2018", "qd-20-2020"]


def test_every_key_can_be_set_from_the_environment() -> None:
    config = of_environment(
        GIAONHAN__SERVER__PORT="8123",
        GIAONHAN__SERVER__BEHIND_TLS_PROXY="true",
        GIAONHAN__FEEDS__ONE_STOP__BASE_URL="http://127.0.0.1:8124",
        GIAONHAN__FEEDS__ONE_STOP__GROUP_ID="7",
        GIAONHAN__FEEDS__ONE_STOP__PASSWORD="s3cret",
        GIAONHAN__NUMBERS__AGENCY_PREFIXES='["H12"]',
        GIAONHAN__OFFICE__HOURS='["08:00-12:00"]',
        GIAONHAN__NUMBERS__PATTERNS=(
            "[{name = 'one', regex = '(?P<agency>H12)(?P<year>..)(?P<month>..)(?P<day>..)(?P<serial>.)'}]"
        ),
    )

    assert (config.server.port, config.server.behind_tls_proxy) == (8123, True)
    assert (config.feeds.one_stop.base_url, config.feeds.one_stop.group_id) == ("http://127.0.0.1:8124", "7")
    assert config.numbers.agency_prefixes == ("H12",)
    assert config.office.hours == ((time(8), time(12)),)
    assert [pattern.name for pattern in config.numbers.patterns] == ["one"]
    assert "s3cret" not in repr(config)


def test_the_database_of_the_environment_wins() -> None:
    config = of_environment(DATABASE_URL="postgresql://db/x", GIAONHAN__DATABASE__URL="sqlite:///y.db")

    assert config.database.url == "postgresql://db/x"


def test_a_source_of_claims_has_its_secrets_from_the_environment_and_never_shows_them() -> None:
    config = of_environment(GIAONHAN__CLAIMS__PORTAL__SECRET="whsec_old whsec_new")

    assert config.claims["portal"].secrets == ("whsec_old", "whsec_new")
    assert "whsec" not in repr(config)


def test_an_installation_adds_a_table_of_codes_and_names_it(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    added = '[mappings."ngsp-2"]\nkind = "postal"\ncodes = { "7" = "with_courier" }\n'
    text = DELIVERED.read_text(encoding="utf-8").replace('mapping = "ngsp-1"', 'mapping = "ngsp-2"')
    file.write_text(f"{text}\n{added}", encoding="utf-8")

    config = load_config(file, {})

    assert mapping_named(config, config.feeds.vnpost.mapping).postal_status("7") is Status.WITH_COURIER


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("GIAONHAN__SERVER__COLOUR", "red", "server.colour"),
        ("GIAONHAN__KITCHEN__KNIFE", "1", "kitchen"),
        ("GIAONHAN__SERVER", "1", "server"),
        ("GIAONHAN__SERVER__PORT__X", "1", "GIAONHAN__SERVER__PORT__X"),
        ("GIAONHAN__SERVER__PORT", "eight", "server.port"),
        ("GIAONHAN__SERVER__PORT", "70000", "server.port"),
        ("GIAONHAN__SERVER__BEHIND_TLS_PROXY", "perhaps", "server.behind_tls_proxy"),
        ("GIAONHAN__OFFICE__WEEKDAYS", "[1, 2", "GIAONHAN__OFFICE__WEEKDAYS"),
        ("GIAONHAN__OFFICE__WEEKDAYS", "[9]", "office.weekdays.0"),
        ("GIAONHAN__OFFICE__HOURS", '["7 to 11"]', "office.hours.0"),
        ("GIAONHAN__OFFICE__HOURS", '["11:00-07:00"]', "office.hours.0"),
        ("GIAONHAN__OFFICE__ZONE", "Asia/Atlantis", "office.zone"),
        ("GIAONHAN__NUMBERS__REUSE_MONTHS", "3", "numbers.reuse_months"),
        ("GIAONHAN__NUMBERS__PATTERNS", "[{name = 'a', regex = '('}]", "numbers.patterns.0.regex"),
        ("GIAONHAN__NUMBERS__PATTERNS", "[{name = 'a', regex = '(?P<agency>H12)'}]", "day, month, serial, year"),
        ("GIAONHAN__NUMBERS__PATTERNS", "[]", "numbers.patterns"),
        ("GIAONHAN__FEEDS__ONE_STOP__KIND", "fax", "feeds.one_stop.kind"),
        ("GIAONHAN__FEEDS__VNPOST__TOKEN_URL", "http://a.vn", "token_url and tracking_url"),
        ("GIAONHAN__FEEDS__VNPOST__MAPPING", "hcc-2", "feeds.vnpost.mapping"),
        ("GIAONHAN__FEEDS__ONE_STOP__MAPPING", "ngsp-1", "feeds.one_stop.mapping"),
        ("GIAONHAN__CLAIMS__PORTAL__MAPPING", "x-1", "claims.portal.mapping"),
        ("GIAONHAN__FEEDS__NATIONAL_PORTAL__SHARE_URL", "http://a.vn", "login_url and share_url"),
        ("GIAONHAN__FEEDS__MY_VNPOST__FIELDS__STATUS", "[]", "fields.status names no field"),
        ("GIAONHAN__FEEDS__MY_VNPOST__FIELDS__COLOUR", '["c"]', "fields.colour is none that is read"),
        ("GIAONHAN__FEEDS__FOLDER__ENCODING", "klingon", "feeds.folder.encoding"),
        ("GIAONHAN__FEEDS__FOLDER__ENCODING", "base64", "feeds.folder.encoding"),
        ("GIAONHAN__FEEDS__FOLDER__DELIMITER", '"', "feeds.folder.delimiter"),
        ("GIAONHAN__FEEDS__FOLDER__KIND", "postal", "columns.channel is none that a postal file has"),
        ("GIAONHAN__FEEDS__FOLDER__COLUMNS__NUMBER", " ", "columns.number names no column"),
        ("GIAONHAN__FEEDS__FOLDER__MAPPING", "hcc-1", "feeds.folder.mapping"),
        ("GIAONHAN__SERVER__TLS_KEY", "key.pem", "tls_certificate and tls_key"),
        ("GIAONHAN__PUBLIC__BASE_URL", "https://hanhchinhcong.camau.gov.vn/giaonhan", "public.base_url"),
        ("GIAONHAN__PUBLIC__BASE_URL", "https://cà-mau.vn", "public.base_url"),
        ("GIAONHAN__PUBLIC__BASE_URL", "https://a.vn/?x=1", "public.base_url"),
        ("GIAONHAN__PUBLIC__BASE_URL", "ftp://a.vn", "public.base_url"),
        ("GIAONHAN__SERVER__HOST", "giaonhan.hanhchinhcong.camau.gov.vn", "public.base_url"),
    ],
)
def test_what_is_wrong_in_the_environment_is_named(name: str, value: str, named: str) -> None:
    assert named in sentence(DELIVERED, {name: value})


@pytest.mark.parametrize(
    ("section", "line", "named"),
    [
        ("server", "colour = 1", "server.colour"),
        ("server", 'port = "8000"', "port"),
        ("server", "port = true", "port"),
        ("server", "behind_tls_proxy = 1", "behind_tls_proxy"),
        ("public", "hotline = 1900", "public.hotline"),
        ("session", "idle_minutes = 0", "session.idle_minutes"),
        ("rules", "versions = [{since_on = 2027-01-01, attempts = 2}]", "rules.versions.0.invitations is missing"),
        ("feeds.one_stop", 'password = "s3cret"', "password comes from the environment only"),
        ("feeds.vnpost", 'password = "s3cret"', "password comes from the environment only"),
        ("feeds.my_vnpost", 'password = "s3cret"', "password comes from the environment only"),
        ("mail", 'password = "s3cret"', "password comes from the environment only"),
        ("-", '[claims.portal]\nsecret = "s3cret"', "a secret of claims comes from the environment only"),
        ("-", '[mappings.hcc-1]\nkind = "postal"\ncodes = { "1" = "lost" }', "mappings.hcc-1"),
        ("-", '[mappings.x-1]\nkind = "postal"\ncodes = { "1" = "9" }', "a postal mapping leads to its own"),
        ("-", '[mappings.x-1]\nkind = "postal"\ncodes = { "1" = "eaten" }', "mappings.x-1.codes"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(tmp_path: Path, section: str, line: str, named: str) -> None:
    told = sentence(with_line(tmp_path, section, line), {})

    assert named in told
    assert "s3cret" not in told


def test_a_key_that_is_missing_is_named(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(re.sub(r"(?m)^hold_days.*\n", "", DELIVERED.read_text(encoding="utf-8")), encoding="utf-8")

    assert sentence(file, {}) == "configuration: rules.hold_days is missing"


NUMBERS = "attempts = 2, invitations = 2, gap_working_days = 3, hold_days = 10"


def test_each_day_is_judged_by_the_numbers_that_were_in_force_on_it(tmp_path: Path) -> None:
    lines = f"versions = [{{since_on = 2027-01-01, {NUMBERS}}}]"
    rules = load_config(with_line(tmp_path, "rules", lines), {}).rules

    gaps = [rules.on(day).gap_working_days for day in (date(2026, 12, 31), date(2027, 1, 1), date(2028, 1, 1))]

    assert gaps == [2, 3, 3]


def test_numbers_that_take_effect_on_one_day_twice_are_named(tmp_path: Path) -> None:
    lines = f"versions = [{{since_on = 2027-01-01, {NUMBERS}}}, {{since_on = 2027-01-01, {NUMBERS}}}]"

    assert "since_on" in sentence(with_line(tmp_path, "rules", lines), {})


@pytest.mark.parametrize("text", ["[server", "\0", "a = b"])
def test_a_file_that_is_no_toml_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "giaonhan.toml"
    file.write_text(text, encoding="utf-8")

    assert "giaonhan.toml" in sentence(file, {})


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "nowhere.toml" in sentence(tmp_path / "nowhere.toml", {})


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    file = tmp_path / "giaonhan.toml"
    file.write_bytes("hotline = 'Cà Mau'".encode("cp1258", errors="replace") + b"\xff")

    assert "giaonhan.toml" in sentence(file, {})


def test_an_address_ends_without_a_stroke() -> None:
    assert of_environment(GIAONHAN__PUBLIC__BASE_URL="https://a.vn/").public.base_url == "https://a.vn"


def test_with_a_certificate_the_address_is_https() -> None:
    config = of_environment(GIAONHAN__SERVER__TLS_CERTIFICATE="c.pem", GIAONHAN__SERVER__TLS_KEY="k.pem")

    assert config.public.base_url == "https://127.0.0.1:8000"


ORDERS = "GIAONHAN__FEEDS__VNPOST_ORDERS"
ADDRESSES = ("TOKEN_URL", "ORDER_URL", "CANCEL_URL")


@pytest.mark.parametrize("address", ["http://post.vn/order", "http://127.0.0.1.post.vn/order", "post.vn/order"])
def test_orders_name_people_and_go_over_tls_only(address: str) -> None:
    told = {f"{ORDERS}__{name}": "https://post.vn/x" for name in ADDRESSES} | {f"{ORDERS}__CUSTOMER_CODE": "KH-1"}

    assert of_environment(**told).feeds.vnpost_orders.is_on
    assert of_environment(**told | {f"{ORDERS}__ORDER_URL": "http://127.0.0.1:9/x"}).feeds.vnpost_orders.is_on
    assert "feeds.vnpost_orders" in sentence(DELIVERED, told | {f"{ORDERS}__ORDER_URL": address})


def test_orders_are_off_as_delivered_and_on_with_all_addresses_and_a_customer_code() -> None:
    assert not of_environment().feeds.vnpost_orders.is_on
    assert "go together" in sentence(DELIVERED, {f"{ORDERS}__{name}": "https://post.vn/x" for name in ADDRESSES})
    assert "go together" in sentence(DELIVERED, {f"{ORDERS}__ORDER_URL": "https://post.vn/x"})


MAIL = {"GIAONHAN__MAIL__HOST": "mail.so.vn", "GIAONHAN__MAIL__SENDER": "giao-nhan@so.vn"}
RECIPIENTS = "GIAONHAN__DIGEST__RECIPIENTS"


def test_the_digest_is_off_as_delivered_and_on_with_a_server_and_somebody_to_get_it() -> None:
    told = MAIL | {RECIPIENTS: '[{office = "H12", address = "lanh@so.vn"}]', "GIAONHAN__DIGEST__AT": "06:30"}

    assert not of_environment().digest.is_on
    assert of_environment(**told).digest.is_on
    assert of_environment(**told).digest.at == time(6, 30)
    assert "lanh@so.vn" not in repr(of_environment(**told))
    assert "no mail.host" in sentence(DELIVERED, {RECIPIENTS: told[RECIPIENTS]})


@pytest.mark.parametrize(
    "address",
    ["lanh", "lanh@", "lanh@so.vn, mo@so.vn", "Lành <lanh@so.vn>", "lanh@so.vn\\nBcc: mo@so.vn", "lanh@so.vn> SIZE=1"],
)
def test_an_address_that_could_say_more_than_where_a_mail_goes_is_refused_and_not_repeated(address: str) -> None:
    told = sentence(DELIVERED, MAIL | {RECIPIENTS: f'[{{office = "H12", address = "{address}"}}]'})

    assert "digest.recipients.0.address" in told
    assert "lanh" not in told


def test_mail_goes_over_a_safe_line_from_somebody() -> None:
    assert "starttls or tls" in sentence(DELIVERED, MAIL | {"GIAONHAN__MAIL__SECURITY": "none"})
    assert "needs a sender" in sentence(DELIVERED, {"GIAONHAN__MAIL__HOST": "mail.so.vn"})
