"""A dossier enters the book through the form, or is refused with a sentence beside its field."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlmodel import col

from tests.builders import (
    AGENCY,
    CENTRE,
    CLOSED_PROCEDURE,
    OPEN_PROCEDURE,
    POST,
    RESULT_ONLY,
    a_desk,
    a_dossier,
    a_number,
)
from tests.engines import sqlite_copy
from tests.web.browsing import Browser, browser, errors_of, open_house, soup_of, text_of
from tracker.domain.vocabulary import Role
from tracker.store.engine import create_engine, reading, transaction
from tracker.store.models import AuditRow, Dossier, DossierDocument, Person

FORM = "/ban-quay/ho-so/moi"


@pytest.fixture
def clerk(engine: Engine) -> Browser:
    open_house(engine)
    return browser(engine, Role.CLERK)


@pytest.fixture(scope="module")
def lasting(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Engine, Browser]:
    """One house for all that is refused: nothing is written there, so nothing of one test is left for the next."""
    engine = create_engine(sqlite_copy(sqlite_template, tmp_path_factory.mktemp("refusals")))
    open_house(engine)
    return engine, browser(engine, Role.CLERK)


def fields(**changed: str) -> dict[str, str]:
    """A form filled in without a fault."""
    filled = {
        "number": a_number(7),
        "procedure": OPEN_PROCEDURE,
        "applicant__phone": "0912 345 678",
        "applicant__name": "Nguyễn Thị Ánh Tuyết",
        "applicant__ward": "Phường An Xuyên, Cà Mau",
        "applicant__line": "17 đường Lý Bôn",
        "documents__0__name": "Tờ khai",
        "documents__0__kind": "original",
        "documents__0__count": "1",
        "documents__1__name": "",
        "documents__1__kind": "original",
        "documents__1__count": "1",
        "result_by_post": "yes",
        "receiving_office": CENTRE,
        "deciding_agency": AGENCY,
    }
    return filled | changed


def dossiers(engine: Engine) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(Dossier)) or 0


def test_a_dossier_is_entered_and_leads_to_its_slip(engine: Engine, clerk: Browser) -> None:
    answer = clerk.send(FORM, **fields())

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/ban-quay/ho-so/{a_number(7)}/gui?leg=submission"
    with reading(engine) as session:
        person = session.scalars(select(Person)).one()
        papers = session.scalars(select(DossierDocument)).all()
        noted = session.scalars(select(col(AuditRow.action)).where(col(AuditRow.actor) == clerk.actor.name)).all()
    assert (person.phone, person.ward_code, person.folded_name) == ("+84912345678", "32002", "nguyen thi anh tuyet")
    assert [(paper.name, paper.kind, paper.count) for paper in papers] == [("Tờ khai", "original", 1)]
    assert "dossier registered" in noted


def test_no_key_of_the_first_page_opens_two_things(clerk: Browser) -> None:
    keys = [str(one["data-key"]) for one in clerk.page("/ban-quay/").select("[data-key]")]

    assert len(keys) == len(set(keys)) > 1


def test_a_procedure_open_to_results_only_leads_to_the_card(clerk: Browser) -> None:
    answer = clerk.send(FORM, **fields(procedure=RESULT_ONLY))

    assert answer.headers["Location"] == f"/ban-quay/ho-so/{a_number(7)}"


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"number": ""}, "number", "Chưa điền: Mã hồ sơ"),
        ({"number": "12/AB"}, "number", "Mã hồ sơ không đúng dạng. Ví dụ: 000.00.22.H12-261118-0007."),
        ({"number": a_number(7, day="261331")}, "number", "Ngày không thể có thật."),
        ({"number": a_number(7, day="261130")}, "number", "Ngày trong mã hồ sơ còn ở tương lai."),
        (
            {"number": a_number(7, prefix="000.00.22.H99")},
            "number",
            "Mã cơ quan trong mã hồ sơ không thuộc tỉnh nào đã khai.",
        ),
        ({"number": a_number(0)}, "number", "Số thứ tự trong mã hồ sơ phải từ 0001."),
        ({"procedure": ""}, "procedure", "Chưa điền: Thủ tục"),
        ({"procedure": "9.9"}, "procedure", "Không có thủ tục này."),
        (
            {"procedure": CLOSED_PROCEDURE},
            "procedure",
            "Thủ tục này không nhận qua bưu chính: Hai bên phải có mặt tại cơ quan",
        ),
        ({"applicant__phone": "12"}, "applicant-phone", "Số điện thoại không đúng."),
        ({"applicant__name": " \u200b"}, "applicant-name", "Chưa điền: Họ và tên"),
        ({"applicant__name": "Ấ" * 301}, "applicant-name", "Nội dung quá dài, tối đa 300 ký tự."),
        ({"applicant__ward": "khong co xa nay"}, "applicant-ward", "Chưa chọn đúng xã, phường và tỉnh."),
        ({"applicant__line": ""}, "applicant-line", "Chưa điền: Số nhà, đường, ấp, khóm"),
        ({"documents__0__name": ""}, "documents", "Chưa kê giấy tờ nào."),
        ({"documents__0__count": "0"}, "documents-0-count", "Ngoài khoảng cho phép."),
        ({"documents__0__count": "hai"}, "documents-0-count", "Ngoài khoảng cho phép."),
        ({"receiving_office": ""}, "receiving_office", "Chưa điền: Nơi tiếp nhận"),
        ({"receiving_office": "H12.99"}, "receiving_office", "Không có đơn vị này."),
    ],
)
def test_a_fault_is_told_beside_its_field_and_what_was_typed_stays(
    lasting: tuple[Engine, Browser], changed: dict[str, str], field: str, sentence: str
) -> None:
    engine, clerk = lasting
    answer = clerk.send(FORM, **fields(**changed))

    assert answer.status_code == 422
    assert errors_of(answer)[field] == sentence
    assert soup_of(answer).select_one(f"#errors a[href='#{field}']") is not None
    assert soup_of(answer).select_one("title").get_text().startswith("Lỗi:")  # type: ignore[union-attr]  # every page has one
    assert "17 đường Lý Bôn" in str(soup_of(answer)) or "applicant__line" in changed
    assert dossiers(engine) == 0


def test_every_error_links_to_an_element_of_the_page(lasting: tuple[Engine, Browser]) -> None:
    page = soup_of(lasting[1].send(FORM, result_by_post="yes"))

    targets = [str(link["href"]).removeprefix("#") for link in page.select("#errors a")]
    assert len(targets) == 8
    assert [target for target in targets if page.find(id=target) is None] == []


def test_a_number_in_the_book_is_refused_by_name(engine: Engine, clerk: Browser) -> None:
    with transaction(engine) as session:
        a_dossier(session, a_desk(clerk.actor), a_number(7))

    answer = clerk.send(FORM, **fields(number=a_number(7).lower()))

    assert errors_of(answer) == {"number": f"Số {a_number(7)} đã có trong sổ."}
    assert dossiers(engine) == 1


def test_closed_procedures_stand_last_with_their_reason(clerk: Browser) -> None:
    options = clerk.page(FORM).select("#procedure optgroup")

    assert options[-1]["label"] == "Không nhận qua bưu chính"
    assert "Hai bên phải có mặt tại cơ quan" in options[-1].get_text()


def test_the_number_searched_for_is_filled_in(clerk: Browser) -> None:
    answer = clerk.send("/ban-quay/tim", q=a_number(7))

    assert answer.status_code == 303
    field = clerk.page(answer.headers["Location"]).select_one("#number")
    assert field is not None
    assert field["value"] == a_number(7)


def test_a_commune_typed_without_tone_marks_is_understood(engine: Engine, clerk: Browser) -> None:
    clerk.send(FORM, **fields(applicant__ward="phuong an xuyen ca mau"))

    with reading(engine) as session:
        assert session.scalars(select(col(Person.ward_code))).one() == "32002"


def test_an_unclear_commune_is_chosen_from_a_list(engine: Engine, clerk: Browser) -> None:
    asked = soup_of(clerk.send(FORM, **fields(applicant__ward="tan thanh")))
    offered = [str(choice["value"]) for choice in asked.select("input[name=applicant-ward_code]")]

    clerk.send(FORM, **fields(applicant__ward="tan thanh", applicant__ward_code=offered[0]))

    with reading(engine) as session:
        assert session.scalars(select(col(Person.ward_code))).one() == offered[0]


def test_communes_are_offered_while_typing_own_province_first(clerk: Browser) -> None:
    found = clerk.get("/ban-quay/xa-phuong?q=an xuyen").get_json()

    assert found[0] == {"code": "32002", "name": "Phường An Xuyên, Cà Mau"}


def test_without_a_script_a_button_fills_in_the_papers_and_enters_nothing(engine: Engine, clerk: Browser) -> None:
    answer = clerk.send(FORM, **fields(do="fill", documents__0__name=""))

    names = [field["value"] for field in soup_of(answer).select("input[id^=documents][id$=name]")]
    assert names == ["Tờ khai", "Căn cước của người nộp", ""]
    assert dossiers(engine) == 0


def test_a_row_of_papers_can_be_taken_out_without_a_script(clerk: Browser) -> None:
    answer = clerk.send(FORM, **fields(do="remove-0", documents__1__name="Bản đồ thửa đất"))

    names = [field["value"] for field in soup_of(answer).select("input[id^=documents][id$=name]")]
    assert names == ["Bản đồ thửa đất", ""]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.COURIER, Role.HOTLINE, Role.ADMIN, Role.AUDITOR])
def test_other_roles_enter_nothing(lasting: tuple[Engine, Browser], role: Role) -> None:
    engine, _ = lasting
    person = browser(engine, role, POST)

    assert person.get(FORM).status_code == 403
    assert person.client.post(FORM, data=fields()).status_code == 403
    assert dossiers(engine) == 0


def test_a_form_of_another_site_enters_nothing(engine: Engine, clerk: Browser) -> None:
    sent = {name.replace("__", "-"): value for name, value in fields().items()}

    assert clerk.client.post(FORM, data=sent).status_code == 403
    assert dossiers(engine) == 0


def test_the_desk_speaks_english_too(clerk: Browser) -> None:
    page = text_of(clerk.get("/ban-quay/?lang=en"))

    assert "A dossier in the book" in page
    assert "Hồ sơ" not in page
