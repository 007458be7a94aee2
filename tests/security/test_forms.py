"""A form says what its page asked and no more: fields that nobody asked for change nothing."""

from sqlalchemy import select
from sqlmodel import col

from tests.builders import AGENCY, CENTRE, COMMUNE, OPEN_PROCEDURE, a_number
from tests.security.doors import Doors
from tests.web.visitor import Page
from tracker.store.engine import reading
from tracker.store.models import Account, Dossier, EventRow, Item, Person

SMUGGLED = {
    "role": "admin",
    "status": "delivered",
    "custodian": "recipient",
    "standing": "{}",
    "office": COMMUNE,
    "on_behalf_of": "supervisor",
    "source": "paper",
    "id": "1",
    "one_stop_status": "10",
    "created_by": "1",
    "created_at": "2020-01-01T00:00:00Z",
    "device": "session-other",
    "is_active": "true",
}
DOSSIER = {
    "number": a_number(7),
    "procedure": OPEN_PROCEDURE,
    "applicant-phone": "0912 345 678",
    "applicant-name": "Nguyễn Thị Ánh Tuyết",
    "applicant-ward": "Phường An Xuyên, Cà Mau",
    "applicant-line": "17 đường Lý Bôn",
    "documents-0-name": "Tờ khai",
    "documents-0-kind": "original",
    "documents-0-count": "1",
    "result_by_post": "yes",
    "receiving_office": CENTRE,
    "deciding_agency": AGENCY,
}


def test_nobody_signs_in_as_more_than_they_are(quick_doors: Doors) -> None:
    stranger = quick_doors.stranger()
    given = stranger.get("/dang-nhap").fields("main form")

    entered = stranger.post("/dang-nhap", SMUGGLED | given | {"name": "clerk", "password": "đủ dài và không ai đoán"})

    assert entered.status == 303
    assert stranger.get("/quan-tri/").status == 403
    with reading(quick_doors.api.engine) as session:
        assert session.scalar(select(col(Account.role)).where(col(Account.name) == "clerk")) == "clerk"


def test_a_dossier_is_entered_as_its_form_says_and_no_further(quick_doors: Doors) -> None:
    clerk = quick_doors.enter("clerk")

    answer = clerk.ask("POST", "/ban-quay/ho-so/moi", SMUGGLED | DOSSIER)

    assert answer.status_code == 303, Page(answer).words
    with reading(quick_doors.api.engine) as session:
        dossier = session.scalars(select(Dossier)).one()
        person = session.scalars(select(Person)).one()
    assert (dossier.one_stop_status, dossier.created_at) == (None, quick_doors.clock.now)
    assert dossier.created_by == quick_doors.api.people["clerk"].actor.account_id
    assert person.phone == "+84912345678"


def test_an_envelope_is_made_as_its_form_says_and_no_further(quick_doors: Doors) -> None:
    clerk = quick_doors.enter("clerk")
    clerk.ask("POST", "/ban-quay/ho-so/moi", DOSSIER)
    page = clerk.get(f"/ban-quay/ho-so/{a_number(7)}/gui?leg=submission")
    given = page.fields("main form[method=post]:not([role=search])") | {
        "documents-0-counted": "yes",
        "seal_number": "NP 1",
    }

    answer = clerk.ask("POST", f"/ban-quay/ho-so/{a_number(7)}/gui?leg=submission", SMUGGLED | given)

    assert answer.status_code == 303, Page(answer).words
    with reading(quick_doors.api.engine) as session:
        item = session.scalars(select(Item)).one()
        kinds = session.scalars(select(col(EventRow.type))).all()
    assert '"status":"registered"' in item.standing.replace(" ", "")
    assert set(kinds) == {"registered", "label_printed"}


def test_a_scan_is_made_by_who_scans_and_nobody_else(quick_doors: Doors) -> None:
    item = quick_doors.api.register(7)
    courier = quick_doors.enter("courier")
    asked = courier.scan(item, "/buu-ta/quet")

    counted = {f"count__{line}": "1" for line in range(3)}
    told = courier.record(asked, "/buu-ta/quet", seal_number="NP 1", **counted, **SMUGGLED)

    with reading(quick_doors.api.engine) as session:
        row = session.scalars(select(EventRow).where(col(EventRow.type) == "collected")).one()
    assert told.status == 200, told.words
    assert (row.actor, row.stands_for, row.office_code) == ("courier", None, None)
    assert '"source":"scan"' in row.chained
    assert row.device.startswith("session-")
    assert row.device != "session-other"
