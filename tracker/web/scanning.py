"""One scan from code to verdict, the same for desk and courier: read it, ask what is missing, record it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from flask import request
from sqlmodel import Session

from tracker.actions.desk import Desk
from tracker.actions.door import Door
from tracker.actions.evidence import store_evidence
from tracker.actions.prospects import prospect_of
from tracker.actions.receipts import Receipt
from tracker.actions.record import record
from tracker.actions.redirection import Redirection, redirect
from tracker.domain.chain import instant
from tracker.domain.event_ids import new_event_id
from tracker.domain.refusal import Cause
from tracker.domain.vocabulary import Anomaly, EventType, Hand, Outcome, Party
from tracker.phrases import phrase_of
from tracker.store.engine import reading as reads, transaction
from tracker.store.queries.scanning import ScannedItem, colleagues, scanned_item
from tracker.store.queries.stories import read_story
from tracker.web.access import actor, desk
from tracker.web.answering import device_time_of, event_of, read_answers
from tracker.web.asking import Ask, Occasion
from tracker.web.decided import DECIDED_BY_TWO, REFUSED_IN_FIELD
from tracker.web.formats import today
from tracker.web.given import Answers
from tracker.web.house import house
from tracker.web.language import gettext
from tracker.web.options import Options, options_of
from tracker.web.reading import Found, Reading, read
from tracker.web.strip import StripLine, strip_of
from tracker.web.verdicts import (
    Recorded,
    Verdict,
    counted_of,
    holder_of,
    verdict_of_reading,
    verdict_of_receipt,
    with_old_label,
)

LONGEST_CODE = 200
SECRETS = frozenset({"second_pin", "approver_pin"})
PIN_FIELDS = {Cause.PIN_WRONG.value: "second_pin", Cause.SECOND_PERSON_MISSING.value: "second_pin"}


@dataclass(frozen=True, slots=True)
class Form:
    """What is asked now. `given` is what was already filled in, `errors` the sentence per field."""

    occasion: Occasion
    code: str
    given: Mapping[str, str]
    errors: Mapping[str, str]
    event_id: str
    occurred_at: str
    second_people: tuple[tuple[str, str], ...] = ()
    options: Options = field(default_factory=Options)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanView:
    """A verdict, or a form; neither but a reading: what happened is still to be chosen. `code` as it was typed."""

    reading: Reading | None = None
    form: Form | None = None
    verdict: Verdict | None = None
    code: str = ""
    holder: str = ""
    last: tuple[StripLine, ...] = ()

    @property
    def status(self) -> int:
        if self.form is not None and self.form.errors:
            return 422
        return 200


def waiting() -> ScanView:
    with reads(house().engine) as session:
        return ScanView(last=strip_of(session, desk()))


def scan(given: Mapping[str, str]) -> ScanView:
    """A code alone is read; a code with an event and its answers is recorded."""
    code = given.get("code", "").strip()
    if len(code) > LONGEST_CODE:
        code = code[:LONGEST_CODE]
    if "event_id" in given:
        return record_told(given, code)
    with reads(house().engine) as session:
        found = read(session, code, actor(), house().config)
        verdict = _stopped(session, found)
        chosen = _chosen(found, given)
        if verdict is not None or chosen is None:
            return _view(session, found, verdict=verdict)
        return _view(session, found, form=_new_form(session, Occasion(chosen, actor(), found.item), code))


def _stopped(session: Session, found: Reading) -> Verdict | None:
    return verdict_of_reading(found, holder_of(session, found.item) if found.item else "")


def form_for(session: Session, kind: EventType, item: ScannedItem) -> ScanView:
    """Asked from the item's own page, where what happens is already chosen."""
    found = Reading(Found.ITEM, item.number, item)
    return _view(session, found, form=_new_form(session, Occasion(kind, actor(), item), item.number))


def _view(session: Session, found: Reading, *, form: Form | None = None, verdict: Verdict | None = None) -> ScanView:
    held = holder_of(session, found.item) if found.item else ""
    last = strip_of(session, desk())
    code = request.form.get("code", "").strip()
    return ScanView(reading=found, form=form, verdict=verdict, code=code, holder=held, last=last)


def _chosen(found: Reading, given: Mapping[str, str]) -> EventType | None:
    asked = given.get("type", "")
    return next((choice for choice in found.choices if choice.value == asked), found.likely)


def _new_form(session: Session, occasion: Occasion, code: str) -> Form:
    now = house().clock()
    return Form(
        occasion=occasion,
        code=code,
        given=_usual_answers(occasion),
        errors={},
        event_id=str(new_event_id(now, house().random_bytes)),
        occurred_at=instant(now),
        second_people=_second_people(session, occasion),
        options=options_of(session, occasion, {}),
    )


