"""A word becomes a status by the table of its channel, or by none."""

from typing import get_args

import pytest

from tracker.domain.status_mappings import BUILT_IN
from tracker.domain.vocabulary import Status
from tracker.feed_settings import BUILT_IN_MAPPINGS, PostalWord


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("new", 1),
        ("processing", 4),
        ("waiting", 5),
        ("waiting/payment", 6),
        ("Waiting/PAYMENT ", 6),
        ("waiting/a word of one installation", 5),
        ("releasing", 9),
        ("posting", 9),
        ("done", 10),
        ("denied", 3),
        ("hibernating", None),
        ("10", None),
    ],
)
def test_a_word_of_opencps_has_one_national_code_or_none(word: str, code: int | None) -> None:
    assert BUILT_IN["opencps-1"].national_code(word) == code


@pytest.mark.parametrize(
    ("code", "text", "status"),
    [
        ("90", "", Status.DELIVERED),
        ("91", "Phát không thành công", Status.HELD),
        ("91", "PHÁT THÀNH CÔNG", Status.DELIVERED),
        ("91", "Đang chờ", None),
        ("", "", None),
    ],
)
def test_a_failed_delivery_is_never_read_as_a_delivery(code: str, text: str, status: Status | None) -> None:
    assert BUILT_IN["myvnpost-1"].postal_status(code, text) is status


def test_the_channels_of_the_post_disagree() -> None:
    assert BUILT_IN["ngsp-1"].postal_status("4") is Status.DELIVERED
    assert BUILT_IN["hcc-1"].postal_status("4") is None


def test_a_table_of_one_kind_reads_nothing_of_the_other() -> None:
    assert BUILT_IN["ngsp-1"].national_code("4") is None
    assert BUILT_IN["portal-1"].postal_status("4") is None


def test_the_configuration_knows_the_same_tables_and_statuses() -> None:
    assert {name: "postal" if one.is_postal else "dossier" for name, one in BUILT_IN.items()} == BUILT_IN_MAPPINGS
    assert set(get_args(PostalWord)) == set(Status) - {Status.UNREGISTERED}


def test_every_table_leads_to_statuses_that_there_are() -> None:
    for one in BUILT_IN.values():
        words = {*one.codes.values(), *(word for _, word in one.phrases)}
        assert words <= (set(Status) if one.is_postal else {str(code) for code in range(1, 11)})
