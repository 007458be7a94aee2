"""Printers from the administrator's page to the counter: nothing is lost when one of them is out of paper."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network
from itertools import count

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import Engine, select
from sqlmodel import col
from werkzeug.test import TestResponse

from tests.applications import an_app
from tests.builders import CENTRE, COMMUNE, NOW, a_desk, a_dossier, an_account, the_config
from tests.province import Province, a_fresh_number
from tests.standins.ipp_printer import IDLE, STOPPED, Printer, ipp_printer
from tests.standins.raw_printer import RawPrinter, raw_printer
from tests.web.browsing import Browser, Clock, errors_of, soup_of, text_of
from tests.web.test_posting import fields
from tests.web.visitor import Visitor
from tracker.config import Config
from tracker.domain.vocabulary import Role
from tracker.store.engine import reading, transaction
from tracker.store.models import AuditRow, Item, Label, Printer as PrinterRow, PrinterProof, PrintSending

ADMIN, DESK = "/quan-tri/may-in", "/ban-quay/may-in"
NAMES = count(1)
# Three lines, no flag up.
READY = b"\x02030,0,0,1245,000,0,0,0,000,0,0,0\x03\r\n\x02000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"
MEASURED = {"left_mm": "5", "top_mm": "5,2", "length_mm": "95"}


def config_here() -> Config:
    """Printers of the tests stand on this machine."""
    printing = the_config().printing.model_copy(update={"networks": (ip_network("127.0.0.0/8"),), "timeout_seconds": 3})
    return the_config().model_copy(update={"printing": printing})


@dataclass(slots=True)
class Seated(Browser):
    """The form's token is that of the session: asked once, not before each form."""

    token: str = ""

    def form_token(self) -> str:
        self.token = self.token or Browser.form_token(self)
        return self.token


@dataclass(slots=True)
class Desk:
    """One house per engine for this whole module, with three people signed in; each test has a dossier of its own."""

    engine: Engine
    admin: Browser
    clerk: Browser
    colleague: Browser


@pytest.fixture(scope="module")
def desks() -> dict[str, Desk]:
    return {}


@pytest.fixture
def desk(engine_name: str, own_province: Province, desks: dict[str, Desk]) -> Desk:
    if engine_name not in desks:
        people = (signed_in(own_province, name) for name in ("admin", "clerk2", "colleague"))
        desks[engine_name] = Desk(own_province.engine, *people)
    found = desks[engine_name]
    for person in (found.admin, found.clerk, found.colleague):
        person.client.delete_cookie("giaonhan_lang")
        person.clock.now = NOW
        person.client.delete_cookie("giaonhan_printer")
        person.client.delete_cookie("giaonhan_label_paper")
    return found


def signed_in(province: Province, name: str) -> Browser:
    clock = Clock()
    app = an_app(province.engine, clock, config_here())
    if name not in province.people:
        with transaction(province.engine) as session:
            actor = an_account(session, Role.CLERK, COMMUNE, name).actor
    else:
        actor = province[name]
    visitor = Visitor(app.test_client())
    assert visitor.sign_in(name).status == 303
    return Seated(visitor.client, actor, clock)


@pytest.fixture
def engine(desk: Desk) -> Engine:
    return desk.engine


@pytest.fixture
def admin(desk: Desk) -> Browser:
    return desk.admin


@pytest.fixture
def clerk(desk: Desk) -> Browser:
    return desk.clerk


@pytest.fixture
def form(engine: Engine, clerk: Browser) -> str:
    """Where an envelope is made for a dossier that only this test knows."""
    number = a_fresh_number()
    with transaction(engine) as session:
        a_dossier(session, a_desk(clerk.actor), number)
    return f"/ban-quay/ho-so/{number}/gui"


@pytest.fixture
def ipp() -> Iterator[Printer]:
    with ipp_printer(Printer()) as printer:
        yield printer


def given(**changed: str) -> dict[str, str]:
    usual = {
        "office": COMMUNE, "name": f"Máy in {next(NAMES)}", "kind": "browser", "address": "", "format": "a6",
        "dpi": "203", "dx_mm": "0", "dy_mm": "0", "scale": "1", "is_active": "yes",
    }  # fmt: skip
    return usual | changed


def entered(admin: Browser, **changed: str) -> int:
    answer = admin.send(ADMIN, **given(**changed))
    assert answer.status_code == 303, text_of(answer)
    return int(answer.headers["Location"].rpartition("/")[2])


