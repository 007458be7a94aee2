"""Outage sheets at the desk: printed in advance, entered afterwards, accounted for to the last row."""

import re

import pypdfium2
import pytest

from tests.builders import AGENCY, PIN
from tests.callers import Api
from tests.web.conftest import Clock, Town
from tests.web.paper import A_WHILE, SHEETS, asked_of, entered_on, post_sheet, printed_by, send, states, wrong_fields
from tests.web.test_scan import Envelope, SignIn
from tests.web.visitor import Visitor
from tracker.domain.vocabulary import Role, Status


@pytest.fixture
def town(api: Api) -> Town:
    """The same small province, copied instead of founded anew."""
    by_role = {one.actor.role: one for name, one in api.people.items() if name == one.actor.role.value}
    return Town(api.engine, Clock(), by_role)


def test_a_desk_prints_sheets_that_say_their_number_and_what_to_do(signed_in: SignIn, town: Town) -> None:
    clerk = signed_in(Role.POSTCLERK)
    number = printed_by(clerk, "BC.CM:post", "2")

    page, paper = clerk.get(f"{SHEETS}{number}"), clerk.get(f"{SHEETS}{number}.pdf").answer

    pdf = pypdfium2.PdfDocument(paper.data)
    text = " ".join(pdf[1].get_textpage().get_text_range().split())
    assert "2 phiếu đã sẵn sàng để in" in page.words
    assert (number, len(pdf), paper.mimetype) == ("PG-BC.CM-261123-01", 2, "application/pdf")
    assert "Bưu cục Cà Mau" in text
    assert "PG-BC.CM-261123-02-12" in text
    assert "Chấp nhận" in text
    assert "In lúc 10:00 ngày 23/11/2026, gồm 12 dòng" in text


def test_a_supervisor_prints_for_an_office_below_and_a_clerk_for_no_other(signed_in: SignIn) -> None:
    assert printed_by(signed_in(Role.SUPERVISOR), f"{AGENCY}:office") == "PG-H12.NNMT-261123-01"
    refused = send(signed_in(Role.CLERK), SHEETS, **{"for": f"{AGENCY}:office", "count": "1"})

    assert (refused.status, wrong_fields(refused)) == (422, ["for"])


def test_another_offices_sheet_is_as_good_as_unknown(signed_in: SignIn, town: Town, visitor: Visitor) -> None:
    number = post_sheet(signed_in(Role.POSTCLERK), town)
    visitor.sign_in("strange_postclerk")

    opened = [visitor.get(f"{SHEETS}{number}{part}").status for part in ("", "/1", ".pdf")]
    sent = [send(visitor, f"{SHEETS}{number}{part}", act="rest").status for part in ("", "/1")]

    assert (opened, sent) == ([404] * 3, [404] * 2)
    assert visitor.scan(f"{number}-01").status == 200  # read as any code that is none of ours
    assert number not in visitor.get(SHEETS).words
    assert set(states(town)) == {"unused"}


def test_what_was_written_is_recorded_at_its_own_time(signed_in: SignIn, town: Town) -> None:
    envelope, clerk = Envelope(town), signed_in(Role.POSTCLERK)
    number = post_sheet(clerk, town)

    asked = asked_of(clerk, number, 3, envelope, "accepted")
    done = entered_on(clerk, number, 3, asked, seal_number="NP 004 402", count__0="3")

    event = envelope.events()[-1]
    assert asked.heading == "Chấp nhận gửi tại quầy"
    assert "Đã ghi vào lúc 10:04 hôm nay như trên giấy." in done.words
    assert "Nhập dòng 04" in done.words
    assert (event.type, f"{event.effective_at:%H:%M}", envelope.item.status) == ("accepted", "03:04", Status.AT_OFFICE)
    assert (
        "Ghi trên giấy: 10:04 hôm nay. Cán bộ postclerk nhập lại lúc 10:09 hôm nay"
        in clerk.get(f"{SHEETS}{number}").words
    )


def test_the_items_story_says_that_it_was_written_by_hand(signed_in: SignIn, town: Town) -> None:
    envelope, clerk = Envelope(town), signed_in(Role.POSTCLERK)
    number = post_sheet(clerk, town)
    entered_on(clerk, number, 1, asked_of(clerk, number, 1, envelope, "accepted"))

    story = clerk.get(f"/ban-quay/buu-gui/{envelope.number}").words
    english = clerk.get(f"/ban-quay/buu-gui/{envelope.number}?lang=en").words

    assert re.search(r"10:04 hôm nay.*ghi tay, nhập lại lúc 10:09 hôm nay", story)
    assert "written by hand, entered at 10:09" in english


def test_sent_twice_it_is_entered_once(signed_in: SignIn, town: Town) -> None:
    envelope, clerk = Envelope(town), signed_in(Role.POSTCLERK)
    number = post_sheet(clerk, town)
    asked = asked_of(clerk, number, 1, envelope, "accepted")

    entered_on(clerk, number, 1, asked)
    before = len(envelope.events())
    again = entered_on(clerk, number, 1, asked, happened_at="2026-11-23T10:05")

    assert (again.status, again.heading) == (200, "Dòng này đã nhập")
    assert "Ghi trên giấy: 10:04 hôm nay" in again.words
    assert len(envelope.events()) == before


