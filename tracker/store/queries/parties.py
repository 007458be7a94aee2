"""What parties are called where a standing is told: office and transport by name, courier by staff code."""

from collections.abc import Collection

from sqlalchemy import bindparam, select
from sqlmodel import Session

from tracker.domain.vocabulary import Party
from tracker.store.tables import ACCOUNT, OFFICE

PartyRef = tuple[Party, str | None]
CITIZENS = frozenset({Party.SENDER, Party.RECIPIENT})


_OFFICES = select(OFFICE.c.code, OFFICE.c.name).where(OFFICE.c.code.in_(bindparam("codes", expanding=True)))
_PEOPLE = select(ACCOUNT.c.name, ACCOUNT.c.staff_code, ACCOUNT.c.display_name).where(
    ACCOUNT.c.name.in_(bindparam("names", expanding=True))
)


def names_of_parties(session: Session, parties: Collection[PartyRef]) -> dict[PartyRef, str]:
    """Sender, recipient and whoever is not named: by the word only. At most two reads, however many parties."""
    offices = _office_names(session, {ref for kind, ref in parties if ref and kind is Party.OFFICE})
    people = _people(session, {ref for kind, ref in parties if ref and kind is not Party.OFFICE})
    return {(kind, ref): _name(kind, ref, offices, people) for kind, ref in parties}


def _name(kind: Party, ref: str | None, offices: dict[str, str], people: dict[str, tuple[str, str]]) -> str:
    if ref is None or kind in CITIZENS:
        return kind.value
    if kind is Party.OFFICE:
        return offices.get(ref, ref)
    staff_code, display_name = people.get(ref, (ref, ref))
    return staff_code if kind is Party.COURIER else display_name


def _office_names(session: Session, codes: set[str]) -> dict[str, str]:
    if not codes:
        return {}
    rows = session.execute(_OFFICES, {"codes": list(codes)})
    return {row.code: row.name for row in rows}


def _people(session: Session, names: set[str]) -> dict[str, tuple[str, str]]:
    if not names:
        return {}
    rows = session.execute(_PEOPLE, {"names": list(names)})
    return {row.name: (row.staff_code, row.display_name) for row in rows}
