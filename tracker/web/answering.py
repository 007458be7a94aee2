"""What a person filled in becomes one event to record, or the sentences about what is wrong."""

import base64
import binascii
from collections.abc import Mapping
from datetime import date, datetime

from tracker.domain.lifecycle import TwoHanded, row_of
from tracker.domain.vocabulary import (
    AttemptAction,
    AttemptReason,
    DocumentKind,
    Hand,
    IdentityBasis,
    Leg,
    Party,
    Receiver,
    Role,
)
from tracker.web.asking import ENDS, Ask, Occasion
from tracker.web.decided import READERS as DECIDED
from tracker.web.given import Answers, text_of
from tracker.web.language import gettext
from tracker.web.reasons import REFUSAL_REASONS

LARGEST_COUNT = 999
LARGEST_FEE = 1_000_000_000
LONGEST_NOTE = 500
UNLISTED_NAME = "unlisted"  # a word for the note; what the papers are called stands nowhere
PNG_PREFIX = "data:image/png;base64,"


def read_answers(given: Mapping[str, str], occasion: Occasion) -> Answers:
    answers = Answers()
    for ask in occasion.asks:
        if not occasion.may_leave(ask) or _is_answered(given, ask):
            _READERS[ask](given, occasion, answers)
    _tell_hands(occasion, answers)
    return answers


def _is_answered(given: Mapping[str, str], ask: Ask) -> bool:
    """Half a count is an answer, and its gap an error."""
    names = [name for name in given if name.startswith("count-")] if ask in {Ask.COUNTS, Ask.RECOUNT} else [ask.value]
    return any(given.get(name, "").strip() for name in names)


def event_of(given: Mapping[str, str], occasion: Occasion, answers: Answers) -> dict[str, object]:
    """As the record takes it; `id` and `occurred_at` come from the form, so that sending it twice is one event."""
    event: dict[str, object] = {
        "id": given.get("event_id", ""),
        "code": given.get("code", ""),
        "type": occasion.type.value,
        "occurred_at": given.get("occurred_at", ""),
        "source": "scan",
    }
    optional: dict[str, object | None] = {
        "prev": given.get("prev") or None,
        "reason": answers.reason,
        "note": given.get("note", "").strip()[:LONGEST_NOTE] or None,
        "details": answers.details or None,
        "counterparty": answers.counterparty or None,
    }
    return event | {key: value for key, value in optional.items() if value is not None} | answers.event


def device_time_of(given: Mapping[str, str]) -> datetime | None:
    """The browser's clock at the moment of sending; None without a script."""
    try:
        told = datetime.fromisoformat(given.get("device_time", ""))
    except ValueError:
        return None
    return told if told.tzinfo else None


def _seal_number(given: Mapping[str, str], _: Occasion, answers: Answers) -> None:
    if seal := text_of(given, Ask.SEAL_NUMBER):
        answers.details["seal_number"] = seal
    else:
        answers.errors[Ask.SEAL_NUMBER] = gettext("scan.error.seal_number")


def _seal_ok(given: Mapping[str, str], occasion: Occasion, answers: Answers) -> None:
    told = given.get(Ask.SEAL_OK)
    if told not in {"yes", "no"}:
        answers.errors[Ask.SEAL_OK] = gettext("scan.error.seal_ok")
        return
    answers.details["seal_ok"] = told == "yes"
    if occasion.item is not None and occasion.item.seal_number:
        answers.details["seal_number"] = occasion.item.seal_number


def _counts(given: Mapping[str, str], occasion: Occasion, answers: Answers) -> None:
    if occasion.item is None:
        return
    if not occasion.item.documents:
        _count_unlisted(given, answers)
        return
    counts: list[dict[str, object]] = []
    for document in occasion.item.documents:
        name = f"count-{document.line}"
        counted = _number(text_of(given, name), LARGEST_COUNT)
        if counted is None:
            answers.errors[name] = gettext("scan.error.count", line=document.line)
            continue
        counts.append({"name": document.name, "kind": document.kind.value, "count": counted})
    answers.details["counts"] = counts


def _recount(given: Mapping[str, str], occasion: Occasion, answers: Answers) -> None:
    """Only where the envelope had to be opened; half a count is none."""
    if any(value.strip() for name, value in given.items() if name.startswith("count-")):
        _counts(given, occasion, answers)


def _count_unlisted(given: Mapping[str, str], answers: Answers) -> None:
    """No list to compare with: how many papers there are is still worth telling."""
    counted = _number(text_of(given, "count-0"), LARGEST_COUNT)
    if counted is None:
        answers.errors["count-0"] = gettext("scan.error.count_unlisted")
        return
    paper = {"name": UNLISTED_NAME, "kind": DocumentKind.ORIGINAL.value, "count": counted}
    answers.details["counts"] = [paper]


def _number(text: str, largest: int) -> int | None:
    if not text.isascii() or not text.isdecimal():
        return None
    value = int(text)
    return value if value <= largest else None


def _receiver(given: Mapping[str, str], occasion: Occasion, answers: Answers) -> None:
    told = given.get(Ask.RECEIVER)
    if told == "authorised":
        answers.details["receiver"] = Receiver.AUTHORISED.value
    elif told == "self":
        is_result = occasion.item is not None and occasion.item.leg is Leg.RESULT
        answers.details["receiver"] = (Receiver.RECIPIENT if is_result else Receiver.SENDER).value
    else:
        answers.errors[Ask.RECEIVER] = gettext("scan.error.receiver")


