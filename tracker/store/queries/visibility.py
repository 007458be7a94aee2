"""Which items and dossiers a caller may see; another office's object is as good as unknown.

Every subquery says what it correlates: a caller's own joins over the same tables must not narrow or widen it.
"""

from functools import lru_cache

from sqlalchemy import ColumnElement, Select, and_, exists, false, literal, or_, select, true
from sqlmodel import Session

from tracker.domain.actor import Actor
from tracker.domain.lifecycle_table import LIFECYCLE
from tracker.domain.vocabulary import EventType, Hand, Party, Role, Status
from tracker.store.queries.catalogue import office_ids_below
from tracker.store.tables import ACCOUNT, ADOPTION, DOSSIER, EVENT, ITEM, ITEM_DOSSIER, OFFICE

OFFICE_ROLES = frozenset({Role.CLERK, Role.POSTCLERK, Role.OFFICER})
SEE_ALL_MASKED = frozenset({Role.HOTLINE, Role.AUDITOR})
CARRIERS = frozenset({Role.COURIER, Role.DRIVER})
BAG_HELD_BY = frozenset({EventType.ARRIVED, EventType.UNBAGGED})
_RECEIVED = frozenset({EventType.DELIVERED, EventType.HANDED_OUT})
HELD_BY = _RECEIVED | {
    EventType.REGISTERED,
    *(kind for kind, row in LIFECYCLE.items() if row.presence and Party.OFFICE in row.custodian_after),
}


def may_see_items(session: Session, actor: Actor) -> ColumnElement[bool]:
    """A condition over the item table."""
    if actor.role in SEE_ALL_MASKED or actor.role is Role.SYSTEM:
        return true()
    if actor.role in OFFICE_ROLES:
        return _items_of_offices(frozenset({actor.office_id}))
    if actor.role is Role.SUPERVISOR:
        return _items_of_offices(office_ids_below(session, actor.office_id))
    if actor.role in CARRIERS:
        return _items_of_carrier(actor)
    return false()


def may_see_dossiers(session: Session, actor: Actor) -> ColumnElement[bool]:
    """A condition over the dossier table: its own offices, the one that registered it, or a visible item."""
    items = (
        exists()
        .where(ITEM_DOSSIER.c.dossier_id == DOSSIER.c.id, ITEM_DOSSIER.c.item_id == ITEM.c.id)
        .where(may_see_items(session, actor))
        .correlate(DOSSIER)
    )
    if actor.role in OFFICE_ROLES:
        return or_(
            _dossiers_of_offices(frozenset({actor.office_id})), _registered_at(frozenset({actor.office_id})), items
        )
    if actor.role is Role.SUPERVISOR:
        offices = office_ids_below(session, actor.office_id)
        return or_(_dossiers_of_offices(offices), _registered_at(offices), items)
    return true() if actor.role in SEE_ALL_MASKED or actor.role is Role.SYSTEM else items


def _dossiers_of_offices(offices: frozenset[int]) -> ColumnElement[bool]:
    return or_(
        DOSSIER.c.receiving_office_id.in_(offices),
        DOSSIER.c.deciding_agency_id.in_(offices),
        DOSSIER.c.return_office_id.in_(offices),
    )


def _registered_at(offices: frozenset[int]) -> ColumnElement[bool]:
    """A desk that takes in a dossier for another office must find it again before its first envelope is there."""
    return exists().where(ACCOUNT.c.id == DOSSIER.c.created_by, ACCOUNT.c.office_id.in_(offices)).correlate(DOSSIER)


@lru_cache(maxsize=256)  # building it costs more than asking it
def _items_of_offices(offices: frozenset[int]) -> ColumnElement[bool]:
    """Receiving, deciding, return, from or to office, or one that has held it."""
    of_dossier = (
        exists()
        .where(ITEM_DOSSIER.c.item_id == ITEM.c.id, ITEM_DOSSIER.c.dossier_id == DOSSIER.c.id)
        .where(_dossiers_of_offices(offices))
        .correlate(ITEM)
    )
    codes = select(OFFICE.c.code).where(OFFICE.c.id.in_(offices))
    # What came in a bag has no scan of its own at the office that holds it now.
    is_there = ITEM.c.office_code.in_(codes)
    held = _held_by(codes)
    return or_(ITEM.c.from_office_id.in_(offices), ITEM.c.to_office_id.in_(offices), is_there, of_dossier, held)


def _held_by(codes: Select[str]) -> ColumnElement[bool]:
    """Registered there, or scanned into its hands, in a bag or before anybody knew the number.

    A scan that moves no custody opens nothing to the office that sends it.
    """
    there = and_(EVENT.c.office_code.in_(codes), EVENT.c.type.in_(HELD_BY), EVENT.c.hand.is_distinct_from(Hand.GIVE))
    not_after = or_(ITEM.c.final_at.is_(None), EVENT.c.effective_at <= ITEM.c.final_at)
    adopted = select(ADOPTION.c.chain).where(ADOPTION.c.item_id == ITEM.c.id).correlate(ITEM)
    packed = EVENT.alias()
    in_bag = (
        exists()
        .where(packed.c.item_id == ITEM.c.id, packed.c.type == EventType.BAGGED)
        .where(EVENT.c.chain == literal("bag:") + packed.c.bag, EVENT.c.office_code.in_(codes))
        .where(EVENT.c.type.in_(BAG_HELD_BY))
        .correlate(ITEM)
    )
    own = exists().where(EVENT.c.item_id == ITEM.c.id, there, not_after).correlate(ITEM)
    early = exists().where(EVENT.c.chain.in_(adopted), there, not_after).correlate(ITEM)
    return or_(own, in_bag, early)


def _items_of_carrier(actor: Actor) -> ColumnElement[bool]:
    """What the carrier holds, was offered, or must collect from the offices its post office serves."""
    kind = Party.COURIER if actor.role is Role.COURIER else Party.TRANSPORT
    served = select(OFFICE.c.id).where(or_(OFFICE.c.id == actor.office_id, OFFICE.c.post_office_id == actor.office_id))
    return or_(
        and_(ITEM.c.custodian_kind == kind, ITEM.c.custodian_ref == actor.name),
        and_(
            ITEM.c.pending_to == kind,
            or_(ITEM.c.pending_to_ref == actor.name, ITEM.c.pending_to_ref.is_(None)),
            ITEM.c.office_code == actor.office_code,
        ),
        and_(ITEM.c.status == Status.REGISTERED, ITEM.c.from_office_id.in_(served)),
    )
