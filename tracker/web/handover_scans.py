"""One scan into a list, from either side: what the envelope is, what is still asked, and the verdict."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from tracker.actions.manifests import LineRead, list_line, read_line
from tracker.domain.details import BadDetail, parse_details
from tracker.domain.handover import far_end_is_citizen
from tracker.domain.manifests import RULES, ManifestKind, is_usual
from tracker.domain.roles import may_make
from tracker.domain.vocabulary import EventType, Hand
from tracker.store.queries.manifests import ManifestView, lock_manifest
from tracker.store.queries.scanning import ScannedItem
from tracker.web.access import desk
from tracker.web.answering import read_answers
from tracker.web.asking import Ask, Occasion
from tracker.web.formats import seconds_of
from tracker.web.language import gettext
from tracker.web.reading import Found, Reading, early_words, read
from tracker.web.scanning import Form
from tracker.web.verdicts import ACCEPTED, ATTENTION, REFUSED, Verdict, holder_of, verdict_of_reading, with_old_label

STOPPED = frozenset({Found.VOID_LABEL, Found.FOREIGN, Found.UNREADABLE})


@dataclass(frozen=True, slots=True)
class Scanned:
    """A verdict, or what is still asked about the envelope."""

    verdict: Verdict | None = None
    form: Form | None = None
    reading: Reading | None = None


def list_scanned(session: Session, view: ManifestView, code: str) -> Scanned:
    """The giver's reader."""
    found = found_by(session, code)
    stopped = stopped_by(found) or _not_for_this(view, found, Hand.GIVE)
    if stopped is not None:
        return Scanned(stopped)
    by = desk()
    known = view.line_of(found.shown)
    if known is not None or not list_line(session, lock_manifest(session, view.id), line_of(found, code, {}), at=by.at):
        at = seconds_of(known.added_at if known else by.at)
        return Scanned(verdict_for(ATTENTION, "again", found, (gettext("handover.again.why", time=at),)))
    if found.item is None:
        return Scanned(verdict_for(ATTENTION, "listed", found, (not_known(found),)))
    if not is_usual(view.kind, found.item.standing, view.from_party):
        return Scanned(verdict_for(ATTENTION, "listed", found, unusual(session, found.item)))
    why = gettext("handover.listed.why", number=len(view.lines) + 1)
    return Scanned(verdict_for(ACCEPTED, "listed", found, (why,)))


def read_scanned(session: Session, view: ManifestView, code: str, given: Mapping[str, str]) -> Scanned:
    """The receiver's reader; where the law wants a recount, the envelope counts once it is counted."""
    found = found_by(session, code)
    stopped = stopped_by(found) or _not_for_this(view, found, Hand.TAKE)
    if stopped is not None:
        return Scanned(stopped)
    known = view.line_of(found.shown)
    if known is not None and known.read_at is not None and "answered" not in given:
        why = gettext("handover.again.why", time=seconds_of(known.read_at))
        return Scanned(verdict_for(ATTENTION, "again", found, (why,)))
    occasion = Occasion(RULES[view.kind].event, desk().actor, found.item)
    asks = [ask for ask in occasion.asks if ask is not Ask.SECOND]
    if asks and "answered" not in given:
        return Scanned(form=_form(occasion, code, _usual_answers(occasion), {}), reading=found)
    answers = read_answers({**given, "second_pin": "", "second_user": ""}, occasion)
    if answers.errors:
        return Scanned(form=_form(occasion, code, given, answers.errors), reading=found)
    details = _without_names(occasion.type, answers.details, found)
    read_line(session, lock_manifest(session, view.id), line_of(found, code, details), at=desk().at)
    return Scanned(_read_verdict(session, view, found))


def found_by(session: Session, code: str) -> Reading:
    by = desk()
    return read(session, code, by.actor, by.config)


def line_of(found: Reading, code: str, details: Mapping[str, object]) -> LineRead:
    return LineRead(found.shown, code.strip(), found.item.id if found.item else None, details)


def stopped_by(found: Reading) -> Verdict | None:
    if found.found is Found.BAG:
        why = (gettext("handover.bag.why"), gettext("scan.nothing_recorded"))
        return Verdict(REFUSED, gettext("handover.bag"), found.shown, None, why, gettext("handover.bag.next"))
    return verdict_of_reading(found) if found.found in STOPPED else None


def _not_for_this(view: ManifestView, found: Reading, hand: Hand) -> Verdict | None:
    """What this person could not record for this envelope never gets on the list."""
    if found.item is None:
        return None
    kind, leg = RULES[view.kind].event, found.item.leg
    direction = found.item.standing.direction
    to_citizen = view.kind is ManifestKind.POST_TO_OFFICE and far_end_is_citizen(leg, direction, None)
    if may_make(desk().actor.role, kind, hand, leg=leg) and not to_citizen:
        return None
    why = (gettext("handover.not_here.why"), gettext("scan.nothing_recorded"))
    return Verdict(
        REFUSED, gettext("handover.not_here"), found.item.number, leg, why, gettext("handover.not_here.next")
    )


def not_known(found: Reading) -> str:
    return early_words(found) or gettext("handover.unknown")


def unusual(session: Session, item: ScannedItem) -> tuple[str, ...]:
    return (gettext("handover.unusual", holder=holder_of(session, item)),)


def verdict_for(tone: str, word: str, found: Reading, why: tuple[str, ...]) -> Verdict:
    leg = found.item.leg if found.item else None
    code = "handover.scan_on" if not tone else f"handover.{word}.next"
    return with_old_label(Verdict(tone, gettext(f"handover.{word}"), found.shown, leg, why, gettext(code)), found)


def _read_verdict(session: Session, view: ManifestView, found: Reading) -> Verdict:
    line = view.line_of(found.shown)
    if view.offered_at is None or (line is not None and line.is_expected):
        already = sum(1 for one in view.lines if one.is_read and one.code != found.shown)
        why = gettext("handover.read.why", read=already + 1, expected=view.tally.expected or already + 1)
        return verdict_for(ACCEPTED, "read", found, (why,))
    holder = unusual(session, found.item) if found.item else (not_known(found),)
    return verdict_for(ATTENTION, "surplus", found, (gettext("handover.surplus.why"), *holder))


def _form(occasion: Occasion, code: str, given: Mapping[str, str], errors: Mapping[str, str]) -> Form:
    return Form(occasion=occasion, code=code, given=given, errors=errors, event_id="", occurred_at="")


def _usual_answers(occasion: Occasion) -> dict[str, str]:
    """Only what the record already knows; a count or a seal's state is never filled in."""
    item = occasion.item
    knows = item is not None and item.seal_number and Ask.SEAL_NUMBER in occasion.asks
    return {Ask.SEAL_NUMBER.value: item.seal_number or ""} if knows and item else {}


def _without_names(kind: EventType, told: Mapping[str, object], found: Reading) -> dict[str, object]:
    """Papers by their line, as an event's body holds them; a handover's own id comes with the signature."""
    lines = {document.name: document.line for document in found.item.documents} if found.item else {}
    plain = {key: value for key, value in told.items() if key not in {"hand", "handover"}}
    try:
        return dict(parse_details(kind, plain, lines).body)
    except BadDetail as fault:
        raise ValueError("the form's readers let through what no event may tell") from fault
