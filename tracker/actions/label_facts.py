"""What stands on a printed copy, read for many items at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Table, select
from sqlmodel import Session

from tracker import places
from tracker.domain.names import initials
from tracker.domain.vocabulary import Leg
from tracker.store.tables import ITEM, OFFICE, PERSON

ITEM_FACTS = (
    ITEM.c.id, ITEM.c.number, ITEM.c.leg, ITEM.c.due_on, ITEM.c.from_office_id, ITEM.c.to_office_id,
    ITEM.c.sender_id, ITEM.c.recipient_id, ITEM.c.seal_number,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedLabel:
    """The facts of one copy; the door finds the words. `ward_code` is None unless a citizen's post office delivers.

    `due_on` is None on the label of an envelope that is not registered yet.
    """

    number: str
    leg: Leg
    token: str
    copy_number: int
    due_on: date | None
    destination: str
    office_name: str
    ward_code: str | None
    from_name: str
    person_initials: str
    person_ward: str
    seal_number: str


class LabelFacts:
    """Offices and persons of a set of items, read once."""

    def __init__(self, session: Session, items: Sequence[Row[Any]]) -> None:
        """`items` hold the columns of ITEM_FACTS."""
        ends = {office for row in items for office in (row.from_office_id, row.to_office_id)}
        self._offices = _rows(session, OFFICE, ends)
        self._persons = _rows(session, PERSON, {person for row in items if (person := _person_on(row)) is not None})

    def of(self, item: Row[Any], token: str, copy_number: int) -> PrintedLabel:
        start, end = self._offices[item.from_office_id], self._offices[item.to_office_id]
        to_citizen = item.leg == Leg.RESULT
        person = self._persons.get(_person_on(item) or 0)
        ward = places.ward_of(person.ward_code) if person else None
        return PrintedLabel(
            number=item.number,
            leg=Leg(item.leg),
            token=token,
            copy_number=copy_number,
            due_on=item.due_on,
            destination=ward.short_name if to_citizen and ward else end.place_name,
            office_name=end.short_name,
            ward_code=ward.code if to_citizen and ward else None,
            from_name=start.short_name,
            person_initials=initials(person.name) if person else "",
            person_ward=ward.abbreviated if ward else "",
            seal_number=item.seal_number or "",
        )


def _person_on(item: Row[Any]) -> int | None:
    person_id: int | None = item.recipient_id if item.leg == Leg.RESULT else item.sender_id
    return person_id


def _rows(session: Session, table: Table, ids: Collection[int]) -> Mapping[int, Row[Any]]:
    if not ids:
        return {}
    return {row.id: row for row in session.execute(select(table).where(table.c.id.in_(ids)))}
