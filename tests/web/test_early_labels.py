"""Submission and result are labelled in one act; the result's label then leads to posting the result."""

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import Engine, select, update
from sqlmodel import col

from tests.builders import COMMUNE, POST, a_desk, a_dossier, a_number
from tests.engines import sqlite_copy
from tests.web.browsing import Browser, browser, open_house, soup_of, text_of
from tests.web.test_posting import FORM, NUMBER, fields
from tracker.domain.vocabulary import LabelState, Role
from tracker.store.engine import create_engine, reading, transaction
from tracker.store.models import EarlyLabel, Item, Label

RESULT = f"{FORM}?leg=result"


@pytest.fixture
def engine(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    """What the pages say is one for both engines; tests/actions asks both what is written."""
    engine = create_engine(sqlite_copy(sqlite_template, tmp_path))
    yield engine
    engine.dispose()


@pytest.fixture
def clerk(engine: Engine) -> Browser:
    open_house(engine)
    clerk = browser(engine, Role.CLERK, COMMUNE)
    with transaction(engine) as session:
        a_dossier(session, a_desk(clerk.actor), NUMBER, result_by_post=True)
    return clerk


def early(engine: Engine) -> tuple[str, str]:
    """Number and token of the only label that was printed early."""
    with reading(engine) as session:
        row = session.scalars(select(EarlyLabel)).one()
        return row.number, session.get_one(Label, row.label_id).token


def result_fields(number: str) -> dict[str, str]:
    return fields(leg="result", to_office=POST, number=number, documents__0__name="Kết quả giải quyết hồ sơ")


def test_the_form_offers_the_results_label_where_the_result_comes_by_post(engine: Engine, clerk: Browser) -> None:
    with transaction(engine) as session:
        a_dossier(session, a_desk(clerk.actor), a_number(8), result_by_post=False)

    box = clerk.page(FORM).select_one("input[name=with_result]")

    assert box is not None
    assert box.has_attr("checked")
    assert clerk.page(f"/ban-quay/ho-so/{a_number(8)}/gui").select_one("input[name=with_result]") is None


def test_one_act_prints_both_labels_and_each_opens_its_leg(engine: Engine, clerk: Browser) -> None:
    place = clerk.send(FORM, **fields(with_result="yes")).headers["Location"]

    shown = soup_of(clerk.get(place))
    link = shown.select_one("a[data-print]")
    assert link is not None
    paper = pypdfium2.PdfDocument(clerk.get(str(link["href"])).data)
    pages = [paper[at].render(scale=300 / 72, may_draw_forms=False).to_pil().convert("1") for at in range(len(paper))]
    texts = [{found.text for found in zxingcpp.read_barcodes(page)} for page in pages]
    number, token = early(engine)
    assert len(shown.select("figure.lbl")) == 2
    assert texts[1] == {number, f"HTTP://127.0.0.1:8000/T/{token}"}
    assert texts[0].isdisjoint(texts[1])
    with reading(engine) as session:
        assert session.scalars(select(col(Item.leg))).all() == ["submission"]


def test_scanning_the_results_label_offers_to_post_the_result_with_its_number(engine: Engine, clerk: Browser) -> None:
    clerk.send(FORM, **fields(with_result="yes"))
    number, token = early(engine)

    for code in (number, token):
        page = soup_of(clerk.send("/ban-quay/quet", code=code))
        found = clerk.send("/ban-quay/tim", q=code)
        offer = page.select_one(".verdict .next a.btn")
        assert offer is not None
        assert "Nhãn in sẵn" in page.get_text()
        assert offer["href"] == found.headers["Location"] == RESULT
    typed = clerk.page(RESULT).select_one("#number")
    assert typed is not None
    assert typed["value"] == number


def test_posted_with_its_label_nothing_more_is_printed(engine: Engine, clerk: Browser) -> None:
    clerk.send(FORM, **fields(with_result="yes"))
    number, token = early(engine)

    answer = clerk.send(FORM, **result_fields(number))

    assert answer.headers["Location"] == f"/ban-quay/buu-gui/{number}?note=early_used"
    assert "Dán nhãn in sẵn lên phong bì" in text_of(clerk.get(answer.headers["Location"]))
    with reading(engine) as session:
        item = session.scalars(select(Item).where(col(Item.number) == number)).one()
        copies = session.scalars(select(Label).where(col(Label.item_id) == item.id)).all()
        assert (item.leg, [(copy.token, copy.copy_number) for copy in copies]) == ("result", [(token, 1)])


def test_where_that_label_is_gone_a_new_one_is_printed_and_the_old_one_stops(engine: Engine, clerk: Browser) -> None:
    clerk.send(FORM, **fields(with_result="yes"))
    _, token = early(engine)

    answer = clerk.send(FORM, **result_fields(""))

    assert answer.headers["Location"].startswith("/ban-quay/nhan/")
    assert "Nhãn đã hủy" in text_of(clerk.send("/ban-quay/quet", code=token))
    assert clerk.client.get(f"/t/{token}").status_code == 404


def test_a_citizen_who_scans_it_early_is_told_the_truth(engine: Engine, clerk: Browser) -> None:
    clerk.send(FORM, **fields(with_result="yes"))
    number, token = early(engine)

    before = clerk.client.get(f"/t/{token}")
    by_number = clerk.client.get(f"/tra-cuu?number={number}")
    clerk.send(FORM, **result_fields(number))
    after = clerk.client.get(f"/t/{token}")

    told = "Kết quả chưa được gửi qua bưu chính"
    assert [told in text_of(answer) for answer in (before, by_number, after)] == [True, True, False]
    assert (before.status_code, after.status_code) == (200, 200)
    assert NUMBER not in text_of(before)


def test_a_courier_records_it_and_reads_that_it_is_not_registered(engine: Engine, clerk: Browser) -> None:
    clerk.send(FORM, **fields(with_result="yes"))
    _, token = early(engine)
    courier = browser(engine, Role.COURIER, POST)

    page = text_of(courier.send("/buu-ta/quet", code=token))

    assert "Nhãn kết quả in sẵn lúc 10:00 hôm nay, chưa đăng ký bưu gửi." in page


def test_a_pair_takes_two_cells_of_the_sheet(clerk: Browser) -> None:
    answer = clerk.send(FORM, **fields(with_result="yes", format="a4-8up", start_cell="7"))

    assert "giaonhan_label_paper=a4-8up.1;" in answer.headers["Set-Cookie"]


def test_turning_off_the_dialogue_leaves_the_pair_and_its_cell_on_the_page(clerk: Browser) -> None:
    place = clerk.send(FORM, **fields(with_result="yes", format="a4-8up", start_cell="7")).headers["Location"]
    button = clerk.page(place).select_one("button[name=auto_print]")
    form = button.find_parent("form") if button else None
    assert form is not None

    answer = clerk.send(str(form["action"]), auto_print="off")

    assert answer.headers["Location"] == place
    assert "giaonhan_auto_print=off;" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("label_id", ["9" * 5000, "٣", "-1", "x"])
def test_where_no_label_was_printed_the_setting_leads_to_the_desk(clerk: Browser, label_id: str) -> None:
    answer = clerk.send(f"/ban-quay/tu-in?label_id={label_id}", auto_print="on")

    assert answer.headers["Location"] == "/ban-quay/"


def test_the_ledger_voids_a_label_that_waits(engine: Engine, clerk: Browser) -> None:
    clerk.send(FORM, **fields(with_result="yes"))
    number, _ = early(engine)
    (form,) = clerk.page(f"/ban-quay/so-nhan?number={number}").select(".ledger form")
    label_id = str(form["action"]).split("/")[3]

    answer = clerk.send(str(form["action"]), **{f"reason_{label_id}": "other", f"reason_{label_id}_words": "in nhầm"})

    page = text_of(clerk.get(answer.headers["Location"]))
    assert "Lý do khác: in nhầm" in page
    assert f"Hồ sơ {NUMBER}" in page


def test_a_spoiled_result_label_is_printed_anew_with_a_reprint_of_the_submissions(
    engine: Engine, clerk: Browser
) -> None:
    clerk.send(FORM, **fields(with_result="yes"))
    with transaction(engine) as session:
        number = session.scalars(select(col(Item.number))).one()
        session.execute(update(Label).where(col(Label.item_id).is_(None)).values(state=LabelState.VOID))
    page = f"/ban-quay/buu-gui/{number}"
    assert clerk.page(page).select_one("input[name=with_result]") is not None

    answer = clerk.send(f"{page}/in-lai", reason="torn", format="a6", with_result="yes")

    assert len(soup_of(clerk.get(answer.headers["Location"])).select("figure.lbl")) == 2
    with reading(engine) as session:
        assert len(session.scalars(select(EarlyLabel)).all()) == 2
    assert clerk.page(page).select_one("input[name=with_result]") is None
