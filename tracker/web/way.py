"""How far it has come: the steps of both legs, and what happened so far, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.domain.vocabulary import CitizenState, EventType, Leg, Receiver, Status
from tracker.phrases import national_status_phrase
from tracker.store.queries.tracking import AgencyWord, TrackedEvent, TrackedItem, Trail
from tracker.web.answers import because, things
from tracker.web.formats import day, moment, today
from tracker.web.language import gettext
from tracker.web.marks import mark_of

WHOLE_WAY = ("slip", "sending", "at_desk", "agency", "coming_back", "out", "handed_over")
SENDING_ONLY = ("slip", "sending", "at_desk")
RESULT_ONLY = ("slip", "coming_back", "out", "handed_over")
NEAR_CITIZEN = frozenset({CitizenState.OUT_FOR_DELIVERY, CitizenState.ATTEMPT_FAILED, CitizenState.READY_FOR_PICKUP})
FIRST_WORDS_SHOWN = 3
HAS_BEGUN = 2  # the one-stop system's "Được tiếp nhận"
# Printing, bags and corrections are the post's own business.
SHOWN = frozenset(EventType) - {
    EventType.LABEL_PRINTED,
    EventType.BAGGED,
    EventType.UNBAGGED,
    EventType.RELEASED,
    EventType.CORRECTED,
}
ICONS = {
    EventType.REGISTERED: "c1",
    EventType.ATTEMPT_FAILED: "c4",
    EventType.HELD: "c5",
    EventType.REFUSED: "c7",
    EventType.RETURN_STARTED: "c7",
    EventType.HOLD_EXPIRED: "c7",
    EventType.RECALLED: "c7",
    EventType.DAMAGED: "c7",
    EventType.MISSING: "c7",
    EventType.DECLARED_LOST: "c7",
    EventType.UNCLAIMED: "c7",
    EventType.CANCELLED: "c7",
}
NAMES_THE_PLACE = frozenset(
    {EventType.ARRIVED, EventType.DEPARTED, EventType.BACK_AT_OFFICE, EventType.HELD, EventType.FORWARDED}
)


@dataclass(frozen=True, slots=True)
class Progress:
    """`here` counts from 1. `kinds` are classes of the drawn bar, one per step."""

    here: int
    kinds: tuple[str, ...]
    now: str
    following: str | None

    @property
    def total(self) -> int:
        return len(self.kinds)


@dataclass(frozen=True, slots=True)
class Word:
    """One line of the history; `kind` is `f` expected, `w` now, `ag` the agency's, or nothing."""

    kind: str
    icon: str
    words: str
    under: str
    at: datetime


def progress(trail: Trail) -> Progress:
    steps = _steps_of(trail)
    here = steps.index(_current_step(trail, steps))
    is_done = here == len(steps) - 1
    kinds = tuple(_kind(step, at, here, is_done=is_done) for at, step in enumerate(steps))
    following = None if is_done else gettext(f"step.{steps[here + 1]}.next")
    return Progress(here + 1, kinds, gettext(f"step.{steps[here]}.now"), following)


def _steps_of(trail: Trail) -> Sequence[str]:
    legs = {item.leg for item in trail.legs}
    if Leg.RESULT not in legs and not trail.result_by_post:
        return SENDING_ONLY
    return RESULT_ONLY if legs == {Leg.RESULT} else WHOLE_WAY


def _current_step(trail: Trail, steps: Sequence[str]) -> str:
    """Of the whole way the farthest leg decides; an item on its own only its own."""
    item = max(trail.legs, key=lambda leg: (leg.leg is Leg.RESULT, leg.id)) if steps is WHOLE_WAY else trail.item
    if item.standing.status is Status.REGISTERED:
        return "agency" if item.leg is Leg.RESULT and steps is WHOLE_WAY else "slip"
    is_delivered = item.standing.status is Status.DELIVERED
    if item.leg is Leg.RESULT:
        return "handed_over" if is_delivered else "out" if item.state in NEAR_CITIZEN else "coming_back"
    if not is_delivered:
        return "sending"
    has_begun = trail.agency and trail.agency[-1].status >= HAS_BEGUN
    return "agency" if has_begun and "agency" in steps else "at_desk"


