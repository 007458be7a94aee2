"""An envelope is made and labelled in one step, printed again for a reason, and drawn again only while it is fresh."""

from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import Engine, func, select
from sqlmodel import SQLModel, col

from tests.builders import (
    CENTRE,
    COMMUNE,
    ELSEWHERE,
    NOW,
    POST,
    RESULT_ONLY,
    a_desk,
    a_dossier,
    a_number,
)
from tests.engines import sqlite_copy
from tests.labels.raster import dot, paper as as_seen, printed
from tests.labels.thermal import thermal
from tests.web.browsing import Browser, browser, errors_of, open_house, soup_of, text_of
from tracker.domain.vocabulary import LabelState, Role
from tracker.store.engine import create_engine, reading, transaction
from tracker.store.models import EventRow, Fee, Item, ItemDocument, ItemDossier, Label

NUMBER = a_number(7)
FORM = f"/ban-quay/ho-so/{NUMBER}/gui"


def with_dossier(engine: Engine, clerk: Browser, **columns: object) -> Browser:
    with transaction(engine) as session:
        a_dossier(session, a_desk(clerk.actor), NUMBER, **columns)
    return clerk


@pytest.fixture
def clerk(engine: Engine) -> Browser:
    """With one dossier in the book."""
    open_house(engine)
    return with_dossier(engine, browser(engine, Role.CLERK, COMMUNE))


@pytest.fixture(scope="module")
def lasting(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Engine, Browser]:
    """One house for all that is refused."""
    engine = create_engine(sqlite_copy(sqlite_template, tmp_path_factory.mktemp("refusals")))
    open_house(engine)
    return engine, with_dossier(engine, browser(engine, Role.CLERK, COMMUNE))


def fields(**changed: str) -> dict[str, str]:
    filled = {
        "leg": "submission",
        "to_office": CENTRE,
        "seal_number": "NP 004 417",
        "documents__0__name": "Tờ khai",
        "documents__0__kind": "original",
        "documents__0__count": "1",
        "documents__0__counted": "yes",
        "fees__0__name": "Cước bưu chính",
        "fees__0__amount": "26.000",
        "fees__0__payer": "sender",
        "fees__0__paid": "yes",
        "fees__1__name": "",
        "fees__1__amount": "",
        "fees__1__payer": "sender",
    }
    return filled | changed


def count(engine: Engine, table: type[SQLModel]) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_one_form_makes_the_envelope_and_its_label(engine: Engine, clerk: Browser) -> None:
    answer = clerk.send(FORM, **fields())

    assert answer.status_code == 303
    with reading(engine) as session:
        item = session.scalars(select(Item)).one()
        label = session.scalars(select(Label)).one()
        paper = session.scalars(select(ItemDocument)).one()
        fee = session.scalars(select(Fee)).one()
        kinds = session.scalars(select(col(EventRow.type)).order_by(col(EventRow.seq))).all()
        assert (item.leg, item.seal_number, item.status) == ("submission", "NP 004 417", "registered")
        assert (label.item_id, label.copy_number, label.state) == (item.id, 1, "current")
        assert (paper.name, fee.amount, fee.paid) == ("Tờ khai", 26_000, True)
        assert kinds == ["registered", "label_printed"]
        assert answer.headers["Location"] == f"/ban-quay/nhan/{label.id}"


def test_the_confirmation_shows_the_number_large_and_what_comes_next(clerk: Browser) -> None:
    answer = clerk.get(clerk.send(FORM, **fields()).headers["Location"])

    page = soup_of(answer)
    assert "frame-src 'self'" in answer.headers["Content-Security-Policy"]
    heading = page.select_one("h1")
    assert heading is not None
    assert heading.get_text() == "EI 260 145 008 VN".replace(" ", "\u00a0")
    assert page.select_one("[data-print][href$='.pdf']") is not None
    assert "Việc tiếp theo" in page.get_text()
    assert page.select_one("figure.lbl svg.qr path") is not None


def test_the_paper_carries_the_number_and_the_address(engine: Engine, clerk: Browser) -> None:
    place = clerk.send(FORM, **fields()).headers["Location"]

    paper = clerk.get(f"{place}.pdf")

    assert paper.mimetype == "application/pdf"
    picture = pypdfium2.PdfDocument(paper.data)[0].render(scale=300 / 72, may_draw_forms=False).to_pil().convert("1")
    codes = {str(found.format).split(".")[-1]: found.text for found in zxingcpp.read_barcodes(picture)}
    with reading(engine) as session:
        label = session.scalars(select(Label)).one()
        item = session.scalars(select(Item)).one()
        assert {item.number, f"HTTP://127.0.0.1:8000/T/{label.token}"} == set(codes.values())


