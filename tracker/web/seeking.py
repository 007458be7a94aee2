"""What the one box of the desk was given: a code that was scanned, a number, a phone, or a name."""

import re
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session

from tracker.actions.audit import Deed, note_audit
from tracker.actions.people import normalise_phone
from tracker.domain.identifiers import CodeKind, read_code
from tracker.domain.names import clean_text
from tracker.domain.refusal import Refusal
from tracker.store.engine import reading, transaction
from tracker.store.queries.desk import item_of_token, number_of_dossier, visible_item
from tracker.store.queries.early_labels import dossier_of_early, early_label_of_code
from tracker.store.queries.people_search import Found, FoundDossier, dossiers_of_name, dossiers_of_phone
from tracker.web.access import actor, desk
from tracker.web.dossier_form import number_fault
from tracker.web.house import house

LONGEST_QUESTION = 120
SEARCHED = "people searched"
PHONE = re.compile(r"\+?[\d\s.()-]{9,16}")
LIKE_A_DOSSIER_NUMBER = re.compile(r"[\w.]+-\d+-\d+", re.ASCII)


class By(StrEnum):
    """What of a person was typed; it is written down, the words never are."""

    NAME = "name"
    PHONE = "phone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """At most one of item and dossier; else a list, or a well-formed number that nobody has entered yet.

    `copy` says which of the item's labels was scanned, where it is no longer the one in use; an early label leads to
    the dossier whose result it waits for. `has_more`: the list is not all there is.
    """

    item: str | None = None
    copy: int | None = None
    dossier: str | None = None
    is_early_label: bool = False
    listed: tuple[FoundDossier, ...] = ()
    has_more: bool = False
    new_number: str | None = None
    fault: str | None = None


def seek(question: str) -> Answer:
    """Whoever asks for a person is written down before the answer is told."""
    text = clean_text(question, LONGEST_QUESTION)
    with reading(house().engine) as session:
        answer = _of_codes(session, text)
        if answer or not text:
            return answer or Answer()
        by = By.PHONE if PHONE.fullmatch(text) else By.NAME
        found = _of_phone(session, text) if by is By.PHONE else dossiers_of_name(session, actor(), text)
    _note(by, found)
    if len(found.dossiers) == 1 and not found.has_more:
        return Answer(dossier=found.dossiers[0].number)
    return Answer(listed=found.dossiers, has_more=found.has_more)


def seek_code(question: str) -> Answer:
    """For what stands in an address: nobody is ever found by it."""
    with reading(house().engine) as session:
        return _of_codes(session, clean_text(question, LONGEST_QUESTION)) or Answer()


def _note(by: By, found: Found) -> None:
    deed = Deed(SEARCHED, f"search:{by}", str(len(found.dossiers)))
    with transaction(house().engine) as session:
        note_audit(session, deed, at=house().clock(), actor=actor().name)


def _of_codes(session: Session, text: str) -> Answer | None:
    found = _item_of_code(session, text)
    if found:
        return found
    dossier = number_of_dossier(session, actor(), text)
    if dossier:
        return Answer(dossier=dossier)
    if LIKE_A_DOSSIER_NUMBER.fullmatch(text):
        fault = number_fault(text, desk())
        return Answer(fault=fault, new_number=None if fault else text)
    return None


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


def _of_phone(session: Session, text: str) -> Found:
    try:
        phone = normalise_phone(text, "q")
    except Refusal:
        return Found()
    return dossiers_of_phone(session, actor(), phone)
