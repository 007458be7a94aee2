"""The supervisor reads what late scans changed, says it is right, or writes down why."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from tests.builders import NOW, POST, ROOT, a_desk, a_dossier, a_number, a_scan, an_account, an_item, scanned
from tests.province import PACKED, SENDER
from tests.web.browsing import Browser, browser, errors_of, open_house, text_of
from tracker.domain.vocabulary import EventType, Role
from tracker.store.engine import transaction

LATE = "/dieu-hanh/den-muon"


@pytest.fixture
def supervisor(engine: Engine) -> Browser:
    """Two envelopes that were accepted a day before anybody heard of it, one of them carried off since."""
    open_house(engine)
    day_ago = NOW - timedelta(days=1)
    with transaction(engine) as session:
        postclerk = an_account(session, Role.POSTCLERK, POST).actor
        courier = an_account(session, Role.COURIER, POST).actor
        by = a_desk(postclerk)
        first, second = (an_item(session, by, a_dossier(session, by, a_number(n))).number for n in (1, 2))
        told = {"counterparty": SENDER, "details": PACKED}
        scanned(session, postclerk, *(a_scan(one, EventType.ACCEPTED, at=day_ago, **told) for one in (first, second)))
        ago = day_ago + timedelta(minutes=1)
        taken = a_scan(first, EventType.GIVEN_TO_COURIER, at=ago, counterparty={"kind": "office"})
        scanned(session, courier, taken, at=NOW + timedelta(minutes=5))
    return browser(engine, Role.SUPERVISOR, ROOT)


def waiting(person: Browser) -> int:
    return len(person.page(LATE).select(".late-scans > li"))


def test_the_board_opens_the_list_and_the_list_says_what_changed(supervisor: Browser) -> None:
    figure = supervisor.page("/dieu-hanh/").select_one(f".figs a[href='{LATE}']")
    page = text_of(supervisor.get(LATE))

    assert figure is not None
    assert "3 Quét đến muộn đổi tình trạng 2 bưu gửi" in " ".join(figure.get_text(" ", strip=True).split())
    assert "3 lần quét đến muộn đã đổi tình trạng của 2 bưu gửi." in page
    assert "Cán bộ courier, Nhân viên bưu chính" in page
    assert "Tình trạng Ở bưu cục nay là Bưu tá đang giữ" in page
    assert "Bên giữ Bưu cục Cà Mau nay là CB-courier" in page
    english = text_of(supervisor.get(f"{LATE}?lang=en"))
    assert "3 late scans changed 2 stories." in english


def test_all_that_the_page_shows_of_one_story_is_accepted_at_once(supervisor: Browser) -> None:
    (form,) = supervisor.page(LATE).select("form[data-accept-all]")
    ids = [str(field["value"]) for field in form.select("input[name=late]")]

    answer = supervisor.send(LATE, act="accept", late=ids)  # type: ignore[arg-type]  # a field sent twice

    assert (answer.status_code, len(ids), waiting(supervisor)) == (303, 2, 1)
    assert "Đã xem gần đây" in text_of(supervisor.get(LATE))


def test_a_note_is_asked_for_beside_its_scan_and_then_shown(supervisor: Browser) -> None:
    (field, *_) = supervisor.page(LATE).select("form[data-annotate] input[name=late]")
    late = str(field["value"])

    refused = supervisor.send(LATE, act="annotate", late=late)
    done = supervisor.send(LATE, act="annotate", late=late, **{f"note_{late}": "Mất sóng ở Năm Căn"})

    assert (refused.status_code, errors_of(refused)) == (422, {f"note_{late}": "Xin viết ghi chú."})
    assert refused.get_data(as_text=True).count("Lỗi:") >= 2
    assert (done.status_code, waiting(supervisor)) == (303, 2)
    assert "Mất sóng ở Năm Căn" in text_of(supervisor.get(LATE))


def test_what_somebody_else_has_looked_at_is_told_with_the_name(supervisor: Browser) -> None:
    (field, *_) = supervisor.page(LATE).select("form[data-accept] input[name=late]")
    supervisor.send(LATE, act="accept", late=str(field["value"]))

    again = supervisor.send(LATE, act="accept", late=str(field["value"]))

    assert again.status_code == 422
    assert "Cán bộ supervisor đã xem lần quét này trước." in text_of(again)


def test_what_is_no_late_scan_is_not_found(supervisor: Browser) -> None:
    strange = ("", "0", "4711", "x", "9" * 30)

    assert {supervisor.send(LATE, act="accept", late=late).status_code for late in strange} == {404}
    assert waiting(supervisor) == 3


def test_an_auditor_reads_and_has_no_button(supervisor: Browser, engine: Engine) -> None:
    auditor = browser(engine, Role.AUDITOR, ROOT)

    page = auditor.page(LATE)

    assert len(page.select(".late-scans > li")) == 3
    assert page.select("main form") == []
