"""One box finds by every number, by phone and by name; personal data stay masked until a reason is written down."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlmodel import col

from tests.builders import (
    CENTRE,
    COMMUNE,
    ELSEWHERE,
    NOW,
    POST,
    a_desk,
    a_dossier,
    a_number,
    a_person,
    a_scan,
    an_account,
    an_item,
    scanned,
)
from tests.engines import sqlite_copy
from tests.web.browsing import browser, errors_of, open_house, soup_of, text_of
from tracker.actions.labels import print_labels
from tracker.domain.vocabulary import EventType, Leg, Role
from tracker.store.engine import create_engine, reading, transaction
from tracker.store.models import AuditRow
from tracker.store.queries import people_search
from tracker.store.queries.people_search import MOST_FOUND

NUMBER = a_number(7)
LATER = NOW + timedelta(minutes=5)
NAME, PHONE, LINE = "Nguyễn Thị Ánh Tuyết", "+84912345678", "12 Lý Bôn"


class Filed:
    """A dossier with one labelled item, and the clerk who made them."""

    def __init__(self, engine: Engine) -> None:
        open_house(engine)
        self.engine = engine
        self.clerk = browser(engine, Role.CLERK)
        by = a_desk(self.clerk.actor)
        with transaction(engine) as session:
            a_dossier(session, by, NUMBER, portal_number="H12.22-261120-0042")
            self.item = an_item(session, by, NUMBER, seal_number="NP 1").number
            self.token = print_labels(session, [self.item], "a6", None, by)[0].token


@pytest.fixture
def filed(engine: Engine) -> Filed:
    return Filed(engine)


@pytest.fixture(scope="module")
def standing(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Filed:
    """One house for all that only looks."""
    return Filed(create_engine(sqlite_copy(sqlite_template, tmp_path_factory.mktemp("looking"))))


@pytest.mark.parametrize(
    "question", [NUMBER, f" {NUMBER.lower()} ", "h12.22-261120-0042", "0912345678", "anh tuyet", "TUYẾT nguyen"]
)
def test_a_dossier_is_found_however_it_is_asked_for(standing: Filed, question: str) -> None:
    answer = standing.clerk.send("/ban-quay/tim", q=question)

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/ban-quay/ho-so/{NUMBER}")


def test_an_old_label_finds_its_item_and_says_since_when_there_is_a_newer_one(filed: Filed) -> None:
    with transaction(filed.engine) as session:
        print_labels(session, [filed.item], "a6", "torn", a_desk(filed.clerk.actor))

    answer = filed.clerk.send("/ban-quay/tim", q=filed.token)

    assert answer.headers["Location"] == f"/ban-quay/buu-gui/{filed.item}?copy=1"
    assert "Nhãn 1/2, thay lúc 10:00" in text_of(filed.clerk.get(answer.headers["Location"]))


def test_an_item_is_found_by_number_token_and_address(standing: Filed) -> None:
    address = f"HTTP://127.0.0.1:8000/T/{standing.token}"
    spaced = f"{standing.item[:2]} {standing.item[2:5]} {standing.item[5:8]} {standing.item[8:11]} {standing.item[11:]}"
    questions = (standing.item, spaced, standing.token.lower(), address)

    answers = [standing.clerk.send("/ban-quay/tim", q=question) for question in questions]

    assert {answer.headers["Location"] for answer in answers} == {f"/ban-quay/buu-gui/{standing.item}"}


def test_several_of_a_name_are_listed_masked(filed: Filed) -> None:
    with transaction(filed.engine) as session:
        a_dossier(session, a_desk(filed.clerk.actor), a_number(8), applicant=a_person(name="Trần Ánh Tuyết"))

    answer = filed.clerk.send("/ban-quay/tim", q="anh tuyet")

    rows = [[cell.get_text() for cell in row.select("td")] for row in soup_of(answer).select("tbody tr")]
    assert [(row[0], row[2]) for row in rows] == [(a_number(8), "T••• Á••• T•••"), (NUMBER, "N••• T••• Á••• T•••")]
    assert NAME not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "question", ["không có ai", "0999 999 999", "EI999999999VN", "https://elsewhere.example/T/X", "%", "'"]
)
def test_what_is_not_there_is_said_plainly(standing: Filed, question: str) -> None:
    answer = standing.clerk.send("/ban-quay/tim", q=question)

    assert answer.status_code == 200
    assert "Không tìm thấy hồ sơ hoặc bưu gửi nào." in text_of(answer)


def test_a_number_with_a_fault_says_which(standing: Filed) -> None:
    answer = standing.clerk.send("/ban-quay/tim", q=a_number(7, day="261331"))

    assert "Ngày không thể có thật." in text_of(answer)


def test_the_card_shows_facts_items_and_free_legs(standing: Filed) -> None:
    page = standing.clerk.page(f"/ban-quay/ho-so/{NUMBER}")

    told = " ".join(page.get_text(" ").split())
    assert "H12.22-261120-0042" in told
    assert "Cấp giấy xác nhận tình trạng hôn nhân" in told
    assert page.select_one(f"a[href='/ban-quay/buu-gui/{standing.item}']") is not None
    assert page.select_one(f"a[href='/ban-quay/ho-so/{NUMBER}/gui?leg=submission']") is None
    assert page.select_one(f"a[href='/ban-quay/ho-so/{NUMBER}/gui?leg=result']") is not None


def test_the_items_page_tells_what_happened_newest_first(filed: Filed) -> None:
    with transaction(filed.engine) as session:
        courier = an_account(session, Role.COURIER, POST).actor
        collected = a_scan(filed.item, EventType.COLLECTED, at=LATER, details={"hand": "take", "seal_number": "NP 1"})
        scanned(session, courier, collected, at=LATER)

    page = filed.clerk.page(f"/ban-quay/buu-gui/{filed.item}")

    steps = [step.get_text() for step in page.select(".line li > b")]
    assert steps == ["Nhận tại địa chỉ", "In nhãn", "Tạo phiếu gửi"]
    assert "Cán bộ courier" in page.select_one(".line li").get_text()  # type: ignore[union-attr]  # counted above


def test_an_oddity_stands_in_words_beside_its_event(filed: Filed) -> None:
    with transaction(filed.engine) as session:
        postclerk = an_account(session, Role.POSTCLERK, POST).actor
        scanned(session, postclerk, a_scan(filed.item, EventType.RELEASED, at=LATER), at=LATER)

    page = filed.clerk.page(f"/ban-quay/buu-gui/{filed.item}")

    oddities = {mark.get_text(strip=True) for mark in page.select(".line li .tag.warn")}
    assert "Việc không khớp tình trạng" in oddities


@pytest.mark.parametrize("place", ["ho-so", "buu-gui"])
def test_personal_data_are_shown_for_a_reason_and_written_down(filed: Filed, place: str) -> None:
    subject = f"item:{filed.item}" if place == "buu-gui" else f"dossier:{NUMBER}"
    path = f"/ban-quay/{place}/{subject.partition(':')[2]}"
    before = filed.clerk.get(path).get_data(as_text=True)

    shown = filed.clerk.send(f"{path}/hien", reveal_reason="caller_asks").get_data(as_text=True)

    assert not any(part in before for part in (NAME, PHONE, LINE))
    assert all(part in shown for part in (NAME, PHONE, LINE))
    assert reveals(filed.engine) == [(filed.clerk.actor.name, subject, "caller_asks")]


@pytest.mark.parametrize("reason", ["", "tò mò"])
def test_without_a_reason_nothing_is_shown_and_nothing_written(standing: Filed, reason: str) -> None:
    answer = standing.clerk.send(f"/ban-quay/buu-gui/{standing.item}/hien", reveal_reason=reason)

    assert answer.status_code == 422
    assert errors_of(answer) == {"reveal_reason": "Chưa ghi lý do."}
    assert NAME not in answer.get_data(as_text=True)
    assert reveals(standing.engine) == []


def reveals(engine: Engine) -> list[tuple[str, str, str]]:
    with reading(engine) as session:
        rows = session.execute(
            select(col(AuditRow.actor), col(AuditRow.subject), col(AuditRow.reason)).where(
                col(AuditRow.action) == "personal data shown"
            )
        )
        return [(row.actor, row.subject, row.reason) for row in rows]


def test_another_office_neither_finds_nor_reveals(filed: Filed) -> None:
    stranger = browser(filed.engine, Role.CLERK, ELSEWHERE, name="stranger")

    assert stranger.get(f"/ban-quay/buu-gui/{filed.item}").status_code == 404
    assert stranger.send(f"/ban-quay/buu-gui/{filed.item}/hien", reveal_reason="caller_asks").status_code == 404
    assert stranger.send(f"/ban-quay/ho-so/{NUMBER}/hien", reveal_reason="caller_asks").status_code == 404
    assert "Không tìm thấy" in text_of(stranger.send("/ban-quay/tim", q="anh tuyet"))
    assert reveals(filed.engine) == []


def test_an_officer_reads_but_makes_no_slip(standing: Filed) -> None:
    officer = browser(standing.engine, Role.OFFICER, CENTRE)

    page = officer.page(f"/ban-quay/ho-so/{NUMBER}")

    assert page.select_one("a[href*='/gui']") is None
    assert officer.get(f"/ban-quay/ho-so/{NUMBER}/gui").status_code == 403
    assert officer.send(f"/ban-quay/buu-gui/{standing.item}/in-lai", reason="rách").status_code == 403


def test_a_courier_has_no_business_at_the_desk(standing: Filed) -> None:
    courier = browser(standing.engine, Role.COURIER, COMMUNE)

    assert courier.get(f"/ban-quay/buu-gui/{standing.item}").status_code == 403


def searches(engine: Engine) -> list[tuple[str, str, str]]:
    with reading(engine) as session:
        rows = session.execute(
            select(col(AuditRow.actor), col(AuditRow.subject), col(AuditRow.reason)).where(
                col(AuditRow.action) == "people searched"
            )
        )
        return [(row.actor, row.subject, row.reason) for row in rows]


def test_who_looked_for_a_person_is_written_down_and_the_words_are_not(filed: Filed) -> None:
    name = filed.clerk.actor.name

    for question in ("anh tuyet", "0912345678", "không có ai", NUMBER, filed.item):
        filed.clerk.send("/ban-quay/tim", q=question)

    assert searches(filed.engine) == [
        (name, "search:name", "1"),
        (name, "search:phone", "1"),
        (name, "search:name", "0"),
    ]


@pytest.mark.parametrize("question", ["bay tran van", "Trần Văn B", "0987654321"])
def test_whoever_sends_or_receives_an_envelope_is_found_with_who_holds_it(filed: Filed, question: str) -> None:
    with transaction(filed.engine) as session:
        by = a_desk(filed.clerk.actor)
        other = a_dossier(session, by, a_number(8))
        for number in (NUMBER, other):
            receiver = a_person(name="Trần Văn Bảy", phone="0987 654 321")
            an_item(session, by, number, leg=Leg.RESULT, recipient=receiver)

    rows = [
        [cell.get_text() for cell in row.select("td")]
        for row in soup_of(filed.clerk.send("/ban-quay/tim", q=question)).select("tbody tr")
    ]

    assert [(row[0], row[2]) for row in rows] == [(other, "T••• V••• B•••"), (NUMBER, "T••• V••• B•••")]
    assert {row[4] for row in rows} == {"Người gửi"}


def test_a_list_that_is_not_whole_says_so_and_a_longer_name_ends_it(filed: Filed) -> None:
    with transaction(filed.engine) as session:
        for serial in range(20, 20 + MOST_FOUND):
            name = "Trần Ánh Tuyết" if serial > 20 else "Trần Mai Ánh Tuyết"
            a_dossier(session, a_desk(filed.clerk.actor), a_number(serial), applicant=a_person(name=name))

    many, one = (filed.clerk.send("/ban-quay/tim", q=name) for name in ("anh tuyet", "tran mai anh tuyet"))

    assert len(soup_of(many).select("tbody tr")) == MOST_FOUND
    assert "Chỉ hiện những hồ sơ mới nhất, vẫn còn nữa." in text_of(many)
    assert one.headers["Location"] == f"/ban-quay/ho-so/{a_number(20)}"


def test_too_many_of_a_name_to_look_at_are_never_told_as_none(filed: Filed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people_search, "MOST_LOOKED_AT", 0)

    told = text_of(filed.clerk.send("/ban-quay/tim", q="anh tuyet"))

    assert "Quá nhiều người mang tên này" in told
    assert "Không tìm thấy" not in told


def test_the_hotline_finds_nobody_by_what_stands_in_an_address(filed: Filed) -> None:
    hotline = browser(filed.engine, Role.HOTLINE, CENTRE)

    by_address = text_of(hotline.get("/tong-dai/?q=anh+tuyet"))
    by_number = soup_of(hotline.get(f"/tong-dai/?q={NUMBER}"))
    by_body = soup_of(hotline.send("/tong-dai/", q="anh tuyet"))

    assert "Không tìm thấy" in by_address
    assert by_number.select_one("blockquote") is not None
    assert by_body.select_one("blockquote") is not None
    assert searches(filed.engine) == [(hotline.actor.name, "search:name", "1")]
