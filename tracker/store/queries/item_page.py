"""An item whole: where it stands, who holds it, its papers, its copies, and everything that happened to it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from tracker.domain.actor import Actor
from tracker.domain.events import Details, Standing
from tracker.domain.vocabulary import Anomaly, DocumentKind, EventType, Hand, Leg, Party, Role, Source
from tracker.store.models import (
    Account,
    Dossier,
    DossierNumberRow,
    Fee,
    Item,
    ItemDocument,
    ItemDossier,
    Office,
    Person,
)
from tracker.store.queries.catalogue import office_names
from tracker.store.queries.desk import DocumentLine, ItemLine, MaskedPerson, item_line, masked, visible_item
from tracker.store.queries.events import StoredEvent, arrived_evidence, body_of, evidence_named
from tracker.store.queries.stories import ItemStory, read_story
from tracker.store.queries.visibility import may_see_dossiers

_NEVER_CORRECTED = frozenset({EventType.REGISTERED, EventType.LABEL_PRINTED})


@dataclass(frozen=True, slots=True)
class FeeLine:
    """`amount` in đồng."""

    name: str
    amount: int
    payer: Party
    paid: bool


@dataclass(frozen=True, slots=True)
class Holder:
    """`name` is empty for sender and recipient: they are known by the word only."""

    kind: Party
    name: str


@dataclass(frozen=True, slots=True)
class EvidenceCount:
    """Pictures and signatures that an event names, and those of them that have not arrived."""

    named: int
    awaited: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """`who` and `second` are display names, `account` the first's sign-in name. `is_void`: a correction took it back.

    `corrects` is the type of the event that a correction names, where it is one of this item's; `is_paper`: it was
    written by hand and entered afterwards.
    """

    event_id: UUID
    type: EventType
    at: datetime
    recorded_at: datetime
    who: str
    account: str
    role: Role
    second: str
    office: str
    hand: Hand | None
    reason: str | None
    details: Details
    anomalies: tuple[Anomaly, ...]
    is_void: bool
    is_of_bag: bool
    corrects: EventType | None
    evidence: EvidenceCount
    is_paper: bool = False

    @property
    def may_be_corrected(self) -> bool:
        """What happened to the whole bag is corrected there, a registration by cancelling it."""
        return not (self.is_void or self.is_of_bag or self.type in _NEVER_CORRECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    line: ItemLine
    from_office: str
    to_office: str
    holder: Holder
    person: MaskedPerson | None
    seal_number: str | None
    documents: tuple[DocumentLine, ...]
    dossiers: tuple[str, ...]
    fees: tuple[FeeLine, ...]
    history: tuple[HistoryEntry, ...]


@dataclass(frozen=True, slots=True)
class WholePerson:
    """Personal data: only for a page that has written down who looks at it and why."""

    name: str
    phone: str
    address_line: str
    ward_code: str


def item_page(session: Session, reader: Actor, number: str) -> ItemPage | None:
    """None for an unknown number and for another office's item alike."""
    item = visible_item(session, reader, number)
    if item is None or item.id is None:
        return None
    line = item_line(session, item)
    story = read_story(session, item.id)
    names = _names_of(session, story, line.standing)
    offices = office_names(session)
    evidence = _evidence_of(session, story)
    person = person_at_citizens_end(session, item)
    return ItemPage(
        line=line,
        from_office=session.get_one(Office, item.from_office_id).name,
        to_office=session.get_one(Office, item.to_office_id).name,
        holder=_holder(line.standing, offices, names),
        person=masked(person) if person else None,
        seal_number=item.seal_number,
        documents=_documents(session, item.id),
        dossiers=_dossiers(session, reader, item.id),
        fees=_fees(session, item.id),
        history=tuple(
            _entry(stored, story, (offices, names), evidence[stored.event.id]) for stored in _newest_first(story)
        ),
    )


def person_at_citizens_end(session: Session, item: Item) -> Person | None:
    person_id = item.recipient_id if item.leg == Leg.RESULT else item.sender_id
    return session.get(Person, person_id) if person_id else None


def whole_person_of_item(session: Session, reader: Actor, number: str) -> WholePerson | None:
    item = visible_item(session, reader, number)
    person = person_at_citizens_end(session, item) if item else None
    return _whole(person)


def whole_applicant(session: Session, reader: Actor, dossier_id: int) -> WholePerson | None:
    person = session.scalar(
        select(Person)
        .join(Dossier, col(Dossier.applicant_id) == col(Person.id))
        .where(col(Dossier.id) == dossier_id, may_see_dossiers(session, reader))
    )
    return _whole(person)