def chosen(clerk: Browser, printer_id: int) -> Browser:
    assert clerk.send(DESK, printer=str(printer_id)).status_code == 303
    return clerk


def name_of(engine: Engine, printer_id: int) -> str:
    with reading(engine) as session:
        return session.get_one(PrinterRow, printer_id).name


def sendings(engine: Engine, printer_id: int) -> list[tuple[str, str | None]]:
    with reading(engine) as session:
        rows = session.scalars(
            select(PrintSending).where(col(PrintSending.printer_id) == printer_id).order_by(col(PrintSending.id))
        )
        return [(row.outcome, row.fault) for row in rows]


def copies(engine: Engine, place: str) -> int:
    """Of the item of this printed copy."""
    with reading(engine) as session:
        label = session.get_one(Label, int(place.rpartition("/")[2]))
        return len(session.scalars(select(Label).where(col(Label.item_id) == label.item_id)).all())


def number_at(engine: Engine, place: str) -> str:
    with reading(engine) as session:
        return session.get_one(Item, session.get_one(Label, int(place.rpartition("/")[2])).item_id).number


def proof_codes(engine: Engine, printer_id: int) -> list[str]:
    with reading(engine) as session:
        proofs = session.scalars(select(PrinterProof).where(col(PrinterProof.printer_id) == printer_id))
        return max(proofs, key=lambda proof: proof.id or 0).codes.split()


def standing_at(browser: Browser, printer_id: int) -> str:
    """What the page of one printer says first."""
    return text_of(browser.get(f"{DESK}/{printer_id}"))


# What the administrator enters


def test_a_printer_is_entered_and_noted_in_the_book(engine: Engine, admin: Browser) -> None:
    printer_id = entered(admin, kind="raw", address="10.0.8.41", dx_mm="0,5", scale="1")

    with reading(engine) as session:
        row = session.get_one(PrinterRow, printer_id)
    assert noted(engine, printer_id) == [f"printer entered: {COMMUNE}, raw 10.0.8.41, a6 203 dpi, in use"]
    page = text_of(admin.get(ADMIN))
    assert f"{row.name} Bộ phận Một cửa phường An Xuyên" in page
    assert "Máy in này chưa được thử" in page


def noted(engine: Engine, printer_id: int) -> list[str]:
    of_printer = select(AuditRow).where(col(AuditRow.subject) == f"printer:{printer_id}").order_by(col(AuditRow.id))
    with reading(engine) as session:
        return [f"{row.action}: {row.reason}" for row in session.scalars(of_printer)]


