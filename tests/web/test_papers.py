"""Papers from the screens: what each says, and that every print is noted."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.builders import POST_ELSEWHERE, a_desk, a_dossier, a_number, an_item
from tests.callers import Api
from tests.web.conftest import Clock, Town
from tests.web.prints import ADDRESS, NAME, Posted, in_groups, lacking, noted, prints, squares_of, words_of
from tests.web.test_bags import BAG, Desk
from tests.web.test_deeds import _do, _held
from tests.web.test_handovers import Hand, SignIn, giver, receiver, stock, tone_of
from tests.web.test_scan import Envelope
from tests.web.visitor import Visitor
from tracker.actions.post import FeeGiven
from tracker.domain.vocabulary import Leg, Party, Role
from tracker.store.engine import transaction

__all__ = ["giver", "receiver"]  # fixtures of another desk
FORM_DAY = "hiệu lực từ 28/11/2026"


@pytest.fixture
def town(api: Api) -> Town:
    """The same small province, copied instead of founded anew."""
    by_role = {one.actor.role: one for name, one in api.people.items() if name == one.actor.role.value}
    return Town(api.engine, Clock(), by_role)


def test_the_slip_says_what_the_law_asks_for(town: Town, signed_in: SignIn) -> None:
    posted = Posted(town)

    answer = prints(signed_in(Role.POSTCLERK), posted.path, paper="slip", paper_reason="to_person").answer

    told = ["Phiếu gửi hồ sơ", "Gửi hồ sơ", NAME, ADDRESS, a_number(7), "Cấp giấy xác nhận tình trạng hôn nhân"]
    told += ["Cơ quan có thẩm quyền", "Sở Nông nghiệp", "Tờ khai xác nhận tình trạng hôn nhân", "3 giấy tờ"]
    told += ["NP 004 417", "Cước bưu chính, người gửi trả, đã thu", "26.000 đ", "Cán bộ postclerk", "Ký, ghi rõ họ tên"]
    told += ["Mẫu PG-01, bản 1", FORM_DAY, "Trang 1/1"]
    assert answer.mimetype == "application/pdf"
    assert lacking(answer.data, told) == []
    assert squares_of(answer.data) == [f"HTTP://127.0.0.1:8000/T/{posted.token}"]
    assert noted(town) == [("postclerk", "paper PG-01 version 1", f"item:{posted.number}", "to_person")]


def test_fees_that_nobody_wrote_down_are_those_of_the_procedure_and_no_others(town: Town, signed_in: SignIn) -> None:
    with transaction(town.engine) as session:
        desk = a_desk(town.people[Role.CLERK].actor)
        charged = an_item(session, desk, a_dossier(session, desk, a_number(1))).number
        free = an_item(session, desk, a_dossier(session, desk, a_number(2)), leg=Leg.SUPPLEMENT).number
    clerk = signed_in(Role.CLERK)

    first, second = (
        prints(clerk, f"/ban-quay/buu-gui/{one}/giay", paper="receipt").answer.data for one in (charged, free)
    )

    assert lacking(first, ["Lệ phí, theo thủ tục", "15.000 đ"]) == []
    assert lacking(second, ["Cước, phí, lệ phí", "chưa ghi trong sổ"]) == []


def test_each_invitation_says_where_to_come_until_when_and_with_what(town: Town, signed_in: SignIn) -> None:
    envelope = _held(town)
    _do(signed_in(Role.POSTCLERK), envelope, "invited")
    town.clock.at += timedelta(days=2)
    clerk = signed_in(Role.POSTCLERK)
    _do(clerk, envelope, "invited")
    path = f"/ban-quay/buu-gui/{envelope.number}"

    shown = clerk.get(path).soup.select(f'form[action="{path}/giay"] button')
    first, second = (
        prints(clerk, f"{path}/giay", paper=f"invitation-{call}", paper_reason="to_person").answer.data
        for call in (1, 2)
    )

    assert [str(button["value"]) for button in shown] == ["invitation-1", "invitation-2"]
    assert [button.get_text(strip=True) for button in shown] == ["Giấy mời lần 1", "Giấy mời lần 2"]
    told = [
        "Giấy mời",
        NAME,
        ADDRESS,
        "Mời bạn đến nhận tại",
        "Bưu cục Cà Mau",
        "31/12/2026",
        "giấy ủy quyền",
        "0 đ",
        "Trang 1/1",
    ]
    assert lacking(first, [*told, "Lần 1", "23/11/2026"]) == []
    assert lacking(second, [*told, "Lần 2", "25/11/2026"]) == []
    assert prints(clerk, f"{path}/giay", paper="invitation-3", paper_reason="to_person").status == 422
    assert "hôn nhân" not in " ".join(words_of(first))
    assert [row[1] for row in noted(town)] == ["paper GM-01 version 1"] * 2


def test_the_record_names_both_counts_missing_and_surplus(town: Town, giver: Hand, receiver: Hand) -> None:
    first, second, stray = stock(town, 3)
    giver.opens("to_courier", "courier")
    giver.scans(first, second)
    giver.does("offer")
    receiver.path = giver.path
    receiver.scans(first, stray)
    early = prints(giver.visitor, f"{giver.path}/giay", paper="record").status
    receiver.does("sign", counts="1-1-1")

    pdf = prints(giver.visitor, f"{giver.path}/giay", paper="record").answer.data
    cover = prints(giver.visitor, f"{giver.path}/giay", paper="cover").answer.data

    told = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Biên bản giao nhận", "Cán bộ postclerk", "Cán bộ courier"]
    told += [
        "2 bưu gửi đã giao",
        "1 bưu gửi đã nhận",
        f"1 bưu gửi: {in_groups(second)}",
        f"1 bưu gửi: {in_groups(stray)}",
    ]
    told += [a_number(1), a_number(2), a_number(3), "Đủ", "Thiếu", "Thừa", "Mẫu BBGN-01, bản 1"]
    assert early == 422
    assert lacking(pdf, told) == []
    assert NAME not in " ".join(words_of(pdf))
    assert squares_of(pdf)[0].startswith("HTTP://127.0.0.1:8000/G/")
    assert lacking(cover, ["Tờ bìa", "Cán bộ courier", "2 bưu gửi", "Bưu cục Cà Mau"]) == []
    assert [action for _, action, _, _ in noted(town)] == ["paper BBGN-01 version 1", "paper TB-01 version 1"]


def counted(hand: Hand, *numbers: str) -> None:
    """The receiver opens each and counts one paper of every kind."""
    for number in numbers:
        fields = hand.does("scan", code=number).fields("form[data-answers]")
        papers = {name: "1" for name in fields if name.startswith("count-")}
        answer = hand.visitor.post(hand.path, fields | papers | {"seal_ok": "yes", "seal_number": "NP 1"})
        assert tone_of(answer.soup) == "ok"


def test_the_record_of_dossiers_says_the_legal_moment(town: Town, signed_in: SignIn) -> None:
    courier, officer = Hand(signed_in(Role.COURIER)), Hand(signed_in(Role.OFFICER))
    envelope = Envelope(town).collected()
    courier.opens("post_to_office", "H12.TT")
    courier.scans(envelope.number)
    courier.does("offer")
    officer.path = courier.path
    counted(officer, envelope.number)
    officer.does("sign", counts="1-0-0")
    other = prints(officer.visitor, f"{officer.path}/giay", paper="results").status

    pdf = prints(officer.visitor, f"{officer.path}/giay", paper="record").answer.data

    assert other == 422
    assert lacking(pdf, ["Biên bản giao nhận hồ sơ", "Thời điểm nộp hồ sơ theo quy định", "Còn nguyên"]) == []
    assert lacking(pdf, [", cho 1 bưu gửi đã nhận"]) == []


def test_results_are_handed_over_with_initials_and_what_to_collect(town: Town, signed_in: SignIn) -> None:
    fees = (FeeGiven("Cước bưu chính", 26_000, Party.RECIPIENT, paid=False),)
    with transaction(town.engine) as session:
        desk = a_desk(town.people[Role.CLERK].actor)
        items = [
            an_item(session, desk, a_dossier(session, desk, a_number(serial)), leg=Leg.RESULT, fees=fees).number
            for serial in (1, 2)
        ]
    officer, courier = Hand(signed_in(Role.OFFICER)), Hand(signed_in(Role.COURIER))
    officer.opens("office_to_post", "courier")
    officer.scans(*items)
    officer.does("offer")
    courier.path = officer.path
    counted(courier, *items)
    courier.does("sign", counts="2-0-0")

    pdf = prints(officer.visitor, f"{officer.path}/giay", paper="results").answer.data

    told = [
        "Phiếu bàn giao kết quả",
        a_number(1),
        a_number(2),
        "N.T.A.T., P. An Xuyên",
        "2 kết quả bàn giao",
        "52.000 đ",
    ]
    assert lacking(pdf, told) == []
    assert NAME not in " ".join(words_of(pdf))


def test_a_bag_has_its_list_and_a_label_whose_square_is_its_number(town: Town, signed_in: SignIn, app: Flask) -> None:
    packer = Desk(signed_in(Role.POSTCLERK))
    packer.path = str(packer.does("", to_office=POST_ELSEWHERE).answer.location)
    inside = stock(town, 2)
    packer.scans(*inside)
    packer.does("seal", seal_number="NP 118 205")
    packer.does("send")
    path = packer.path.replace("/ban-quay/tui/", "/giao-nhan/") + "/giay"

    shown = packer.visitor.get(packer.path).soup.select(f'form[action="{path}"] button')
    listed, tag = (prints(packer.visitor, path, paper=kind).answer.data for kind in ("bag_list", "bag_tag"))

    assert [str(button["value"]) for button in shown] == ["bag_list", "bag_tag"]
    assert squares_of(tag) == squares_of(listed) == [BAG]
    assert lacking(tag, ["Nhãn túi", BAG, "NP 118 205", "2 bưu gửi", "Bưu cục Cà Mau"]) == []
    assert lacking(listed, ["Bản kê BD13", "Gửi hồ sơ", "Người đóng túi", "Cán bộ postclerk", "NP 118 205"]) == []
    assert NAME not in " ".join(words_of(listed))
    assert noted(town)[0][1:3] == ("paper BD13 version 1", f"bag:{BAG}")
    opener = Desk(Visitor(app.test_client()), packer.path)
    opener.visitor.sign_in("strange_postclerk")
    opener.does("receive", seal_ok="yes")
    opener.scans(*inside)
    opener.does("finish", counts="2-0-0")

    record = prints(opener.visitor, path, paper="record").answer.data
    assert (
        lacking(record, ["Cán bộ postclerk", "Cán bộ strange_postclerk", "2 bưu gửi đã nhận", *map(in_groups, inside)])
        == []
    )


def test_other_offices_papers_are_as_good_as_unknown(town: Town, visitor: Visitor, giver: Hand) -> None:
    posted = Posted(town)
    giver.opens("to_courier", "courier")
    visitor.sign_in("strange_postclerk")

    answers = [
        prints(visitor, posted.path, paper="slip", paper_reason="file").status,
        prints(visitor, posted.path.replace(posted.number, "EI260115010VN"), paper="slip", paper_reason="file").status,
        prints(visitor, f"{giver.path}/giay", paper="cover").status,
    ]

    assert answers == [404] * 3
    assert noted(town) == []
