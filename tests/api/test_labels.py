"""Labels come as paper that scanners can read, and every copy is in the ledger."""

import re
from io import BytesIO

import numpy as np
import zxingcpp
from PIL import Image
from pypdf import PdfReader
from pyzbar import pyzbar

from labels.formats import PAPERS
from tests.builders import NOW, a_scan, the_config
from tests.callers import Api
from tests.labels.raster import dot, paper, printed
from tests.labels.thermal import thermal
from tracker.domain.vocabulary import EventType


def zxing_reads(sheet: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> set[str]:
    return {code.text for code in zxingcpp.read_barcodes(sheet)}


def zbar_reads(sheet: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> set[str]:
    symbols = [pyzbar.ZBarSymbol.QRCODE, pyzbar.ZBarSymbol.CODE128]
    return {code.data.decode() for code in pyzbar.decode(Image.fromarray(sheet), symbols=symbols)}


def tokens_of(api: Api, number: str) -> list[str]:
    return [label["token"] for label in (api.get(f"/items/{number}").json or {})["labels"]]


def test_both_codes_of_a_printed_label_are_read_by_two_readers(api: Api) -> None:
    number = api.register()

    answer = api.post("/labels", {"items": [number], "format": "a6"})

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    sheet = paper(printed(answer.data)[0])
    address = f"{the_config().public.base_url.upper()}/T/{tokens_of(api, number)[0]}"
    assert zxing_reads(sheet) == zbar_reads(sheet) == {number, address}


def test_a_batch_has_a_page_for_each_item_in_the_order_asked(api: Api) -> None:
    numbers = [api.register(serial) for serial in (1, 2, 3)]

    answer = api.post("/labels", {"items": numbers[::-1], "format": "a6"})

    pages = [zxing_reads(paper(dots)) for dots in printed(answer.data)]
    assert [number for number, page in zip(numbers[::-1], pages, strict=True) if number in page] == numbers[::-1]


def test_a_label_shows_initials_and_commune_and_nothing_more_of_a_person(api: Api) -> None:
    answer = api.post("/labels", {"items": [api.register()], "format": "a6"})

    text = PdfReader(BytesIO(answer.data)).pages[0].extract_text()

    assert "N.T.A.T." in text
    assert not re.search("Tuyết|0912|345678|Lý Bôn|000.00.22|tình trạng hôn nhân", text)


def test_a_reprint_needs_a_reason_and_supersedes_the_copy_before(api: Api) -> None:
    number = api.register()
    api.post("/labels", {"items": [number], "format": "a6"})

    refused = api.post("/labels", {"items": [number], "format": "a6"}).json or {}
    blank = api.post("/labels", {"items": [number], "format": "a6", "reason": " \u202e\u0007"}).json or {}
    answer = api.post("/labels", {"items": [number], "format": "a6", "reason": "Nhãn bị nhòe"})

    assert [(one["status"], one["cause"]) for one in (refused, blank)] == [(422, "reprint_needs_reason")] * 2
    told = api.get(f"/items/{number}").json or {}
    assert (answer.status_code, [label["state"] for label in told["labels"]]) == (200, ["superseded", "current"])
    assert sorted(event["details"]["number"] for event in told["events"] if event["type"] == "label_printed") == [1, 2]


def test_a_batch_with_one_bad_number_prints_and_keeps_nothing(api: Api) -> None:
    number = api.register()

    answer = api.post("/labels", {"items": [number, "EI260115010VN"], "format": "a6"})

    problem = answer.json or {}
    assert (problem["status"], problem["cause"], problem["errors"][0]["field"]) == (404, "unknown_number", "items.1")
    assert tokens_of(api, number) == []


def test_formats_and_cells_that_do_not_exist_are_refused(api: Api) -> None:
    number = api.register()
    asked = (
        {"format": "a5"},
        {"format": "A6"},
        {"format": "a6", "start_cell": 2},
        {"format": "a6", "start_cell": 0},
        {"format": "a6", "items": []},
    )

    problems = [api.post("/labels", {"items": [number]} | one).json or {} for one in asked]

    assert [(one["status"], one["cause"]) for one in problems] == [
        (422, "unknown_format"),
        (422, "unknown_format"),
        (422, "out_of_range"),
        (422, "out_of_range"),
        (422, "field_required"),
    ]


def test_every_format_is_printed_and_stands_in_the_ledger(api: Api) -> None:
    numbers = {name: api.register(serial) for serial, name in enumerate(PAPERS, start=1)}

    answers = {name: api.post("/labels", {"items": [number], "format": name}) for name, number in numbers.items()}

    assert [answer.status_code for answer in answers.values()] == [200] * len(PAPERS)
    kept = {name: (api.get(f"/items/{number}").json or {})["labels"][0]["format"] for name, number in numbers.items()}
    assert kept == {name: name for name in PAPERS}


def test_a_thermal_format_is_answered_in_the_printers_own_language(api: Api) -> None:
    numbers = [api.register(serial) for serial in (1, 2)]

    answer = api.post("/labels", {"items": numbers, "format": "zpl-100x150"})

    assert (answer.status_code, answer.mimetype) == (200, "application/zpl")
    read = [zxing_reads(paper(dots)) for dots in thermal(answer.data)]
    base = the_config().public.base_url.upper()
    assert read == [{number, f"{base}/T/{tokens_of(api, number)[0]}"} for number in numbers]


def test_a_sheet_begins_at_the_cell_that_was_asked_for(api: Api) -> None:
    number = api.register()

    answer = api.post("/labels", {"items": [number], "format": "a4-8up", "start_cell": 8})

    [sheet] = printed(answer.data)
    assert not sheet[: dot(222.5)].any()
    assert not sheet[:, : dot(105)].any()
    assert number in zxing_reads(paper(sheet))


def test_a_refused_format_names_those_there_are_and_a_refused_cell_the_last_one(api: Api) -> None:
    number = api.register()

    unknown = (api.post("/labels", {"items": [number], "format": "a5"}).json or {})["errors"]
    beyond = (api.post("/labels", {"items": [number], "format": "a4-8up", "start_cell": 9}).json or {})["errors"]

    assert [error["field"] for error in (*unknown, *beyond)] == ["format", "start_cell"]
    assert all(name in unknown[0]["detail"] for name in PAPERS)
    assert "8" in beyond[0]["detail"]


def test_a_cancelled_item_gets_no_label(api: Api) -> None:
    number = api.register()
    receipt = (
        api.post("/events", {"events": [a_scan(number, EventType.CANCELLED, at=NOW, reason="mistake")]}).json or {}
    )["receipts"][0]

    problem = api.post("/labels", {"items": [number], "format": "a6"}).json or {}

    assert (receipt["outcome"], problem["status"], problem["cause"]) == ("recorded", 409, "not_allowed_now")


def test_the_results_label_follows_the_submissions_once_and_is_used_under_its_number(api: Api) -> None:
    number = api.register()

    first = api.post("/labels", {"items": [number], "format": "a6", "with_result": True})
    again = api.post("/labels", {"items": [number], "format": "a6", "with_result": True, "reason": "torn"})

    pages = printed(first.data)
    assert (len(pages), len(printed(again.data))) == (2, 1)
    kept = next(text for text in zxing_reads(paper(pages[1])) if text.startswith("EI"))
    (dossier,) = (api.get(f"/items/{number}").json or {})["dossiers"]
    made = api.post("/items", {"dossier": dossier, "leg": "result", "number": kept})
    told = api.get(f"/items/{kept}").json or {}
    assert (made.status_code, [label["copy"] for label in told["labels"]]) == (201, [1])
