"""One row per contradiction, for as long as it lasts."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from tests.schedules.planting import CONFIG, NOW, a_desk, a_dossier, a_place, an_item
from tracker.actions.desk import Desk
from tracker.actions.discrepancies import (
    Finding,
    Opening,
    Wait,
    assign,
    assign_all,
    close,
    converge,
    decline,
    open_finding,
    wait,
)
from tracker.actions.due_dates import set_terms
from tracker.domain.discrepancies import DiscrepancyCode, DiscrepancyState, Progress, WaitingFor
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import Role
from tracker.store.models import AuditRow, Discrepancy, DiscrepancyStep
from tracker.store.queries.discrepancies import (
    DiscrepancyFilter,
    QueueFilter,
    count_open,
    count_queue,
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


def test_the_queue_shows_first_what_must_be_settled_first(session: Session) -> None:
    place = a_place(session)
    one, other = (an_office_finding(place.centre, f"item:{number}") for number in (2, 3))
    grave = replace(an_office_finding(place.centre, "item:4"), code=DiscrepancyCode.TWO_HOLDERS)
    for finding in (one, other, grave):
        open_finding(session, finding, at=NOW)
    set_terms(session, CONFIG)
    reader = a_desk(session, Role.SUPERVISOR, place.province).actor

    assert [view.subject for view in queue(session, reader)] == ["item:4", "item:2", "item:3"]


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


def two_supervisors(session: Session) -> tuple[Desk, Desk]:
    province = a_place(session).province
    return a_desk(session, Role.SUPERVISOR, province, "first"), a_desk(session, Role.SUPERVISOR, province, "second")


def test_a_loss_needs_two_different_people(session: Session, row_id: int) -> None:
    first, second = two_supervisors(session)

    assert not close(session, row_id, "written_off", "không tìm thấy", first)
    assert (the_row(session).state, the_row(session).proposed_by) == ("open", "first")
    with pytest.raises(Refusal) as alone:
        close(session, row_id, "written_off", "", first)
    assert alone.value.cause is Cause.APPROVER_IS_SAME

    assert close(session, row_id, "written_off", "đồng ý", second)
    row = the_row(session)
    assert (row.state, row.reason, row.proposed_by) == ("closed", "written_off", None)
    assert [(step.step, step.actor) for step in steps_of(session, row_id)][1:] == [
        ("proposed", "first"),
        ("closed", "second"),
    ]


def test_what_concerns_a_lost_item_needs_two_whatever_the_word(session: Session) -> None:
    place = a_place(session)
    first = a_desk(session, Role.SUPERVISOR, place.province, "first")
    second = a_desk(session, Role.SUPERVISOR, place.province, "second")
    item_id = an_item(session, place, [a_dossier(session, place, "H12-1")], status="lost", is_final=True)
    open_finding(session, Finding(DiscrepancyCode.SILENT_ITEM, f"item:{item_id}", NOW, item_id=item_id), at=NOW)
    number = the_row(session).id or 0

    assert not close(session, number, "settled", "", first)
    assert not close(session, number, "đã đền bù", "", second), "other words are a proposal of their own"
    assert close(session, number, "đã đền bù", "", first)


def test_a_proposal_can_be_declined_and_other_reasons_need_nobody_else(session: Session, row_id: int) -> None:
    first, second = two_supervisors(session)
    with pytest.raises(Refusal) as nothing:
        decline(session, row_id, "", second)
    close(session, row_id, "written_off", "", first)
    decline(session, row_id, "tìm tiếp", second)

    assert nothing.value.cause is Cause.NOT_PROPOSED
    assert (the_row(session).state, the_row(session).proposed_by) == ("open", None)
    assert close(session, row_id, "explained", "", second)


def test_seen_but_waiting_says_for_whom_and_until_when(session: Session, row_id: int) -> None:
    first, _ = two_supervisors(session)
    friday = NOW.date() + timedelta(days=4)

    def progress() -> Progress:
        found = discrepancy(session, first.actor, row_id)
        assert found is not None
        return found.progress

    seen = [progress()]
    wait(session, row_id, Wait(WaitingFor.AGENCY, friday), first)
    seen.append(progress())
    waiting = (the_row(session).waiting_until, the_row(session).assignee_id)
    assign(session, row_id, "second", first)
    seen.append(progress())
    with pytest.raises(Refusal) as over:
        wait(session, row_id, Wait(WaitingFor.AGENCY, friday - timedelta(days=9)), first)

    assert seen == [Progress.UNTOUCHED, Progress.WAITING, Progress.IN_PROGRESS]
    assert waiting == (friday, first.actor.account_id)
    assert over.value.fields == {"until_on": Cause.DAY_IS_OVER}
    assert steps(session) == ["opened", "waiting", "assigned"]


def test_what_opens_again_begins_anew_but_with_the_same_person(session: Session, row_id: int) -> None:
    first, _ = two_supervisors(session)
    wait(session, row_id, Wait(WaitingFor.POST, NOW.date()), first)
    set_terms(session, CONFIG)
    converge(session, [row_id], at=LATER)
    open_finding(session, a_finding(), at=LATER)

    row = the_row(session)
    assert (row.waiting_for, row.due_at, row.assignee_id) == (None, None, first.actor.account_id)


def test_its_term_is_working_time_from_its_opening(session: Session, row_id: int) -> None:
    """Two working hours for a source that is silent; 10:00 on Monday, the office rests from 11 to 13."""
    assert set_terms(session, CONFIG) == 1
    assert set_terms(session, CONFIG) == 0

    due_at = the_row(session).due_at
    assert due_at is not None
    assert due_at - NOW == timedelta(hours=4)


def test_the_queue_is_read_page_by_page_soonest_due_first(session: Session) -> None:
    place = a_place(session)
    reader = a_desk(session, Role.SUPERVISOR, place.province)
    for number in range(7):
        open_finding(session, an_office_finding(place.centre, f"item:{number}"), at=NOW - timedelta(hours=number % 3))
    set_terms(session, CONFIG)
    open_finding(session, an_office_finding(place.centre, "item:new"), at=NOW)
    whole = [row.subject for row in queue(session, reader.actor)]

    pages: list[str] = []
    after = 0
    while part := queue(session, reader.actor, after=after, limit=2):
        pages += [row.subject for row in part]
        after = part[-1].id

    assert whole == [f"item:{number}" for number in (2, 5, 1, 4, 0, 3, 6)] + ["item:new"]
    assert pages == whole


def test_the_queue_is_narrowed_by_person_step_and_age(session: Session) -> None:
    place = a_place(session)
    me = a_desk(session, Role.SUPERVISOR, place.province)
    for number in range(4):
        open_finding(session, an_office_finding(place.centre, f"item:{number}"), at=NOW - timedelta(days=number))
    set_terms(session, CONFIG)
    numbers = [row.id for row in discrepancies(session, me.actor, DiscrepancyFilter())]
    assert assign_all(session, numbers[:2], me.actor.name, me) == 2
    wait(session, numbers[0], Wait(WaitingFor.CITIZEN, NOW.date()), me)

    def found(**wanted: object) -> set[str]:
        asked = QueueFilter(**wanted)  # type: ignore[arg-type]  # a test's keywords
        rows = queue(session, me.actor, asked)
        assert count_queue(session, me.actor, asked) == len(rows)
        return {row.subject for row in rows}

    assert found(owner_id=me.actor.account_id) == {"item:0", "item:1"}
    assert found(is_unowned=True) == found(progress=Progress.UNTOUCHED) == {"item:2", "item:3"}
    assert found(progress=Progress.WAITING) == {"item:0"}
    assert found(progress=Progress.IN_PROGRESS) == {"item:1"}
    assert found(opened_before=NOW - timedelta(days=2)) == {"item:3"}
    assert found(overdue_at=NOW + timedelta(hours=8)) == {"item:1", "item:2", "item:3"}
    assert found(office="H12.01") == {f"item:{number}" for number in range(4)}
    assert found(office="H04") == set()


def test_given_together_what_was_closed_meanwhile_is_left_out(session: Session, row_id: int) -> None:
    first, _ = two_supervisors(session)
    close(session, row_id, "explained", "", first)

    assert assign_all(session, [row_id], "second", first) == 0
    with pytest.raises(Refusal):
        assign_all(session, [4711], "second", first)
