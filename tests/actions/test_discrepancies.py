"""One row per contradiction, for as long as it lasts."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from tests.schedules.planting import NOW, a_desk, a_dossier, a_place
from tracker.actions.desk import Desk
from tracker.actions.discrepancies import Finding, Opening, assign, close, converge, open_finding
from tracker.domain.discrepancies import DiscrepancyCode, DiscrepancyState
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import Role
from tracker.store.models import AuditRow, Discrepancy, DiscrepancyStep
from tracker.store.queries.discrepancies import (
    DiscrepancyFilter,
    count_open,
    discrepancies,
    discrepancy,
    queue,
    steps_of,
)

LATER = NOW + timedelta(hours=1)


def a_finding(claim: int = 4) -> Finding:
    return Finding(
        code=DiscrepancyCode.FEED_DOWN,
        subject="source:one_stop",
        since_at=NOW,
        evidence={"agency": {"claim": claim}},
    )


def the_row(session: Session) -> Discrepancy:
    return session.scalars(select(Discrepancy)).one()


def steps(session: Session) -> list[str]:
    return list(session.scalars(select(col(DiscrepancyStep.step)).order_by(col(DiscrepancyStep.id))))


@pytest.fixture
def row_id(session: Session) -> int:
    open_finding(session, a_finding(), at=NOW)
    identity = the_row(session).id
    assert identity is not None
    return identity


def test_a_first_finding_opens_a_row_with_owner_and_evidence(session: Session) -> None:
    assert open_finding(session, a_finding(), at=NOW) is Opening.OPENED

    row = the_row(session)
    assert (row.state, row.owner_role, row.severity) == ("open", "supervisor", "high")
    assert row.evidence == '{"agency":{"claim":4}}'
    assert steps(session) == ["opened"]


def test_finding_it_again_changes_nothing(session: Session, row_id: int) -> None:
    assert open_finding(session, a_finding(), at=LATER) is Opening.UNCHANGED

    assert the_row(session).opened_at == NOW
    assert steps(session) == ["opened"]


def test_an_open_row_takes_over_newer_evidence(session: Session, row_id: int) -> None:
    assert open_finding(session, a_finding(claim=5), at=LATER) is Opening.UNCHANGED

    assert the_row(session).evidence == '{"agency":{"claim":5}}'


def test_it_closes_by_itself_when_the_condition_ends(session: Session, row_id: int) -> None:
    assert converge(session, [row_id], at=LATER) == [row_id]

    row = the_row(session)
    assert (row.state, row.reason, row.closed_at) == ("closed", "converged", LATER)
    assert steps(session) == ["opened", "converged"]


def test_closing_by_itself_twice_is_closing_once(session: Session, row_id: int) -> None:
    converge(session, [row_id], at=LATER)

    assert converge(session, [row_id], at=LATER) == []
    assert steps(session) == ["opened", "converged"]


def test_what_ended_and_is_back_reopens_the_same_row(session: Session, row_id: int) -> None:
    converge(session, [row_id], at=LATER)

    assert open_finding(session, a_finding(), at=LATER) is Opening.REOPENED
    row = the_row(session)
    assert (row.id, row.state, row.times_opened, row.closed_at) == (row_id, "open", 2, None)


def closed_by_a_person(session: Session) -> Desk:
    by = a_desk(session, Role.SUPERVISOR, a_place(session).province)
    close(session, identity_of(the_row(session)), "explained", "the feed was being moved", by)
    return by


def identity_of(row: Discrepancy) -> int:
    assert row.id is not None
    return row.id


def test_a_persons_closing_holds_on_the_same_evidence(session: Session, row_id: int) -> None:
    closed_by_a_person(session)

    assert open_finding(session, a_finding(), at=LATER) is Opening.UNCHANGED
    assert the_row(session).state == "closed"


def test_other_evidence_reopens_what_a_person_closed(session: Session, row_id: int) -> None:
    closed_by_a_person(session)

    assert open_finding(session, a_finding(claim=5), at=LATER) is Opening.REOPENED
    assert (the_row(session).state, the_row(session).times_opened) == ("open", 2)


def test_a_person_closes_with_a_reason_that_is_kept(session: Session, row_id: int) -> None:
    closed_by_a_person(session)

    row = the_row(session)
    assert (row.state, row.reason, row.closed_at) == ("closed", "explained", NOW)
    last = steps_of(session, row_id)[-1]
    assert (last.step, last.actor, last.note) == ("closed", "supervisor", "the feed was being moved")
    audit = session.scalars(select(AuditRow)).one()
    assert (audit.action, audit.subject, audit.reason) == (
        "discrepancy closed",
        f"discrepancy:{row_id}",
        "explained",
    )


@pytest.mark.parametrize(
    ("reason", "cause"),
    [("  ", Cause.REASON_MISSING), ("r" * 201, Cause.FIELD_TOO_LONG), ("converged", Cause.BAD_VALUE)],
)
def test_closing_needs_a_reason_of_a_person(session: Session, row_id: int, reason: str, cause: Cause) -> None:
    by = a_desk(session, Role.SUPERVISOR, a_place(session).province)

    with pytest.raises(Refusal) as refused:
        close(session, row_id, reason, "", by)

    assert refused.value.cause is cause
    assert the_row(session).state == "open"


def test_what_is_closed_is_not_closed_again(session: Session, row_id: int) -> None:
    by = closed_by_a_person(session)

    with pytest.raises(Refusal) as refused:
        close(session, row_id, "settled", "", by)

    assert refused.value.cause is Cause.ALREADY_CLOSED


def test_a_supervisor_gives_it_to_somebody_of_an_office_below(session: Session, row_id: int) -> None:
    place = a_place(session)
    by = a_desk(session, Role.SUPERVISOR, place.province)
    officer = a_desk(session, Role.OFFICER, place.centre)

    assign(session, row_id, "officer", by)

    assert the_row(session).assignee_id == officer.actor.account_id
    seen = discrepancy(session, by.actor, row_id)
    assert seen is not None
    assert seen.owner == "officer"
    assert steps(session) == ["opened", "assigned"]


@pytest.mark.parametrize("name", ["stranger", "nobody"])
def test_it_is_given_to_nobody_outside_the_supervisors_offices(session: Session, row_id: int, name: str) -> None:
    place = a_place(session)
    by = a_desk(session, Role.SUPERVISOR, place.province)
    a_desk(session, Role.OFFICER, place.elsewhere, "stranger")

    with pytest.raises(Refusal) as refused:
        assign(session, row_id, name, by)

    assert refused.value.cause is Cause.UNKNOWN_ACCOUNT


def test_an_unknown_one_is_not_found(session: Session) -> None:
    by = a_desk(session, Role.SUPERVISOR, a_place(session).province)

    with pytest.raises(Refusal) as refused:
        close(session, 4711, "settled", "", by)

    assert refused.value.cause is Cause.NOT_FOUND


def an_office_finding(office_id: int, subject: str = "item:1") -> Finding:
    return Finding(code=DiscrepancyCode.SILENT_ITEM, subject=subject, since_at=NOW, office_id=office_id)


@pytest.mark.parametrize(
    ("role", "home", "sees"),
    [
        (Role.SUPERVISOR, "province", True),
        (Role.SUPERVISOR, "centre", True),
        (Role.SUPERVISOR, "agency", False),
        (Role.SUPERVISOR, "elsewhere", False),
        (Role.AUDITOR, "elsewhere", True),
        (Role.CLERK, "centre", True),
        (Role.OFFICER, "centre", True),
        (Role.POSTCLERK, "post", False),
        (Role.COURIER, "centre", False),
        (Role.HOTLINE, "centre", False),
        (Role.ADMIN, "centre", False),
    ],
)
def test_a_contradiction_is_seen_by_its_office_and_those_above(
    session: Session, role: Role, home: str, sees: bool
) -> None:
    place = a_place(session)
    open_finding(session, an_office_finding(place.centre), at=NOW)
    reader = a_desk(session, role, getattr(place, home)).actor

    seen = discrepancies(session, reader, DiscrepancyFilter())

    assert bool(seen) is sees
    assert count_open(session, reader) == len(seen)


def test_another_offices_contradiction_cannot_be_closed(session: Session) -> None:
    place = a_place(session)
    open_finding(session, an_office_finding(place.elsewhere), at=NOW)
    by = a_desk(session, Role.SUPERVISOR, place.province)

    with pytest.raises(Refusal) as refused:
        close(session, identity_of(the_row(session)), "settled", "", by)

    assert refused.value.cause is Cause.NOT_FOUND


def test_the_agency_that_decides_a_dossier_sees_what_concerns_it(session: Session) -> None:
    place = a_place(session)
    dossier_id = a_dossier(session, place, "000.00.22.H12-261112-0031")
    finding = Finding(
        code=DiscrepancyCode.LATE_PROCESSING, subject=f"dossier:{dossier_id}", since_at=NOW, dossier_id=dossier_id
    )
    open_finding(session, finding, at=NOW)
    officer = a_desk(session, Role.OFFICER, place.agency).actor

    seen = discrepancies(session, officer, DiscrepancyFilter())

    assert [view.dossier for view in seen] == ["000.00.22.H12-261112-0031"]


def test_the_queue_shows_the_gravest_first_then_the_oldest(session: Session) -> None:
    place = a_place(session)
    young = replace(an_office_finding(place.centre, "item:2"), since_at=NOW)
    old = replace(an_office_finding(place.centre, "item:3"), since_at=NOW - timedelta(days=2))
    grave = replace(an_office_finding(place.centre, "item:4"), code=DiscrepancyCode.TWO_HOLDERS)
    for finding in (young, old, grave):
        open_finding(session, finding, at=NOW)
    reader = a_desk(session, Role.SUPERVISOR, place.province).actor

    assert [view.subject for view in queue(session, reader)] == ["item:4", "item:3", "item:2"]


def test_a_list_is_read_on_from_the_last_one_seen(session: Session) -> None:
    place = a_place(session)
    for number in range(3):
        open_finding(session, an_office_finding(place.centre, f"item:{number}"), at=NOW)
    reader = a_desk(session, Role.AUDITOR, place.province).actor

    first = discrepancies(session, reader, DiscrepancyFilter(), limit=2)
    rest = discrepancies(session, reader, DiscrepancyFilter(), after=first[-1].id, limit=2)

    assert [view.subject for view in (*first, *rest)] == ["item:0", "item:1", "item:2"]


def test_a_list_can_be_narrowed_to_one_kind_and_state(session: Session, row_id: int) -> None:
    place = a_place(session)
    open_finding(session, an_office_finding(place.centre), at=NOW)
    reader = a_desk(session, Role.AUDITOR, place.province).actor
    wanted = DiscrepancyFilter(state=DiscrepancyState.OPEN, code=DiscrepancyCode.FEED_DOWN)

    assert [view.id for view in discrepancies(session, reader, wanted)] == [row_id]
