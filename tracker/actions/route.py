"""Where an envelope starts, where it is bound, and which post offices it may pass."""

from dataclasses import dataclass

from sqlmodel import Session

from tracker.domain.actor import Actor
from tracker.domain.deadlines import RouteZone, Seat, zone_between
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import Leg, OfficeKind, Role
from tracker.store.models import Dossier, Office, Person
from tracker.store.queries.catalogue import office_ids_below, office_of, post_office_for_ward


@dataclass(frozen=True, slots=True)
class Route:
    """`passes` are the post offices between; an arrival anywhere else is a misrouting."""

    start: Office
    end: Office
    passes: tuple[Office, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(office.code for office in (self.start, *self.passes, self.end)))


def plan_route(session: Session, leg: Leg, dossier: Dossier, own_office_id: int) -> Route:
    """From the caller's to the receiving office; a result from the deciding agency to the citizen's post office."""
    return Route(start_of(session, leg, dossier, own_office_id), end_of(session, leg, dossier))


def start_of(session: Session, leg: Leg, dossier: Dossier, own_office_id: int) -> Office:
    if leg is not Leg.RESULT:
        return office_of(session, own_office_id)
    return office_of(session, dossier.deciding_agency_id or dossier.receiving_office_id)


def end_of(session: Session, leg: Leg, dossier: Dossier, recipient_ward: str | None = None) -> Office:
    """`recipient_ward` of a result's recipient, the applicant's when none is named. Raises Refusal no_post_office."""
    if leg is not Leg.RESULT:
        return office_of(session, dossier.receiving_office_id)
    ward = recipient_ward or session.get_one(Person, dossier.applicant_id).ward_code
    end = post_office_for_ward(session, ward)
    agency = office_of(session, dossier.deciding_agency_id or dossier.receiving_office_id)
    if end is None and agency.post_office_id is not None:
        # Another province's commune: the agency's own post office hands over to the national network.
        end = office_of(session, agency.post_office_id)
    if end is None:
        raise Refusal(cause=Cause.NO_POST_OFFICE, fields={"to_office": Cause.NO_POST_OFFICE}, facts={"ward": ward})
    return end


def may_post_from(session: Session, start: Office, dossier: Dossier, actor: Actor) -> bool:
    """Nobody posts in the name of an office that has nothing to do with them or with the dossier."""
    if actor.role is Role.SUPERVISOR:
        return start.id in office_ids_below(session, actor.office_id)
    of_dossier = {dossier.receiving_office_id, dossier.deciding_agency_id, dossier.return_office_id}
    return start.id in of_dossier | {actor.office_id} or start.post_office_id == actor.office_id


def with_passes(session: Session, route: Route) -> Route:
    """Adds the post offices that serve both ends and the hubs above them."""
    serving = [office.post_office_id for office in (route.start, route.end) if office.post_office_id]
    offices = [office_of(session, office_id) for office_id in serving]
    hubs = [office_of(session, office.parent_id) for office in (*offices, route.start, route.end) if office.parent_id]
    passes = [office for office in (*offices, *hubs) if office.kind == OfficeKind.POST_OFFICE]
    return Route(route.start, route.end, tuple(passes))


def zone_of(route: Route) -> RouteZone:
    return zone_between(*(Seat(office.ward_code, office.province_code) for office in (route.start, route.end)))
