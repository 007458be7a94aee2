"""Pages of another office: its dossiers, items, labels and contradictions are as good as unknown."""

from dataclasses import dataclass
from secrets import token_bytes
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlmodel import col

from tests.builders import CENTRE, NOW, POST, a_desk, a_number, a_scan
from tests.province import PACKED
from tests.security.books import changed, content
from tests.security.doors import Doors, Person, address_of, line_of, unchanging
from tests.security.walk import Walker
from tracker.actions.discrepancies import Finding, open_finding
from tracker.actions.manifests import NewManifest, open_manifest
from tracker.actions.outage import NewSheets, print_sheets
from tracker.actions.print_batches import BatchWish, begin_batch, print_slice
from tracker.actions.printers import PrinterGiven, enter_printer, print_proof
from tracker.actions.stock import open_count
from tracker.domain.discrepancies import DiscrepancyCode
from tracker.domain.manifests import ManifestKind
from tracker.domain.outage import SheetKind
from tracker.domain.printers import PrinterKind, PrinterSetting
from tracker.domain.stock import CountKind
from tracker.domain.vocabulary import EventType, Party
from tracker.store.engine import reading, transaction
from tracker.store.models import Discrepancy, Label, Office
from tracker.web.every_listing import LISTINGS

STRANGERS = ("stranger", "strange_officer", "strange_postclerk", "strange_courier", "strange_supervisor")
STRAY = "EI260115997VN"
UNKNOWN_ITEM, UNKNOWN_DOSSIER, UNKNOWN_ROW = "EI260115010VN", a_number(9999), "4711"
# What is addressed by these belongs to everybody: procedures, runs of the schedules, files of ours, citizens' labels,
# and lists of which everybody sees their own part.
COMMON = {"code", "run_id", "name", "token", "listing"}
PRINTER = PrinterGiven(
    office=CENTRE, name="Máy in quầy 1", kind=PrinterKind.BROWSER, address="", setting=PrinterSetting("a6")
)
FILLED_IN = {
    "reveal_reason": "caller_asks",
    "reason": "Nhãn in lem",
    "leg": "result",
    "user": "clerk",
    "note": "x",
    "close_reason": "solved",
    "do": "",
}


@dataclass(frozen=True)
class Owned:
    """What the centre owns, and what nobody has."""

    item: str
    dossier: str
    label: str
    token: str
    discrepancy: str
    event: str
    handover: str
    sheet: str
    orphan: str
    count: str
    printer: str
    batch: str

    @property
    def ids(self) -> tuple[str, ...]:
        return self.item, self.dossier, self.token, self.event, self.handover, self.sheet, self.count


NOBODYS = Owned(
    UNKNOWN_ITEM,
    UNKNOWN_DOSSIER,
    UNKNOWN_ROW,
    "0" * 26,
    UNKNOWN_ROW,
    str(UUID(int=1)),
    str(UUID(int=2)),
    "PG-BC.CM-261123-77",
    UNKNOWN_ROW,
    str(UUID(int=3)),
    UNKNOWN_ROW,
    UNKNOWN_ROW,
)


@pytest.fixture
def owned(doors: Doors) -> Owned:
    doors.api.register(41)  # its number stands on the front page as an example
    item, second = doors.api.register(42), doors.api.register(43)
    doors.api.post("/labels", {"items": [item], "format": "a6"})
    accepted = a_scan(item, EventType.ACCEPTED, counterparty={"kind": "sender"}, details=PACKED)
    doors.api.post("/events", {"device_time": NOW.isoformat(), "events": [accepted, a_scan(STRAY, EventType.ACCEPTED)]})
    clerk = a_desk(doors.api.people["postclerk"].actor)
    with transaction(doors.api.engine) as session:
        centre = session.scalars(select(Office).where(col(Office.code) == "H12.TT")).one()
        finding = Finding(DiscrepancyCode.MISSED_SCAN, "item:2", NOW, item_id=2, office_id=centre.id)
        open_finding(session, finding, at=NOW)
        handover = open_manifest(session, NewManifest(ManifestKind.TO_COURIER, "courier"), clerk, token_bytes)
        count = open_count(session, CountKind.CLOSING, (Party.COURIER, "courier"), clerk, token_bytes)
        printer = enter_printer(session, PRINTER, a_desk(doors.api.people["admin"].actor))
        print_proof(session, printer, a_desk(doors.api.people["clerk"].actor))
        (sheet,) = print_sheets(session, NewSheets(POST, SheetKind.POST, 1), clerk)
        batch = begin_batch(session, BatchWish({1: second}, "a6", 1), a_desk(doors.api.people["clerk"].actor))
        print_slice(session, batch, lambda _: None, a_desk(doors.api.people["clerk"].actor))
    with reading(doors.api.engine) as session:
        label = session.scalars(select(Label).order_by(col(Label.id)).limit(1)).one()
        rows = session.execute(select(col(Discrepancy.code), col(Discrepancy.id)))
        found = {code: str(discrepancy_id) for code, discrepancy_id in rows}
        ids = (str(label.id), label.token, found["missed_scan"], str(accepted["id"]), str(handover), sheet)
        return Owned(item, a_number(42), *ids, found["orphan_scan"], str(count), str(printer), str(batch))


