"""Many labels over the API: begun once, printed slice by slice, each line with a result of its own."""

from dataclasses import replace

import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.api.test_labels import tokens_of, zxing_reads
from tests.builders import NOW
from tests.callers import Api
from tests.labels.raster import paper, printed
from tests.labels.thermal import thermal
from tracker.actions import print_batches
from tracker.domain.batches import LONG_ENOUGH_TO_PRINT, MOST_LINES
from tracker.house import EXTENSION

UNKNOWN = "EI473124829VN"


def begun(api: Api, items: list[str], **more: object) -> int:
    answer = api.post("/label-batches", {"items": items, "format": "a6"} | more)
    assert answer.status_code == 201, answer.text
    batch = (answer.json or {})["id"]
    assert answer.headers["Location"] == f"/api/v1/label-batches/{batch}"
    return int(batch)


def told(api: Api, batch: int) -> dict[str, object]:
    answer = (api.get(f"/label-batches/{batch}").json or {}).items()
    return {name: value for name, value in answer if name in {"lines", "printed", "refused", "waiting", "current"}}


def print_on(api: Api, batch: int) -> None:
    while (api.post(f"/label-batches/{batch}/print", {}).json or {})["waiting"]:
        pass


def test_every_line_has_a_result_and_one_bad_row_blocks_nobody(api: Api) -> None:
    first, second = api.register(1), api.register(2)
    batch = begun(api, [first, UNKNOWN, "chẳng phải số", second, first.lower()])
    print_on(api, batch)

    lines = (api.get(f"/label-batches/{batch}/lines").json or {})["data"]
    assert [(one["line"], one["outcome"], one["cause"], one["copy"]) for one in lines] == [
        (1, "printed", None, 1),
        (2, "refused", "unknown_number", None),
        (3, "refused", "bad_number", None),
        (4, "printed", None, 1),
        (5, "refused", "listed_twice", None),
    ]
    assert [one["detail"] for one in lines if one["cause"] == "listed_twice"] == ["Số này đã có ở dòng 1."]
    assert told(api, batch) == {"lines": 5, "printed": 2, "refused": 3, "waiting": 0, "current": 2}
    drawn = api.get(f"/label-batches/{batch}/paper")
    assert drawn.mimetype == "application/pdf"
    pages = [zxing_reads(paper(dots)) for dots in printed(drawn.data)]
    assert [number in page for number, page in zip((first, second), pages, strict=True)] == [True, True]


def test_results_come_page_by_page_in_the_order_of_the_list(api: Api) -> None:
    items = [api.register(), *[f"số {line}" for line in range(6)]]
    batch = begun(api, items)
    print_on(api, batch)

    seen: list[int] = []
    onward = "limit=3"
    while onward:
        page = api.get(f"/label-batches/{batch}/lines?{onward}").json or {}
        seen += [one["line"] for one in page["data"]]
        onward = f"limit=3&after={page['next']}" if page["next"] else ""

    assert seen == list(range(1, len(items) + 1))


def test_a_batch_that_is_not_at_its_end_gives_no_paper_and_says_what_waits(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(print_batches, "SLICE", 1)
    numbers = [api.register(1), api.register(2)]
    batch = begun(api, numbers)

    api.post(f"/label-batches/{batch}/print", {})

    assert (told(api, batch)["printed"], told(api, batch)["waiting"]) == (1, 1)
    problem = api.get(f"/label-batches/{batch}/paper").json or {}
    assert (problem["status"], problem["cause"]) == (409, "batch_unfinished")
    assert "1" in problem["detail"]


@settings(max_examples=5, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(lost=st.lists(st.booleans(), min_size=2, max_size=6), slice_lines=st.integers(1, 3))
def test_whoever_asks_again_after_a_lost_answer_prints_nothing_twice(
    api: Api, monkeypatch: pytest.MonkeyPatch, lost: list[bool], slice_lines: int
) -> None:
    monkeypatch.setattr(print_batches, "SLICE", slice_lines)
    serial = (api.get("/dossiers?limit=200").json or {})["data"]
    numbers = [api.register(len(serial) + place) for place in (1, 2, 3)]
    body = {"items": numbers, "format": "a6"}
    key = f"batch-{numbers[0]}"

    begun_twice = {(api.post("/label-batches", body, Idempotency_Key=key).json or {})["id"] for _ in (1, 2)}
    (batch,) = begun_twice
    for was_lost in lost:
        for _ in range(1 + was_lost):
            api.post(f"/label-batches/{batch}/print", {})
    print_on(api, batch)

    assert told(api, batch) == {"lines": 3, "printed": 3, "refused": 0, "waiting": 0, "current": 3}
    copies = [[one["copy"] for one in (api.get(f"/items/{number}").json or {})["labels"]] for number in numbers]
    assert copies == [[1], [1], [1]]


def test_the_same_paper_again_is_no_reprint_until_the_shift_is_over(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    number = api.register()
    batch = begun(api, [number], format="zpl-100x150")
    print_on(api, batch)

    papers = [api.get(f"/label-batches/{batch}/paper") for _ in (1, 2)]
    later = replace(api.app.extensions[EXTENSION], clock=lambda: NOW + LONG_ENOUGH_TO_PRINT * 1.01)
    monkeypatch.setitem(api.app.extensions, EXTENSION, later)
    late = api.get(f"/label-batches/{batch}/paper").json or {}

    assert [one.mimetype for one in papers] == ["application/zpl"] * 2
    assert papers[0].data == papers[1].data
    read = {code.text for dots in thermal(papers[0].data) for code in zxingcpp.read_barcodes(paper(dots))}
    assert {number, tokens_of(api, number)[0]} <= {one.rpartition("/")[2] for one in read}
    assert (late["status"], late["cause"]) == (409, "batch_too_old")


def test_a_batch_takes_ten_thousand_lines_and_no_more(api: Api) -> None:
    items = [f"S{line}" for line in range(MOST_LINES + 1)]

    too_many = api.post("/label-batches", {"items": items, "format": "a6"}).json or {}
    batch = begun(api, items[:-1])

    assert (too_many["status"], too_many["errors"][0]["field"]) == (422, "items")
    assert told(api, batch)["waiting"] == MOST_LINES == 10_000