def test_a_thermal_label_is_a_file_to_keep_in_the_printers_own_language(engine: Engine, clerk: Browser) -> None:
    place = clerk.send(FORM, **fields(format="zpl-80x50")).headers["Location"]

    page = soup_of(clerk.get(place))
    file = clerk.get(f"{place}.zpl")

    assert page.select_one("[data-print]") is None
    assert page.select_one(f"a[download][href='{place}.zpl']") is not None
    assert (file.mimetype, file.headers["Content-Disposition"]) == (
        "application/zpl",
        'attachment; filename="EI260145008VN-1.zpl"',
    )
    with reading(engine) as session:
        token = session.scalars(select(Label)).one().token
    codes = {found.text for found in zxingcpp.read_barcodes(as_seen(thermal(file.data)[0]))}
    assert codes == {"EI260145008VN", f"HTTP://127.0.0.1:8000/T/{token}"}


@pytest.mark.parametrize(("kept", "asked", "own"), [("zpl-a6", "pdf", "zpl"), ("a6", "zpl", "pdf")])
def test_a_copy_is_only_on_the_kind_of_paper_it_was_printed_on(clerk: Browser, kept: str, asked: str, own: str) -> None:
    place = clerk.send(FORM, **fields(format=kept)).headers["Location"]

    assert clerk.get(f"{place}.{asked}").headers["Location"] == f"{place}.{own}"


def test_looking_at_the_paper_changes_nothing(engine: Engine, clerk: Browser) -> None:
    place = clerk.send(FORM, **fields()).headers["Location"]
    before = [count(engine, table) for table in (Label, EventRow)]

    clerk.get(f"{place}.pdf"), clerk.get(place), clerk.get(FORM)

    assert [count(engine, table) for table in (Label, EventRow)] == before


def test_a_fresh_copy_is_drawn_again_for_ten_minutes_and_then_no_more(clerk: Browser) -> None:
    place = clerk.send(FORM, **fields()).headers["Location"]
    first = clerk.get(f"{place}.pdf").data

    clerk.clock.now = NOW + timedelta(minutes=10)
    again = clerk.get(f"{place}.pdf")
    clerk.clock.now = NOW + timedelta(minutes=10, seconds=1)

    assert again.data == first
    assert clerk.get(f"{place}.pdf").status_code == 404
    assert clerk.get(place).status_code == 404


def test_nobody_else_draws_the_copy_again(engine: Engine, clerk: Browser) -> None:
    place = clerk.send(FORM, **fields()).headers["Location"]
    colleague = browser(engine, Role.CLERK, COMMUNE, name="colleague")

    assert colleague.get(f"{place}.pdf").status_code == 404


def test_a_reprint_without_a_reason_is_refused_beside_its_field(engine: Engine, clerk: Browser) -> None:
    clerk.send(FORM, **fields())
    number = item_number(engine)

    answer = clerk.send(f"/ban-quay/buu-gui/{number}/in-lai", reason=" ")

    assert answer.status_code == 422
    assert errors_of(answer) == {"reason": "In lại phải ghi lý do."}
    assert count(engine, Label) == 1


def test_a_reprint_makes_a_second_copy_and_ends_the_first(engine: Engine, clerk: Browser) -> None:
    first = clerk.send(FORM, **fields()).headers["Location"]
    number = item_number(engine)

    answer = clerk.send(f"/ban-quay/buu-gui/{number}/in-lai", reason="torn", reason_words="ướt mưa")

    assert answer.status_code == 303
    with reading(engine) as session:
        copies = session.scalars(select(Label).order_by(col(Label.copy_number))).all()
        assert [(copy.copy_number, copy.state, copy.reason) for copy in copies] == [
            (1, LabelState.SUPERSEDED, None),
            (2, LabelState.CURRENT, "torn: ướt mưa"),
        ]
    assert clerk.get(f"{first}.pdf").status_code == 404
    assert "Đã in bản 2" in text_of(clerk.get(answer.headers["Location"]))


