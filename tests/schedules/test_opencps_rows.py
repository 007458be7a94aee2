"""A row of the one-stop system is read as it is written, or rejected by the name of the field at fault."""

import json
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from schedules.feeds.opencps_rows import parse_row
from schedules.feeds.rows import Json, RowFault, object_with_its_doubles
from tracker.actions.claims import ClaimSeen
from tracker.domain.status_mappings import BUILT_IN

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MAPPING = BUILT_IN["opencps-1"]
NUMBER = "000.00.22.H12-261112-0031"


def read(**columns: Json) -> ClaimSeen:
    return parse_row({"dossierNo": NUMBER, "dossierStatus": "processing", **columns}, ZONE, MAPPING)


def test_local_times_become_instants() -> None:
    claim = read(lastActionDate="23/11/2026 08:30:00", modifiedDate="23/11/2026 09:00:01")

    assert claim.said_at == datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    assert claim.touched_at == datetime(2026, 11, 23, 2, 0, 1, tzinfo=UTC)


def test_empty_dates_are_no_dates() -> None:
    claim = read(lastActionDate="", modifiedDate=None, dueDate="  ")

    assert (claim.said_at, claim.touched_at, claim.due_on) == (None, None, None)


def test_a_due_date_is_a_local_day() -> None:
    assert read(dueDate="01/12/2026 00:30:00").due_on == date(2026, 12, 1)


def test_an_extension_replaces_the_due_date() -> None:
    assert read(dueDate="01/12/2026 17:00:00", extendDate="04/12/2026 17:00:00").due_on == date(2026, 12, 4)


def test_numbers_may_come_as_numbers() -> None:
    claim = read(dossierNo=4711, fromViaPostal=1, online=0)

    assert (claim.number, claim.channel) == ("4711", 3)


@pytest.mark.parametrize(
    ("columns", "channel"),
    [
        ({"fromViaPostal": "true", "online": "true"}, 3),
        ({"fromViaPostal": False, "online": "1"}, 2),
        ({"fromViaPostal": "0", "online": "false"}, 1),
        ({}, None),
    ],
)
def test_the_channel_is_told_or_not_known(columns: dict[str, Json], channel: int | None) -> None:
    assert read(**columns).channel == channel


def test_the_portals_numbers_are_aliases() -> None:
    assert read(dossierIdCTN="P-77", referenceUid="ref-1").aliases == ("P-77", "ref-1")


def test_an_online_dossier_without_a_local_number_is_known_by_the_portals() -> None:
    assert read(dossierNo="", referenceUid="ref-1").number == "ref-1"


def test_columns_nobody_knows_are_nobodys_fault() -> None:
    assert read(durationUnit={"any": ["thing"]}).status == 4


@pytest.mark.parametrize(
    ("columns", "field", "fault"),
    [
        ({"dossierNo": ""}, "dossierNo", "missing"),
        ({"dossierNo": "x" * 61}, "dossierNo", "too_long"),
        ({"dossierNo": "a\x00b"}, "dossierNo", "control_character"),
        ({"dossierNo": "a\ud800b"}, "dossierNo", "control_character"),
        ({"dossierNo": ["a"]}, "dossierNo", "not_text"),
        ({"dossierNo": True}, "dossierNo", "not_text"),
        ({"dossierStatus": None}, "dossierStatus", "missing"),
        ({"dossierStatus": "x" * 81}, "dossierStatus", "too_long"),
        ({"dossierSubStatus": "x" * 81}, "dossierSubStatus", "too_long"),
        ({"modifiedDate": "2026-11-23T08:30:00Z"}, "modifiedDate", "bad_date"),
        ({"lastActionDate": "31/02/2026 08:00:00"}, "lastActionDate", "bad_date"),
        ({"dueDate": "23/11/2026"}, "dueDate", "bad_date"),
        ({"dueDate": "01/01/0001 00:00:00"}, "dueDate", "bad_date"),
        ({"fromViaPostal": "maybe"}, "fromViaPostal", "not_a_flag"),
    ],
)
def test_a_bad_row_names_its_field_and_fault(columns: dict[str, Json], field: str, fault: str) -> None:
    with pytest.raises(RowFault) as rejected:
        read(**columns)

    assert (rejected.value.field, rejected.value.fault) == (field, fault)


def test_a_key_sent_twice_has_no_one_value() -> None:
    row = json.loads(
        '{"dossierNo": "1", "dossierStatus": "new", "dossierStatus": "done"}',
        object_pairs_hook=object_with_its_doubles,
    )

    with pytest.raises(RowFault) as rejected:
        parse_row(row, ZONE, MAPPING)

    assert (rejected.value.field, rejected.value.fault) == ("dossierStatus", "sent_twice")


def test_a_row_must_be_an_object() -> None:
    with pytest.raises(RowFault, match="not_an_object"):
        parse_row("<dossier/>", ZONE, MAPPING)


def test_an_unknown_word_is_kept_as_it_came() -> None:
    claim = read(dossierStatus="hibernating", dossierSubStatus="deep")

    assert (claim.status, claim.word, claim.mapping) == (None, "hibernating/deep", "opencps-1")