def _whole(person: Person | None) -> WholePerson | None:
    return WholePerson(person.name, person.phone, person.address_line, person.ward_code) if person else None


def display_names(session: Session, names: Iterable[str]) -> dict[str, str]:
    """Of sign-in names."""
    rows = session.execute(
        select(col(Account.name), col(Account.display_name)).where(col(Account.name).in_(sorted(set(names))))
    )
    return dict(rows.all())


def _names_of(session: Session, story: ItemStory, standing: Standing) -> dict[str, str]:
    names = {stored.event.actor for stored in story.events}
    names |= {stored.event.counterparty.user or "" for stored in story.events if stored.event.counterparty}
    return display_names(session, names | {standing.custodian.ref or ""})


def holder_of(session: Session, standing: Standing) -> Holder:
    return holders_of(session, [standing])[0]


def holders_of(session: Session, standings: Sequence[Standing]) -> list[Holder]:
    names = display_names(session, [standing.custodian.ref or "" for standing in standings])
    offices = office_names(session)
    return [_holder(standing, offices, names) for standing in standings]


def _holder(standing: Standing, offices: Mapping[str, str], names: Mapping[str, str]) -> Holder:
    custodian = standing.custodian
    ref = custodian.ref or ""
    known = offices if custodian.kind is Party.OFFICE else names
    return Holder(custodian.kind, known.get(ref, ref))


def _newest_first(story: ItemStory) -> list[StoredEvent]:
    """The folded order backwards; a bag's events only where they counted."""
    by_id = {stored.event.id: stored for stored in story.events}
    return [by_id[event_id] for event_id in reversed(story.folded.order)]


def _evidence_of(session: Session, story: ItemStory) -> dict[UUID, EvidenceCount]:
    named = {stored.event.id: evidence_named(stored.chained) for stored in story.events}
    arrived = arrived_evidence(session, {sent for one in named.values() for sent in one})
    return {
        event_id: EvidenceCount(len(sent), sum(one not in arrived for one in sent)) for event_id, sent in named.items()
    }


def _entry(
    stored: StoredEvent, story: ItemStory, words: tuple[Mapping[str, str], Mapping[str, str]], evidence: EvidenceCount
) -> HistoryEntry:
    """`words` are the names of offices and of people."""
    event, (offices, names) = stored.event, words
    second = event.counterparty.user if event.counterparty and event.counterparty.verified else None
    return HistoryEntry(
        event_id=event.id,
        type=event.type,
        at=event.effective_at,
        recorded_at=stored.recorded_at,
        who=names.get(event.actor, event.actor),
        account=event.actor,
        role=event.actor_role,
        second=names.get(second, second) if second else "",
        office=offices.get(event.office or "", ""),
        hand=event.hand,
        reason=event.reason,
        details=event.details,
        anomalies=tuple(sorted(story.folded.borne.get(event.id, frozenset()))),
        is_void=event.id in story.folded.void,
        is_of_bag=event.bag_chain is not None,
        is_paper=body_of(stored.chained).get("source") == Source.PAPER,
        corrects=next((one.event.type for one in story.events if one.event.id == event.details.event), None),
        evidence=evidence,
    )


def _documents(session: Session, item_id: int) -> tuple[DocumentLine, ...]:
    rows = session.scalars(
        select(ItemDocument).where(col(ItemDocument.item_id) == item_id).order_by(col(ItemDocument.line))
    )
    return tuple(DocumentLine(row.name, DocumentKind(row.kind), row.count) for row in rows)


def _fees(session: Session, item_id: int) -> tuple[FeeLine, ...]:
    rows = session.scalars(select(Fee).where(col(Fee.item_id) == item_id).order_by(col(Fee.line)))
    return tuple(FeeLine(row.name, row.amount, Party(row.payer), row.paid) for row in rows)


def _dossiers(session: Session, reader: Actor, item_id: int) -> tuple[str, ...]:
    """Local numbers of the visible dossiers in the envelope."""
    rows = session.scalars(
        select(col(DossierNumberRow.text))
        .join(Dossier, col(Dossier.id) == col(DossierNumberRow.dossier_id))
        .join(ItemDossier, col(ItemDossier.dossier_id) == col(Dossier.id))
        .where(
            col(ItemDossier.item_id) == item_id,
            col(DossierNumberRow.kind) == "local",
            may_see_dossiers(session, reader),
        )
        .order_by(col(DossierNumberRow.text))
    )
    return tuple(rows)