def test_the_next_label_is_offered_the_next_cell_of_the_same_sheet(engine: Engine, clerk: Browser) -> None:
    answer = clerk.send(FORM, **fields(format="a4-8up", start_cell="7"))

    place = answer.headers["Location"]
    link = soup_of(clerk.get(place)).select_one("a[data-print]")
    assert link is not None
    [sheet] = printed(clerk.get(str(link["href"])).data)
    assert sheet[dot(222.5) :, : dot(105)].any()
    assert not sheet[: dot(222.5)].any()
    page = clerk.page(f"/ban-quay/buu-gui/{item_number(engine)}")
    assert [str(one["value"]) for one in page.select("#format option[selected], #start_cell")] == ["a4-8up", "8"]


def test_after_the_last_cell_comes_a_new_sheet(engine: Engine, clerk: Browser) -> None:
    clerk.send(FORM, **fields(format="a4-4up", start_cell="4"))

    page = clerk.page(f"/ban-quay/buu-gui/{item_number(engine)}")

    assert [str(one["value"]) for one in page.select("#start_cell")] == ["1"]


def test_on_a_roll_a_cell_left_over_from_a_sheet_says_nothing(engine: Engine, clerk: Browser) -> None:
    answer = clerk.send(FORM, **fields(format="80x50", start_cell="7"))

    [label] = printed(clerk.get(f"{answer.headers['Location']}.pdf").data)
    assert label.shape == (400, 640)


def test_a_paper_cookie_that_was_tampered_with_counts_as_none(engine: Engine, clerk: Browser) -> None:
    clerk.client.set_cookie("giaonhan_label_paper", "a4-8up.1")
    sent = clerk.client.get_cookie("giaonhan_label_paper")
    assert sent is not None
    sent.value = f"a4-8up.{'9' * 5_000}"  # longer than a browser would keep it

    page = clerk.page(FORM)

    assert [str(one["value"]) for one in page.select("#format option[selected], #start_cell")] == ["a6", "1"]


@pytest.mark.parametrize(
    ("sent", "field", "sentence"),
    [
        ({"format": "a5"}, "format", "Không có khổ nhãn này. Các khổ có: a6, 100x150, 80x50, a4-4up"),
        ({"format": "a4-8up", "start_cell": "9"}, "start_cell", "Ngoài khoảng cho phép: từ 1 đến 8."),
        ({"format": "a4-8up", "start_cell": "hai"}, "start_cell", "Ngoài khoảng cho phép: từ 1 đến 8."),
    ],
)
def test_a_paper_that_is_not_there_is_told_beside_its_field(
    engine: Engine, clerk: Browser, sent: dict[str, str], field: str, sentence: str
) -> None:
    first = clerk.send(FORM, **fields(**sent))
    clerk.send(FORM, **fields())
    again = clerk.send(f"/ban-quay/buu-gui/{item_number(engine)}/in-lai", reason="torn", **sent)

    for answer in (first, again):
        assert answer.status_code == 422
        assert errors_of(answer)[field].startswith(sentence)
    assert count(engine, Label) == 1


def item_number(engine: Engine) -> str:
    with reading(engine) as session:
        return session.scalars(select(col(Item.number))).one()


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"documents__0__counted": ""}, "documents-0-counted", "Chưa đếm: Tờ khai"),
        ({"documents__0__name": ""}, "documents", "Chưa kê giấy tờ nào."),
        ({"documents__0__count": "1000"}, "documents-0-count", "Ngoài khoảng cho phép."),
        ({"fees__0__amount": "hai mươi"}, "fees-0-amount", "Số tiền ghi bằng chữ số, ví dụ 26.000."),
        ({"fees__0__name": ""}, "fees-0-name", "Chưa điền mục này."),
        ({"number": "EI12"}, "number", "Số hiệu gồm 2 chữ, 9 số, 2 chữ. Ví dụ: EI 260 115 006 VN."),
        ({"number": "EI 260 145 001 VN"}, "number", "Số kiểm tra của số hiệu không khớp."),
        ({"seal_number": "9" * 41}, "seal_number", "Nội dung quá dài, tối đa 40 ký tự."),
        ({"to_office": "H12.99"}, "to_office", "Không có đơn vị này."),
    ],
)
def test_a_fault_is_told_beside_its_field_and_nothing_is_made(
    lasting: tuple[Engine, Browser], changed: dict[str, str], field: str, sentence: str
) -> None:
    engine, clerk = lasting

    answer = clerk.send(FORM, **fields(**changed))

    assert answer.status_code == 422
    assert errors_of(answer)[field] == sentence
    assert soup_of(answer).find(id=field) is not None
    assert (count(engine, Item), count(engine, Label)) == (0, 0)


