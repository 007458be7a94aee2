"""Answers that only decisions and back-entries ask for, read field by field."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.actions.people import LONGEST_LINE, LONGEST_NAME, PersonGiven, cleaned, normalise_phone
from tracker.domain.chain import instant
from tracker.domain.lifecycle import TwoHanded, row_of
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import EventType, Hand, IdentityBasis, Party, Source
from tracker.phrases import phrase_of
from tracker.web.access import actor
from tracker.web.asking import Ask, Occasion
from tracker.web.given import Answers, text_of
from tracker.web.house import house
from tracker.web.language import gettext
from tracker.web.reasons import CANCEL_REASONS, RETURN_REASONS
from tracker.web.refused import errors_of
from tracker.web.ward_field import read_ward

PROVEN_BY = (IdentityBasis.SEEN, IdentityBasis.AUTHORISATION)
SMALLEST_STEP = timedelta(minutes=1)

Given = Mapping[str, str]


def _number(given: Given, _: Occasion, answers: Answers) -> None:
    """Which invitation it was when the form was shown: a second desk's must not become the next one."""
    told = text_of(given, Ask.NUMBER)
    answers.details["number"] = int(told) if told.isascii() and told.isdigit() and len(told) < 4 else 0


def _cancel_reason(given: Given, _: Occasion, answers: Answers) -> None:
    _reason(given, Ask.CANCEL_REASON, CANCEL_REASONS, answers)


def _return_reason(given: Given, _: Occasion, answers: Answers) -> None:
    _reason(given, Ask.RETURN_REASON, RETURN_REASONS, answers)


def _reason(given: Given, ask: Ask, offered: tuple[str, ...], answers: Answers) -> None:
    told = given.get(ask, "")
    if told in offered:
        answers.reason = told
    else:
        answers.errors[ask] = gettext("scan.error.reason")


def _destination(given: Given, _: Occasion, answers: Answers) -> None:
    """That such an office exists is checked where it is recorded."""
    if office := text_of(given, Ask.DESTINATION):
        answers.details["office"] = office
    else:
        answers.errors[Ask.DESTINATION] = gettext("deed.error.office")


def _proof(given: Given, _: Occasion, answers: Answers) -> None:
    """Whoever redirects or recalls shows the slip, and who they are."""
    told = given.get(Ask.PROOF, "")
    if told in PROVEN_BY:
        answers.counterparty = {"kind": Party.SENDER.value, "basis": told}
    else:
        answers.errors[Ask.PROOF] = gettext(phrase_of(Cause.PROOF_MISSING))


def _addressee(given: Given, _: Occasion, answers: Answers) -> None:
    ward = read_ward(given, "").ward
    checks: tuple[Callable[[], object], ...] = (
        lambda: cleaned(given.get("applicant-name", ""), LONGEST_NAME, "applicant.name"),
        lambda: normalise_phone(given.get("applicant-phone", ""), "applicant.phone"),
        lambda: cleaned(given.get("applicant-line", ""), LONGEST_LINE, "applicant.address.line"),
    )
    for check in checks:
        try:
            check()
        except Refusal as refusal:
            answers.errors |= errors_of(refusal)
    if ward is None:
        answers.errors["applicant-ward"] = gettext(phrase_of(Cause.BAD_ADDRESS))
        return
    answers.addressee = PersonGiven(
        given.get("applicant-name", ""),
        given.get("applicant-phone", ""),
        given.get("applicant-line", ""),
        ward.code,
        ward.province.code,
    )


def _approver(given: Given, _: Occasion, answers: Answers) -> None:
    """The second of two approvers confirms here and now with a PIN of their own."""
    user, pin = text_of(given, Ask.APPROVER), text_of(given, "approver_pin")
    if not user:
        answers.errors[Ask.APPROVER] = gettext(phrase_of(Cause.APPROVER_MISSING))
    elif user == actor().name:
        answers.errors[Ask.APPROVER] = gettext(phrase_of(Cause.APPROVER_IS_SAME))
    elif not pin:
        answers.errors["approver_pin"] = gettext("deed.error.pin")
    answers.details["approver"] = user
    answers.counterparty = {"kind": Party.OFFICE.value, "user": user, "pin": pin}


def _back_entry(given: Given, occasion: Occasion, answers: Answers) -> None:
    """Somebody else's scan, with the hand and the moment it had then."""
    person = text_of(given, "on_behalf_of")
    if not person:
        answers.errors["on_behalf_of"] = gettext("deed.error.person")
    if not occasion.is_paper:
        _happened_at(given, occasion, answers)
    answers.event |= {"source": Source.BACK_ENTRY.value, "on_behalf_of": person}
    _hand(given, occasion, answers)


def _happened_at(given: Given, occasion: Occasion, answers: Answers) -> None:
    """A paper's time is held against its sheet where it is recorded, also whether it has come yet."""
    happened_at = _moment(given.get("happened_at", ""))
    is_ahead = happened_at is not None and happened_at > house().clock() + SMALLEST_STEP
    if happened_at is None or (is_ahead and not occasion.is_paper):
        answers.errors["happened_at"] = gettext("deed.error.moment")
    else:
        answers.event |= {"occurred_at": instant(happened_at), "clock_offset_ms": 0}


def _moment(text: str) -> datetime | None:
    """As the office's clock on the wall showed it."""
    try:
        told = datetime.fromisoformat(text)
        # The first day of the calendar has no UTC east of Greenwich.
        return None if told.tzinfo else told.replace(tzinfo=ZoneInfo(house().config.office.zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _hand(given: Given, occasion: Occasion, answers: Answers) -> None:
    hands = row_of(occasion.type).two_handed
    if hands is TwoHanded.NO:
        return
    told = Hand.GIVE.value if hands is TwoHanded.GIVE else given.get("hand", "")
    if told not in set(Hand):
        answers.errors["hand"] = gettext(phrase_of(Cause.HAND_MISSING))
        return
    answers.details["hand"] = told


READERS: Mapping[Ask, Callable[[Given, Occasion, Answers], None]] = {
    Ask.NUMBER: _number,
    Ask.CANCEL_REASON: _cancel_reason,
    Ask.RETURN_REASON: _return_reason,
    Ask.DESTINATION: _destination,
    Ask.PROOF: _proof,
    Ask.ADDRESSEE: _addressee,
    Ask.APPROVER: _approver,
    Ask.BACK_ENTRY: _back_entry,
    Ask.HAPPENED_AT: _happened_at,
}
DECIDED_BY_TWO = frozenset({EventType.DECLARED_LOST, EventType.UNCLAIMED})
REFUSED_IN_FIELD: Mapping[Cause, str] = {
    Cause.PIN_WRONG: "approver_pin",
    Cause.APPROVER_MISSING: Ask.APPROVER.value,
    Cause.APPROVER_IS_SAME: Ask.APPROVER.value,
}
