"""Where an envelope of this dossier would go and by when, before it is made."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from tracker import places
from tracker.actions.desk import Desk
from tracker.actions.route import Route, plan_route, zone_of
from tracker.domain.deadlines import postal_due_on
from tracker.domain.names import initials
from tracker.domain.refusal import Refusal
from tracker.domain.vocabulary import Leg
from tracker.store.models import Dossier, Office, Person
from tracker.store.queries.calendar import work_calendar
from tracker.store.queries.catalogue import office_by_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What the label would say. `to_code` and `due_on` are None while no destination is known."""

    leg: Leg
    to_code: str | None
    due_on: date | None
    destination: str
    second_line: str
    second_code: str
    sent_from: str
    person: str
    seal: str

    @property
    def due(self) -> str:
        return f"{self.due_on:%d/%m}" if self.due_on else ""


def outlook(session: Session, dossier_id: int, leg: Leg, chosen: tuple[str, str], by: Desk) -> Outlook:
    """`chosen` are the destination's code and the seal, as far as they are filled in."""
    to_office, seal = chosen
    dossier = session.get_one(Dossier, dossier_id)
    person = session.get_one(Person, dossier.applicant_id)
    route = _route(session, dossier, leg, office_by_code(session, to_office) if to_office else None, by)
    ward = places.ward_of(person.ward_code)
    to_citizen = leg is Leg.RESULT and ward is not None
    place = route.end.place_name if route else ""
    return Outlook(
        leg=leg,
        to_code=route.end.code if route else None,
        due_on=_due_on(session, route, by) if route else None,
        destination=ward.short_name if ward and to_citizen else place,
        second_line=route.end.short_name if route else "",
        second_code=ward.code if ward and to_citizen else "",
        sent_from=route.start.short_name if route else "",
        person=", ".join(part for part in (initials(person.name), ward.abbreviated if ward else "") if part),
        seal=seal,
    )


def _route(session: Session, dossier: Dossier, leg: Leg, chosen: Office | None, by: Desk) -> Route | None:
    try:
        planned = plan_route(session, leg, dossier, by.actor.office_id)
    except Refusal:
        return None
    return Route(planned.start, chosen or planned.end)


def _due_on(session: Session, route: Route, by: Desk) -> date:
    posted_on = by.config.office.local_date(by.at)
    return postal_due_on(posted_on, zone_of(route), work_calendar(session, by.config.office, route.end.id))