def test_a_leg_that_is_taken_is_refused_with_the_item_that_holds_it(engine: Engine, clerk: Browser) -> None:
    clerk.send(FORM, **fields())

    answer = clerk.send(FORM, **fields())

    assert errors_of(answer)["leg"] == f"Chiều này đang có bưu gửi {item_number(engine)} chưa kết thúc."
    assert count(engine, Label) == 1


def test_a_leg_closed_to_the_post_is_shown_with_its_reason_and_refused(engine: Engine) -> None:
    open_house(engine)
    clerk = with_dossier(engine, browser(engine, Role.CLERK, COMMUNE), procedure=RESULT_ONLY)

    card = text_of(clerk.get(f"/ban-quay/ho-so/{NUMBER}"))
    answer = clerk.send(FORM, **fields())

    assert "Không nhận qua bưu chính: Chỉ trả kết quả qua bưu chính" in card
    assert errors_of(answer)["leg"] == "Thủ tục này không nhận qua bưu chính: Chỉ trả kết quả qua bưu chính"


def test_a_result_travels_to_the_citizens_post_office_and_the_due_date_is_shown(
    lasting: tuple[Engine, Browser],
) -> None:
    page = lasting[1].page(f"{FORM}?leg=result")

    chosen = page.select_one("#to_office option[selected]")
    assert chosen is not None
    assert chosen["value"] == POST
    assert "24/11" in page.select(".facts")[1].get_text()
    assert "An Xuyên" in page.select_one("figure.lbl .to").get_text()  # type: ignore[union-attr]  # asserted by the fixture


def test_a_script_less_row_button_keeps_what_was_typed_and_makes_nothing(lasting: tuple[Engine, Browser]) -> None:
    engine, clerk = lasting

    answer = clerk.send(FORM, **fields(do="add"))

    page = soup_of(answer)
    assert answer.status_code == 200
    assert page.select_one("#seal_number")["value"] == "NP 004 417"  # type: ignore[index]  # the field is there
    assert page.select_one("#documents-0-counted[checked]") is not None
    assert count(engine, Item) == 0


@pytest.mark.parametrize("path", [FORM, f"/ban-quay/ho-so/{NUMBER}"])
def test_another_offices_dossier_is_as_good_as_unknown(lasting: tuple[Engine, Browser], path: str) -> None:
    engine, _ = lasting
    stranger = browser(engine, Role.CLERK, ELSEWHERE, name=f"stranger{path.count('/')}")

    foreign, unknown = stranger.get(path), stranger.get(path.replace("0007", "0999"))

    assert foreign.status_code == unknown.status_code == 404
    assert text_of(foreign) == text_of(unknown)
    assert stranger.send(FORM, **fields()).status_code == 404
    assert count(engine, Item) == 0


def test_the_last_labels_stand_at_the_foot_of_the_desk(engine: Engine, clerk: Browser) -> None:
    clerk.send(FORM, **fields())

    strip = clerk.page("/ban-quay/").select(".last li")

    assert [row.select_one("a")["href"] for row in strip] == [f"/ban-quay/buu-gui/{item_number(engine)}#reprint"]  # type: ignore[index]  # each row has one


def test_the_first_button_of_the_form_saves(lasting: tuple[Engine, Browser]) -> None:
    """Enter presses it, whatever buttons stand beside the rows."""
    buttons = lasting[1].page(FORM).select("form[data-posting] button")

    assert str(buttons[0].get("name")) != "do"
    assert "Lưu và in" in buttons[0].get_text()


def test_one_envelope_holds_several_dossiers(clerk: Browser, engine: Engine) -> None:
    with transaction(engine) as session:
        others = [a_dossier(session, a_desk(clerk.actor), a_number(serial)) for serial in (8, 9)]

    sent = clerk.send(FORM, **fields(others=", ".join(others)))

    with reading(engine) as session:
        item = session.scalars(select(Item)).one()
        inside = session.scalars(select(col(ItemDossier.dossier_id)).where(col(ItemDossier.item_id) == item.id)).all()
    assert (sent.status_code, len(inside)) == (303, 3)
    assert others[1] in text_of(clerk.get(f"/ban-quay/buu-gui/{item.number}"))


def test_another_dossier_that_nobody_knows_is_named_at_its_field(clerk: Browser) -> None:
    refused = clerk.send(FORM, **fields(others=a_number(99)))

    assert (refused.status_code, list(errors_of(refused))) == (422, ["others"])
    assert a_number(99) in str(soup_of(refused).select_one("#others"))
