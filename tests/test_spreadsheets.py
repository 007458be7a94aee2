"""Tables that leave the house can be read by every program and are run by none."""

import csv
import io

import pytest
from hypothesis import given, strategies as st
from openpyxl import load_workbook

from tracker.spreadsheets import FORMULA_SIGNS, TooManyRowsError, neutral, write_csv, write_xlsx

HEADS = ("Số hiệu", "Nơi đến")
ROWS = (("EI260115006VN", '=HYPERLINK("http://x")'), ("+84912", "xã Đầm Dơi"), ("", '"a";\r\nb'))


def csv_rows(rows: tuple[tuple[str, ...], ...], most: int = 10) -> list[list[str]]:
    out = io.BytesIO()
    write_csv(out, HEADS, rows, most)
    text = out.getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_a_csv_is_read_back_whole_with_its_formulas_disarmed() -> None:
    assert csv_rows(ROWS) == [
        list(HEADS),
        ["EI260115006VN", '\'=HYPERLINK("http://x")'],
        ["'+84912", "xã Đầm Dơi"],
        ["", '"a";\r\nb'],
    ]


def test_a_sheet_holds_text_and_no_formula() -> None:
    out = io.BytesIO()

    assert write_xlsx(out, "Danh sách: bưu gửi", (HEADS, ROWS), most=10) == 3

    sheet = load_workbook(io.BytesIO(out.getvalue())).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert sheet["B2"].value == '\'=HYPERLINK("http://x")'
    assert sheet["B3"].value == "xã Đầm Dơi"


@given(st.text(max_size=40))
def test_nothing_that_was_written_begins_like_a_formula(text: str) -> None:
    """Office programs pass over blanks before the sign."""
    written = neutral(text)

    assert not written.lstrip(" \u00a0").startswith(FORMULA_SIGNS)
    assert text.startswith(("'", *FORMULA_SIGNS)) or not text.isprintable() or text.lstrip(" \u00a0") in written


def test_a_table_that_is_too_long_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(TooManyRowsError):
        write_csv(io.BytesIO(), HEADS, ROWS, 2)
    with pytest.raises(TooManyRowsError) as refused:
        write_xlsx(io.BytesIO(), "x", (HEADS, ROWS), 2)

    assert refused.value.most == 2
