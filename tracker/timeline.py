"""A dossier's envelopes event by event: for programs as JSON, for people as a paper. Nothing in it names a citizen."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import force_locale, gettext, ngettext
from sqlmodel import Session

from labels.timeline import Entry, Envelope as PaperEnvelope, TimelinePaper
from tracker.domain.events import Event, Standing
from tracker.domain.vocabulary import Anomaly
from tracker.phrases import phrase_of
from tracker.store.queries.catalogue import office_names
from tracker.store.queries.events import StoredEvent, evidence_named
from tracker.store.queries.packs import Envelope, staff_codes
from tracker.store.queries.stories import ItemStory, read_story

LANGUAGE = "vi"
# Said as the chained bytes say it, so that whoever has the chain can hold the one against the other.
REPEATED = ("type", "occurred_at", "recorded_at", "effective_at", "hand")
S10_LENGTH = 13


@dataclass(frozen=True, slots=True)
class Told:
    """One event as both forms tell it; `names` of offices and people are codes where they stand for persons."""

    stored: StoredEvent
    actor: str
    entered_by: str
    other: str
    office: str
    anomalies: tuple[Anomaly, ...]
    is_void: bool

    @property
    def event(self) -> Event:
        return self.stored.event


@dataclass(frozen=True, slots=True)
class ToldEnvelope:
    """`events` in the order in which they count."""

    envelope: Envelope
    standing: Standing
    events: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Proven:
    """How far the roots reach: `last_root` is empty where none holds anything of it."""

    last_root: str
    open_count: int


def tell_envelopes(session: Session, envelopes: Iterable[Envelope]) -> list[ToldEnvelope]:
    codes, offices = staff_codes(session), office_names(session)
    return [_tell(envelope, read_story(session, envelope.item_id), codes, offices) for envelope in envelopes]


def _tell(envelope: Envelope, story: ItemStory, codes: Mapping[str, str], offices: Mapping[str, str]) -> ToldEnvelope:
    by_id = {stored.event.id: stored for stored in story.events}
    told = [_event(by_id[event_id], story, codes, offices) for event_id in story.folded.order]
    return ToldEnvelope(envelope, story.standing, tuple(told))


def _event(stored: StoredEvent, story: ItemStory, codes: Mapping[str, str], offices: Mapping[str, str]) -> Told:
    event = stored.event
    entered_by = str(json.loads(stored.chained)["actor"])
    other = event.counterparty.user if event.counterparty else None
    return Told(
        stored=stored,
        actor=codes.get(event.actor, event.actor),
        entered_by="" if entered_by == event.actor else codes.get(entered_by, entered_by),
        other=codes.get(other, other) if other else "",
        office=offices.get(event.office or "", ""),
        anomalies=tuple(sorted(story.folded.borne.get(event.id, frozenset()))),
        is_void=event.id in story.folded.void,
    )


def timeline_json(numbers: Iterable[str], told: Iterable[ToldEnvelope]) -> dict[str, object]:
    return {"dossier": list(numbers), "items": [_item_json(one) for one in told]}


def _item_json(told: ToldEnvelope) -> dict[str, object]:
    standing = told.standing
    return {
        "number": told.envelope.number,
        "leg": told.envelope.leg,
        "status": standing.status,
        "custodian": standing.custodian.kind,
        "anomalies": list(standing.anomalies),
        "events": [_event_json(one) for one in told.events],
    }


def _event_json(told: Told) -> dict[str, object]:
    """What an event does not tell is left out."""
    event, body = told.event, json.loads(told.stored.chained)
    details = body.get("details", {})
    row: dict[str, object] = {"chain": told.stored.chain, "seq": told.stored.seq, "id": str(event.id)}
    row |= {key: body[key] for key in REPEATED if key in body}
    row["actor"] = {"code": told.actor, "role": event.actor_role}
    if told.entered_by:
        row["entered_by"] = told.entered_by
    if event.counterparty:
        code = {"code": told.other} if told.other else {}
        row["counterparty"] = {"kind": event.counterparty.kind, "verified": event.counterparty.verified, **code}
    if event.office:
        row["office"] = {"code": event.office, "name": told.office}
    row |= {key: body[key] for key in ("reason", "evidence") if key in body}
    row |= {key: details[key] for key in ("handover", "counts", "receiver", "seal_number", "bag") if key in details}
    return row | {"anomalies": list(told.anomalies), "void": told.is_void}


def timeline_paper(numbers: tuple[str, ...], told: Iterable[ToldEnvelope], proven: Proven, zone: str) -> TimelinePaper:
    """Papers speak Vietnamese, whatever language the desk reads."""
    own, *others = numbers
    told, clock = list(told), ZoneInfo(zone)
    last = max((one.stored.recorded_at for envelope in told for one in envelope.events), default=None)
    with force_locale(LANGUAGE):
        facts = [(gettext("paper.other_numbers"), ", ".join(others))] if others else []
        facts.append((gettext("paper.envelopes"), ", ".join(grouped(one.envelope.number) for one in told)))
        if last:
            facts.append((gettext("paper.until"), _at(last, clock)))
        return TimelinePaper(
            title=gettext("paper.title"),
            number=own,
            facts=tuple(facts),
            notes=tuple(_notes(proven)),
            envelopes=tuple(_paper_envelope(one, clock) for one in told),
            page=gettext("paper.page"),
        )


def _notes(proven: Proven) -> Iterable[str]:
    if proven.last_root:
        yield gettext("paper.proven", root=proven.last_root)
    if proven.open_count:
        yield ngettext("paper.unproven", "paper.unproven.plural", proven.open_count)
    yield gettext("paper.reading_copy")


def _paper_envelope(told: ToldEnvelope, clock: ZoneInfo) -> PaperEnvelope:
    under = f"{gettext(phrase_of(told.envelope.leg))} · {gettext(phrase_of(told.standing.status))}"
    return PaperEnvelope(grouped(told.envelope.number), under, tuple(_entry(one, clock) for one in told.events))


def _entry(told: Told, clock: ZoneInfo) -> Entry:
    void = f" ({gettext('story.void')})" if told.is_void else ""
    return Entry(
        at=_at(told.event.effective_at, clock),
        what=gettext(phrase_of(told.event.type)) + void,
        under=(_who(told), told.office, " · ".join(_what(told))),
        mark=", ".join(gettext(phrase_of(anomaly)) for anomaly in told.anomalies),
        place=gettext("paper.place", chain=told.stored.chain.partition(":")[2], seq=told.stored.seq),
        is_void=told.is_void,
    )


def _who(told: Told) -> str:
    event = told.event
    parts = [gettext("story.by", who=told.actor, role=gettext(phrase_of(event.actor_role)))]
    if event.counterparty:
        other = gettext(phrase_of(event.counterparty.kind))
        parts.append(gettext("paper.other", who=f"{told.other}, {other}" if told.other else other))
    if told.entered_by:
        parts.append(gettext("paper.entered_by", who=told.entered_by))
    return " · ".join(parts)


def _what(told: Told) -> Iterable[str]:
    event, details = told.event, told.event.details
    if event.hand:
        yield gettext(phrase_of(event.hand))
    if details.receiver:
        yield gettext("story.receiver", who=gettext(phrase_of(details.receiver)))
    if details.seal_number:
        yield gettext("story.seal", number=details.seal_number)
    if details.bag:
        yield gettext("story.bag", number=details.bag)
    if details.counts:
        yield gettext("paper.counts", number=sum(one.count for one in details.counts))
    pictures = len(evidence_named(told.stored.chained))
    if pictures:
        yield ngettext("story.pictures", "story.pictures.plural", pictures)


def _at(at: datetime, clock: ZoneInfo) -> str:
    return f"{at.astimezone(clock):%d/%m/%Y %H:%M:%S}"


def grouped(number: str) -> str:
    """`EI 260 115 006 VN`."""
    if len(number) != S10_LENGTH:
        return number
    return " ".join((number[:2], number[2:5], number[5:8], number[8:11], number[11:]))
