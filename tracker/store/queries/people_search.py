"""Dossiers found by a person's name or phone: the applicant's, or whoever sends or receives one of their envelopes.

Persons are looked through newest first and only so far; the answer says when there were more.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy import CompoundSelect, Row, Select, select, text, union_all
from sqlmodel import Session, col

from tracker.domain.actor import Actor
from tracker.domain.names import search_words
from tracker.store.models import Dossier, Person, Procedure
from tracker.store.queries.desk import MaskedPerson, masked
from tracker.store.queries.dossiers import numbers_of
from tracker.store.queries.item_page import Holder, holders_of
from tracker.store.queries.visibility import may_see_dossiers, may_see_items
from tracker.store.standing_json import standing_from_json
from tracker.store.tables import DOSSIER, ITEM, ITEM_DOSSIER, PERSON

MOST_FOUND = 20
MOST_LOOKED_AT = 1000
SLICE = 250
# A word begun with so few letters is looked up alone, not in a pair: behind one word, and behind more.
SHORT_BEHIND_ONE, SHORT = 2, 1

# By id, never by rank: the index hands ids out in order and stops at the limit.
_NAMED = {
    "sqlite": text("SELECT rowid FROM person_words WHERE person_words MATCH :words ORDER BY rowid DESC LIMIT :most"),
    "postgresql": text(
        "SELECT id FROM person WHERE array_to_tsvector(string_to_array(folded_name, ' ')) @@ CAST(:words AS tsquery) "
        "ORDER BY id DESC LIMIT :most"
    ),
}
_Found = Row[Dossier, Person, str]


@dataclass(frozen=True, slots=True)
class FoundDossier:
    """`person` is who was asked for; `holder` has the envelope on its way, else the last one; None without any."""

    number: str
    procedure: str
    person: MaskedPerson
    created_at: datetime
    holder: Holder | None


@dataclass(frozen=True, slots=True)
class Found:
    """`has_more`: not everything was looked at or is shown, so the question needs another word."""

    dossiers: tuple[FoundDossier, ...] = ()
    has_more: bool = False


def dossiers_of_phone(session: Session, reader: Actor, phone: str) -> Found:
    """`phone` in E.164."""
    of_phone = select(PERSON.c.id).where(PERSON.c.phone == phone).order_by(PERSON.c.id.desc())
    return _found(session, reader, session.scalars(of_phone.limit(MOST_LOOKED_AT + 1)).all())


def dossiers_of_name(session: Session, reader: Actor, asked: str) -> Found:
    """Every word typed is one of the name's, whatever their order and tones; the last may be its beginning only."""
    return _found(session, reader, people_named(session, asked, MOST_LOOKED_AT + 1))


def people_named(session: Session, asked: str, most: int) -> list[int]:
    """At most `most` ids, newest first."""
    words = search_words(asked)
    if not words:
        return []
    dialect = session.get_bind().dialect.name
    return list(session.scalars(_NAMED[dialect], {"words": _question(dialect, words), "most": most}))


def _question(dialect: str, words: Sequence[str]) -> str:
    """Words are letters and digits only, so a quoted one ends where it should."""
    if dialect == "sqlite":
        return " AND ".join(_terms(list(dict.fromkeys(words[:-1])), words[-1]))
    return " & ".join(f"'{word}'" for word in words) + ":*"


def _terms(whole: Sequence[str], begun: str) -> list[str]:
    """Two by two, as the index keeps them beside the words alone; a word that is only begun may be any that goes on so.

    Short beginnings have lists of their own; for a longer one the lists of its pairs are merged, and those are small.
    """
    terms = [f'"{_pair(*two)}"' for two in pairwise(whole)] or [f'"{word}"' for word in whole]
    if any(word.startswith(begun) for word in whole):
        return terms
    short = SHORT_BEHIND_ONE if len(whole) == 1 else SHORT
    if whole and len(begun) > short:
        return [*terms[: len(whole) - 1], f'"{_pair(whole[-1], begun)}"*']
    return [*terms, f'"{begun}"*']


def _pair(one: str, other: str) -> str:
    return f"\u00b7{one}\u00b7{other}"


def _found(session: Session, reader: Actor, people: Sequence[int]) -> Found:
    found: dict[int, _Found] = {}
    for some in _slices(people[:MOST_LOOKED_AT]):
        for row in session.execute(_dossiers_of(session, reader, some)):
            found.setdefault(row[0].id or 0, row)
        if len(found) > MOST_FOUND:
            break
    shown = dict(list(found.items())[:MOST_FOUND])
    return Found(_told(session, reader, shown), len(found) > MOST_FOUND or len(people) > MOST_LOOKED_AT)


def _slices(people: Sequence[int]) -> Iterator[Sequence[int]]:
    return (people[start : start + SLICE] for start in range(0, len(people), SLICE))


def _dossiers_of(session: Session, reader: Actor, people: Sequence[int]) -> Select[Dossier, Person, str]:
    met = _meetings(session, reader, people).subquery()
    return (
        select(Dossier, Person, col(Procedure.name))
        .join(met, met.c.dossier_id == col(Dossier.id))
        .join(Person, col(Person.id) == met.c.person_id)
        .join(Procedure, col(Procedure.id) == col(Dossier.procedure_id))
        .where(may_see_dossiers(session, reader))
        .distinct()
        .order_by(col(Person.id).desc(), col(Dossier.id).desc())
        .limit(MOST_FOUND + 1)
    )


def _meetings(session: Session, reader: Actor, people: Sequence[int]) -> CompoundSelect[int, int]:
    """Whoever is at the other end of an envelope is found by those only who may see that envelope."""
    applicants = select(DOSSIER.c.id.label("dossier_id"), DOSSIER.c.applicant_id.label("person_id")).where(
        DOSSIER.c.applicant_id.in_(people)
    )
    ends = (
        select(ITEM_DOSSIER.c.dossier_id, end)
        .join(ITEM, ITEM.c.id == ITEM_DOSSIER.c.item_id)
        .where(end.in_(people), may_see_items(session, reader))
        for end in (ITEM.c.sender_id, ITEM.c.recipient_id)
    )
    return union_all(applicants, *ends)


def _told(session: Session, reader: Actor, found: dict[int, _Found]) -> tuple[FoundDossier, ...]:
    numbers = numbers_of(session, found)
    holders = _holders(session, reader, found)
    return tuple(
        FoundDossier(numbers[known][0], procedure, masked(person), dossier.created_at, holders.get(known))
        for known, (dossier, person, procedure) in found.items()
    )


def _holders(session: Session, reader: Actor, dossiers: Iterable[int]) -> dict[int, Holder]:
    rows = session.execute(
        select(ITEM_DOSSIER.c.dossier_id, ITEM.c.standing)
        .join(ITEM, ITEM.c.id == ITEM_DOSSIER.c.item_id)
        .where(ITEM_DOSSIER.c.dossier_id.in_(list(dossiers)), may_see_items(session, reader))
        .order_by(ITEM.c.is_final.desc(), ITEM.c.id)
    ).all()
    last = {row.dossier_id: standing_from_json(row.standing) for row in rows}
    return dict(zip(last, holders_of(session, list(last.values())), strict=True))
