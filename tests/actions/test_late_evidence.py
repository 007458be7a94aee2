"""A scan that came late and changed the story is kept with what it changed, and looked at once."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from tests.builders import POST_AFAR, a_desk, a_scan
from tests.province import PACKED, SEAL_OK, Province, Tale, receipt_of, tale_of
from tracker.actions.late_evidence import LONGEST_NOTE, accept_late, annotate_late
from tracker.domain.late_evidence import ReviewOutcome, StoryFact
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import EventType, Leg, Outcome, Status
from tracker.store.models import AuditRow, EventNote, LateEvidence
from tracker.store.queries.late_evidence import (
    ChangedStory,
    LateScan,
    changed_stories,
    count_late,
    reviewed_lately,
)

TO_THE_RECIPIENT = {"receiver": "recipient", "identity": "seen", "counts": PACKED["counts"]}


def late_scan(tale: Tale, who: str, kind: EventType, happened: datetime, **fields: object) -> str:
    """Answers its id; recorded a minute after the last thing that was."""
    tale.wait(minutes=1)
    event = a_scan(tale.item.number, kind, at=happened, **fields)
    assert receipt_of(tale.session, tale.province[who], event, at=tale.at).outcome is Outcome.RECORDED
    return str(event["id"])


def kept(tale: Tale) -> list[LateEvidence]:
    asked = select(LateEvidence).where(col(LateEvidence.item_id) == tale.item.item_id).order_by(col(LateEvidence.id))
    return list(tale.session.scalars(asked))


def stories(tale: Tale, who: str = "supervisor") -> list[ChangedStory]:
    found = changed_stories(tale.session, tale.province[who], limit=500)
    return [story for story in found if story.item_id == tale.item.item_id]


def scans(tale: Tale) -> list[LateScan]:
    return [scan for story in stories(tale) for scan in story.scans]


def tried_twice(books: Session, province: Province) -> Tale:
    """The second attempt's scan came first."""
    tale = tale_of(books, province, Leg.RESULT).accepted().with_courier()
    told = {"reason": "absent", "details": {"action": "reattempt"}}
    first_at = tale.wait(minutes=10).at
    tale.wait(minutes=30).scan("courier", EventType.ATTEMPT_FAILED, **told)
    late_scan(tale, "courier", EventType.ATTEMPT_FAILED, first_at, **told)
    return tale


def test_scans_that_come_in_order_and_in_time_leave_nothing(books: Session, province: Province) -> None:
    tale = tale_of(books, province, Leg.RESULT).accepted().with_courier().wait(minutes=50)
    tale.scan("courier", EventType.DELIVERED, counterparty={"kind": "recipient"}, details=TO_THE_RECIPIENT)

    assert (tale.standing.status, kept(tale)) == (Status.DELIVERED, [])


def test_a_late_scan_that_changes_the_story_is_kept_with_what_it_changed(books: Session, province: Province) -> None:
    tale = tried_twice(books, province)

    (scan,) = scans(tale)

    assert scan.changed == (StoryFact.ATTEMPTS,)
    assert (scan.before.attempts, scan.after.attempts) == (1, 2)
    assert (scan.type, scan.who, scan.recorded_at - scan.effective_at) == (
        EventType.ATTEMPT_FAILED,
        "Cán bộ courier",
        timedelta(minutes=32),
    )


def test_a_late_scan_that_changes_nothing_is_not_kept(books: Session, province: Province) -> None:
    tale = tale_of(books, province).accepted()
    before = tale.at
    tale.wait(minutes=5).with_courier()

    late_scan(tale, "postclerk", EventType.ARRIVED, before + timedelta(minutes=1), details=SEAL_OK)

    assert kept(tale) == []


def test_the_last_scan_recorded_a_day_later_is_kept_a_second_sending_adds_nothing(
    books: Session, province: Province
) -> None:
    tale = tale_of(books, province, Leg.RESULT).accepted().with_courier()
    happened = tale.wait(minutes=5).at
    tale.wait(days=1)
    told = {"counterparty": {"kind": "recipient"}, "details": TO_THE_RECIPIENT}
    event = a_scan(tale.item.number, EventType.DELIVERED, at=happened, **told)

    outcomes = [receipt_of(books, province["courier"], event, at=tale.at).outcome for _ in range(2)]

    assert outcomes == [Outcome.RECORDED, Outcome.DUPLICATE]
    assert [scan.changed for scan in scans(tale)] == [(StoryFact.STATUS, StoryFact.CUSTODIAN)]


