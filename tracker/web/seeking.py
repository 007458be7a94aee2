"""What the one box of the desk was given: a code that was scanned, a number, a phone, or a name."""

import re
from dataclasses import dataclass

from sqlmodel import Session

from tracker.actions.people import normalise_phone
from tracker.domain.identifiers import CodeKind, read_code
from tracker.domain.names import clean_text
from tracker.domain.refusal import Refusal
from tracker.store.queries.desk import (
    FoundDossier,
    dossiers_of_name,
    dossiers_of_phone,
    number_of_dossier,
    number_of_token,
    visible_item,
)
from tracker.web.access import actor, desk
from tracker.web.dossier_form import number_fault
from tracker.web.house import house

LONGEST_QUESTION = 120
PHONE = re.compile(r"\+?[\d\s.()-]{9,16}")
LIKE_A_DOSSIER_NUMBER = re.compile(r"[\w.]+-\d+-\d+", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """At most one of item and dossier; else a list, or a well-formed number that nobody has entered yet."""

    item: str | None = None
    dossier: str | None = None
    listed: tuple[FoundDossier, ...] = ()
    new_number: str | None = None
    fault: str | None = None


def seek(session: Session, question: str) -> Answer:
    text = clean_text(question, LONGEST_QUESTION)
    item = _item_of_code(session, text)
    if item:
        return Answer(item=item)
    dossier = number_of_dossier(session, actor(), text)
    if dossier:
        return Answer(dossier=dossier)
    if LIKE_A_DOSSIER_NUMBER.fullmatch(text):
        fault = number_fault(text, desk())
        return Answer(fault=fault, new_number=None if fault else text)
    return _of_people(session, text)


def _item_of_code(session: Session, text: str) -> str | None:
    read = read_code(text, house().config.public.base_url)
    if read.kind is CodeKind.TOKEN:
        return number_of_token(session, actor(), read.value)
    if read.kind is CodeKind.ITEM:
        item = visible_item(session, actor(), read.value)
        return item.number if item else None
    return None


def _of_people(session: Session, text: str) -> Answer:
    found = _of_phone(session, text) if PHONE.fullmatch(text) else dossiers_of_name(session, actor(), text)
    return Answer(dossier=found[0].number) if len(found) == 1 else Answer(listed=tuple(found))


def _of_phone(session: Session, text: str) -> list[FoundDossier]:
    try:
        phone = normalise_phone(text, "q")
    except Refusal:
        return []
    return dossiers_of_phone(session, actor(), phone)
