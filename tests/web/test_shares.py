"""Shares on the screen: charts, the table behind them, and the same dossiers by month and procedure as a file."""

import csv
import io
from datetime import date

import pytest
from bs4 import BeautifulSoup
from openpyxl import load_workbook
from sqlalchemy import Engine

from tests.builders import CENTRE, COMMUNE, NOW, OPEN_PROCEDURE, ROOT, a_desk, a_dossier, a_number, an_account
from tests.web.browsing import Browser, browser, open_house
from tracker.actions.claims import ClaimSeen, take_claims
from tracker.actions.told_dossiers import Intake
from tracker.domain.vocabulary import Role
from tracker.store.engine import transaction

PAGE = "/dieu-hanh/bao-cao/ty-le"
SPAN = "tu=2026-10&den=2026-11"
STRANGE = "2.000635"


@pytest.fixture
def supervisor(engine: Engine) -> Browser:
    """One of ours that nobody told of; of strangers one by post, one online, one of which nothing is known."""
    open_house(engine)
    with transaction(engine) as session:
        a_dossier(session, a_desk(an_account(session, Role.CLERK, COMMUNE).actor), a_number(1))
        for serial, by_post, online in ((2, True, False), (3, False, True), (4, None, None)):
            intake = Intake(
                procedure=STRANGE, agency=CENTRE, received_on=date(2026, 10, 5), by_post=by_post, online=online
            )
            seen = ClaimSeen(source="one_stop", number=a_number(serial), status=4, word="x", said_at=NOW, intake=intake)
            take_claims(session, [seen], at=NOW)
    return browser(engine, Role.SUPERVISOR, ROOT)


def cells(supervisor: Browser, table: str, query: str = SPAN) -> list[list[str]]:
    rows = supervisor.page(f"{PAGE}?{query}").select(f"table.{table} tr")
    return [[cell.get_text(strip=True) for cell in row.select("th, td")] for row in rows]


def warnings(page: BeautifulSoup) -> str:
    return " ".join(one.get_text() for one in page.select(".bar.warn"))


def filed(supervisor: Browser, query: str = SPAN) -> list[list[str]]:
    told = supervisor.get(f"{PAGE}/tep?{query}&dang=csv").get_data().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(told)))


def test_charts_and_their_table_hold_the_shares_against_the_targets(supervisor: Browser) -> None:
    page = supervisor.page(f"{PAGE}?{SPAN}")

    assert [one.get_text() for one in page.select(".shares .n")] == ["100,0", "0,0", "50,0", "–", "50,0", "–"]
    assert [len(page.select(".shares .behind")), len(page.select(".shares .target"))] == [1, 6]
    heads, *rows = cells(supervisor, "months")
    assert [heads[place] for place in (3, 5, 8)] == [
        "Qua Một cửa (%), chỉ tiêu 100",
        "Qua bưu chính (%), chỉ tiêu 20",
        "Trực tuyến (%), chỉ tiêu 20",
    ]
    assert rows == [
        ["10/2026", "3", "3", "100,0", "1", "50,0", "1", "1", "50,0", "1", "Chưa đủ"],
        ["11/2026", "1", "0", "0,0", "0", "–", "1", "0", "–", "1", "Chưa đủ"],
        ["Tổng cộng", "4", "3", "75,0", "1", "50,0", "2", "1", "50,0", "2", ""],
    ]
    assert "Hồ sơ ngoài sổ chỉ được đếm từ ngày" in warnings(page)


def test_the_file_tells_each_month_by_procedure_in_both_formats(supervisor: Browser) -> None:
    as_csv = filed(supervisor)
    book = load_workbook(io.BytesIO(supervisor.get(f"{PAGE}/tep?{SPAN}&dang=xlsx").get_data()))

    assert [row[:4] for row in as_csv[1:]] == [
        ["2026-10", STRANGE, "Không có trong danh mục", "3"],
        ["2026-11", OPEN_PROCEDURE, "Cấp giấy xác nhận tình trạng hôn nhân", "1"],
        ["Tổng cộng", "", "", "4"],
    ]
    assert [[cell or "" for cell in row] for row in book.worksheets[0].values] == as_csv


def test_one_procedure_alone_has_its_own_shares_and_file(supervisor: Browser) -> None:
    asked = f"{SPAN}&thu-tuc={STRANGE}"

    assert [row[1] for row in cells(supervisor, "months", asked)[1:]] == ["3", "0", "3"]
    assert [row[1] for row in filed(supervisor, asked)[1:]] == [STRANGE, ""]
    assert [row[0] for row in cells(supervisor, "procedures")[1:]] == [STRANGE, OPEN_PROCEDURE]


def test_a_period_without_dossiers_says_so_and_what_is_no_month_is_not_found(supervisor: Browser) -> None:
    assert "Không có hồ sơ nào trong thời gian này." in supervisor.page(f"{PAGE}?tu=2025-01&den=2025-02").get_text()
    queries = ("?tu=2026-13", "?tu=2015-01&den=2026-01", f"/tep?{SPAN}&dang=pdf")
    assert [supervisor.get(PAGE + query).status_code for query in queries] == [404, 404, 404]


def test_before_the_one_stop_system_was_heard_the_page_says_what_is_lacking(engine: Engine) -> None:
    open_house(engine)

    assert "cao hơn thực tế" in warnings(browser(engine, Role.SUPERVISOR, ROOT).page(PAGE))
