"""The scan page: read a code, be asked what is missing, record it once."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func
from sqlmodel import col, select

from tests.builders import PIN, POST, POST_AFAR, a_desk, a_dossier, a_number, a_scan, an_account, an_item, scanned
from tests.web.conftest import Town
from tests.web.visitor import Page, Visitor
from tracker.actions.labels import print_labels
from tracker.domain.vocabulary import EventType, LabelState, Leg, Role, Status
from tracker.store.engine import reading, transaction
from tracker.store.models import Discrepancy, EventRow, Item, Label

SignIn = Callable[[Role], Visitor]
PHONE = "/buu-ta/quet"
COUNTED = {"count__1": "1", "count__2": "2"}


class Envelope:
    """Registered and labelled at the centre, with two lines of papers."""

    def __init__(self, town: Town, leg: Leg = Leg.SUBMISSION) -> None:
        self.town = town
        with transaction(town.engine) as session:
            actor = town.people[Role.CLERK].actor
            known = session.exec(select(func.count()).select_from(Item)).one()
            by = a_desk(actor, at=town.clock())
            dossier = a_dossier(session, by, a_number(known + 1))
            self.number = an_item(session, by, dossier, leg=leg, seal_number="NP 004 402").number
            self.token = print_labels(session, [self.number], "a6", None, a_desk(actor, at=town.clock()))[0].token

    def did(self, role: Role, kind: EventType, **told: object) -> "Envelope":
        with transaction(self.town.engine) as session:
            at = self.town.clock()
            scanned(session, self.town.people[role].actor, a_scan(self.number, kind, at=at, **told), at=at)
        return self

    def collected(self) -> "Envelope":
        return self.did(Role.COURIER, EventType.COLLECTED, details={"seal_number": "NP 004 402", "counts": []})

    @property
    def item(self) -> Item:
        with reading(self.town.engine) as session:
            return session.exec(select(Item).where(col(Item.number) == self.number)).one()

    def events(self) -> list[EventRow]:
        with reading(self.town.engine) as session:
            rows = select(EventRow).where(col(EventRow.item_id) == self.item.id).order_by(col(EventRow.seq))
            return list(session.exec(rows))


def _discrepancies(town: Town) -> set[str]:
    with reading(town.engine) as session:
        return set(session.exec(select(col(Discrepancy.code))))


def _error_fields(page: Page) -> list[str]:
    return [str(link["href"]).removeprefix("#") for link in page.soup.select("#errors a")]


def test_an_officer_receives_with_the_couriers_pin_and_a_recount(signed_in: SignIn, town: Town) -> None:
    envelope = Envelope(town).collected()
    officer = signed_in(Role.OFFICER)
    asked = officer.scan(f"http://127.0.0.1:8000/T/{envelope.token}")

    done = officer.record(asked, seal_ok="yes", second_pin=PIN, **COUNTED)

    last = envelope.events()[-1]
    assert asked.heading == "Nhận tại cơ quan"
    assert "Đã nhận" in done.words
    assert "Đủ 3 trên 3 giấy tờ." in done.words
    assert "Thời điểm nộp hồ sơ: 10:00 hôm nay." in done.words
    assert (envelope.item.status, envelope.item.legal_submission_at) == (Status.DELIVERED, last.effective_at)
    assert (last.hand, last.second_person) == ("both", "courier")
    assert _discrepancies(town) == set()


def test_the_holder_is_proposed_as_the_other_person(signed_in: SignIn, town: Town) -> None:
    asked = signed_in(Role.OFFICER).scan(Envelope(town).collected().number)

    assert asked.fields()["second_user"] == "courier"


def test_without_the_other_pin_only_one_side_is_told(signed_in: SignIn, town: Town) -> None:
    envelope = Envelope(town).collected()
    officer = signed_in(Role.OFFICER)

    done = officer.record(officer.scan(envelope.number), seal_ok="yes", **COUNTED)

    assert "Cần xem lại: Thiếu chi tiết phải ghi." in done.words
    assert envelope.item.legal_submission_at is None


def test_a_wrong_pin_records_nothing_and_keeps_what_was_counted(signed_in: SignIn, town: Town) -> None:
    envelope = Envelope(town).collected()
    before = len(envelope.events())
    officer = signed_in(Role.OFFICER)

    page = officer.record(officer.scan(envelope.number), seal_ok="yes", second_pin="000000", **COUNTED)

    assert (page.status, _error_fields(page)) == (422, ["second_pin"])
    assert (page.fields()["count-1"], page.fields()["second_pin"]) == ("1", "")
    assert len(envelope.events()) == before
    assert "Đã nhận" in officer.record(page, second_pin=PIN).words


def test_nothing_is_counted_for_the_person(signed_in: SignIn, town: Town) -> None:
    envelope = Envelope(town).collected()
    officer = signed_in(Role.OFFICER)
    asked = officer.scan(envelope.number)

    page = officer.record(asked)

    assert {asked.fields()["count-1"], asked.fields()["count-2"]} == {""}
    assert (page.status, _error_fields(page)) == (422, ["seal_ok", "count-1", "count-2"])
    assert page.title.startswith("Lỗi:")
    assert envelope.item.status == Status.COLLECTED


def test_a_missing_choice_is_said_under_its_question_and_reached_from_the_summary(
    signed_in: SignIn, town: Town
) -> None:
    officer = signed_in(Role.OFFICER)

    page = officer.record(officer.scan(Envelope(town).collected().number))

    assert page.soup.select_one("#errors a[href='#seal_ok']") is not None
    assert page.soup.select_one("fieldset[aria-describedby='seal_ok-error'] > #seal_ok-error") is not None
    assert page.soup.select_one("fieldset[aria-describedby='seal_ok-error'] input[type=radio]#seal_ok") is not None


@pytest.mark.parametrize("count", ["-1", "١"])
def test_a_count_is_a_plain_number(signed_in: SignIn, town: Town, count: str) -> None:
    officer = signed_in(Role.OFFICER)

    page = officer.record(officer.scan(Envelope(town).collected().number), seal_ok="yes", count__1=count, count__2="2")

    assert _error_fields(page) == ["count-1"]


def test_a_count_that_differs_is_recorded_and_said(signed_in: SignIn, town: Town) -> None:
    envelope = Envelope(town).collected()
    officer = signed_in(Role.OFFICER)

    done = officer.record(officer.scan(envelope.number), seal_ok="no", count__1="1", count__2="1", second_pin=PIN)

    assert "Đếm được 2, bản kê ghi 3." in done.words
    assert done.soup.select_one(".verdict.warn") is not None
    assert envelope.item.status == Status.DELIVERED


def test_a_form_sent_twice_is_one_event(signed_in: SignIn, town: Town) -> None:
    envelope = Envelope(town).collected()
    officer = signed_in(Role.OFFICER)
    asked = officer.scan(envelope.number)
    officer.record(asked, seal_ok="yes", second_pin=PIN, **COUNTED)
    recorded = envelope.events()

    again = officer.record(asked, seal_ok="yes", second_pin=PIN, **COUNTED)

    assert "Ghi rồi" in again.words
    assert envelope.events() == recorded


def test_the_last_scans_of_this_device_stand_at_the_foot(signed_in: SignIn, town: Town) -> None:
    envelope = Envelope(town).collected()
    officer = signed_in(Role.OFFICER)
    officer.record(officer.scan(envelope.number), seal_ok="yes", second_pin=PIN, **COUNTED)

    strip = officer.get("/ban-quay/quet").soup.select(".last li")

    assert ["Phát thành công" in one.get_text() for one in strip] == [True]


def test_a_label_of_another_host_is_refused_by_name(signed_in: SignIn, town: Town) -> None:
    page = signed_in(Role.OFFICER).scan("https://elsewhere.example/T/" + "A" * 26)

    assert page.soup.select_one(".verdict.no") is not None
    assert "Mã này không do hệ thống phát hành. Chưa ghi nhận gì." in page.words
    assert "elsewhere.example" in page.words


def test_what_is_no_code_is_neither_shown_nor_kept(signed_in: SignIn, town: Town) -> None:
    page = signed_in(Role.OFFICER).scan("096123456789|Nguyễn Thị Ánh Tuyết|12 Lý Bôn")

    assert "Không đọc được" in page.words
    assert "Tuyết" not in page.answer.get_data(as_text=True)


def test_a_void_label_says_stop(signed_in: SignIn, town: Town) -> None:
    envelope = Envelope(town)
    with transaction(town.engine) as session:
        session.exec(select(Label).where(col(Label.token) == envelope.token)).one().state = LabelState.VOID

    page = signed_in(Role.COURIER).scan(envelope.token, PHONE)

    assert "Nhãn đã hủy" in page.words
    assert page.soup.select("form[data-event-form]") == []


def test_an_old_label_warns_and_the_scan_still_counts(signed_in: SignIn, town: Town) -> None:
    envelope = Envelope(town)
    with transaction(town.engine) as session:
        by = a_desk(town.people[Role.CLERK].actor, at=town.clock())
        print_labels(session, [envelope.number], "a6", "smudged", by)
    courier = signed_in(Role.COURIER)
    asked = courier.scan(envelope.token, PHONE)

    done = courier.record(asked, PHONE, **COUNTED)

    assert "Nhãn 1/2, thay lúc 10:0" in asked.words
    assert "Nhãn 1/2, thay lúc 10:0" in done.words
    assert "Cần xem lại: Dùng nhãn cũ." in done.words
    assert envelope.item.status == Status.COLLECTED


def test_a_number_nobody_knows_can_be_recorded_to_be_found(signed_in: SignIn, town: Town) -> None:
    postclerk = signed_in(Role.POSTCLERK)
    asked = postclerk.scan("EI 473 124 829 VN")

    done = postclerk.record(asked, seal_ok="yes")

    assert "Chưa biết số này." in asked.words
    assert "Đã ghi là mã chưa biết" in done.words
    assert _discrepancies(town) == {"orphan_scan"}


def test_a_courier_collects_and_the_post_office_takes_over(signed_in: SignIn, town: Town) -> None:
    envelope = Envelope(town)
    courier, postclerk = signed_in(Role.COURIER), signed_in(Role.POSTCLERK)

    collected = courier.record(courier.scan(envelope.number, PHONE), PHONE, **COUNTED)
    arrived = postclerk.record(postclerk.scan(envelope.number), seal_ok="yes")

    assert "Nhân viên bưu chính CB-courier giữ bưu gửi" in collected.words
    assert "Từ giờ phút này Bưu cục Cà Mau giữ bưu gửi" in arrived.words
    assert (envelope.item.status, envelope.item.custodian_ref) == (Status.AT_OFFICE, POST)


def test_giving_to_a_courier_moves_nothing_until_he_takes_it(signed_in: SignIn, town: Town) -> None:
    envelope = Envelope(town, Leg.RESULT).collected().did(Role.POSTCLERK, EventType.ARRIVED, details={"seal_ok": True})
    postclerk, courier = signed_in(Role.POSTCLERK), signed_in(Role.COURIER)

    given = postclerk.record(postclerk.scan(envelope.number), second_user="")
    held_after_giving = envelope.item.custodian_kind
    courier.record(courier.scan(envelope.number, PHONE), PHONE)

    assert "Đã ghi giao" in given.words
    assert "vẫn giữ bưu gửi cho đến khi bên nhận xác nhận" in given.words
    assert (held_after_giving, envelope.item.custodian_kind) == ("office", "courier")
    assert envelope.item.pending_since is None


def test_a_result_is_attempted_and_then_delivered_with_identity(signed_in: SignIn, town: Town) -> None:
    envelope = Envelope(town, Leg.RESULT).collected().did(Role.POSTCLERK, EventType.ARRIVED, details={"seal_ok": True})
    envelope.did(Role.COURIER, EventType.GIVEN_TO_COURIER)
    courier = signed_in(Role.COURIER)
    other = courier.post(PHONE, courier.scan(envelope.number, PHONE).fields(".others") | {"type": "attempt_failed"})

    tried = courier.record(other, PHONE, reason="absent", action="reattempt", next_on="2026-11-24")
    after_trying = envelope.item.attempts
    courier.record(
        courier.scan(envelope.number, PHONE), PHONE, receiver="self", identity="seen", fees_collected="0", count__0="1"
    )

    assert "Chưa phát được" in tried.words
    assert after_trying == 1
    assert (envelope.item.status, envelope.item.custodian_kind) == (Status.DELIVERED, "recipient")
    assert _discrepancies(town) == set()


def test_a_signature_is_kept_as_evidence(signed_in: SignIn, town: Town) -> None:
    envelope = Envelope(town, Leg.RESULT).collected().did(Role.POSTCLERK, EventType.ARRIVED, details={"seal_ok": True})
    envelope.did(Role.COURIER, EventType.GIVEN_TO_COURIER)
    courier = signed_in(Role.COURIER)

    courier.record(
        courier.scan(envelope.number, PHONE),
        PHONE,
        receiver="self",
        identity="seen",
        fees_collected="0",
        signature="data:image/png;base64," + DOT,
        count__0="1",
    )

    assert '"evidence":["' in envelope.events()[-1].chained


DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


def test_another_offices_item_shows_its_state_and_no_papers(app: Flask, town: Town) -> None:
    envelope = Envelope(town).collected().did(Role.POSTCLERK, EventType.ARRIVED, details={"seal_ok": True})
    with transaction(town.engine) as session:
        an_account(session, Role.POSTCLERK, POST_AFAR, "stranger")
    stranger = Visitor(app.test_client())
    stranger.sign_in("stranger")

    page = stranger.scan(envelope.number)

    assert "Bưu gửi của đơn vị khác: chỉ xem được tình trạng." in page.words
    assert [word for word in ("Tờ khai", "NP 004 402", "Tuyết") if word in page.answer.get_data(as_text=True)] == []


def test_the_route_shows_wards_and_initials_only(signed_in: SignIn, town: Town) -> None:
    Envelope(town)
    Envelope.collected(Envelope(town, Leg.RESULT))

    page = signed_in(Role.COURIER).get("/buu-ta/")

    assert "P. An Xuyên, N.T.A.T." in page.words
    assert [word for word in ("Tuyết", "0912", "Lý Bôn") if word in page.answer.get_data(as_text=True)] == []


def test_enter_in_an_empty_box_clears_the_verdict(signed_in: SignIn, town: Town) -> None:
    page = signed_in(Role.OFFICER).scan("   ")

    assert (page.status, page.answer.location) == (303, "/ban-quay/quet")


def test_a_refusal_is_put_away_by_a_tap(signed_in: SignIn, town: Town) -> None:
    pages = [signed_in(Role.OFFICER).scan("not a code"), signed_in(Role.COURIER).scan("not a code", PHONE)]

    links = [page.soup.select_one(".verdict .next a") for page in pages]

    assert [link and link["href"] for link in links] == ["/ban-quay/quet", PHONE]


def test_a_very_long_or_broken_code_is_only_unreadable(signed_in: SignIn, town: Town) -> None:
    officer = signed_in(Role.OFFICER)

    pages = [officer.scan(code) for code in ("x" * 5000, "a\x00b", "EI\u0301", "<script>")]

    assert {page.status for page in pages} == {200}
    assert ["Không đọc được" in page.words for page in pages] == [True] * 4


def test_an_english_page_of_staff_is_english(signed_in: SignIn, town: Town) -> None:
    envelope = Envelope(town).collected()
    officer = signed_in(Role.OFFICER)
    officer.get("/ban-quay/quet?lang=en")

    asked = officer.scan(envelope.number)

    assert asked.heading == "Receive at the office"
    assert "Count the papers" in asked.words


def test_damage_is_never_proposed(signed_in: SignIn, town: Town) -> None:
    officer = signed_in(Role.OFFICER)

    page = officer.scan(Envelope(town, Leg.RESULT).collected().number)

    assert page.heading == "Không có việc thường ngày"
    assert page.soup.select("form[data-event-form]") == []
    assert "Lập biên bản hư hỏng" in [button.get_text() for button in page.soup.select(".others button")]


def test_an_officer_signs_for_no_citizen(signed_in: SignIn, town: Town) -> None:
    envelope = Envelope(town, Leg.RESULT).collected().did(Role.POSTCLERK, EventType.ARRIVED, details={"seal_ok": True})
    envelope.did(Role.COURIER, EventType.GIVEN_TO_COURIER)

    page = signed_in(Role.OFFICER).scan(envelope.number)

    assert "delivered" not in {str(button["value"]) for button in page.soup.select("button[name=type]")}
