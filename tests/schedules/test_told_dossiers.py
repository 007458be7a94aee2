"""A pull of the one-stop system counts every dossier it is told of, and keeps no stranger's number."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, select

from schedules.feeds.opencps_rows import parse_row
from schedules.feeds.rows import Json
from tests.schedules.planting import CONFIG, NOW, Place, a_desk, a_dossier, a_place
from tests.schedules.pulling import pulled
from tests.schedules.test_pull import config_of
from tests.standins.running import one_stop_server
from tracker.actions.mappings import mapping_named
from tracker.domain.runs import JobName
from tracker.domain.shares import Alike, Month, Months, summed
from tracker.domain.vocabulary import Role
from tracker.store.engine import reading, transaction
from tracker.store.models import metadata
from tracker.store.queries.shares import counted_dossiers
from tracker.store.tables import TOLD_DOSSIER

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
OURS, STRANGER, POSTED = (f"000.00.22.H12-261112-{serial:04}" for serial in (31, 32, 33))
SERVICE = "1.004873"


def on_the_wire(number: str, **more: object) -> dict[str, object]:
    history = [
        {"status": status, "at": (NOW - timedelta(days=days)).isoformat()}
        for status, days in (("new", 4), ("receiving", 3), ("processing", 1))
    ]
    named = {"agency_code": "H12.01", "applicant_name": "Phạm Văn Kín", "phone": "0000000077"}
    return {"number": number, "service_code": SERVICE, "history": history, **named, **more}


@pytest.fixture
def place(engine: Engine) -> Place:
    with transaction(engine) as session:
        place = a_place(session)
        a_dossier(session, place, OURS)
        return place


def counted(engine: Engine, place: Place) -> list[Alike]:
    with transaction(engine) as session:
        reader = a_desk(session, Role.AUDITOR, place.province).actor
        return list(counted_dossiers(session, reader, Months(Month(2026, 1), Month(2026, 11)), ZONE))


def every_cell(engine: Engine) -> str:
    with reading(engine) as session:
        return "\n".join(str(row) for table in metadata.tables.values() for row in session.execute(select(table)))


def test_pulled_twice_all_are_counted_once_by_how_they_came(engine: Engine, place: Place) -> None:
    with one_stop_server((on_the_wire(OURS), on_the_wire(STRANGER), on_the_wire(POSTED, from_via_postal=True))) as it:
        results = [pulled(engine, config_of(it), JobName.PULL_ONE_STOP, at_minute=minute) for minute in range(2)]

    assert [one.counts["unknown_dossiers"] for one in results] == [2, 2]
    found = counted(engine, place)
    assert {(one.procedure, one.month) for one in found} == {(SERVICE, 202611)}
    line = summed(found)
    assert (line.total, line.one_stop, line.by_post, line.not_by_post, line.online_unknown) == (3, 3, 1, 2, 0)


def test_of_a_stranger_not_by_post_neither_number_nor_person_is_kept_anywhere(engine: Engine, place: Place) -> None:
    with one_stop_server((on_the_wire(STRANGER, reference_uid="UID-32", portal_number="H12.CTN-32"),)) as it:
        pulled(engine, config_of(it), JobName.PULL_ONE_STOP)

    with reading(engine) as session:
        assert session.execute(select(TOLD_DOSSIER.c.month, TOLD_DOSSIER.c.agency)).all() == [(202611, "H12.01")]
    kept = every_cell(engine)
    assert OURS in kept
    assert [word for word in (STRANGER, "UID-32", "CTN-32", "0000000077", "Kín", "KÍN") if word in kept] == []


@pytest.mark.parametrize(
    ("field", "sent"),
    [("receiveDate", "yesterday"), ("serviceCode", "Nguyễn Văn A"), ("serviceCode", 1.5), ("govAgencyCode", "x" * 41)],
)
def test_a_fault_in_what_is_only_counted_sets_no_dossier_aside(field: str, sent: Json) -> None:
    row: dict[str, Json] = {"dossierNo": OURS, "dossierStatus": "processing", field: sent}

    intake = parse_row(row, ZONE, mapping_named(CONFIG, CONFIG.feeds.one_stop.mapping)).intake

    assert intake is not None
    assert (intake.received_on, intake.procedure, intake.agency) == (None, "", "")
    assert (intake.by_post, intake.online) == (None, None)
