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
    item_of_token,
    number_of_dossier,
    visible_item,
)
from tracker.store.queries.early_labels import dossier_of_early, early_label_of_code
from tracker.web.access import actor, desk
from tracker.web.dossier_form import number_fault
from tracker.web.house import house

LONGEST_QUESTION = 120
PHONE = re.compile(r"\+?[\d\s.()-]{9,16}")
LIKE_A_DOSSIER_NUMBER = re.compile(r"[\w.]+-\d+-\d+", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """At most one of item and dossier; else a list, or a well-formed number that nobody has entered yet.

    `copy` says which of the item's labels was scanned, where it is no longer the one in use; an early label leads to
    the dossier whose result it waits for.
    """

    item: str | None = None
    copy: int | None = None
    dossier: str | None = None
    is_early_label: bool = False
    listed: tuple[FoundDossier, ...] = ()
    new_number: str | None = None
    fault: str | None = None


def seek(session: Session, question: str) -> Answer:
    text = clean_text(question, LONGEST_QUESTION)
    found = _item_of_code(session, text)
    if found:
        return found
    dossier = number_of_dossier(session, actor(), text)
    if dossier:
        return Answer(dossier=dossier)
    if LIKE_A_DOSSIER_NUMBER.fullmatch(text):
        fault = number_fault(text, desk())
        return Answer(fault=fault, new_number=None if fault else text)
    return _of_people(session, text)


def _item_of_code(session: Session, text: str) -> Answer | None:
    read = read_code(text, house().config.public.base_url)
    if read.kind is CodeKind.TOKEN:
        scanned = item_of_token(session, actor(), read.value)
        return Answer(item=scanned[0], copy=scanned[1]) if scanned else _of_early_label(session, read.value)
    if read.kind is CodeKind.ITEM:
        item = visible_item(session, actor(), read.value)
        return Answer(item=item.number) if item else _of_early_label(session, read.value)
    return None


def _of_early_label(session: Session, code: str) -> Answer | None:
    early = early_label_of_code(session, code)
    dossier = dossier_of_early(session, actor(), early) if early and not early.is_void else None
    return Answer(dossier=dossier, is_early_label=True) if dossier else None


def _of_people(session: Session, text: str) -> Answer:
    found = _of_phone(session, text) if PHONE.fullmatch(text) else dossiers_of_name(session, actor(), text)
    return Answer(dossier=found[0].number) if len(found) == 1 else Answer(listed=tuple(found))


def _of_phone(session: Session, text: str) -> list[FoundDossier]:
    try:
        phone = normalise_phone(text, "q")
    except Refusal:
        return []
    return dossiers_of_phone(session, actor(), phone)
