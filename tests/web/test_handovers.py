"""Two people, two screens, one list."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests.builders import CENTRE, PIN, POST, a_desk, a_dossier, a_number, a_scan, an_item, scanned
from tests.province import PACKED, SENDER
from tests.web.conftest import Town
from tests.web.visitor import Page, Visitor
from tracker.actions.labels import print_labels
from tracker.domain.vocabulary import EventType, Leg, Role
from tracker.store.engine import transaction

SignIn = Callable[[Role], Visitor]


def stock(town: Town, number: int, *, first: int = 1) -> list[str]:
    """Envelopes accepted at the post office."""
    with transaction(town.engine) as session:
        clerk, postclerk = town.people[Role.CLERK].actor, town.people[Role.POSTCLERK].actor
        numbers = []
        for serial in range(first, first + number):
            desk = a_desk(clerk)
            item = an_item(session, desk, a_dossier(session, desk, a_number(serial)), leg=Leg.SUBMISSION)
            told = a_scan(item.number, EventType.ACCEPTED, counterparty=SENDER, details=PACKED)
            scanned(session, postclerk, told)
            numbers.append(item.number)
        return numbers


class Hand:
    """One person at the handover pages."""

    def __init__(self, visitor: Visitor, path: str = "/giao-nhan/") -> None:
        self.visitor = visitor
        self.path = path
        self.token = visitor.get("/giao-nhan/").fields("#scan-form")["form_token"]

    def opens(self, kind: str, other: str, *, gives: bool = True) -> Page:
        given = {"kind": kind, "other": other, "gives": "yes" if gives else "no"}
        answer = self.visitor.post("/giao-nhan/", {"form_token": self.token, **given})
        if answer.status == 303:
            self.path = str(answer.answer.location)
        return answer

    def does(self, act: str, **given: str) -> Page:
        return self.visitor.post(self.path, {"form_token": self.token, "act": act, **given})

    def scans(self, *codes: str) -> list[str]:
        return [tone_of(self.does("scan", code=code).soup) for code in codes]

    def page(self) -> Page:
        answer = self.visitor.client.get(self.path, follow_redirects=True)
        return Page(answer)


def tone_of(soup: BeautifulSoup) -> str:
    verdict = soup.select_one("[data-verdict]")
    assert verdict is not None, soup.get_text(" ", strip=True)[:300]
    return str(verdict["data-verdict"])


def counts_of(page: Page) -> str:
    field = page.soup.select_one("form[data-sign] input[name=counts]")
    assert field is not None, page.words
    return str(field["value"])


@pytest.fixture
def giver(signed_in: SignIn) -> Hand:
    return Hand(signed_in(Role.POSTCLERK))


@pytest.fixture
def receiver(signed_in: SignIn) -> Hand:
    return Hand(signed_in(Role.COURIER))


def test_two_screens_hand_over_a_list_with_one_missing_and_one_surplus(town: Town, giver: Hand, receiver: Hand) -> None:
    first, second, stray = stock(town, 3)
    giver.opens("to_courier", "courier")
    assert giver.scans(first, second, first) == ["ok", "ok", "warn"]
    giver.does("offer")
    shown = giver.page()
    square = shown.soup.select_one("svg.square")
    assert square is not None

    scanned_square = receiver.visitor.post(
        "/giao-nhan/", {"form_token": receiver.token, "code": f"http://127.0.0.1:8000/G/{square['data-code']}"}
    )
    receiver.path = str(scanned_square.answer.location)
    assert receiver.scans(first, stray, first) == ["ok", "warn", "warn"]

    assert "Thiếu 1" in giver.page().words
    assert "Thừa 1" in giver.page().words
    assert counts_of(receiver.page()) == "1-1-1"
    receiver.does("sign", counts="1-1-1")
    for hand in (giver, receiver):
        record = hand.page()
        assert record.heading.startswith("Biên bản giao nhận")
        assert "Nhận 1, thiếu 1, thừa 1" in record.words
        assert "Cán bộ postclerk" in record.words
        assert "Cán bộ courier" in record.words


def test_the_short_code_leads_to_the_same_list(town: Town, giver: Hand, receiver: Hand) -> None:
    giver.opens("to_courier", "courier")
    giver.scans(*stock(town, 1))
    giver.does("offer")
    code = giver.page().soup.select_one(".big")
    assert code is not None

    answer = receiver.visitor.post("/giao-nhan/", {"form_token": receiver.token, "code": code.get_text().lower()})

    assert answer.answer.location == giver.path


@pytest.mark.parametrize("code", ["AAAAAAAA", "Nguyễn Văn A"])
def test_a_code_of_no_list_of_mine_is_answered_alike(town: Town, receiver: Hand, code: str) -> None:
    answer = receiver.visitor.post("/giao-nhan/", {"form_token": receiver.token, "code": code})

    assert answer.status == 422
    assert "Không có bản kê nào của bạn" in answer.words


def test_other_peoples_lists_are_as_good_as_unknown(town: Town, giver: Hand, signed_in: SignIn) -> None:
    giver.opens("to_courier", "courier")

    assert Hand(signed_in(Role.OFFICER)).visitor.get(giver.path).status == 404
    assert signed_in(Role.SUPERVISOR).get(giver.path).status == 200


def test_what_is_no_envelope_of_ours_never_gets_on_a_list(giver: Hand) -> None:
    giver.opens("to_courier", "courier")

    strange = ("https://example.com/T/0123456789ABCDEFGHJKMNPQRS", "Nguyễn Thị B", "TUI-CM-1-1")
    assert giver.scans(*strange) == ["no", "no", "no"]
    assert "data-offer" not in str(giver.page().soup)


def test_an_envelope_that_the_record_sees_elsewhere_is_listed_with_a_warning(
    town: Town, giver: Hand, receiver: Hand
) -> None:
    (number,) = stock(town, 1)
    giver.opens("to_courier", "courier")
    giver.scans(number)
    giver.does("pin", counts="1-0-0", second_user="courier", second_pin=PIN)

    giver.opens("to_courier", "courier")
    answer = giver.does("scan", code=number)

    assert tone_of(answer.soup) == "warn"
    assert "Theo sổ" in answer.words


def test_an_old_label_is_listed_and_says_since_when_there_is_a_newer_one(town: Town, giver: Hand) -> None:
    (number,) = stock(town, 1)
    with transaction(town.engine) as session:
        by = a_desk(town.people[Role.CLERK].actor, at=town.clock())
        first = print_labels(session, [number], "a6", None, by)[0].token
        print_labels(session, [number], "a6", "torn", by)
    giver.opens("to_courier", "courier")

    answer = giver.does("scan", code=first)

    assert tone_of(answer.soup) == "ok"
    assert "Nhãn 1/2, thay lúc 10:0" in answer.words


def test_the_second_persons_pin_signs_the_whole_list_at_one_desk(town: Town, giver: Hand) -> None:
    giver.opens("to_courier", "courier")
    giver.scans(*stock(town, 2))

    wrong = giver.does("pin", counts="2-0-0", second_user="courier", second_pin="000000")
    assert wrong.status == 422
    giver.does("pin", counts="2-0-0", second_user="courier", second_pin=PIN)

    assert "Nhận 2, thiếu 0, thừa 0" in giver.page().words


def test_an_officer_recounts_each_envelope_before_it_counts(
    town: Town, giver: Hand, receiver: Hand, signed_in: SignIn
) -> None:
    (number,) = stock(town, 1)
    giver.opens("to_courier", "courier")
    giver.scans(number)
    giver.does("pin", counts="1-0-0", second_user="courier", second_pin=PIN)
    receiver.opens("post_to_office", CENTRE)
    assert receiver.scans(number) == ["ok"]
    receiver.does("offer")
    officer = Hand(signed_in(Role.OFFICER), receiver.path)

    asked = officer.does("scan", code=number)
    fields = asked.fields("form[data-answers]")
    empty = officer.visitor.post(officer.path, fields)
    assert empty.status == 422
    papers = {name: "1" for name in fields if name.startswith("count-")}
    counted = officer.visitor.post(officer.path, fields | papers | {"seal_ok": "yes"})
    assert tone_of(counted.soup) == "ok"
    officer.does("sign", counts=counts_of(officer.page()))

    assert "Nhận 1, thiếu 0, thừa 0" in officer.page().words
    item = signed_in(Role.SUPERVISOR).get(f"/ban-quay/buu-gui/{number}").words
    assert re.search(r"Đã phát|Phát thành công", item)


def test_nobody_signs_numbers_that_changed_meanwhile(town: Town, giver: Hand, receiver: Hand) -> None:
    (number,) = stock(town, 1)
    giver.opens("to_courier", "courier")
    giver.scans(number)
    giver.does("offer")
    receiver.path = giver.path
    receiver.scans(number)

    answer = receiver.does("sign", counts="0-1-0")

    assert answer.status == 422
    assert "Bản kê vừa thay đổi" in answer.words


def test_a_slip_is_taken_back_on_either_side(town: Town, giver: Hand, receiver: Hand) -> None:
    kept, slip, stray = stock(town, 3)
    giver.opens("to_courier", "courier")
    giver.scans(kept, slip)
    giver.does("drop", code=slip)
    giver.does("offer")
    receiver.path = giver.path
    receiver.scans(kept, stray)
    receiver.does("drop", code=stray)

    assert counts_of(receiver.page()) == "1-0-0"
    assert giver.does("drop", code=kept).status == 422


def test_the_receiver_may_look_but_not_scan_before_the_giver_has_signed(
    town: Town, giver: Hand, receiver: Hand
) -> None:
    (number,) = stock(town, 1)
    giver.opens("to_courier", "courier")
    giver.scans(number)
    receiver.path = giver.path

    assert "chưa ký bàn giao" in receiver.page().words
    assert receiver.does("scan", code=number).status == 422


@pytest.mark.parametrize(
    "given", [{"kind": "bag", "other": POST}, {"kind": "to_courier", "other": "nobody"}, {"kind": "x"}]
)
def test_a_list_nobody_may_open_is_refused(giver: Hand, given: dict[str, str]) -> None:
    answer = giver.visitor.post("/giao-nhan/", {"form_token": giver.token, "gives": "yes", **given})

    assert answer.status == 422


def test_english_pages_speak_english(town: Town, app: Flask, giver: Hand) -> None:
    giver.opens("to_courier", "courier")

    assert "Hand over" in giver.visitor.get(f"{giver.path}?lang=en").words


def offered(town: Town, giver: Hand, receiver: Hand) -> str:
    """A list of two that the receiver has begun to read; answers one of its numbers."""
    first, second = stock(town, 2)
    giver.opens("to_courier", "courier")
    giver.scans(first, second)
    giver.does("offer")
    receiver.path = giver.path
    assert receiver.scans(first) == ["ok"]
    return first


def test_the_giver_withdraws_a_list_and_the_receiver_reads_who_and_when(
    town: Town, giver: Hand, receiver: Hand
) -> None:
    number = offered(town, giver, receiver)
    assert "Bạn rút lại được đến" in giver.page().words

    giver.does("withdraw")

    told = receiver.does("sign", counts="1-1-0")
    assert told.status == 422
    assert "Bản kê này đã được bên giao rút lại. Chưa ghi nhận gì." in told.words
    assert "Bản kê này đã được rút lại: Cán bộ postclerk, 10:00" in told.words
    shown = receiver.page()
    assert "Chưa ai ký nhận gì" in shown.words
    assert shown.soup.select("form[data-sign]") == []
    assert "Đã rút lại" in giver.visitor.get("/giao-nhan/").words
    story = giver.visitor.get(f"/ban-quay/buu-gui/{number}").words
    assert "Rút lại bản kê" in story


def test_after_a_quarter_of_an_hour_the_givers_screen_says_who_can(
    town: Town, giver: Hand, receiver: Hand, signed_in: SignIn
) -> None:
    offered(town, giver, receiver)
    town.clock.at += timedelta(minutes=16)

    assert "chỉ điều hành rút lại được" in giver.page().words
    refused = giver.does("withdraw")
    assert refused.status == 422
    assert "nhờ điều hành rút lại bản kê" in refused.words

    supervisor = signed_in(Role.SUPERVISOR)
    supervisor.post(giver.path, supervisor.get(giver.path).fields("form[data-withdraw]"))
    assert "was withdrawn: Cán bộ supervisor" in supervisor.get(f"{giver.path}/bien-ban?lang=en").words


def test_whoever_withdraws_too_late_is_told_and_sees_what_was_signed(town: Town, giver: Hand, receiver: Hand) -> None:
    offered(town, giver, receiver)
    receiver.does("sign", counts="1-1-0")

    told = giver.does("withdraw")

    assert told.status == 422
    assert "Bản kê này đã được ký" in told.words
    assert told.heading.startswith("Biên bản giao nhận")


def test_only_the_two_sides_sign_where_a_supervisor_looks_on(
    town: Town, giver: Hand, receiver: Hand, signed_in: SignIn
) -> None:
    number = offered(town, giver, receiver)
    supervisor = signed_in(Role.SUPERVISOR)
    given = supervisor.get(giver.path).fields("form[data-withdraw]") | {"counts": "1-1-0", "code": number}

    acts = ("scan", "drop", "offer", "sign", "pin")
    answers = {act: supervisor.post(giver.path, given | {"act": act}).status for act in acts}

    assert set(answers.values()) == {422}
    assert giver.page().soup.select_one("svg.square") is not None
