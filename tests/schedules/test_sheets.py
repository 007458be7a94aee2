"""A dropped file is read in small memory and refused with its reason when it is no honest table."""

import io
import tracemalloc
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from schedules.feeds.folder_places import Places
from schedules.feeds.folder_rows import RowReader, header_of
from schedules.feeds.rows import RowFault
from schedules.feeds.sheets import FileRefusedError, Row, fingerprint_of, rows_of
from tests.schedules.dropping import NUMBER, DropFolder, csv_of, with_part, with_parts, xlsx_of
from tests.schedules.planting import CONFIG, NOW
from tracker.domain.status_mappings import BUILT_IN

BOOK = xlsx_of((NUMBER, "new"))
REFUSED = {
    "nothing": (b"", True, "no_body"),
    "UTF-16": ("Mã hồ sơ,Trạng thái\nX-1,mới\n".encode("utf-16"), True, "wrong_encoding"),
    "no UTF-8 at its end": (csv_of((NUMBER, "new")) + b"\xff\xfe", True, "wrong_encoding"),
    "a quote never closed": (csv_of((NUMBER, '"new')), True, "broken_quotes"),
    "one line without an end": (b"x" * (1 << 20), True, "line_too_long"),
    "too many bytes": (csv_of((NUMBER, "new")) + b" " * (1 << 20), True, "too_large"),
    "another header": (csv_of((NUMBER, "new"), head=("Mã", "Trạng thái")), True, "missing_column"),
    "a column twice": (csv_of((NUMBER,), head=("Mã hồ sơ", "Trạng thái", "trạng  THÁI")), True, "column_twice"),
    "only a name": (b"<html></html>", False, "not_a_workbook"),
    "another archive": (with_part(b"", "nothing.txt", b"x"), False, "not_a_workbook"),
    "half a workbook": (BOOK[: len(BOOK) // 2], False, "not_a_workbook"),
    "macros": (with_part(BOOK, "xl/vbaProject.bin", b"x"), False, "macros"),
    "a bomb": (with_part(BOOK, "xl/media/bomb.xml", bytes(33 << 20)), False, "unpacks_too_large"),
    "a bomb of parts": (with_parts(BOOK, {f"xl/{number}": b"" for number in range(1000)}), False, "unpacks_too_large"),
}
TERMS = CONFIG.feeds.folder.model_copy(update={"most_megabytes": 1})


def read(content: bytes, *, is_text: bool) -> list[Row]:
    stream = io.BytesIO(content)
    fingerprint_of(stream, TERMS, is_text=is_text)
    stream.seek(0)
    rows = list(rows_of(stream, TERMS, is_text=is_text))
    header_of(rows[0][1], TERMS.columns, ("number", "status"))
    return rows


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_is_no_honest_table_is_refused_with_its_reason(case: str) -> None:
    content, is_text, fault = REFUSED[case]

    with pytest.raises(FileRefusedError) as refused:
        read(content, is_text=is_text)

    assert refused.value.fault == fault


def test_rows_bear_the_numbers_that_a_spreadsheet_shows() -> None:
    rows = [("X-1", "new"), (), ("X\n-2", "new")]

    assert [number for number, _ in read(xlsx_of(*rows), is_text=False)] == [1, 2, 4]
    assert [number for number, _ in read(csv_of(("X-1", "new"), (), ('"X\n-2"', "new")), is_text=True)] == [1, 2, 4]


@pytest.mark.parametrize("cell", ['=HYPERLINK("http://x","new")', "@SUM(1)", "＝1", "#REF!"])
def test_a_formula_of_a_workbook_is_never_reckoned(cell: str) -> None:
    head, row = read(xlsx_of((NUMBER, cell)), is_text=False)
    header = header_of(head[1], TERMS.columns, ())
    reader = RowReader(TERMS, BUILT_IN["opencps-1"], ZoneInfo("Asia/Ho_Chi_Minh"), header)

    with pytest.raises(RowFault, match="Trạng thái: formula"):
        reader.claim_of(row[1])


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(csv_of(*[(NUMBER, "new", "", "", "3")] * 10_000))
    terms = CONFIG.feeds.folder
    tracemalloc.start()
    try:
        with file.open("rb") as stream:
            fingerprint_of(stream, terms, is_text=True)
            stream.seek(0)
            read_rows = sum(1 for _ in rows_of(stream, terms, is_text=True))
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert read_rows == 10_001
    assert most < 4 << 20


@pytest.mark.parametrize(
    ("name", "age", "is_taken"),
    [
        ("a.csv", timedelta(seconds=30), True),
        ("a.csv", timedelta(seconds=29), False),
        ("a.csv", timedelta(minutes=-5), False),
        ("a.csv", timedelta(days=-700), True),  # of a clock that is years ahead: it must not wait for years
        ("a.csv.part", timedelta(hours=1), False),
        (".a.csv", timedelta(hours=1), False),
        ("~$a.xlsx", timedelta(hours=1), False),
        ("Thumbs.db", timedelta(hours=1), False),
    ],
)
def test_what_is_still_being_written_is_left_alone(tmp_path: Path, name: str, age: timedelta, is_taken: bool) -> None:
    DropFolder(tmp_path).lay(name, b"x", at=NOW - age)

    waiting = list(Places(tmp_path, timedelta(seconds=30)).waiting(NOW))

    assert [dropped.name for dropped in waiting] == ([name] if is_taken else [])


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "a.csv").symlink_to(DropFolder(tmp_path).lay("outside.csv", b"x"))

    assert list(Places(tmp_path / "drop", timedelta()).waiting(NOW)) == []