def _identity(given: Mapping[str, str], occasion: Occasion, answers: Answers) -> None:
    told = given.get(Ask.IDENTITY)
    if told not in set(IdentityBasis):
        answers.errors[Ask.IDENTITY] = gettext("scan.error.identity")
        return
    answers.details["identity"] = told
    is_result = occasion.item is not None and occasion.item.leg is Leg.RESULT
    answers.counterparty = {"kind": (Party.RECIPIENT if is_result else Party.SENDER).value, "basis": told}


def _fees(given: Mapping[str, str], occasion: Occasion, answers: Answers) -> None:
    told = text_of(given, Ask.FEES).replace(".", "")
    if not told and occasion.item is not None and occasion.item.due_amount == 0:
        told = "0"
    amount = _number(told, LARGEST_FEE)
    if amount is None:
        answers.errors[Ask.FEES] = gettext("scan.error.fees")
    else:
        answers.details["fees_collected"] = amount


def _signature(given: Mapping[str, str], _: Occasion, answers: Answers) -> None:
    """Drawn on the screen; without a script the paper bears it and nothing is sent."""
    told = given.get(Ask.SIGNATURE, "")
    if not told.startswith(PNG_PREFIX):
        return
    try:
        answers.signature = base64.b64decode(told.removeprefix(PNG_PREFIX), validate=True)
    except binascii.Error:
        answers.errors[Ask.SIGNATURE] = gettext("scan.error.signature")


def _second(given: Mapping[str, str], occasion: Occasion, answers: Answers) -> None:
    """A PIN without a name, or the reverse, is a slip of the hand; neither means: only one side is told."""
    user, pin = text_of(given, "second_user"), text_of(given, "second_pin")
    if pin and not user:
        answers.errors["second_user"] = gettext("scan.error.second_user")
    if not pin:
        return
    kind = Party.OFFICE if Role.POSTCLERK in occasion.second_roles else Party.COURIER
    answers.counterparty = {"kind": kind.value, "user": user, "pin": pin}


def _attempt_reason(given: Mapping[str, str], _: Occasion, answers: Answers) -> None:
    told = given.get(Ask.ATTEMPT_REASON, "")
    if told in set(AttemptReason):
        answers.reason = told
    else:
        answers.errors[Ask.ATTEMPT_REASON] = gettext("scan.error.reason")


def _attempt_action(given: Mapping[str, str], _: Occasion, answers: Answers) -> None:
    told = given.get(Ask.ATTEMPT_ACTION, "")
    if told in set(AttemptAction):
        answers.details["action"] = told
    else:
        answers.errors[Ask.ATTEMPT_ACTION] = gettext("scan.error.action")


def _next_on(given: Mapping[str, str], _: Occasion, answers: Answers) -> None:
    _day(given, Ask.NEXT_ON, answers, required=False)


def _until_on(given: Mapping[str, str], _: Occasion, answers: Answers) -> None:
    _day(given, Ask.UNTIL_ON, answers, required=True)


def _day(given: Mapping[str, str], name: Ask, answers: Answers, *, required: bool) -> None:
    told = text_of(given, name)
    if not told and not required:
        return
    try:
        answers.details[name.value] = date.fromisoformat(told).isoformat()
    except ValueError:
        answers.errors[name] = gettext("scan.error.day")


def _refusal_reason(given: Mapping[str, str], _: Occasion, answers: Answers) -> None:
    told = given.get(Ask.REFUSAL_REASON, "")
    if told in REFUSAL_REASONS:
        answers.reason = told
    else:
        answers.errors[Ask.REFUSAL_REASON] = gettext("scan.error.reason")


def _witness(given: Mapping[str, str], _: Occasion, answers: Answers) -> None:
    _person(given, Ask.WITNESS, answers)


def _finder(given: Mapping[str, str], _: Occasion, answers: Answers) -> None:
    _person(given, Ask.FINDER, answers)


def _person(given: Mapping[str, str], name: Ask, answers: Answers) -> None:
    if told := text_of(given, name):
        answers.details[name.value] = told
    else:
        answers.errors[name] = gettext("scan.error.person")


_READERS = {
    **DECIDED,
    Ask.RECOUNT: _recount,
    Ask.SEAL_NUMBER: _seal_number,
    Ask.SEAL_OK: _seal_ok,
    Ask.COUNTS: _counts,
    Ask.RECEIVER: _receiver,
    Ask.IDENTITY: _identity,
    Ask.FEES: _fees,
    Ask.SIGNATURE: _signature,
    Ask.SECOND: _second,
    Ask.ATTEMPT_REASON: _attempt_reason,
    Ask.ATTEMPT_ACTION: _attempt_action,
    Ask.NEXT_ON: _next_on,
    Ask.REFUSAL_REASON: _refusal_reason,
    Ask.UNTIL_ON: _until_on,
    Ask.WITNESS: _witness,
    Ask.FINDER: _finder,
}


def _tell_hands(occasion: Occasion, answers: Answers) -> None:
    """Both hands only with the other person's PIN; a handover already offered keeps its id."""
    if row_of(occasion.type).two_handed is not TwoHanded.YES or occasion.item is None:
        return
    if "pin" in answers.counterparty:
        answers.details["hand"] = Hand.BOTH.value
    pending = occasion.item.standing.pending
    if pending is not None and pending.handover is not None and not _is_before(answers, occasion, pending.since):
        answers.details["handover"] = str(pending.handover)
    if occasion.type in ENDS and not occasion.ends_with_citizen:
        answers.details["receiver"] = Receiver.AGENCY.value


def _is_before(answers: Answers, occasion: Occasion, offered_at: datetime) -> bool:
    """What a paper tells, by minutes, from before the offer that stands now does not answer it."""
    if not occasion.is_paper or "occurred_at" not in answers.event:
        return False
    return datetime.fromisoformat(str(answers.event["occurred_at"])) < offered_at.replace(second=0, microsecond=0)
