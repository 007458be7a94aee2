"""The supervisor sees when the books were last examined, what was looked at, and what did not hold."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from tests.builders import NOW, POST, ROOT
from tests.web.browsing import Browser, browser, open_house
from tracker.actions.examination import Findings, keep_findings
from tracker.domain.auditing import CHECKED, Fault
from tracker.domain.vocabulary import Role
from tracker.store.engine import transaction

PLACE = "/dieu-hanh/so-sach"
EVENT = "01890000-0000-7000-8000-000000000001"


@pytest.fixture
def supervisor(engine: Engine) -> Browser:
    open_house(engine)
    return browser(engine, Role.SUPERVISOR, ROOT)


def examined(engine: Engine, *faults: Fault) -> None:
    findings = Findings({"chains": 2, "events": 7, "items": 2, "roots": 1})
    for fault in faults:
        findings.add(fault)
    with transaction(engine) as session:
        keep_findings(session, findings, started_at=NOW - timedelta(minutes=5), ended_at=NOW)


def test_before_the_first_examination_the_board_says_so_and_the_page_how_to_start(supervisor: Browser) -> None:
    assert "chưa kiểm" in supervisor.page("/dieu-hanh/").get_text()
    assert "Chọn “Kiểm sổ sách” ở trang Lịch sử tác vụ" in supervisor.page(PLACE).get_text()


def test_sound_books_are_told_with_the_day_and_everything_that_was_looked_at(
    engine: Engine, supervisor: Browser
) -> None:
    examined(engine)

    board, page = supervisor.page("/dieu-hanh/"), supervisor.page(PLACE)

    link = board.select_one(f"a[href='{PLACE}']")
    assert link is not None
    assert "Không có gì sai" in link.find_parent("li").get_text()  # type: ignore[union-attr]  # it stands in a list
    assert [row.select_one(".code").get_text() for row in page.select("tbody tr")] == list(CHECKED)  # type: ignore[union-attr]  # each row has one
    assert "7" in page.select_one("dl.facts").get_text()  # type: ignore[union-attr]  # asserted by what it holds


def test_a_fault_is_named_with_its_event_and_its_rule_in_both_languages(engine: Engine, supervisor: Browser) -> None:
    examined(engine, Fault("I8", "hash", "item:4", 2, EVENT), Fault("I8", "published_gone", subject="root-2026.json"))

    page, english = supervisor.page(PLACE).get_text(), supervisor.page(f"{PLACE}?lang=en").get_text()

    assert f"Chuỗi item:4, sự kiện thứ 2, mã {EVENT}" in page
    assert f"Chain item:4, event number 2, id {EVENT}" in english
    assert "root-2026.json" in page
    assert "Có 2 chỗ sai" in supervisor.page("/dieu-hanh/?lang=vi").get_text()


def test_the_desk_has_no_business_there(engine: Engine, supervisor: Browser) -> None:
    assert browser(engine, Role.POSTCLERK, POST).get(PLACE).status_code == 403
