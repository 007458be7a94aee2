"""Processing time on the screen: a chart, the table behind it, and the same table as a file."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from tests.builders import COMMUNE, NOW, OPEN_PROCEDURE, ROOT, a_desk, a_dossier, a_number, an_account
from tests.web.browsing import Browser, browser, open_house
from tracker.actions.claims import ClaimSeen, take_claims
from tracker.domain.vocabulary import Role
from tracker.store.engine import transaction

PAGE = "/dieu-hanh/bao-cao/so-ngay"


@pytest.fixture
def supervisor(engine: Engine) -> Browser:
    """The agency needed a week for what has three days."""
    open_house(engine)
    with transaction(engine) as session:
        number = a_dossier(session, a_desk(an_account(session, Role.CLERK, COMMUNE).actor), a_number(1))
        for status, at in ((2, NOW - timedelta(days=7)), (9, NOW)):
            seen = ClaimSeen(source="one_stop", number=number, status=status, word=str(status), said_at=at)
            take_claims(session, [seen], at=NOW)
    return browser(engine, Role.SUPERVISOR, ROOT)


def test_chart_table_and_file_tell_the_same(supervisor: Browser) -> None:
    page = supervisor.page(f"{PAGE}?quy=2026-Q4")
    shown = [[cell.get_text(strip=True) for cell in row.select("th, td")] for row in page.select(".report tr")]
    told = supervisor.get(f"{PAGE}/tep?quy=2026-Q4&dang=csv").get_data().decode("utf-8-sig")

    assert shown == list(csv.reader(io.StringIO(told)))
    assert [row[0] for row in shown] == ["Mã thủ tục", OPEN_PROCEDURE]
    assert shown[1][2:] == ["3", "1", "5", "5", "0,0", ""]
    assert [one.get_text() for one in page.select(".measures .n")] == ["5/3"]
    assert [rect["width"] for rect in page.select(".measures rect")] == ["60.0", "100.0"]


def test_a_quarter_without_dossiers_says_so(supervisor: Browser) -> None:
    assert "Không có hồ sơ nào giải quyết xong trong quý này." in supervisor.page(PAGE).get_text()
    assert supervisor.get(f"{PAGE}/tep?dang=pdf").status_code == 404
