"""What the one-stop system says is written down once per change, with the instant it states."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from tests.schedules.planting import NOW, Place, a_dossier, a_place, an_item
from tracker.actions.claims import ClaimSeen, ClaimsTaken, take_claims
from tracker.store.models import AuditRow, Claim, Dossier, DossierNumberRow, Item
from tracker.store.queries.claims import FollowedDossier, followed_dossiers, has_claims

NUMBER = "000.00.22.H12-261112-0031"
YESTERDAY = NOW - timedelta(days=1)
RECEIVED = ClaimSeen(source="one_stop", number=NUMBER, status=4, word="processing", said_at=YESTERDAY)


@pytest.fixture
def place(session: Session) -> Place:
    return a_place(session)


@pytest.fixture
def dossier(session: Session, place: Place) -> Dossier:
    return session.get_one(Dossier, a_dossier(session, place, NUMBER))


def claims(session: Session) -> list[Claim]:
    return list(session.scalars(select(Claim).order_by(col(Claim.id))))


def test_a_first_claim_is_written_and_mirrored_on_its_dossier(session: Session, dossier: Dossier) -> None:
    assert take_claims(session, [RECEIVED], at=NOW) == ClaimsTaken(new=1, unchanged=0, unknown=0)

    claim = claims(session)[0]
    assert (claim.dossier_id, claim.status, claim.said_at, claim.first_seen_at) == (dossier.id, 4, YESTERDAY, NOW)
    session.refresh(dossier)
    assert (dossier.one_stop_status, dossier.one_stop_said_at) == (4, YESTERDAY)


def test_the_same_word_pulled_again_is_no_news(session: Session, dossier: Dossier) -> None:
    take_claims(session, [RECEIVED], at=NOW)
    touched = replace(RECEIVED, said_at=NOW)

    assert take_claims(session, [touched], at=NOW + timedelta(hours=1)) == ClaimsTaken(0, 1, 0)
    assert [claim.said_at for claim in claims(session)] == [YESTERDAY]


def test_a_change_is_appended_and_the_former_claim_stays(session: Session, dossier: Dossier) -> None:
    take_claims(session, [RECEIVED], at=YESTERDAY)
    take_claims(session, [replace(RECEIVED, status=9, word="releasing", said_at=NOW)], at=NOW)

    assert [(claim.status, claim.said_at) for claim in claims(session)] == [(4, YESTERDAY), (9, NOW)]


def test_an_unknown_word_is_kept_and_folded_into_nothing(session: Session, dossier: Dossier) -> None:
    take_claims(session, [RECEIVED], at=YESTERDAY)
    take_claims(session, [replace(RECEIVED, status=None, word="hibernating", said_at=NOW)], at=NOW)

    session.refresh(dossier)
    assert (claims(session)[-1].status, claims(session)[-1].word) == (None, "hibernating")
    assert dossier.one_stop_status is None


@pytest.mark.parametrize(
    ("said_at", "touched_at", "told"),
    [
        (None, None, NOW),  # the source states nothing: first seen
        (None, YESTERDAY, YESTERDAY),
        (NOW + timedelta(hours=1), YESTERDAY, YESTERDAY),  # its clock cannot be ahead of what we saw
        (NOW + timedelta(hours=1), None, NOW),
    ],
)
def test_the_instant_is_the_one_the_source_states_else_first_seen(
    session: Session, dossier: Dossier, said_at: datetime | None, touched_at: datetime | None, told: datetime
) -> None:
    take_claims(session, [replace(RECEIVED, said_at=said_at, touched_at=touched_at)], at=NOW)

    assert claims(session)[0].said_at == told


def test_a_roll_back_is_not_dated_before_what_it_took_back(session: Session, dossier: Dossier) -> None:
    finished = replace(RECEIVED, status=9, word="releasing", said_at=YESTERDAY)
    take_claims(session, [finished], at=YESTERDAY)
    rolled_back = replace(RECEIVED, said_at=YESTERDAY - timedelta(days=3), touched_at=NOW - timedelta(hours=1))
    take_claims(session, [rolled_back], at=NOW)

    assert claims(session)[-1].said_at == NOW - timedelta(hours=1)


def test_a_dossier_is_found_by_its_other_number(session: Session, dossier: Dossier) -> None:
    session.add(DossierNumberRow(compared="P-77", dossier_id=dossier.id or 0, text="P-77", kind="portal"))
    session.flush()

    take_claims(session, [replace(RECEIVED, number="LOCAL-1", aliases=("p-77",))], at=NOW)

    assert claims(session)[0].dossier_id == dossier.id


def test_a_dossier_of_nobody_here_is_counted_and_not_kept(session: Session) -> None:
    assert take_claims(session, [RECEIVED], at=NOW) == ClaimsTaken(new=0, unchanged=0, unknown=1)
    assert claims(session) == []


def test_a_dossier_of_nobody_here_that_came_by_post_is_kept(session: Session) -> None:
    by_post = replace(RECEIVED, channel=3)

    assert take_claims(session, [by_post], at=NOW) == ClaimsTaken(new=1, unchanged=0, unknown=1)
    assert take_claims(session, [by_post], at=NOW) == ClaimsTaken(new=0, unchanged=1, unknown=1)


def test_a_kept_claim_finds_its_dossier_once_it_is_registered(session: Session, place: Place) -> None:
    by_post = replace(RECEIVED, channel=3)
    take_claims(session, [by_post], at=YESTERDAY)
    dossier_id = a_dossier(session, place, NUMBER)

    take_claims(session, [by_post], at=NOW)

    assert [(claim.dossier_id, claim.said_at) for claim in claims(session)] == [
        (None, YESTERDAY),
        (dossier_id, YESTERDAY),
    ]


def test_a_claim_moves_no_custody(session: Session, place: Place, dossier: Dossier) -> None:
    item = session.get_one(Item, an_item(session, place, [dossier.id or 0]))
    before = item.model_dump()
    take_claims(session, [replace(RECEIVED, status=10, word="done")], at=NOW)

    session.refresh(item)
    assert item.model_dump() == before


def test_an_empty_due_date_takes_none_back(session: Session, dossier: Dossier) -> None:
    take_claims(session, [replace(RECEIVED, due_on=date(2026, 12, 1))], at=NOW)
    take_claims(session, [RECEIVED], at=NOW)

    session.refresh(dossier)
    assert dossier.processing_due_on == date(2026, 12, 1)
    assert session.scalars(select(AuditRow)).all() == []


def test_a_due_date_that_moves_leaves_an_audit_row(session: Session, dossier: Dossier) -> None:
    take_claims(session, [replace(RECEIVED, due_on=date(2026, 12, 1))], at=NOW)
    take_claims(session, [replace(RECEIVED, due_on=date(2026, 12, 8))], at=NOW)

    session.refresh(dossier)
    assert dossier.processing_due_on == date(2026, 12, 8)
    assert session.scalars(select(AuditRow)).one().reason == "2026-12-01 -> 2026-12-08"


def test_another_source_does_not_speak_for_the_one_stop_system(session: Session, dossier: Dossier) -> None:
    take_claims(session, [replace(RECEIVED, source="portal")], at=NOW)

    session.refresh(dossier)
    assert dossier.one_stop_status is None
    assert not has_claims(session, "one_stop")


def test_dossiers_under_way_are_asked_after_first(session: Session, place: Place) -> None:
    a_dossier(session, place, "ENDED", one_stop_status=10)
    a_dossier(session, place, "WAITING", one_stop_status=4)
    on_its_way = a_dossier(session, place, "ON ITS WAY", one_stop_status=10)
    an_item(session, place, [on_its_way])
    take_claims(session, [replace(RECEIVED, number="WAITING")], at=NOW)

    assert followed_dossiers(session, "one_stop", 10) == [
        FollowedDossier("ON ITS WAY", has_claim=False),
        FollowedDossier("WAITING", has_claim=True),
    ]
