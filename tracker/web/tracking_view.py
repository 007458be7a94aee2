"""A trail as the page shows it: plain words, nothing left to decide in the template."""

from dataclasses import dataclass

from tracker.domain.vocabulary import CitizenState, Leg, Party
from tracker.phrases import phrase_of
from tracker.store.queries.tracking import TrackedItem
from tracker.sums import dong
from tracker.web.answers import Circumstances, answer, last_news_at, what_to_do
from tracker.web.clocks import ClockRow, agency_clock, post_clock
from tracker.web.formats import grouped, moment
from tracker.web.language import gettext
from tracker.web.marks import Mark, mark_of
from tracker.web.way import FIRST_WORDS_SHOWN, Progress, Word, history, progress


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingView:
    leg: Leg
    number: str
    answer: str
    mark: Mark
    updated: str
    is_silent: bool
    holder: str
    todo: str
    payment: tuple[str, str] | None
    others: tuple[tuple[str, str, Mark], ...]
    progress: Progress
    newest: list[Word]
    earlier: list[Word]
    post: list[ClockRow]
    agency: list[ClockRow]
    hotline: str
    dial: str


def view_of(seen: Circumstances) -> TrackingView:
    item, trail = seen.item, seen.trail
    words = history(trail)
    shown = FIRST_WORDS_SHOWN + sum(word.kind == "f" for word in words)
    return TrackingView(
        leg=item.leg,
        number=grouped(item.number),
        answer=answer(seen),
        mark=mark_of(item.state),
        updated=moment(last_news_at(item)),
        is_silent=seen.is_silent,
        holder=holder(item),
        todo=what_to_do(seen),
        payment=_payment(item),
        others=tuple(_other(other) for other in trail.legs if other.id > item.id),
        progress=progress(trail),
        newest=words[:shown],
        earlier=words[shown:],
        post=post_clock(trail),
        agency=agency_clock(trail),
        hotline=seen.hotline,
        dial="".join(sign for sign in seen.hotline if sign.isdigit()),
    )


def holder(item: TrackedItem) -> str:
    """An office by its name; a person only by the word for what they are."""
    custodian = item.standing.custodian
    if custodian.kind is not Party.OFFICE:
        return gettext(phrase_of(custodian.kind))
    places = (item.at_office, item.to_office, item.from_office)
    return next((place.name for place in places if place and place.code == custodian.ref), gettext("place.unknown"))


def _payment(item: TrackedItem) -> tuple[str, str] | None:
    if item.state in {CitizenState.DELIVERED, CitizenState.ATTENTION}:
        return None
    code = "pay.on_receipt" if item.leg is Leg.RESULT else "pay.on_sending"
    return gettext(code), dong(item.due_amount) if item.due_amount else gettext("pay.nothing")


def _other(item: TrackedItem) -> tuple[str, str, Mark]:
    return gettext(phrase_of(item.leg)), grouped(item.number), mark_of(item.state)