def _usual_answers(occasion: Occasion) -> dict[str, str]:
    """Only what the record already knows; a count, a seal's state or an identity is never filled in."""
    usual: dict[str, str] = {}
    item = occasion.item
    if item is None:
        return usual
    if Ask.SEAL_NUMBER in occasion.asks and item.seal_number:
        usual[Ask.SEAL_NUMBER] = item.seal_number
    if Ask.NUMBER in occasion.asks:
        usual[Ask.NUMBER] = str(item.standing.invitations + 1)
    if Ask.UNTIL_ON in occasion.asks:
        usual[Ask.UNTIL_ON] = (today() + timedelta(days=house().config.rules.on(today()).hold_days)).isoformat()
    holder = item.standing.custodian
    if Ask.SECOND in occasion.asks and holder.ref and holder.kind in {Party.COURIER, Party.TRANSPORT}:
        usual["second_user"] = holder.ref
    return usual


def _second_people(session: Session, occasion: Occasion) -> tuple[tuple[str, str], ...]:
    if not occasion.second_roles:
        return ()
    return tuple(colleagues(session, occasion.second_roles, occasion.actor.office_id))


def record_told(given: Mapping[str, str], code: str) -> ScanView:
    by = desk()
    with transaction(house().engine) as session:
        found = read(session, code, by.actor, by.config)
        stopped = _stopped(session, found)
        if stopped is not None and found.found is not Found.ITEM:
            return _view(session, found, verdict=stopped)
        occasion = Occasion(_told_type(found, given), by.actor, found.item)
        answers = read_answers(given, occasion)
        if answers.errors:
            return _view(session, found, form=asked_again(session, occasion, given, answers.errors))
        receipt, event = _send(session, given, occasion, answers)
        field = _field_at_fault(occasion, receipt)
        if field is not None:
            errors = {field: gettext(phrase_of(Cause(str(receipt.cause))))}
            return _view(session, found, form=asked_again(session, occasion, given, errors))
        return view_of_receipt(session, found, (occasion, event, receipt), by)


def _field_at_fault(occasion: Occasion, receipt: Receipt) -> str | None:
    """Where the person can mend it in the same form."""
    if receipt.outcome is not Outcome.REFUSED or receipt.cause not in set(Cause):
        return None
    if occasion.type in DECIDED_BY_TWO:
        return REFUSED_IN_FIELD.get(Cause(receipt.cause))
    return PIN_FIELDS.get(receipt.cause)


def _told_type(found: Reading, given: Mapping[str, str]) -> EventType:
    """What the form said happened, even if somebody else was quicker: a scan is a fact."""
    told = given.get("type", "")
    if told in set(EventType):
        return EventType(told)
    return found.choices[0] if found.choices else EventType.ARRIVED


def asked_again(session: Session, occasion: Occasion, given: Mapping[str, str], errors: Mapping[str, str]) -> Form:
    return Form(
        occasion=occasion,
        code=given.get("code", "").strip(),
        given={key: value for key, value in given.items() if key not in SECRETS},
        errors=errors,
        event_id=given.get("event_id", ""),
        occurred_at=given.get("occurred_at", ""),
        second_people=_second_people(session, occasion),
        options=options_of(session, occasion, given),
    )


def _send(
    session: Session, given: Mapping[str, str], occasion: Occasion, answers: Answers
) -> tuple[Receipt, dict[str, object]]:
    by = desk()
    event = event_of(given, occasion, answers)
    if answers.signature is not None:
        event["evidence"] = [_keep_signature(session, answers.signature, by)]
    door = Door(by.actor, by.at, by.config, device_time_of(given), house().random_bytes)
    if answers.addressee is not None and occasion.item is not None:
        asked = Redirection(occasion.item.id, UUID(str(event["id"])), event, answers.addressee)
        return redirect(session, asked, door), event
    return record(session, [event], door)[0], event


def _keep_signature(session: Session, image: bytes, by: Desk) -> str:
    sha256 = hashlib.sha256(image).hexdigest()
    store_evidence(session, sha256, image, by)
    return sha256


def view_of_receipt(
    session: Session, found: Reading, done: tuple[Occasion, dict[str, object], Receipt], by: Desk
) -> ScanView:
    occasion, event, receipt = done
    item = scanned_item(session, found.item.id, by.actor) if found.item else None
    hand, borne = _as_folded(session, found, receipt)
    counted = counted_of(event.get("details"))
    listed = sum(document.count for document in found.item.documents) if found.item else 0
    recorded = Recorded(
        occasion=occasion,
        receipt=receipt,
        item=item,
        hand=hand,
        borne=borne,
        counted=(counted, listed) if counted is not None and listed else None,
        at=by.at,
        holder=holder_of(session, item) if item else "",
        prospect=prospect_of(session, item.id, occasion.type, by) if item else None,
        written_at=datetime.fromisoformat(str(event["occurred_at"])) if occasion.is_paper else None,
    )
    after = replace(found, item=item) if item else found
    return _view(session, after, verdict=with_old_label(verdict_of_receipt(recorded), found))


def _as_folded(session: Session, found: Reading, receipt: Receipt) -> tuple[Hand | None, frozenset[Anomaly]]:
    """The hand as the door settled it, and what the fold found odd about this event."""
    if found.item is None or receipt.id is None:
        return None, frozenset()
    story = read_story(session, found.item.id)
    own = next((stored.event for stored in story.events if str(stored.event.id) == receipt.id), None)
    if own is None:
        return None, frozenset()
    return own.hand, frozenset(story.folded.borne.get(own.id, frozenset()))
