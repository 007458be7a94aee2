"""Rows that the schedules look at, planted straight into the tables: what they do with them is the subject."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from sqlmodel import Session

from tracker.actions.desk import Desk
from tracker.config import Config, load_config
from tracker.domain.actor import Actor
from tracker.domain.vocabulary import OfficeKind, Role
from tracker.store.models import (
    Account,
    Dossier,
    DossierNumberRow,
    EventRow,
    Fee,
    Item,
    ItemDossier,
    Office,
    Person,
    Procedure,
)

# A Monday at 10:00 in Vietnam.
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
CONFIG = load_config(Path("config.toml"), {})


@dataclass(frozen=True, slots=True)
class Place:
    """A small province: one above, a centre with its agency and post office, and one office apart."""

    province: int
    centre: int
    agency: int
    post: int
    elsewhere: int


def _office(session: Session, code: str, kind: OfficeKind, parent_id: int | None = None) -> int:
    office = Office(code=code, name=code, short_name=code, place_name=code, kind=kind, parent_id=parent_id)
    session.add(office)
    session.flush()
    return office.id or 0


def a_place(session: Session) -> Place:
    province = _office(session, "H12", OfficeKind.CENTRE)
    return Place(
        province=province,
        centre=_office(session, "H12.01", OfficeKind.CENTRE, province),
        agency=_office(session, "H12.02", OfficeKind.AGENCY, province),
        post=_office(session, "981000", OfficeKind.POST_OFFICE, province),
        elsewhere=_office(session, "H04", OfficeKind.CENTRE),
    )


def a_desk(session: Session, role: Role, office_id: int, name: str | None = None) -> Desk:
    """A person of that role who acts now."""
    given = name or role.value
    account = Account(name=given, display_name=given, staff_code=given, role=role, office_id=office_id)
    session.add(account)
    session.flush()
    office = session.get_one(Office, office_id)
    actor = Actor(account.id or 0, given, given, given, role, office_id, office.code, office.name, f"{given}-device")
    return Desk(actor, NOW, CONFIG)


def config_for(url: str, **one_stop: object) -> Config:
    """The project's own configuration on another database, with another one-stop system."""
    feed = CONFIG.feeds.one_stop.model_copy(update=one_stop)
    feeds = CONFIG.feeds.model_copy(update={"one_stop": feed})
    database = CONFIG.database.model_copy(update={"url": url})
    return CONFIG.model_copy(update={"feeds": feeds, "database": database})


def a_dossier(session: Session, place: Place, number: str, **columns: object) -> int:
    """Received at the centre, decided by the agency, result by post; known by `number`."""
    person = Person(
        name="Lê Thị Mỹ",
        folded_name="le thi my",
        phone="+84912345678",
        address_line="12 Lý Bôn",
        ward_code="32002",
        province_code="96",
    )
    session.add(person)
    procedure = Procedure(
        code="1.004873", name="p", days=3, may_send=True, may_result=True, valid_from=date(2025, 7, 1)
    )
    session.add(procedure)
    clerk = Account(name=f"clerk {number}", display_name="c", staff_code="c", role="clerk", office_id=place.centre)
    session.add(clerk)
    session.flush()
    given: dict[str, object] = {
        "procedure_id": procedure.id,
        "receiving_office_id": place.centre,
        "deciding_agency_id": place.agency,
        "return_office_id": place.centre,
        "applicant_id": person.id,
        "result_by_post": True,
        "created_at": NOW - timedelta(days=20),
        "created_by": clerk.id,
    }
    dossier = Dossier.model_validate(given | columns)
    session.add(dossier)
    session.flush()
    session.add(DossierNumberRow(compared=number.upper(), dossier_id=dossier.id or 0, text=number, kind="local"))
    session.flush()
    return dossier.id or 0


def an_item(session: Session, place: Place, dossiers: list[int], **columns: object) -> int:
    """An open submission item at the post office, unless told otherwise."""
    given: dict[str, object] = {
        "number": "EE123456785VN",
        "leg": "submission",
        "from_office_id": place.post,
        "to_office_id": place.centre,
        "registered_at": NOW - timedelta(days=10),
        "due_on": date(2026, 12, 31),
        "status": "at_office",
        "custodian_kind": "office",
        "custodian_ref": "981000",
        "office_code": "981000",
        "last_event_at": NOW,
    }
    item = Item.model_validate(given | columns)
    session.add(item)
    session.flush()
    session.add_all([ItemDossier(item_id=item.id or 0, dossier_id=dossier_id) for dossier_id in dossiers])
    session.flush()
    return item.id or 0


def an_event(
    session: Session, item_id: int, kind: str, at: datetime, seq: int = 1, details: dict[str, object] | None = None
) -> UUID:
    event_id = uuid4()
    body = {"id": str(event_id), "type": kind, "details": details or {}}
    session.add(
        EventRow(
            event_id=event_id,
            chain=f"item:{item_id}",
            seq=seq,
            item_id=item_id,
            type=kind,
            occurred_at=at,
            effective_at=at,
            recorded_at=at,
            device="phone",
            actor="courier",
            actor_role="courier",
            chained=json.dumps(body),
            hash="0" * 64,
        )
    )
    session.flush()
    return event_id


def a_fee(session: Session, item_id: int, amount: int, payer: str = "recipient", *, paid: bool = False) -> None:
    session.add(Fee(item_id=item_id, line=1, name="lệ phí", amount=amount, payer=payer, paid=paid))
    session.flush()
