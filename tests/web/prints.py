"""Printing papers from the screens, and reading back what stands on them."""

from dataclasses import dataclass

import pypdfium2
import zxingcpp
from sqlalchemy import select
from sqlmodel import col

from tests.builders import a_desk, a_dossier, a_number, a_scan, an_item, scanned
from tests.labels.raster import paper, printed
from tests.province import PACKED, SENDER
from tests.web.conftest import Town
from tests.web.visitor import Page, Visitor
from tracker.actions.labels import print_labels
from tracker.actions.post import FeeGiven
from tracker.domain.vocabulary import EventType, Party, Role
from tracker.store.engine import reading, transaction
from tracker.store.models import AuditRow

NAME, ADDRESS = "Nguyễn Thị Ánh Tuyết", "12 Lý Bôn, Phường An Xuyên, Cà Mau"


def words_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    pages = (document[page].get_textpage().get_text_range() for page in range(len(document)))
    return [" ".join(text.replace("\u00a0", " ").split()) for text in pages]


def squares_of(pdf: bytes) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(paper(printed(pdf)[0]))]


def lacking(pdf: bytes, told: list[str]) -> list[str]:
    page = " ".join(words_of(pdf))
    return [words for words in told if words not in page]


def noted(town: Town) -> list[tuple[str, str, str, str]]:
    with reading(town.engine) as session:
        rows = session.scalars(
            select(AuditRow).where(col(AuditRow.action).startswith("paper ")).order_by(col(AuditRow.id))
        )
        return [(row.actor, row.action, row.subject, row.reason) for row in rows]


def in_groups(number: str) -> str:
    return " ".join((number[:2], number[2:5], number[5:8], number[8:11], number[11:]))


@dataclass
class Posted:
    """An envelope accepted at the counter, with its label, at the centre's post office."""

    town: Town
    number: str = ""
    token: str = ""

    def __post_init__(self) -> None:
        clerk, postclerk = self.town.people[Role.CLERK].actor, self.town.people[Role.POSTCLERK].actor
        fees = (FeeGiven("Cước bưu chính", 26_000, Party.SENDER, paid=True),)
        with transaction(self.town.engine) as session:
            desk = a_desk(clerk)
            item = an_item(session, desk, a_dossier(session, desk, a_number(7)), fees=fees, seal_number="NP 004 417")
            self.number = item.number
            self.token = print_labels(session, [item.number], "a6", None, desk)[0].token
            told = a_scan(item.number, EventType.ACCEPTED, counterparty=SENDER, details=PACKED)
            scanned(session, postclerk, told)

    @property
    def path(self) -> str:
        return f"/ban-quay/buu-gui/{self.number}/giay"


def prints(person: Visitor, path: str, **given: str) -> Page:
    return person.post(path, {"form_token": person.form_token(), **given})