WRONG_TIMES = {
    "2026-11-23T09:59": "Giờ này sớm hơn lúc in phiếu",
    "2026-11-23T10:30": "Giờ này chưa tới.",
    "2027-11-23T10:04": "Giờ này chưa tới.",
    "": "Thời điểm phải có",
    "0001-01-01T00:00": "Thời điểm phải có",
    "hôm qua": "Thời điểm phải có",
}


def test_a_time_that_cannot_be_is_refused_beside_its_field(signed_in: SignIn, town: Town) -> None:
    envelope, clerk = Envelope(town), signed_in(Role.POSTCLERK)
    number = post_sheet(clerk, town)
    asked = asked_of(clerk, number, 1, envelope, "accepted")

    pages = [entered_on(clerk, number, 1, asked, happened_at=written, seal_number="NP 1") for written in WRONG_TIMES]

    told = zip(pages, WRONG_TIMES.values(), strict=True)
    assert {(page.status, *wrong_fields(page)) for page in pages} == {(422, "happened_at")}
    assert [sentence for page, sentence in told if sentence not in page.words] == []
    assert {page.fields()["seal_number"] for page in pages} == {"NP 1"}
    assert set(states(town)) == {"unused"}


def test_nobody_is_asked_for_a_pin_after_the_fact(signed_in: SignIn, town: Town) -> None:
    envelope, officer = Envelope(town).collected(), signed_in(Role.OFFICER)
    number = printed_by(officer, "H12.TT:office")
    town.clock.at += A_WHILE
    asked = asked_of(officer, number, 1, envelope, "delivered")

    entered_on(officer, number, 1, asked, seal_ok="yes", second_user="courier", second_pin=PIN)

    assert "second_pin" not in asked.fields()
    assert (envelope.events()[-1].hand, envelope.item.legal_submission_at) == ("take", None)


def test_a_supervisor_enters_for_whom_it_was_with_the_hand(signed_in: SignIn, town: Town) -> None:
    envelope, supervisor = Envelope(town), signed_in(Role.SUPERVISOR)
    number = printed_by(supervisor, "BC.CM:post")
    town.clock.at += A_WHILE
    asked = asked_of(supervisor, number, 1, envelope, "accepted")

    silent = entered_on(supervisor, number, 1, asked)
    done = entered_on(supervisor, number, 1, asked, on_behalf_of="postclerk", hand="both")

    event = envelope.events()[-1]
    assert wrong_fields(silent) == ["on_behalf_of", "hand"]
    assert "Đã ghi vào lúc 10:04" in done.words
    assert (event.actor, event.stands_for, event.hand, event.office_code) == (
        "supervisor",
        "postclerk",
        "both",
        "BC.CM",
    )


def test_a_correction_strikes_the_row_through(signed_in: SignIn, town: Town) -> None:
    envelope, clerk = Envelope(town), signed_in(Role.POSTCLERK)
    number = post_sheet(clerk, town)
    entered_on(clerk, number, 1, asked_of(clerk, number, 1, envelope, "accepted"))
    event = str(envelope.events()[-1].event_id)

    send(clerk, "/ban-quay/quet/sua", event=event, reason="wrong_item")

    assert envelope.item.status == Status.REGISTERED
    row = clerk.get(f"{SHEETS}{number}").soup.select_one("#row-1 s")
    assert row is not None
    assert row.get_text() == "Chấp nhận gửi tại quầy"


def test_a_spoiled_row_needs_one_of_the_reasons(signed_in: SignIn, town: Town) -> None:
    clerk = signed_in(Role.POSTCLERK)
    number = post_sheet(clerk, town)

    silent = send(clerk, f"{SHEETS}{number}", act="spoil", row="2")
    told = send(clerk, f"{SHEETS}{number}", act="spoil", row="2", void_reason="miswritten")

    assert (silent.status, wrong_fields(silent), told.status) == (422, ["void_reason"], 303)
    assert "Ghi sai, đã gạch bỏ" in clerk.get(f"{SHEETS}{number}").words
    assert clerk.get(f"{SHEETS}{number}/2").heading == "Dòng này đã khai bỏ"


def test_the_rest_is_declared_unused_and_closes_the_sheet(signed_in: SignIn, town: Town) -> None:
    envelope, clerk = Envelope(town), signed_in(Role.POSTCLERK)
    number = post_sheet(clerk, town)
    entered_on(clerk, number, 1, asked_of(clerk, number, 1, envelope, "accepted"))
    half = clerk.get(SHEETS).words

    send(clerk, f"{SHEETS}{number}", act="rest")

    assert "Đang nhập dở" in half
    assert "1 dòng đã nhập, 0 dòng bỏ, 11 dòng chưa khai" in half.replace(" ,", ",")
    assert "Đã đóng" in clerk.get(f"{SHEETS}{number}").words
    assert "Không có phiếu nào đang mở." in clerk.get(SHEETS).words
    assert states(town) == ["entered", *["void"] * 11]
