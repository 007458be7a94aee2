"""Tells the stories through the product's own actions and events; nothing is inserted beside them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from tracker.actions.accounts import Hashes, NewAccount, actor_of_token, add_account, create_token, hashes_of
from tracker.actions.calendar import fill_calendar
from tracker.actions.claims import ClaimSeen, take_claims
from tracker.actions.desk import Desk
from tracker.actions.door import Door
from tracker.actions.founding import (
    enter_procedures,
    found_offices,
    found_system_account,
    grant_ranges,
    mode_of,
    set_mode,
)
from tracker.actions.labels import print_labels
from tracker.actions.people import DocumentGiven
from tracker.actions.post import FeeGiven, NewItem, register_item
from tracker.actions.record import record
from tracker.actions.register import NewDossier, register_dossier
from tracker.config import Config
from tracker.demo import offices
from tracker.demo.people import person
from tracker.demo.procedures import procedures
from tracker.demo.stories import STORIES, Envelope, Step, Story
from tracker.domain.actor import Actor
from tracker.domain.chain import instant
from tracker.domain.label_reasons import LabelReason
from tracker.domain.vocabulary import DocumentKind, Leg, Outcome, Role
from tracker.domain.working_time import WorkCalendar
from tracker.store.engine import reading, transaction
from tracker.store.models import ItemDocument, Setting
from tracker.store.queries.calendar import work_calendar

PAPER = "a6"
AGENCY_SIDE = "demo.agency_side"
AccountRow = tuple[str, str, str, Role, str]
BY_POST = [procedure for procedure in procedures() if procedure.may_send and procedure.may_result]


class SeedFailed(Exception):
    """A story of the demo was not recorded as told: a defect of the demo or of the product."""


@dataclass(frozen=True, slots=True)
class Day:
    """The circumstances of a seeding: `now` is the end of all stories."""

    engine: Engine
    config: Config
    calendar: WorkCalendar
    now: datetime
    actors: Mapping[str, Actor]

    def ago(self, hours: float) -> datetime:
        """The instant that lies so many working hours before now."""
        wanted = timedelta(hours=hours)
        earliest, latest = self.now - timedelta(days=60 + hours), self.now
        while latest - earliest > timedelta(seconds=1):
            middle = earliest + (latest - earliest) / 2
            if self.calendar.working_time_between(middle, self.now) >= wanted:
                earliest = middle
            else:
                latest = middle
        return earliest


@dataclass(frozen=True, slots=True)
class Posted:
    """An envelope of a story, once it is registered."""

    number: str
    item_id: int
    seal: str


def is_seeded(engine: Engine) -> bool:
    with reading(engine) as session:
        return mode_of(session) is not None


def seed(engine: Engine, config: Config, now: datetime) -> None:
    """Founds the demo and tells its stories."""
    day = _found(engine, config, now)
    told = [story for story in STORIES for _ in range(story.times)]
    agency = [_tell(day, story, serial) for serial, story in enumerate(told, start=1)]
    with transaction(engine) as session:
        session.merge(Setting(key=AGENCY_SIDE, value=json.dumps(agency, ensure_ascii=False)))


def agency_side(engine: Engine) -> object:
    """What the demo's one-stop server is started with: the same at each start of the same demo."""
    with reading(engine) as session:
        return json.loads(session.get_one(Setting, AGENCY_SIDE).value)


def _found(engine: Engine, config: Config, now: datetime) -> Day:
    began_at = now - timedelta(days=90)
    with transaction(engine) as session:
        fill_calendar(session, range(now.year - 1, now.year + 3))
        found_offices(session, offices.offices(), at=began_at)
        found_system_account(session, offices.ROOT, at=began_at)
        enter_procedures(session, procedures(), at=began_at)
        grant_ranges(session, offices.RANGES, at=began_at)
        hashes = hashes_of(_new_account(offices.ACCOUNTS[0]))
        actors = {row[0]: _account(session, row, hashes, began_at) for row in offices.ACCOUNTS}
        set_mode(session, "demo")
        return Day(engine, config, work_calendar(session, config.office), now, actors)


def _new_account(row: AccountRow) -> NewAccount:
    name, display_name, staff_code, role, office = row
    return NewAccount(name, display_name, role, office, offices.PASSWORD, offices.PIN, staff_code)


def _account(session: Session, row: AccountRow, hashes: Hashes, at: datetime) -> Actor:
    new = _new_account(row)
    add_account(session, new, at=at, hashes=hashes)
    actor = actor_of_token(session, create_token(session, new.name, at=at))
    assert actor is not None
    return actor


def _tell(day: Day, story: Story, serial: int) -> dict[str, object]:
    with transaction(day.engine) as session:
        number = _register(session, day, story, serial)
        for envelope in story.envelopes:
            _post(session, day, envelope, (number, _seal(serial)))
        seen = [
            ClaimSeen(source="one_stop", number=number, status=code, word=word, said_at=day.ago(hours))
            for hours, code, word in story.seen
        ]
        if seen:
            take_claims(session, seen, at=day.ago(story.seen[-1][0] - 0.5))
    return _agency_side(day, story, number, serial)


