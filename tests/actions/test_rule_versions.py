"""Numbers of the rules have dates of effect: a decision is judged, for ever, by those of its own day."""

from datetime import date, datetime, timedelta

from sqlmodel import Session

from tests.builders import NOW, a_scan, the_config
from tests.province import Province, Tale, tale_of
from tracker.actions.door import Door
from tracker.actions.receipts import Receipt
from tracker.actions.record import record
from tracker.config import Config, RuleVersion
from tracker.domain.vocabulary import EventType, Leg, Outcome
from tracker.store.queries.stories import read_story

THURSDAY = NOW + timedelta(days=3)
FRIDAY = NOW + timedelta(days=4)


def _with_a_longer_gap_from_thursday() -> Config:
    version = RuleVersion(since_on=date(2026, 11, 26), attempts=2, invitations=3, gap_working_days=4, hold_days=10)
    config = the_config()
    return config.model_copy(update={"rules": config.rules.model_copy(update={"versions": (version,)})})


def _invited(tale: Tale, number: int, of: datetime, *, at: datetime) -> Receipt:
    door = Door(tale.province["postclerk"], at, _with_a_longer_gap_from_thursday())
    event = a_scan(tale.item.number, EventType.INVITED, at=of, clock_offset_ms=0, details={"number": number})
    return record(tale.session, [event], door)[0]


def _held(books: Session, province: Province) -> Tale:
    tale = tale_of(books, province, Leg.RESULT)
    tale.scan("courier", EventType.COLLECTED)
    tale.scan("postclerk", EventType.BACK_AT_OFFICE)
    return tale.held().wait(minutes=1)


def test_a_longer_gap_holds_from_its_day_on(books: Session, province: Province) -> None:
    tale = _held(books, province)
    _invited(tale, 1, tale.at, at=tale.at)

    too_early = _invited(tale, 2, THURSDAY, at=THURSDAY)
    in_time = _invited(tale, 2, FRIDAY, at=FRIDAY)

    assert (too_early.cause, in_time.outcome) == ("invitation_gap", Outcome.RECORDED)


def test_what_was_decided_the_day_before_is_judged_by_the_numbers_of_that_day(
    books: Session, province: Province
) -> None:
    tale = _held(books, province)
    _invited(tale, 1, tale.at, at=tale.at)

    late_entry = _invited(tale, 2, THURSDAY - timedelta(days=1), at=FRIDAY)

    policies = [stored.event.details.policy for stored in read_story(books, tale.item.item_id).events[-2:]]
    assert late_entry.outcome is Outcome.RECORDED
    assert [(policy.invitations, policy.gap_working_days) for policy in policies] == [(2, None), (2, 2)]


def test_an_item_keeps_the_attempts_it_was_registered_with(books: Session, province: Province) -> None:
    """Three were allowed then; two are allowed since Thursday."""
    tale = tale_of(books, province, Leg.RESULT).accepted().with_courier()
    told = {"reason": "absent", "details": {"action": "reattempt"}}

    for at in (FRIDAY + timedelta(days=day) for day in range(3)):
        door = Door(province["courier"], at, _with_a_longer_gap_from_thursday())
        record(books, [a_scan(tale.item.number, EventType.ATTEMPT_FAILED, at=at, **told)], door)

    assert (tale.standing.attempts, "rule_breach" in tale.open_codes) == (3, False)