def test_what_a_bag_tells_late_is_kept_for_every_envelope_it_changed(books: Session, province: Province) -> None:
    tales = [tale_of(books, province).accepted() for _ in range(2)]
    for tale in tales:
        tale.scan("postclerk", EventType.BAGGED, details={"bag": "TUI-CM-LATE-1"})
    first = tales[0]
    event = a_scan("TUI-CM-LATE-1", EventType.ARRIVED, at=first.wait(minutes=9).at, details=SEAL_OK)

    receipt_of(books, province["postclerk2"], event, at=first.wait(days=1).at)

    assert [[scan.changed for scan in scans(tale)] for tale in tales] == [[(StoryFact.STATUS, StoryFact.CUSTODIAN)]] * 2
    assert {scan.after.custodian.ref for tale in tales for scan in scans(tale)} == {POST_AFAR}


def test_one_scan_is_accepted_and_custody_stays_as_it_is(books: Session, province: Province) -> None:
    tale = tried_twice(books, province)
    before, (scan,) = tale.standing, scans(tale)

    accept_late(books, [scan.id], a_desk(province["supervisor"], at=tale.at))

    assert (tale.standing, stories(tale)) == (before, [])
    reviewed = next(one for one in reviewed_lately(books, province["auditor"]) if one.number == tale.item.number)
    assert (reviewed.outcome, reviewed.who, reviewed.note) == (ReviewOutcome.ACCEPTED, "Cán bộ supervisor", None)
    audit = select(col(AuditRow.action)).where(col(AuditRow.subject) == f"late:{scan.id}")
    assert books.scalars(audit).all() == ["late scan accepted"]


def test_a_note_stays_beside_the_events_where_it_can_be_erased(books: Session, province: Province) -> None:
    tale = tried_twice(books, province)
    (scan,) = scans(tale)

    annotate_late(books, scan.id, "  Máy của bưu tá hết pin \n", a_desk(province["supervisor"], at=tale.at))

    reviewed = next(one for one in reviewed_lately(books, province["supervisor"]) if one.number == tale.item.number)
    assert (reviewed.outcome, reviewed.note) == (ReviewOutcome.ANNOTATED, "Máy của bưu tá hết pin")
    assert books.scalars(select(EventNote).where(col(EventNote.text).contains("hết pin"))).all() == []


@pytest.mark.parametrize(
    ("note", "cause"),
    [("", Cause.NOTE_MISSING), (" \n ", Cause.NOTE_MISSING), ("a" * (LONGEST_NOTE + 1), Cause.FIELD_TOO_LONG)],
)
def test_an_annotation_needs_words_and_the_fault_names_its_row(
    books: Session, province: Province, note: str, cause: Cause
) -> None:
    tale = tried_twice(books, province)
    (scan,) = scans(tale)

    with pytest.raises(Refusal) as refused:
        annotate_late(books, scan.id, note, a_desk(province["supervisor"]))

    assert (refused.value.cause, dict(refused.value.fields)) == (cause, {f"note_{scan.id}": cause})
    assert len(scans(tale)) == 1


def test_the_second_supervisor_is_told_who_was_first(books: Session, province: Province) -> None:
    tale = tried_twice(books, province)
    (scan,) = scans(tale)
    accept_late(books, [scan.id], a_desk(province["supervisor"]))

    with pytest.raises(Refusal) as refused:
        annotate_late(books, scan.id, "x", a_desk(province["supervisor"]))

    assert (refused.value.cause, refused.value.facts["who"]) == (Cause.ALREADY_REVIEWED, "Cán bộ supervisor")


def test_another_provinces_supervisor_sees_and_reviews_none_of_it(books: Session, province: Province) -> None:
    tale = tried_twice(books, province)
    (scan,) = scans(tale)
    strange = province["strange_supervisor"]

    with pytest.raises(Refusal) as refused:
        accept_late(books, [scan.id], a_desk(strange))

    assert (refused.value.cause, stories(tale, "strange_supervisor")) == (Cause.NOT_FOUND, [])
    assert len(stories(tale, "auditor")) == 1


def test_the_count_adds_up_scans_and_stories(books: Session, province: Province) -> None:
    before = count_late(books, province["supervisor"])
    tale = tried_twice(books, province)
    told = {"reason": "absent", "details": {"action": "reattempt"}}
    late_scan(tale, "courier", EventType.ATTEMPT_FAILED, tale.at - timedelta(minutes=20), **told)
    tried_twice(books, province)

    after = count_late(books, province["supervisor"])

    assert after == replace(before, scans=before.scans + 3, stories=before.stories + 2)