def test_where_a_printer_was_before_stays_in_the_book(engine: Engine, admin: Browser) -> None:
    printer_id = entered(admin, kind="raw", address="10.0.8.41")

    admin.send(f"{ADMIN}/{printer_id}", **given(kind="raw", address="10.0.9.66", is_active=""))

    assert noted(engine, printer_id) == [
        f"printer entered: {COMMUNE}, raw 10.0.8.41, a6 203 dpi, in use",
        f"printer changed: {COMMUNE}, raw 10.0.9.66, a6 203 dpi, out of use",
    ]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "打印机"}, "name"),
        ({"office": "H99"}, "office"),
        ({"kind": "fax"}, "kind"),
        ({"kind": "raw", "address": "http://10.0.8.41"}, "address"),
        ({"kind": "raw", "address": "169.254.169.254:80"}, "address"),
        ({"kind": "ipp", "address": "ipp://203.0.113.7/ipp"}, "address"),
        ({"kind": "ipp", "address": ""}, "address"),
        ({"format": "a5"}, "format"),
        ({"format": "zpl-a6"}, "format"),
        ({"kind": "ipp", "address": "ipp://10.0.8.41/ipp", "format": "zpl-a6"}, "format"),
        ({"kind": "raw", "address": "10.0.8.41", "format": "zpl-a6", "dpi": "600"}, "dpi"),
        ({"dpi": "72"}, "dpi"),
        ({"dx_mm": "viel"}, "dx_mm"),
        ({"dx_mm": "nan"}, "dx_mm"),
        ({"dy_mm": "11"}, "dy_mm"),
        ({"scale": "2"}, "scale"),
        ({"dx_mm": "-9"}, "dx_mm"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(admin: Browser, changed: dict[str, str], field: str) -> None:
    answer = admin.send(ADMIN, **given(**changed))

    assert answer.status_code == 422
    assert set(errors_of(answer)) == {field}


def test_two_printers_of_an_office_have_two_names(admin: Browser) -> None:
    printer_id = entered(admin, name="Máy in chung")

    assert set(errors_of(admin.send(ADMIN, **given(name="Máy in chung")))) == {"name"}
    assert admin.send(ADMIN, **given(name="Máy in chung", office=CENTRE)).status_code == 303
    assert admin.send(f"{ADMIN}/{printer_id}", **given(name="Máy in chung", dpi="300")).status_code == 303


# Before the queue forms


def test_a_printer_that_was_never_tested_is_said_on_the_form_that_prints(
    engine: Engine, admin: Browser, clerk: Browser, form: str
) -> None:
    printer_id = entered(admin)

    page = text_of(chosen(clerk, printer_id).get(form))

    assert name_of(engine, printer_id) in page
    assert "chưa được thử" in page


def test_labels_are_drawn_for_the_printer_that_was_chosen(
    engine: Engine, admin: Browser, clerk: Browser, form: str
) -> None:
    printer_id = entered(admin, format="80x50")

    place = chosen(clerk, printer_id).send(form, **fields(format="a6")).headers["Location"]

    size = pypdfium2.PdfDocument(clerk.get(f"{place}.pdf").data)[0].get_size()
    assert [round(side / 72 * 25.4) for side in size] == [80, 50]
    assert sendings(engine, printer_id) == []


def test_a_printer_of_another_office_can_neither_be_chosen_nor_seen(
    engine: Engine, admin: Browser, clerk: Browser, form: str
) -> None:
    printer_id = entered(admin, office=CENTRE)

    assert clerk.send(DESK, printer=str(printer_id)).status_code == 404
    assert clerk.get(f"{DESK}/{printer_id}").status_code == 404
    clerk.client.set_cookie("giaonhan_printer", str(printer_id))
    assert name_of(engine, printer_id) not in text_of(clerk.get(form))


def test_a_printer_out_of_use_is_chosen_by_nobody_any_more(
    engine: Engine, admin: Browser, clerk: Browser, form: str
) -> None:
    printer_id = entered(admin)
    chosen(clerk, printer_id)

    admin.send(f"{ADMIN}/{printer_id}", **given(name="Máy in cũ", is_active=""))

    assert "Máy in cũ" not in text_of(clerk.get(form))
    assert "Máy in cũ" not in text_of(clerk.get(DESK))


def test_the_administrators_first_page_counts_the_printers_to_look_at(admin: Browser) -> None:
    entered(admin)

    [said] = admin.page("/quan-tri/").select(".tag.warn:-soup-contains('máy in cần xem')")
    number = int(said.get_text(strip=True).split()[0])
    entered(admin)

    assert f"{number + 1} máy in cần xem" in text_of(admin.get("/quan-tri/"))


# Straight to the printer


def test_a_label_goes_straight_to_an_ipp_printer(
    engine: Engine, admin: Browser, clerk: Browser, form: str, ipp: Printer
) -> None:
    printer_id = entered(admin, kind="ipp", address=ipp.address)

    place = chosen(clerk, printer_id).send(form, **fields()).headers["Location"]

    [job] = ipp.jobs
    assert job.document == clerk.get(f"{place}.pdf").data
    assert job.groups["operation"]["job-name"] == (f"{number_at(engine, place)}-1",)
    assert sendings(engine, printer_id) == [("sent", None)]
    page = soup_of(clerk.get(place))
    assert f"Đã gửi tới {name_of(engine, printer_id)}" in page.get_text(" ")
    assert page.select("[data-print]") == []


def test_a_label_goes_straight_to_a_raw_port(admin: Browser, clerk: Browser, form: str) -> None:
    with raw_printer(RawPrinter()) as printer:
        chosen(clerk, entered(admin, kind="raw", address=printer.address))
        place = clerk.send(form, **fields()).headers["Location"]

    assert printer.jobs == [clerk.get(f"{place}.pdf").data]


def test_a_thermal_printer_is_told_its_label_and_its_proof_in_its_own_language(
    engine: Engine, admin: Browser, clerk: Browser, form: str
) -> None:
    with raw_printer(RawPrinter(status=READY)) as printer:
        printer_id = entered(admin, kind="raw", address=printer.address, format="zpl-100x150", dpi="300")
        place = chosen(clerk, printer_id).send(form, **fields()).headers["Location"]
        clerk.send(f"{DESK}/{printer_id}", act="print")

    label, proof = printer.jobs
    assert label == clerk.get(f"{place}.zpl").data
    assert label.startswith(b"^XA^PW1181^LL1772")
    assert [code for code in proof_codes(engine, printer_id)[:3] if f"QA,{code}^".encode() not in proof] == []
    assert clerk.get(f"{DESK}/{printer_id}/trang-thu.pdf").status_code == 404


def test_a_batch_goes_to_the_printer_as_one_job_and_the_ledger_names_it(
    engine: Engine, admin: Browser, clerk: Browser, form: str
) -> None:
    place = clerk.send(form, **fields()).headers["Location"]
    with raw_printer(RawPrinter(status=READY)) as printer:
        printer_id = entered(admin, kind="raw", address=printer.address, format="zpl-80x50")
        listed = {"source": "listed", "numbers": number_at(engine, place), "reason": "torn"}
        batch = chosen(clerk, printer_id).send("/ban-quay/in-nhan/", **listed).headers["Location"]
        clerk.send(f"{batch}/gui")

    file = clerk.get(f"{batch}.pdf")
    assert (printer.jobs, file.mimetype) == ([file.data], "application/zpl")
    assert f"Đã gửi tới {name_of(engine, printer_id)}" in text_of(clerk.get(batch))
    assert name_of(engine, printer_id) in text_of(clerk.get("/ban-quay/so-nhan"))


def test_a_printer_loaded_with_another_paper_gets_no_label_of_before(
    engine: Engine, admin: Browser, clerk: Browser, form: str, ipp: Printer
) -> None:
    place = clerk.send(form, **fields(format="a6")).headers["Location"]
    chosen(clerk, entered(admin, kind="ipp", address=ipp.address, format="80x50"))

    clerk.send(f"{place}/gui")

    assert ipp.jobs == []
    assert soup_of(clerk.get(place)).select_one("[data-print]") is not None


def test_out_of_paper_is_said_with_what_to_do_and_the_copy_is_sent_again_without_a_reprint(
    engine: Engine, admin: Browser, clerk: Browser, form: str, ipp: Printer
) -> None:
    printer_id = entered(admin, kind="ipp", address=ipp.address)
    ipp.state, ipp.reasons = STOPPED, ("media-empty-error",)
    place = chosen(clerk, printer_id).send(form, **fields()).headers["Location"]
    assert "Máy in hết giấy. Nạp giấy rồi bấm Gửi lại." in text_of(clerk.get(place))
    assert soup_of(clerk.get(DESK)).select_one(f"a[href='{place}']") is not None

    ipp.state, ipp.reasons = IDLE, ("none",)
    again = clerk.send(f"{place}/gui")

    assert again.headers["Location"] == place
    assert len(ipp.jobs) == copies(engine, place) == 1
    assert sendings(engine, printer_id) == [("failed", "media_empty"), ("sent", None)]
    assert "Đã gửi tới" in text_of(clerk.get(place))
    assert soup_of(clerk.get(DESK)).select_one(f"a[href='{place}']") is None


def test_two_labels_that_no_printer_took_are_found_again_as_two(
    engine: Engine, admin: Browser, clerk: Browser, form: str, ipp: Printer
) -> None:
    chosen(clerk, entered(admin, kind="ipp", address=ipp.address))
    ipp.state, ipp.reasons = STOPPED, ("media-empty-error",)
    place = clerk.send(form, **fields(with_result="yes")).headers["Location"]
    assert "?pair=" in place

    assert soup_of(clerk.get(DESK)).select_one(f"a[href='{place}']") is not None
    ipp.state, ipp.reasons = IDLE, ("none",)
    clerk.send(place.replace("?", "/gui?"))

    (job,) = ipp.jobs
    assert len(pypdfium2.PdfDocument(job.document)) == 2
    with reading(engine) as session:
        newest = select(PrintSending).order_by(col(PrintSending.id).desc()).limit(4)
        noted = [(one.label_id, one.outcome) for one in session.scalars(newest)]
    assert len({label_id for label_id, _ in noted}) == 2
    assert [outcome for _, outcome in noted] == ["sent", "sent", "failed", "failed"]


def test_a_copy_that_no_printer_took_waits_longer_than_one_that_was_printed(
    admin: Browser, clerk: Browser, form: str, ipp: Printer
) -> None:
    chosen(clerk, entered(admin, kind="ipp", address=ipp.address))
    ipp.state = STOPPED
    place = clerk.send(form, **fields()).headers["Location"]
    clerk.clock.now = NOW + timedelta(minutes=20)
    ipp.state = IDLE

    assert clerk.send(f"{place}/gui").status_code == 303
    assert clerk.get(place).status_code == 404
    assert len(ipp.jobs) == 1


def test_a_label_that_cannot_be_drawn_is_told_where_the_copy_is_shown(
    engine: Engine, admin: Browser, clerk: Browser, form: str, ipp: Printer
) -> None:
    printer_id = entered(admin, kind="ipp", address=ipp.address)

    answer = chosen(clerk, printer_id).send(form, **fields(seal_number="NP 印"))

    assert answer.status_code == 303
    assert sendings(engine, printer_id) == [("failed", "undrawable")]
    assert "Kiểm tra số niêm phong" in text_of(clerk.get(answer.headers["Location"]))
    assert ipp.asked == []


def test_nothing_is_locked_while_the_printer_takes_its_time(
    engine: Engine, admin: Browser, clerk: Browser, form: str, ipp: Printer
) -> None:
    chosen(clerk, entered(admin, kind="ipp", address=ipp.address))
    written = []

    def write() -> None:
        with transaction(engine) as session:
            a_dossier(session, a_desk(clerk.actor), a_fresh_number())
        written.append(len(ipp.asked))

    ipp.meanwhile = write
    clerk.send(form, **fields())

    assert written == [1, 2]


def test_a_reprint_goes_to_the_printer_as_the_second_copy(
    engine: Engine, admin: Browser, clerk: Browser, form: str, ipp: Printer
) -> None:
    place = clerk.send(form, **fields()).headers["Location"]
    chosen(clerk, entered(admin, kind="ipp", address=ipp.address))

    clerk.send(f"/ban-quay/buu-gui/{number_at(engine, place)}/in-lai", reason="torn")

    assert [job.groups["operation"]["job-name"] for job in ipp.jobs] == [(f"{number_at(engine, place)}-2",)]


def test_nobody_else_sends_the_copy(desk: Desk, form: str, ipp: Printer) -> None:
    printer_id = entered(desk.admin, kind="ipp", address=ipp.address)
    place = chosen(desk.clerk, printer_id).send(form, **fields()).headers["Location"]

    assert chosen(desk.colleague, printer_id).send(f"{place}/gui").status_code == 404
    assert len(ipp.jobs) == 1


def test_a_printer_whose_last_sending_failed_is_said_to_the_next_clerk(desk: Desk, form: str, ipp: Printer) -> None:
    printer_id = entered(desk.admin, kind="ipp", address=ipp.address)
    ipp.state = STOPPED
    chosen(desk.clerk, printer_id).send(form, **fields())

    assert "Lần gửi gần nhất không thành công" in text_of(chosen(desk.colleague, printer_id).get(form))
    assert "Máy in đang dừng" in standing_at(desk.admin, printer_id)


# The proof page


def proof_printed(clerk: Browser, printer_id: int) -> str:
    place = f"{DESK}/{printer_id}"
    assert clerk.send(place, act="print").status_code == 303
    return place


def scanned(clerk: Browser, place: str, codes: list[str]) -> set[int]:
    return {clerk.send(place, act="read", code=code).status_code for code in codes}


def judged(clerk: Browser, place: str, **measured: str) -> TestResponse:
    return clerk.send(place, act="judge", **(MEASURED | measured))


def test_what_the_scanner_reads_off_the_paper_makes_the_certificate(admin: Browser, clerk: Browser, form: str) -> None:
    printer_id = entered(admin)
    place = proof_printed(chosen(clerk, printer_id), printer_id)
    paper = clerk.get(f"{place}/trang-thu.pdf").data
    picture = pypdfium2.PdfDocument(paper)[0].render(scale=406 / 72).to_pil().convert("L")
    found = [code.text for code in zxingcpp.read_barcodes(picture)]
    assert len(found) == 7

    assert scanned(clerk, place, found) == {303}
    assert judged(clerk, place).status_code == 303

    assert "Kết luận lần thử Đạt Đo được" in text_of(clerk.get(place))
    assert "chưa được thử" not in text_of(clerk.get(form))
    assert "Đạt khi thử" in standing_at(admin, printer_id)


def test_the_screen_does_not_tell_what_only_the_paper_knows(engine: Engine, admin: Browser, clerk: Browser) -> None:
    printer_id = entered(admin)
    shown = clerk.get(proof_printed(clerk, printer_id)).get_data(as_text=True)

    assert [code for code in proof_codes(engine, printer_id) if code in shown] == []


def test_a_code_of_an_earlier_page_is_refused(engine: Engine, admin: Browser, clerk: Browser) -> None:
    printer_id = entered(admin)
    place = proof_printed(clerk, printer_id)
    earlier = proof_codes(engine, printer_id)
    proof_printed(clerk, printer_id)

    answer = clerk.send(place, act="read", code=earlier[0])

    assert answer.status_code == 422
    assert set(errors_of(answer)) == {"code"}


def test_a_code_that_labels_need_and_nobody_read_fails_the_printer(
    engine: Engine, admin: Browser, clerk: Browser, form: str
) -> None:
    printer_id = entered(admin)
    place = proof_printed(chosen(clerk, printer_id), printer_id)
    scanned(clerk, place, proof_codes(engine, printer_id)[1:])

    judged(clerk, place)

    assert "Lau đầu in" in text_of(clerk.get(place))
    assert "Lần thử gần nhất không đạt" in text_of(clerk.get(form))


def test_the_alignment_that_was_found_is_adopted_in_one_click_and_asks_for_a_new_proof(
    engine: Engine, admin: Browser, clerk: Browser
) -> None:
    printer_id = entered(admin)
    place = proof_printed(clerk, printer_id)
    scanned(clerk, place, proof_codes(engine, printer_id))
    judged(clerk, place, left_mm="6,5")
    assert "lệch ngang -1,5 mm" in text_of(clerk.get(place))

    assert clerk.send(place, act="adopt").status_code == 303

    with reading(engine) as session:
        assert session.get_one(PrinterRow, printer_id).dx_mm == -1.5
    assert "độ chỉnh đã đổi sau lần thử" in text_of(clerk.get(place))
    assert clerk.send(place, act="adopt").status_code == 404


def test_after_a_verdict_with_a_better_alignment_one_next_step_stands_out(
    engine: Engine, admin: Browser, clerk: Browser
) -> None:
    printer_id = entered(admin)
    place = proof_printed(clerk, printer_id)
    assert [one.get_text(strip=True) for one in soup_of(clerk.get(place)).select(".btn.main")] == ["Kết luận"]
    scanned(clerk, place, proof_codes(engine, printer_id))
    judged(clerk, place, left_mm="6,5")

    assert [one.get_text(strip=True) for one in soup_of(clerk.get(place)).select(".btn.main")] == ["Dùng độ chỉnh này"]


def test_an_alignment_that_pushes_the_ink_off_the_paper_is_not_adopted(
    engine: Engine, admin: Browser, clerk: Browser
) -> None:
    printer_id = entered(admin)
    place = proof_printed(clerk, printer_id)
    scanned(clerk, place, proof_codes(engine, printer_id))
    judged(clerk, place, left_mm="13")

    answer = clerk.send(place, act="adopt")

    assert answer.status_code == 422
    assert set(errors_of(answer)) == {"dx_mm"}


@pytest.mark.parametrize("length", ["", "9,5", "nan"])
def test_what_was_measured_wrong_is_asked_again(admin: Browser, clerk: Browser, length: str) -> None:
    place = proof_printed(clerk, entered(admin))

    answer = judged(clerk, place, length_mm=length)

    assert answer.status_code == 422
    assert set(errors_of(answer)) == {"length_mm"}


def test_a_certificate_of_another_paper_counts_no_more(engine: Engine, admin: Browser, clerk: Browser) -> None:
    printer_id = entered(admin)
    place = proof_printed(clerk, printer_id)
    scanned(clerk, place, proof_codes(engine, printer_id))
    judged(clerk, place)

    admin.send(f"{ADMIN}/{printer_id}", **given(dpi="300"))

    assert "đã đổi sau lần thử" in standing_at(clerk, printer_id)


def test_the_proof_page_goes_straight_to_a_network_printer(
    engine: Engine, admin: Browser, clerk: Browser, ipp: Printer
) -> None:
    printer_id = entered(admin, kind="ipp", address=ipp.address)

    place = proof_printed(clerk, printer_id)

    [job] = ipp.jobs
    assert job.document == clerk.get(f"{place}/trang-thu.pdf").data
    assert sendings(engine, printer_id) == [("sent", None)]


def test_the_same_pages_speak_english(admin: Browser, clerk: Browser) -> None:
    place = proof_printed(clerk, entered(admin))

    assert "Print another test page" in text_of(clerk.get(f"{place}?lang=en"))
    assert "To look at before the counters open" in text_of(admin.get(f"{ADMIN}?lang=en"))