def _register(session: Session, day: Day, story: Story, serial: int) -> str:
    at = day.ago(story.hours)
    on = day.config.office.local_date(at)
    number = f"000.00.22.H12-{on:%y%m%d}-{serial:04d}"
    procedure = BY_POST[serial % len(BY_POST)]
    papers = tuple(DocumentGiven(name, kind, count) for name, kind, count in procedure.components)
    new = NewDossier(
        number=number,
        procedure=procedure.code,
        receiving_office=offices.CENTRE,
        deciding_agency=offices.CENTRE,
        applicant=person(serial),
        documents=papers,
        result_by_post=story.result_by_post,
    )
    register_dossier(session, new, Desk(day.actors[story.who], at, day.config))
    return number


def _seal(serial: int) -> str:
    return f"NP {4 + serial // 1000:03d} {(400 + serial) % 1000:03d}"


def _post(session: Session, day: Day, envelope: Envelope, of: tuple[str, str]) -> None:
    dossier, seal = of
    at = day.ago(envelope.hours)
    desk = Desk(day.actors[envelope.who], at, day.config)
    fees = (FeeGiven("Cước bưu chính", envelope.fee, "recipient", paid=False),) if envelope.fee else ()
    is_result = envelope.leg == Leg.RESULT
    new = NewItem(
        dossiers=(dossier,),
        leg=Leg(envelope.leg),
        seal_number=seal,
        fees=fees,
        documents=(DocumentGiven("Kết quả giải quyết", DocumentKind.ORIGINAL, 1),) if is_result else None,
    )
    item = register_item(session, new, desk)
    for copy in range(envelope.labels):
        print_labels(session, [item.number], PAPER, LabelReason.FAINT if copy else None, desk)
    for order, step in enumerate(envelope.steps):
        _scan(session, day, step, (Posted(item.number, item.item_id, seal), order))


def _scan(session: Session, day: Day, step: Step, of: tuple[Posted, int]) -> None:
    posted, order = of
    at = day.ago(step.hours)
    event = _event(session, day, step, of, at)
    door = Door(day.actors[step.who], at, day.config)
    (receipt,) = record(session, [event], door)
    if receipt.outcome is not Outcome.RECORDED:
        raise SeedFailed(f"{posted.number} step {order + 1} {step.type} by {step.who}: {receipt.as_json()}")


def _event(session: Session, day: Day, step: Step, of: tuple[Posted, int], at: datetime) -> dict[str, object]:
    posted, order = of
    told = dict(step.then)
    details = dict(_mapping(told.pop("details", {})))
    if handover := told.pop("handover", None):
        details["handover"] = str(_uuid(f"{posted.number}/handover/{handover}"))
    if told.pop("counted", False):
        details["counts"] = _counts(session, posted.item_id)
    if "seal_ok" in details:
        details["seal_number"] = posted.seal
    if until := told.pop("until", None):
        details["until_on"] = str(_after(day, float(str(until))))
    return {
        "id": str(_uuid(f"{posted.number}/{order}/{step.type}/{at.timestamp()}")),
        "code": posted.number,
        "type": step.type,
        "occurred_at": instant(at),
        **told,
        **({"details": details} if details else {}),
    }


def _mapping(value: object) -> dict[str, object]:
    assert isinstance(value, dict)
    return value


def _after(day: Day, hours: float) -> date:
    return day.config.office.local_date(day.calendar.add_working_hours(day.now, hours))


def _counts(session: Session, item_id: int) -> list[dict[str, object]]:
    rows = session.scalars(
        select(ItemDocument).where(col(ItemDocument.item_id) == item_id).order_by(col(ItemDocument.line))
    )
    return [{"name": row.name, "kind": row.kind, "count": row.count} for row in rows]


def _uuid(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, name)


def _agency_side(day: Day, story: Story, number: str, serial: int) -> dict[str, object]:
    """What the demo's one-stop server is started with; nothing of it enters our database here."""
    procedure = BY_POST[serial % len(BY_POST)]
    history = story.agency or ((story.hours, "new"),)
    return {
        "number": number,
        "reference_uid": str(_uuid(f"agency/{number}")),
        "service_code": procedure.code,
        "service_name": procedure.name,
        "agency_code": offices.CENTRE,
        "agency_name": "Trung tâm Phục vụ hành chính công tỉnh Cà Mau",
        "applicant_name": person(serial).name,
        "via_postal": 2 if story.result_by_post else 1,
        "from_via_postal": story.by_post,
        "vnpostal_status": 1,
        "history": [{"status": word, "at": day.ago(hours).astimezone(UTC).isoformat()} for hours, word in history],
    }
