"""An item's history as a desk reads it: what, where, who with whom, when, and what was odd about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.domain.vocabulary import AttemptReason, EventType, Hand, Party
from tracker.phrases import phrase_of
from tracker.store.queries.item_page import HistoryEntry, Holder
from tracker.web.formats import moment
from tracker.web.language import gettext
from tracker.web.way import ICONS

LATE_ENTRY_SECONDS = 120


@dataclass(frozen=True, slots=True)
class StoryLine:
    """`kind` is a class of the custody line; `oddities` are anomalies in words."""

    kind: str
    icon: str
    words: str
    under: str
    details: tuple[str, ...]
    oddities: tuple[str, ...]
    is_void: bool


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
    )


def _details(entry: HistoryEntry) -> list[str]:
    told = [gettext("story.by", who=entry.who, role=gettext(phrase_of(entry.role)))]
    if entry.second:
        told.append(gettext("story.with", who=entry.second))
    elif entry.hand:
        told.append(gettext(phrase_of(entry.hand)))
    if entry.reason and entry.type is EventType.ATTEMPT_FAILED:
        told.append(_attempt_reason(entry.reason))
    if entry.details.receiver:
        told.append(gettext("story.receiver", who=gettext(phrase_of(entry.details.receiver))))
    if entry.details.identity:
        told.append(gettext(phrase_of(entry.details.identity)))
    if entry.details.seal_number:
        told.append(gettext("story.seal", number=entry.details.seal_number))
    if entry.details.bag:
        told.append(gettext("story.bag", number=entry.details.bag))
    if abs((entry.recorded_at - entry.at).total_seconds()) > LATE_ENTRY_SECONDS:
        told.append(gettext("story.recorded", moment=moment(entry.recorded_at)))
    return told


def _attempt_reason(reason: str) -> str:
    known = reason in set(AttemptReason)
    return gettext(phrase_of(AttemptReason(reason))) if known else gettext("story.reason", reason=reason)


def holder_words(holder: Holder) -> str:
    """An office or a person by name; the citizen by the word only."""
    if holder.kind in {Party.SENDER, Party.RECIPIENT} or not holder.name:
        return gettext(phrase_of(holder.kind))
    return holder.name
