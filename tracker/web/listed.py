"""The lists behind the board's numbers, one row function each."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from flask import abort, url_for
from sqlalchemy import ColumnElement

from tracker.domain.ages import Age
from tracker.domain.discrepancies import DiscrepancyCode, DiscrepancyState
from tracker.domain.vocabulary import AttemptReason, EventType, Party
from tracker.phrases import phrase_of, run_fault_phrase
from tracker.store.queries.aged_discrepancies import AgedAsked, aged_discrepancies
from tracker.store.queries.board import BoardLine, ListAsked, Moment, board_list, is_late, is_silent
from tracker.store.queries.devices import unsent_devices
from tracker.store.queries.discrepancies import DiscrepancyView
from tracker.store.queries.holders import is_held_by
from tracker.store.queries.open_claims import ClaimsAsked, open_claims
from tracker.store.queries.period_events import (
    DELIVERIES,
    AttemptLine,
    AttemptsAsked,
    Stretch,
    attempts as attempt_lines,
    scanned_visits,
)
from tracker.store.queries.runs import feeds_health
from tracker.web.feed_words import feed_words
from tracker.web.formats import day, grouped, moment
from tracker.web.language import gettext
from tracker.web.listings import Asked, Cell, Listing, Row
from tracker.web.two_sides import age_of, subject_of

PERIOD_DAYS = 7
NO_REASON = "none"
Word = TypeVar("Word", bound=StrEnum)


def last_days(now: Moment, days: int = PERIOD_DAYS) -> Stretch:
    """So many times 24 hours up to now."""
    return Stretch(now.at - timedelta(days=days), now.at)


def party_words(name: str) -> str:
    """A party without a name is told by its word."""
    return gettext(f"party.{name}") if name in set(Party) else name


def _number(number: str) -> Cell:
    return Cell(grouped(number), url_for("finding.item", number=number), "code")


def _page(rows: Sequence[Row], asked: Asked) -> list[Row]:
    """Of a short list that is read at once; the key of a row is its place."""
    return list(rows[asked.after : asked.after + asked.limit])


def _named(kind: type[Word], told: str) -> Word | None:
    """None where nothing was told; what is no word of this kind has no list."""
    if not told:
        return None
    return kind(told) if told in set(kind) else abort(404)


def on_asked(asked: Asked) -> date | None:
    told = asked.given.get("on", "")
    try:
        return date.fromisoformat(told) if told else None
    except ValueError:
        abort(404)


def _narrowed(asked: Asked) -> tuple[ColumnElement[bool], ...]:
    only, held = asked.given.get("only", ""), asked.given.get("held", "")
    named = {"late": is_late(asked.now), "silent": is_silent(asked.now)}
    if only and only not in named:
        abort(404)
    return (*([named[only]] if only else []), *([is_held_by(held)] if held else []))


def board_lines(asked: Asked) -> list[BoardLine]:
    wanted = ListAsked(
        asked.given.get("show", "open"), asked.now, asked.after, asked.limit, _narrowed(asked), on_asked(asked)
    )
    return board_list(asked.session, asked.reader, wanted)


def items(asked: Asked) -> list[Row]:
    return [
        Row(
            line.id,
            (
                _number(line.number),
                Cell(gettext(phrase_of(line.leg))),
                Cell(gettext(phrase_of(line.status))),
                Cell(party_words(line.holder)),
                Cell(day(line.due_on), tone="late" if line.is_late else "nowrap"),
                Cell(moment(line.last_event_at) if line.last_event_at else "", tone="nowrap"),
            ),
        )
        for line in board_lines(asked)
    ]


def age_asked(asked: Asked) -> Age | None:
    return _named(Age, asked.given.get("age", ""))


def handovers(asked: Asked) -> list[Row]:
    wanted = ClaimsAsked(asked.after, asked.limit, age_asked(asked), asked.now.at)
    return [
        Row(
            place,
            (
                _number(one.number),
                Cell(gettext(phrase_of(one.leg))),
                Cell(party_words(one.holder)),
                Cell(party_words(one.offered_to)),
                Cell(moment(one.since), tone="nowrap"),
                Cell(age_of(one.since), tone="nowrap"),
            ),
        )
        for place, one in enumerate(open_claims(asked.session, asked.reader, wanted), asked.after + 1)
    ]


def reason_words(reason: AttemptReason | None) -> str:
    return gettext(phrase_of(reason)) if reason else gettext("board.no_reason")


def attempts(asked: Asked) -> list[Row]:
    told = asked.given.get("reason", "")
    reason = "" if told == NO_REASON else _named(AttemptReason, told)
    wanted = AttemptsAsked(last_days(asked.now), reason, asked.after or None, asked.limit)
    return [_attempt(line, reason_words(line.reason)) for line in attempt_lines(asked.session, asked.reader, wanted)]


def all_attempts(asked: Asked) -> list[Row]:
    types = (EventType.ATTEMPT_FAILED, *DELIVERIES)
    wanted = AttemptsAsked(last_days(asked.now), None, asked.after or None, asked.limit, types)
    found = attempt_lines(asked.session, asked.reader, wanted)
    return [_attempt(line, gettext(phrase_of(line.type))) for line in found]


def _attempt(line: AttemptLine, outcome: str) -> Row:
    return Row(
        line.id,
        (
            _number(line.number),
            Cell(gettext(phrase_of(line.leg))),
            Cell(moment(line.at), tone="nowrap"),
            Cell(outcome),
            Cell(line.carrier, tone="code"),
            Cell(line.office),
        ),
    )


def visits(asked: Asked) -> list[Row]:
    found = scanned_visits(asked.session, asked.reader, last_days(asked.now), asked.after, asked.limit)
    return [
        Row(
            one.id,
            (
                _number(one.number),
                Cell(gettext(phrase_of(one.leg))),
                Cell(one.office),
                Cell(moment(one.at), tone="nowrap"),
            ),
        )
        for one in found
    ]


def discrepancies(asked: Asked) -> list[Row]:
    code = _named(DiscrepancyCode, asked.given.get("code", ""))
    wanted = AgedAsked(asked.now.at, asked.after, asked.limit, code, age_asked(asked), state=DiscrepancyState.OPEN)
    return [_discrepancy(view) for view in aged_discrepancies(asked.session, asked.reader, wanted)]


def missed_scans(asked: Asked) -> list[Row]:
    week = last_days(asked.now)
    wanted = AgedAsked(asked.now.at, asked.after, asked.limit, DiscrepancyCode.MISSED_SCAN, within=week)
    return [_discrepancy(view) for view in aged_discrepancies(asked.session, asked.reader, wanted)]


def _discrepancy(view: DiscrepancyView) -> Row:
    return Row(
        view.id,
        (
            Cell(subject_of(view), url_for("discrepancies.show", so=view.id), "code"),
            Cell(gettext(phrase_of(view.code))),
            Cell(gettext(phrase_of(view.severity))),
            Cell(moment(view.since_at), tone="nowrap"),
            Cell(age_of(view.since_at), tone="nowrap"),
            Cell(view.owner or gettext(phrase_of(view.owner_role))),
            Cell(gettext(phrase_of(view.state))),
        ),
    )


def feeds(asked: Asked) -> list[Row]:
    rows = [
        Row(
            place,
            (
                Cell(feed_words(feed.source)),
                Cell(gettext("health.failing", moment=moment(feed.failing_since)) if feed.failing_since else
                     gettext("health.running") if feed.last_success_at else gettext("health.no_answer_yet")),
                Cell(moment(feed.last_success_at) if feed.last_success_at else "", tone="nowrap"),
                Cell(age_of(feed.last_success_at) if feed.last_success_at else "", tone="nowrap"),
                Cell(_fault_words(feed.fault)),
            ),
        )
        for place, feed in enumerate(feeds_health(asked.session), 1)
    ]  # fmt: skip
    return _page(rows, asked)


def _fault_words(fault: str) -> str:
    if not fault:
        return ""
    phrase, facts = run_fault_phrase(fault)
    return gettext(phrase, **facts)


def devices(asked: Asked) -> list[Row]:
    rows = [
        Row(
            place,
            (
                Cell(line.whose, tone="code"),
                Cell(gettext(phrase_of(line.role))),
                Cell(line.office),
                Cell(moment(line.heard_at), tone="nowrap"),
                Cell(age_of(line.heard_at), tone="nowrap"),
                Cell(str(line.missing), tone="n"),
                Cell(str(line.holding), tone="n"),
            ),
        )
        for place, line in enumerate(unsent_devices(asked.session, asked.reader, asked.now.at), 1)
    ]
    return _page(rows, asked)


def _called(phrase: str) -> Callable[[Asked], str]:
    return lambda _: gettext(phrase)


def _of_age(asked: Asked) -> list[str]:
    age = age_asked(asked)
    return [gettext(f"age_of.{age.value}")] if age else []


def _handovers_title(asked: Asked) -> str:
    return ", ".join([gettext("board.claims"), *_of_age(asked)])


def _discrepancies_title(asked: Asked) -> str:
    code = _named(DiscrepancyCode, asked.given.get("code", ""))
    return ", ".join([gettext(phrase_of(code) if code else "board.discrepancies_list"), *_of_age(asked)])


def _attempts_title(asked: Asked) -> str:
    told = asked.given.get("reason", "")
    reason = None if told == NO_REASON else _named(AttemptReason, told)
    return ", ".join([gettext("board.attempts_list"), *([reason_words(reason)] if told else [])])


_ITEM = ("item.number", "item.leg")
_DISCREPANCY = (
    "board.subject",
    "board.kind",
    "board.severity",
    "board.since",
    "board.age",
    "board.owner",
    "board.state",
)
BOARD_LISTINGS: dict[str, Listing] = {
    "giao-nhan": Listing(
        _handovers_title, "board.claims_hint",
        (*_ITEM, "item.holder", "board.claim_to", "board.claim_since", "board.claim_age"), handovers, ("age",),
    ),
    "phat-khong-thanh-cong": Listing(
        _attempts_title, "board.attempts_hint",
        (*_ITEM, "board.at", "board.reason", "board.carrier", "board.office"), attempts, ("reason",),
    ),
    "lan-phat": Listing(
        _called("board.all_attempts"), "board.all_attempts_hint",
        (*_ITEM, "board.at", "board.outcome", "board.carrier", "board.office"), all_attempts,
    ),
    "co-quet": Listing(
        _called("board.with_scan_list"), "board.with_scan_hint", (*_ITEM, "board.office", "board.last_scan"), visits,
    ),
    "chenh-lech": Listing(
        _discrepancies_title, "board.discrepancies_hint", _DISCREPANCY, discrepancies, ("code", "age"),
    ),
    "thieu-quet": Listing(_called("board.missed_list"), "board.scan_rate_hint", _DISCREPANCY, missed_scans),
    "nguon": Listing(
        _called("board.sources"), "board.feeds_hint",
        ("board.feed", "board.state", "board.last_answer", "board.age", "board.fault"), feeds,
    ),
    "thiet-bi": Listing(
        _called("board.devices"), "board.devices_hint",
        ("board.carrier", "board.role", "board.office", "board.heard", "board.age", "board.missing", "board.holding"),
        devices,
    ),
}  # fmt: skip