def _kind(step: str, at: int, here: int, *, is_done: bool) -> str:
    if at > here:
        return "x"
    if at == here and not is_done:
        return "n"
    return "a" if step == "agency" else ""


def history(trail: Trail) -> list[Word]:
    """Newest first; the newest of an item still on its way is where it stands now."""
    legs = {item.id: item for item in trail.legs}
    told = [_word(event, legs[event.item_id]) for event in _without_repeats(trail.events)]
    told += [_agency_word(one) for one in trail.agency]
    told.sort(key=lambda word: word.at, reverse=True)
    return [*_expected(trail.item), *_with_now(told, trail.item)]


def _without_repeats(events: Sequence[TrackedEvent]) -> list[TrackedEvent]:
    shown = [event for event in events if event.type in SHOWN]
    keys = [(event.item_id, event.type, event.office_name) for event in shown]
    always = {EventType.ATTEMPT_FAILED, EventType.INVITED}
    return [event for at, event in enumerate(shown) if at == 0 or keys[at] != keys[at - 1] or event.type in always]


def _with_now(told: list[Word], item: TrackedItem) -> list[Word]:
    newest = next((at for at, word in enumerate(told) if word.kind != "ag"), None)
    if newest is None or item.standing.status.is_final:
        return told
    now = told[newest]
    icon = mark_of(item.state).icon
    return [*told[:newest], Word("w", icon, now.words, now.under, now.at), *told[newest + 1 :]]


def _expected(item: TrackedItem) -> list[Word]:
    """The next thing to come, dotted; nothing is expected of what has ended or gone astray."""
    if item.state in {CitizenState.DELIVERED, CitizenState.ATTENTION}:
        return []
    code = "expected.to_citizen" if item.leg is Leg.RESULT else "expected.to_office"
    late = item.due_on < today()
    hint = "expected.late" if late else "expected.by"
    under = gettext(hint, day=day(item.due_on))
    words = gettext(code, place=item.to_office.name, **things(item.leg))
    return [Word("f", "c1", words, under, item.registered_at)]


def _word(event: TrackedEvent, item: TrackedItem) -> Word:
    place = event.office_name or gettext("place.unknown")
    names_place = event.type in NAMES_THE_PLACE or not event.office_name
    under = moment(event.at) if names_place else f"{moment(event.at)}, {place}"
    return Word("", ICONS.get(event.type, "c6"), _sentence(event, item, place), under, event.at)


def _sentence(event: TrackedEvent, item: TrackedItem, place: str) -> str:
    told = {"place": place, **things(item.leg)}
    match event.type:
        case EventType.DELIVERED | EventType.HANDED_OUT:
            return _delivery(event, item)
        case EventType.COLLECTED if item.leg is Leg.RESULT:
            return gettext("history.collected.result", **told)
        case EventType.ATTEMPT_FAILED:
            return gettext("history.attempt_failed", reason=because(event.reason))
        case _:
            return gettext(f"history.{event.type.value}", **told)


def _delivery(event: TrackedEvent, item: TrackedItem) -> str:
    told = things(item.leg)
    match event.details.receiver:
        case Receiver.RECIPIENT if item.leg is Leg.RESULT:
            return gettext("history.delivered.recipient", **told)
        case Receiver.AUTHORISED if item.leg is Leg.RESULT:
            return gettext("history.delivered.authorised", **told)
        case Receiver.SENDER:
            return gettext("history.delivered.sender", **told)
        case _:
            is_signed = item.standing.legal_submission_at is not None
            office = gettext("history.delivered.office", place=item.to_office.name, **told)
            citizen = gettext("history.delivered.citizen", **told)
            signed = gettext("history.delivered.signed", place=item.to_office.name, **told)
            return citizen if item.leg is Leg.RESULT else signed if is_signed else office


def _agency_word(one: AgencyWord) -> Word:
    words = gettext("history.agency", word=gettext(national_status_phrase(one.status)))
    return Word("ag", "agency", words, gettext("history.agency_says", moment=moment(one.said_at)), one.said_at)
