"""The quarterly report on the screen, and the same figures in a file."""

import csv
import io

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine

from tests.builders import COMMUNE, NOW, POST, ROOT, a_desk, a_dossier, a_number, a_scan, an_account, an_item, scanned
from tests.province import PACKED, SENDER
from tests.web.browsing import Browser, browser, open_house
from tracker.domain.vocabulary import EventType, Role
from tracker.store.engine import transaction

PAGE = "/dieu-hanh/bao-cao/quy"


@pytest.fixture
def supervisor(engine: Engine) -> Browser:
    """One envelope was taken in at a commune's desk."""
    open_house(engine)
    with transaction(engine) as session:
        by = a_desk(an_account(session, Role.CLERK, COMMUNE).actor)
        number = an_item(session, by, a_dossier(session, by, a_number(1))).number
        postclerk = an_account(session, Role.POSTCLERK, POST).actor
        scanned(session, postclerk, a_scan(number, EventType.ACCEPTED, at=NOW, counterparty=SENDER, details=PACKED))
    return browser(engine, Role.SUPERVISOR, ROOT)


def rows_of(supervisor: Browser, address: str = f"{PAGE}?quy=2026-Q4") -> list[list[str]]:
    return [
        [cell.get_text(strip=True) for cell in row.select("th, td")]
        for row in supervisor.page(address).select(".report tr")
    ]


def test_the_page_the_csv_and_the_xlsx_tell_the_same(supervisor: Browser) -> None:
    shown = rows_of(supervisor)
    as_csv = supervisor.get(f"{PAGE}/tep?quy=2026-Q4&dang=csv")
    as_xlsx = supervisor.get(f"{PAGE}/tep?quy=2026-Q4&dang=xlsx")

    in_csv = list(csv.reader(io.StringIO(as_csv.get_data().decode("utf-8-sig"))))
    book = load_workbook(io.BytesIO(as_xlsx.get_data()))
    in_xlsx = [[cell or "" for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)]
    assert shown == in_csv == in_xlsx
    assert shown[1][:4] == ["Bộ phận Một cửa phường An Xuyên", "1", "1", "0"]
    assert shown[-1][:2] == ["Tổng cộng", "1"]
    assert as_csv.headers["Content-Disposition"] == 'attachment; filename="bao-cao-quy-2026-Q4.csv"'


def test_complaints_and_compensation_are_left_open_and_not_nought(supervisor: Browser) -> None:
    heads, row = rows_of(supervisor)[:2]

    assert (heads[-2:], row[-2:]) == (["Khiếu nại", "Bồi thường (đồng)"], ["", ""])


def test_without_a_word_the_last_quarter_that_is_over_is_shown(supervisor: Browser) -> None:
    page, running = supervisor.page(PAGE), supervisor.page(f"{PAGE}?quy=2026-Q4")

    assert "Báo cáo quý 3 năm 2026" in page.get_text()
    assert "Không có bưu gửi nào trong quý này." in page.get_text()
    assert ["Quý này chưa hết" in one.get_text() for one in (page, running)] == [False, True]


@pytest.mark.parametrize("address", ["?quy=2026-Q5", "?quy=", "/tep?quy=2026-Q4", "/tep?quy=2026-Q4&dang=exe"])
def test_what_is_no_quarter_or_no_file_is_not_there(supervisor: Browser, address: str) -> None:
    assert supervisor.get(f"{PAGE}{address}").status_code == 404