def _addresses(doors: Doors, owned: Owned) -> dict[str, tuple[str, str]]:
    """Every guarded page with an id in its address, filled in with what is owned."""
    return {
        line_of(method, rule): (method, address_of(rule, **_ids(rule.rule, owned)))
        for method, rule in doors.routes()
        if set(rule.arguments) - COMMON
    }


def _ids(rule: str, owned: Owned) -> dict[str, str]:
    number = owned.dossier if "/ho-so/" in rule else owned.item
    return {
        "number": number,
        "label_id": owned.label,
        "batch_id": owned.batch,
        "discrepancy": owned.discrepancy,
        "event_id": owned.event,
        "handover": owned.handover,
        "sheet": owned.sheet,
        "orphan_id": owned.orphan,
        "count": owned.count,
        "printer_id": owned.printer,
    }


def test_every_page_with_an_id_answers_a_stranger_like_an_unknown_one(doors: Doors, owned: Owned) -> None:
    strangers = [doors.enter(name) for name in STRANGERS]
    before = content(doors.api.engine)

    foreign, unknown = (_answers(doors, strangers, ids) for ids in (owned, NOBODYS))

    assert {key: (foreign[key][:2], unknown[key][:2]) for key in foreign if foreign[key] != unknown[key]} == {}
    assert len({line for _, line in foreign}) >= 10
    assert changed(before, content(doors.api.engine)) == set()


def _answers(doors: Doors, people: list[Person], ids: Owned) -> dict[tuple[str, str], tuple[int, str, str]]:
    opened = _addresses(doors, ids).items()
    return {(who.name, line): _answer(who, door, ids) for who in people for line, door in opened}


def _answer(person: Person, door: tuple[str, str], ids: Owned) -> tuple[int, str, str]:
    places = (f"/{ids.label}", f"/{ids.discrepancy}/", f"so={ids.discrepancy}", f"/{ids.orphan}", f"/{ids.printer}")
    return unchanging(person.ask(*door, FILLED_IN), *ids.ids, *places)


def test_an_id_after_the_question_mark_opens_nothing_of_another_office(doors: Doors, owned: Owned) -> None:
    supervisor = doors.enter("strange_supervisor")
    pages = (
        "doi-soat?so={}",
        "doi-soat?nguoi={}",
        "buu-gui?after={}",
        *(f"danh-sach/{one}?after={{}}" for one in LISTINGS),
    )
    places = tuple(f"/dieu-hanh/{page}" for page in pages)

    told = {
        place: [unchanging(supervisor.ask("GET", place.format(one)), one) for one in (owned_id, unknown_id)]
        for owned_id, unknown_id in ((owned.discrepancy, UNKNOWN_ROW), ("clerk", "nobody"))
        for place in places
    }

    assert {place for place, (foreign, unknown) in told.items() if foreign != unknown} == set()


def test_the_owner_opens_every_one_of_them(doors: Doors, owned: Owned) -> None:
    """Without this the test above could pass because nothing opens at all."""
    people = [doors.enter(name) for name in ("clerk", "postclerk", "courier", "supervisor", "hotline", "admin")]

    opened = {
        line: min(person.ask("GET", path, FILLED_IN).status_code for person in people)
        for line, (method, path) in _addresses(doors, owned).items()
        if method == "GET"
    }

    assert {line for line, status in opened.items() if status not in {200, 303}} == set()


def test_searching_finds_nothing_of_another_office(doors: Doors, owned: Owned) -> None:
    questions = {
        owned.item: UNKNOWN_ITEM,
        owned.dossier: UNKNOWN_DOSSIER,
        owned.token: "0" * 26,
        "0912 345 678": "0912 345 679",
        "ánh tuyết": "ánh tuyệt",
        "tuyet": "tuyot",
    }
    strangers = [doors.enter(name) for name in STRANGERS if name != "strange_courier"]

    told = {
        (person.name, wanted): tuple(_found(person, question, wanted) for question in (wanted, unknown))
        for person in strangers
        for wanted, unknown in questions.items()
    }

    assert {key for key, (foreign, unknown) in told.items() if foreign != unknown} == set()


def _found(person: Person, question: str, wanted: str) -> tuple[int, str, str]:
    return unchanging(person.ask("POST", "/ban-quay/tim", {"q": question}), question, wanted)


def test_no_list_board_or_card_shows_another_office_anything(doors: Doors, owned: Owned) -> None:
    secrets = (*owned.ids, STRAY, "Ánh Tuyết", "345 678", "345678", "Lý Bôn")

    seen = [
        one
        for name in STRANGERS
        for one in Walker(doors.app, doors.enter(name).client, name, "vi", 20).walk("/lam-viec")
    ]

    assert {name for name in STRANGERS if sum(one.who == name for one in seen) < 3} == set()
    assert {str(one) for one in seen for secret in secrets if secret in one.text} == set()


def test_a_strange_scan_tells_the_state_and_nobodys_name(doors: Doors, owned: Owned) -> None:
    """The one thing a foreign office learns, so that a lost envelope finds its way: what it is, and what is next."""
    scanners = [doors.enter(name) for name in STRANGERS if name not in {"strange_supervisor", "strange_courier"}]
    secrets = ("Tuyết", "345 678", "345678", "Lý Bôn", owned.dossier)

    pages = [person.scan(code) for person in scanners for code in (owned.item, owned.token)]

    assert {page.status for page in pages} == {200}
    assert [secret for page in pages for secret in secrets if secret in page.answer.get_data(as_text=True)] == []
