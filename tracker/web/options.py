"""What the selects of a form offer, and what its guard already says, for the events that ask for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlmodel import Session

from tracker.actions.prospects import Prospect, prospect_of
from tracker.domain.lifecycle import kind_of, row_of
from tracker.domain.lifecycle_table import TwoHanded
from tracker.domain.refusal import Cause
from tracker.domain.roles import may_make
from tracker.domain.vocabulary import Kind, Role
from tracker.phrases import phrase_of
from tracker.store.queries.catalogue import office_ids_below, offices_by_id
from tracker.store.queries.colleagues import Colleague, people_below
from tracker.web.access import desk
from tracker.web.asking import Ask, Occasion
from tracker.web.language import gettext
from tracker.web.ward_field import WardField, read_ward

# A loss is confirmed by somebody who answers for an office, never by whoever carried the envelope.
APPROVERS = frozenset({Role.SUPERVISOR, Role.ADMIN, Role.OFFICER, Role.POSTCLERK, Role.CLERK})

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Options:
    """Pairs of value and words. `prospect` is what a guard says before anything is filled in."""

    offices: Pairs = ()
    people: Pairs = ()
    asks_hand: bool = False
    ward: WardField | None = None
    prospect: Prospect | None = None


def options_of(session: Session, occasion: Occasion, given: Mapping[str, str]) -> Options:
    asks = occasion.asks
    return Options(
        offices=_offices(session, occasion) if Ask.DESTINATION in asks else (),
        people=_people(session, occasion),
        asks_hand=occasion.is_back_entry and row_of(occasion.type).two_handed is TwoHanded.YES,
        ward=read_ward(given, "") if Ask.ADDRESSEE in asks else None,
        prospect=_prospect(session, occasion),
    )


def _prospect(session: Session, occasion: Occasion) -> Prospect | None:
    """None for a scan, which is never refused for what it finds."""
    if occasion.item is None or kind_of(occasion.type, occasion.actor.role) is Kind.SCAN:
        return None
    found = prospect_of(session, occasion.item.id, occasion.type, desk())
    return found or Prospect(occasion.type, Cause.NOT_ALLOWED_NOW)


def _offices(session: Session, occasion: Occasion) -> Pairs:
    here = occasion.item.standing.office if occasion.item else None
    offices = sorted(offices_by_id(session).values(), key=lambda office: office.name)
    return tuple((office.code, office.name) for office in offices if office.code != here)


def _people(session: Session, occasion: Occasion) -> Pairs:
    """Who could have made the scan themselves, or who may confirm a decision with a PIN."""
    if not {Ask.BACK_ENTRY, Ask.APPROVER} & set(occasion.asks):
        return ()
    people = people_below(session, office_ids_below(session, occasion.actor.office_id))
    if Ask.BACK_ENTRY in occasion.asks:
        leg = occasion.item.leg if occasion.item else None
        return _pairs(
            one for one in people if may_make(one.role, occasion.type, leg=leg, at_service_point=one.at_service_point)
        )
    return _pairs(one for one in people if one.has_pin and one.role in APPROVERS)


def _pairs(people: Iterable[Colleague]) -> Pairs:
    return tuple((one.name, f"{one.display_name}, {gettext(phrase_of(one.role))}, {one.office}") for one in people)
