"""An item's history as a desk reads it: what, where, who with whom, when, and what was odd about it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from tracker.domain.events import Details
from tracker.domain.vocabulary import AttemptReason, EventType, Hand, Party
from tracker.phrases import phrase_of
from tracker.store.queries.item_page import EvidenceCount, HistoryEntry, Holder
from tracker.web.formats import moment
from tracker.web.language import gettext, ngettext
from tracker.web.reasons import reason_words
from tracker.web.way import ICONS

LATE_ENTRY_SECONDS = 120


@dataclass(frozen=True, slots=True)
class StoryLine:
    """`kind` is a class of the custody line; `oddities` are anomalies in words.

    `event_id` where a supervisor may correct it.
    """

    kind: str
    icon: str
    words: str
    under: str
    details: tuple[str, ...]
    oddities: tuple[str, ...]
    is_void: bool
    event_id: UUID | None


def story_lines(history: Sequence[HistoryEntry], *, is_open: bool) -> list[StoryLine]:
    return [_line(entry, is_now=is_open and index == 0) for index, entry in enumerate(history)]


def _line(entry: HistoryEntry, *, is_now: bool) -> StoryLine:
    return StoryLine(
        kind="now" if is_now else "",
        icon=ICONS.get(entry.type, "c2" if entry.hand is Hand.GIVE else "c6"),
        words=gettext(phrase_of(entry.type)),
        under=", ".join(part for part in (moment(entry.at), entry.office) if part),
        details=tuple(_details(entry)),
        oddities=tuple(gettext(phrase_of(anomaly)) for anomaly in entry.anomalies),
        is_void=entry.is_void,
        event_id=entry.event_id if entry.may_be_corrected else None,
    )


def _details(entry: HistoryEntry) -> list[str]:
    told = [gettext("story.by", who=entry.who, role=gettext(phrase_of(entry.role)))]
    if entry.second:
        told.append(gettext("story.with", who=entry.second))
    elif entry.hand:
        told.append(gettext(phrase_of(entry.hand)))
    if entry.type is EventType.INVITED and entry.details.number:
        told.append(gettext("story.invitation", number=entry.details.number))
    told += [*_why(entry), *_what(entry.details), *_pictures(entry.evidence)]
    if entry.is_paper:
        told.append(gettext("story.paper", moment=moment(entry.recorded_at)))
    elif abs((entry.recorded_at - entry.at).total_seconds()) > LATE_ENTRY_SECONDS:
        told.append(gettext("story.recorded", moment=moment(entry.recorded_at)))
    return told


def _why(entry: HistoryEntry) -> Iterator[str]:
    if entry.corrects:
        yield gettext("story.corrects", what=gettext(phrase_of(entry.corrects)))
    if entry.reason:
        yield _reason(entry.type, entry.reason)


def _what(details: Details) -> Iterator[str]:
    if details.receiver:
        yield gettext("story.receiver", who=gettext(phrase_of(details.receiver)))
    if details.identity:
        yield gettext(phrase_of(details.identity))
    if details.seal_number:
        yield gettext("story.seal", number=details.seal_number)
    if details.bag:
        yield gettext("story.bag", number=details.bag)


def _pictures(evidence: EvidenceCount) -> Iterator[str]:
    """How many there are; the pictures themselves are shown nowhere on this page."""
    if evidence.named:
        yield ngettext("story.pictures", "story.pictures.plural", evidence.named)
    if evidence.awaited:
        yield ngettext("story.pictures_awaited", "story.pictures_awaited.plural", evidence.awaited)


def _reason(kind: EventType, reason: str) -> str:
    if kind is EventType.ATTEMPT_FAILED and reason in set(AttemptReason):
        return gettext(phrase_of(AttemptReason(reason)))
    return reason_words(kind, reason)


def holder_words(holder: Holder) -> str:
    """An office or a person by name; the citizen by the word only."""
    if holder.kind in {Party.SENDER, Party.RECIPIENT} or not holder.name:
        return gettext(phrase_of(holder.kind))
    return holder.name
