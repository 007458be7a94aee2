"""The forms of outage sheets, as far as no database decides: what is offered, asked for, and refused by name."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest

from tests.builders import SignedOn
from tests.engines import sqlite_copy
from tests.web.conftest import Clock, Town
from tests.web.paper import A_WHILE, SHEETS, asked_of, entered_on, post_sheet, printed_by, send, states, wrong_fields
from tests.web.test_scan import Envelope, SignIn
from tracker.domain.vocabulary import Leg, Role, Status
from tracker.store.engine import create_engine


@pytest.fixture
def town(sqlite_province: tuple[Path, dict[str, SignedOn]], tmp_path: Path) -> Iterator[Town]:
    template, people = sqlite_province
    engine = create_engine(sqlite_copy(template, tmp_path))
    yield Town(engine, Clock(), {one.actor.role: one for name, one in people.items() if name == one.actor.role.value})
    engine.dispose()


def test_a_courier_is_offered_the_sheet_of_a_round_with_its_reasons(signed_in: SignIn) -> None:
    courier = signed_in(Role.COURIER)
    chosen = courier.get(SHEETS).soup.select_one("#for option[selected]")
    number = printed_by(courier, str(chosen["value"]) if chosen else "")

    text = pypdfium2.PdfDocument(courier.get(f"{SHEETS}{number}.pdf").answer.data)[0].get_textpage().get_text_range()

    assert "Lý do: A sai địa chỉ" in text
    assert "K thiếu giấy ủy quyền" in text


def test_the_paper_is_drawn_for_ten_minutes_and_for_whoever_printed_it(signed_in: SignIn, town: Town) -> None:
    clerk, courier = signed_in(Role.POSTCLERK), signed_in(Role.COURIER)
    number = printed_by(clerk, "BC.CM:post")

    others = courier.get(f"{SHEETS}{number}.pdf").status
    town.clock.at += timedelta(minutes=11)

    assert (others, clerk.get(f"{SHEETS}{number}.pdf").status) == (404, 404)
    assert "sẵn sàng để in" not in clerk.get(f"{SHEETS}{number}").words


def test_a_number_of_sheets_that_cannot_be_is_refused_beside_its_field(signed_in: SignIn) -> None:
    clerk = signed_in(Role.POSTCLERK)

    pages = [
        send(clerk, SHEETS, **{"for": "BC.CM:post", "count": count}) for count in ("0", "21", "-1", "x", "", "9" * 40)
    ]

    assert {(page.status, *wrong_fields(page)) for page in pages} == {(422, "count")}
    assert "Số tờ phải từ 1 đến 20." in pages[0].words


def test_other_roles_have_no_sheets(signed_in: SignIn) -> None:
    others = (Role.DRIVER, Role.HOTLINE, Role.ADMIN, Role.AUDITOR)

    assert {signed_in(role).get(SHEETS).status for role in others} == {403}


def test_the_scan_box_opens_a_row_by_its_square(signed_in: SignIn, town: Town) -> None:
    clerk = signed_in(Role.POSTCLERK)
    number = post_sheet(clerk, town)

    row, whole = clerk.scan(f"{number.lower()}-03"), clerk.scan(number)

    assert (row.status, row.answer.location) == (303, f"{SHEETS}{number}/3")
    assert whole.answer.location == f"{SHEETS}{number}"


def test_the_couriers_scan_opens_it_too(signed_in: SignIn, town: Town) -> None:
    courier = signed_in(Role.COURIER)
    number = printed_by(courier, "BC.CM:round")

    assert courier.scan(f"{number}-01", "/buu-ta/quet").answer.location == f"{SHEETS}{number}/1"


def test_a_code_of_no_sheet_is_told_beside_the_box(signed_in: SignIn, town: Town) -> None:
    clerk = signed_in(Role.POSTCLERK)
    post_sheet(clerk, town)

    codes = ("PG-BC.CM-261123-77", "PG-BC.CM-261123-01-13", "EI260115006VN", "")
    pages = [send(clerk, SHEETS, code=code) for code in codes]

    assert {(page.status, *wrong_fields(page)) for page in pages} == {(422, "code")}
    assert "Không có phiếu ghi tay hoặc dòng nào mang mã này" in pages[0].words


def test_what_the_paper_does_not_tell_may_stay_empty_and_is_flagged(signed_in: SignIn, town: Town) -> None:
    envelope, clerk = Envelope(town), signed_in(Role.POSTCLERK)
    number = post_sheet(clerk, town)

    done = entered_on(clerk, number, 1, asked_of(clerk, number, 1, envelope, "accepted"))

    assert "Cần xem lại: Thiếu chi tiết phải ghi." in done.words
    assert envelope.item.status == Status.AT_OFFICE


def test_half_a_count_is_still_an_error(signed_in: SignIn, town: Town) -> None:
    envelope, officer = Envelope(town).collected(), signed_in(Role.OFFICER)
    number = printed_by(officer, "H12.TT:office")
    town.clock.at += A_WHILE

    page = entered_on(officer, number, 1, asked_of(officer, number, 1, envelope, "delivered"), count__1="1")

    assert (page.status, wrong_fields(page)) == (422, ["count-2"])


WRONG_STARTS = {
    ("", "accepted"): ["code"],
    ("Nguyễn Văn A", "accepted"): ["code"],
    ("RI301000005VN", "attempt_failed"): ["type"],
    ("RI301000005VN", ""): ["type"],
    ("", ""): ["code", "type"],
}


def test_code_and_event_are_asked_for_by_name(signed_in: SignIn, town: Town) -> None:
    clerk = signed_in(Role.POSTCLERK)
    number = post_sheet(clerk, town)

    pages = {told: send(clerk, f"{SHEETS}{number}/1", code=told[0], type=told[1]) for told in WRONG_STARTS}

    assert {told: wrong_fields(page) for told, page in pages.items()} == WRONG_STARTS
    assert {page.status for page in pages.values()} == {422}


def test_a_code_read_by_a_scanner_waits_for_what_happened(signed_in: SignIn, town: Town) -> None:
    envelope, clerk = Envelope(town), signed_in(Role.POSTCLERK)
    number = post_sheet(clerk, town)

    page = send(clerk, f"{SHEETS}{number}/1", code=envelope.number)

    assert (page.status, page.fields("#scan-form")["code"]) == (200, envelope.number)


def test_only_what_a_role_may_scan_is_offered(signed_in: SignIn, town: Town) -> None:
    courier = signed_in(Role.COURIER)
    number = printed_by(courier, "BC.CM:round")

    page = courier.get(f"{SHEETS}{number}/1")

    offered = {str(box["value"]) for box in page.soup.select("input[name=type]")}
    assert offered == {
        "collected", "given_to_courier", "delivered", "attempt_failed", "back_at_office",
        "arrived", "refused", "damaged", "missing", "found",
    }  # fmt: skip


def test_an_attempt_needs_its_reason_by_the_letter_on_the_paper(signed_in: SignIn, town: Town) -> None:
    envelope, courier = Envelope(town, Leg.RESULT), signed_in(Role.COURIER)
    number = printed_by(courier, "BC.CM:round")
    town.clock.at += A_WHILE
    asked = asked_of(courier, number, 1, envelope, "attempt_failed")

    silent = entered_on(courier, number, 1, asked)
    told = entered_on(courier, number, 1, asked, reason="absent")

    assert "C: Vắng nhà" in asked.words
    assert (silent.status, wrong_fields(silent)) == (422, ["reason"])
    assert (told.status, envelope.events()[-1].type) == (200, "attempt_failed")


def test_an_item_nobody_knows_yet_is_recorded_as_well(signed_in: SignIn, town: Town) -> None:
    clerk = signed_in(Role.POSTCLERK)
    number = post_sheet(clerk, town)
    asked = send(clerk, f"{SHEETS}{number}/1", code="RI309999992VN", type="arrived")

    entered_on(clerk, number, 1, asked, seal_ok="yes")

    assert "RI 309 999 992 VN" in clerk.get(f"{SHEETS}{number}").words.replace("\xa0", " ")


def test_an_address_that_no_sheet_can_have_is_not_found(signed_in: SignIn) -> None:
    clerk = signed_in(Role.POSTCLERK)

    paths = ("%00", "%00/1", "pg-bc.cm-261123-01", "PG-BC.CM-261123-01-01", "x.pdf", "PG-BC.CM-261123-01/99999999999")

    assert {clerk.get(f"{SHEETS}{path}").status for path in paths} == {404}


def test_a_deed_that_no_button_names_is_none(signed_in: SignIn, town: Town) -> None:
    clerk = signed_in(Role.POSTCLERK)
    number = post_sheet(clerk, town)

    assert send(clerk, f"{SHEETS}{number}", act="burn").status == 422
    assert set(states(town)) == {"unused"}


def test_people_find_the_sheets_where_they_work(signed_in: SignIn, town: Town) -> None:
    number = post_sheet(signed_in(Role.POSTCLERK), town)
    board = signed_in(Role.SUPERVISOR).get("/dieu-hanh/")

    assert "1 phiếu ghi tay chưa đóng" in board.words
    assert number in signed_in(Role.SUPERVISOR).get(SHEETS).words
    pages = {Role.CLERK: "/ban-quay/quet", Role.COURIER: "/buu-ta/quet", Role.OFFICER: "/giao-nhan/"}
    assert [bool(signed_in(role).get(page).soup.select(f'a[href="{SHEETS}"]')) for role, page in pages.items()] == [
        True
    ] * 3
    assert not signed_in(Role.DRIVER).get("/buu-ta/quet").soup.select(f'a[href="{SHEETS}"]')
