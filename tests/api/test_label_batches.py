"""Many labels over the API: begun once, printed slice by slice, each line with its result, the paper at the end."""

from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select, update

from tests.callers import Api, faults
from tests.labels.thermal import thermal
from tracker.actions import print_batches
from tracker.domain.batches import LONG_ENOUGH_TO_PRINT, MOST_LINES
from tracker.store.engine import transaction
from tracker.store.tables import LABEL, PRINT_BATCH

BATCHES = "/label-batches"


def begun(api: Api, items: list[str], **fields: object) -> str:
    """Where the batch is."""
    answer = api.post(BATCHES, {"items": items, "format": "a6"} | fields)
    assert answer.status_code == 201, answer.text
    return f"{BATCHES}/{(answer.json or {})['id']}"


def progress(told: dict[str, int]) -> tuple[int, ...]:
    return told["lines"], told["waiting"], told["printed"], told["refused"]


def copies(api: Api) -> int:
    with api.session() as session:
        return session.scalar(select(func.count()).select_from(LABEL)) or 0


def pages(paper: bytes) -> list[str]:
    return [page.extract_text().replace(" ", "") for page in PdfReader(BytesIO(paper)).pages]


def test_a_batch_is_printed_slice_by_slice_and_asked_again_prints_nothing(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(print_batches, "SLICE", 2)
    numbers = [api.register(serial) for serial in (1, 2, 3)]
    where = begun(api, numbers)

    too_early = api.get(f"{where}/paper")
    slices = [progress(api.post(f"{where}/print", {}).json or {}) for _ in range(3)]

    assert (too_early.status_code, (too_early.json or {})["cause"]) == (409, "batch_waits")
    assert slices == [(3, 1, 2, 0), (3, 0, 3, 0), (3, 0, 3, 0)]
    assert progress(api.get(where).json or {}) == (3, 0, 3, 0)
    papers = [api.get(f"{where}/paper") for _ in range(2)]
    assert papers[0].mimetype == "application/pdf"
    assert papers[0].data == papers[1].data
    assert [number in page for number, page in zip(numbers, pages(papers[0].data), strict=True)] == [True] * 3
    assert copies(api) == 3


def test_each_line_tells_what_became_of_it_and_blocks_nobody(api: Api) -> None:
    first, second = api.register(1), api.register(2)
    api.post("/labels", {"items": [second], "format": "a6"})
    where = begun(api, [first, second, "RI301000061VN", "phong bì", first.lower()])
    api.post(f"{where}/print", {})

    one = api.get(f"{where}/lines?limit=3").json or {}
    two = api.get(f"{where}/lines?after={one['next']}").json or {}

    lines = one["data"] + two["data"]
    assert [(line["line"], line["outcome"], line["copy"], line["field"], line["cause"]) for line in lines] == [
        (1, "printed", 1, None, None),
        (2, "refused", None, "reason", "reprint_needs_reason"),
        (3, "refused", None, "number", "bad_check_digit"),
        (4, "refused", None, "number", "bad_number"),
        (5, "refused", None, "number", "listed_twice"),
    ]
    assert lines[4]["detail"] == "Số này đã có ở dòng 1."
    assert [line["detail"] is not None for line in lines] == [line["cause"] is not None for line in lines]
    assert (two["next"], len(pages(api.get(f"{where}/paper").data))) == (None, 1)


def test_a_batch_that_is_sent_twice_under_one_key_is_begun_once(api: Api) -> None:
    asked = {"items": [api.register()], "format": "a6"}

    first, again = (api.post(BATCHES, asked, Idempotency_Key="morning") for _ in range(2))
    other = api.post(BATCHES, asked | {"format": "80x50"}, Idempotency_Key="morning")

    assert (first.status_code, first.data, first.location) == (201, again.data, again.location)
    assert other.status_code == 409
    assert api.client.get(first.location or "", headers=api.headers("clerk")).status_code == 200


def test_another_persons_batch_is_as_good_as_unknown(api: Api) -> None:
    where = begun(api, [api.register()])
    calls = ("", "/lines", "/paper")

    foreign, unknown = (
        [api.get(f"{path}{call}", "supervisor").data for call in calls] for path in (where, f"{BATCHES}/4711")
    )
    printed = api.post(f"{where}/print", {}, "supervisor")

    assert foreign == unknown
    assert (printed.status_code, copies(api)) == (404, 0)


def test_a_foreign_offices_item_is_a_refused_line(api: Api) -> None:
    where = begun(api, [api.register()])
    strange = api.post(BATCHES, {"items": [api.register(2)], "format": "a6"}, "stranger").json or {}

    api.post(f"{BATCHES}/{strange['id']}/print", {}, "stranger")

    told = (api.get(f"{BATCHES}/{strange['id']}/lines", "stranger").json or {})["data"]
    paper = api.get(f"{BATCHES}/{strange['id']}/paper", "stranger").json or {}
    assert [(line["outcome"], line["cause"]) for line in told] == [("refused", "unknown_number")]
    assert (paper["status"], paper["cause"]) == (409, "no_copy_to_draw")
    assert progress(api.get(where).json or {}) == (1, 1, 0, 0)


def test_some_lines_of_the_paper_are_drawn_alone_and_thermal_pieces_make_the_whole(api: Api) -> None:
    numbers = [api.register(serial) for serial in (1, 2, 3)]
    plain, roll = (
        begun(api, numbers, format="a4-8up", start_cell=8),
        begun(api, numbers, format="zpl-80x50", reason="torn"),
    )
    for where in (plain, roll):
        api.post(f"{where}/print", {})

    parts = [api.get(f"{roll}/paper?after={after}&limit=1").data for after in range(3)]
    whole = api.get(f"{roll}/paper")

    assert (whole.mimetype, b"".join(parts)) == ("application/zpl", whole.data)
    assert len(thermal(whole.data)) == 3
    assert (api.get(f"{plain}/paper").json or {})["cause"] == "no_copy_to_draw"
    assert (api.get(f"{roll}/paper?after=3").json or {})["cause"] == "no_copy_to_draw"


def test_a_copy_that_was_replaced_is_told_and_not_drawn(api: Api) -> None:
    numbers = [api.register(serial) for serial in (1, 2)]
    where = begun(api, numbers)
    api.post(f"{where}/print", {})
    api.post("/labels", {"items": numbers[:1], "format": "a6", "reason": "torn"})

    told = (api.get(f"{where}/lines").json or {})["data"]

    assert [line["outcome"] for line in told] == ["superseded", "printed"]
    assert len(pages(api.get(f"{where}/paper").data)) == 1


def test_after_a_shift_a_copy_is_a_new_copy(api: Api) -> None:
    where = begun(api, [api.register()])
    api.post(f"{where}/print", {})
    with transaction(api.engine) as session:
        begun_at = session.scalar(select(PRINT_BATCH.c.created_at))
        assert begun_at is not None
        old = begun_at - LONG_ENOUGH_TO_PRINT - timedelta(minutes=1)
        session.execute(update(PRINT_BATCH).values(created_at=old))

    problem = api.get(f"{where}/paper").json or {}

    assert (problem["status"], problem["cause"]) == (409, "batch_too_old")


def test_ten_thousand_numbers_fit_in_one_body_and_one_more_is_refused(api: Api) -> None:
    most = [f"EI{serial:09}VN" for serial in range(MOST_LINES)]

    told = api.post(BATCHES, {"items": most, "format": "a6"})
    beyond = api.post(BATCHES, {"items": [*most, "EI260115006VN"], "format": "a6"})

    assert (told.status_code, progress(told.json or {})) == (201, (MOST_LINES, MOST_LINES, 0, 0))
    assert (beyond.status_code, faults(beyond.json)) == (422, [("items", "too_many")])


def test_a_format_or_cell_that_does_not_exist_begins_nothing(api: Api) -> None:
    problems = [
        api.post(BATCHES, {"items": ["EI260115006VN"]} | one).json or {}
        for one in ({"format": "a5"}, {"format": "a6", "start_cell": 2}, {"format": "a6", "items": []})
    ]

    assert [(one["status"], one["cause"]) for one in problems] == [
        (422, "unknown_format"),
        (422, "out_of_range"),
        (422, "field_required"),
    ]
