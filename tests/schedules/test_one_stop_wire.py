"""Whatever a server answers, it is read or its fault is named; no database is needed to know that."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from schedules.feeds.one_stop import Gathered, Plan, gather
from schedules.feeds.wire import FeedError
from tests.schedules.answering import answering
from tests.schedules.planting import CONFIG, NOW
from tracker.domain.status_mappings import BUILT_IN
from tracker.store.queries.claims import FollowedDossier

GOOD = b'{"dossierNo": "000.00.22.H12-261112-0031", "dossierStatus": "processing", "modifiedDate": ""}'
PLAN = Plan(now=NOW, watermark=None, followed=(), zone=ZoneInfo("Asia/Ho_Chi_Minh"), mapping=BUILT_IN["opencps-1"])


def gathered_from(address: str, plan: Plan = PLAN, page_size: int = 50) -> Gathered:
    feed = CONFIG.feeds.one_stop.model_copy(update={"base_url": address, "page_size": page_size})
    return gather(feed, plan)


def gathered(answer: bytes) -> Gathered:
    with answering(lambda _: answer) as address:
        return gathered_from(address)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (b"", "no_body"),
        (b"[]", "bad_shape"),
        (b"{}", "bad_shape"),
        (b'{"total": "many", "data": []}', "bad_shape"),
        (b'{"total": 1, "data": {"dossierNo": "1"}}', "bad_shape"),
        ('{"total": 1, "data": [{"dossierNo": "hồ sơ"}]}'.encode("utf-16"), "not_utf8"),
        (b"[" * 100_000, "truncated"),
        (b'{"total": ' + b"9" * 5000 + b"}", "truncated"),
        (b"\xef\xbb\xbf  <!doctype html>", "html"),
    ],
)
def test_an_answer_of_another_kind_is_named(answer: bytes, fault: str) -> None:
    with pytest.raises(FeedError) as error:
        gathered(answer)

    assert error.value.fault == fault


@pytest.mark.parametrize("answer", [b'\xef\xbb\xbf{"data": [%b]}', b'{"data": [%b], "total": "1"}'])
def test_a_mark_before_the_json_or_a_total_as_text_hinders_nothing(answer: bytes) -> None:
    assert list(gathered(answer % GOOD).claims) == ["000.00.22.H12-261112-0031"]


@pytest.mark.parametrize("answer", [b'{"total": 0}', b'{"total": 0, "data": null}', b'{"data": []}'])
def test_a_list_left_out_is_an_empty_one(answer: bytes) -> None:
    assert (gathered(answer).lines, gathered(answer).is_short) == (0, False)


def test_the_same_row_in_several_answers_is_one_line() -> None:
    answer = b'{"total": 1, "data": [%b]}' % GOOD

    assert gathered(answer).lines == 1


def test_of_two_readings_of_a_dossier_the_later_one_counts() -> None:
    old = GOOD.replace(b'"modifiedDate": ""', b'"modifiedDate": "20/11/2026 08:00:00"')
    new = old.replace(b"20/11", b"21/11").replace(b"processing", b"releasing")
    claims = gathered(b'{"data": [%b, %b]}' % (new, old)).claims

    assert [claim.status for claim in claims.values()] == [9]


def test_pages_are_asked_for_by_offset_and_never_all_at_once() -> None:
    asked: set[tuple[str, str]] = set()

    def answer(query: dict[str, list[str]]) -> bytes:
        asked.add((query["start"][0], query["end"][0]))
        return b'{"total": 0, "data": []}'

    with answering(answer) as address:
        gathered_from(address)

    assert asked == {("0", "50")}


def test_a_server_that_ignores_the_offset_is_not_paged_for_ever() -> None:
    calls: list[str] = []

    def answer(query: dict[str, list[str]]) -> bytes:
        calls.append(query["start"][0])
        return b'{"total": 400, "data": [%b]}' % GOOD

    with answering(answer) as address:
        read = gathered_from(address, page_size=1)

    assert read.is_short
    assert set(calls) == {"0", "1"}


def test_our_own_dossiers_are_asked_for_by_number_unless_already_read() -> None:
    asked: list[str] = []

    def answer(query: dict[str, list[str]]) -> bytes:
        asked.extend(query.get("dossierNo", []))
        return b'{"total": 1, "data": [%b]}' % GOOD

    followed = (FollowedDossier("000.00.22.H12-261112-0031", True), FollowedDossier("X-2", True))
    with answering(answer) as address:
        gathered_from(address, replace(PLAN, followed=followed))

    assert asked == ["X-2"]
