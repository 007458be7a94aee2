"""What a scan came to, said in full: sign, word, who, when, why, and what now."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from tracker.actions.prospects import Prospect
from tracker.actions.receipts import Receipt
from tracker.domain.events import Standing
from tracker.domain.refusal import Cause
from tracker.domain.vocabulary import Anomaly, EventType, Hand, Leg, Outcome, Party, Status
from tracker.phrases import phrase_of
from tracker.store.queries.parties import names_of_parties
from tracker.store.queries.scanning import ScannedItem
from tracker.web.asking import ENDS, Occasion
from tracker.web.formats import day, moment, seconds_of
from tracker.web.language import gettext
from tracker.web.reading import Found, Reading, early_words, old_label_words

ACCEPTED, ATTENTION, REFUSED = "", "warn", "no"
# Words of at most three that say what was recorded; other events say their own name.
WORDS = frozenset(
    {
        EventType.ACCEPTED,
        EventType.COLLECTED,
        EventType.ARRIVED,
        EventType.BACK_AT_OFFICE,
        EventType.GIVEN_TO_COURIER,
        EventType.DELIVERED,
        EventType.HANDED_OUT,
        EventType.DEPARTED,
        EventType.LOADED,
        EventType.HELD,
        EventType.ATTEMPT_FAILED,
    }
)
# Causes whose next step is another one than mending the form.
HAS_A_NEXT_STEP = frozenset(
    {
        Cause.INVITATION_GAP,
        Cause.INVITATIONS_NOT_USED_UP,
        Cause.HOLD_NOT_OVER,
        Cause.UNCLAIMED_TOO_EARLY,
        Cause.NOT_ALLOWED_NOW,
        Cause.WRONG_ROLE,
        Cause.LABEL_VOID,
        Cause.CORRECTION_NOT_ENTITLED,
    }
)
QUIET = frozenset({Anomaly.REPEATED})


@dataclass(frozen=True, slots=True)
class Verdict:
    """`tone` is a class of base.css; `why` are whole sentences; `post` is the dossier whose result is posted next."""

    tone: str
    word: str
    code: str = ""
    leg: Leg | None = None
    why: tuple[str, ...] = ()
    next: str = ""
    post: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was found after recording. `borne` are the anomalies of this very event, `written_at` is a paper's time."""

    occasion: Occasion
    receipt: Receipt
    item: ScannedItem | None
    hand: Hand | None
    borne: frozenset[Anomaly]
    counted: tuple[int, int] | None
    at: datetime
    holder: str = ""
    prospect: Prospect | None = None
    written_at: datetime | None = None


def verdict_of_reading(reading: Reading, holder: str = "") -> Verdict | None:
    """None where there is something to choose; `holder` is who answers for the item."""
    match reading.found:
        case Found.VOID_LABEL:
            return _stop("void", reading, gettext("scan.stop.void.next"), holder)
        case Found.FOREIGN:
            return _stop("foreign", reading, gettext("scan.stop.foreign.next"))
        case Found.UNREADABLE:
            return _stop("unreadable", reading, gettext("scan.stop.unreadable.next"))
        case Found.EARLY if reading.dossier:
            return _to_be_posted(reading)
        case Found.UNKNOWN | Found.EARLY if not reading.choices:
            return _stop("unknown", reading, gettext("scan.stop.unknown.next"))
        case Found.ITEM | Found.OLD_LABEL | Found.BAG | Found.UNKNOWN | Found.EARLY:
            return None if reading.choices else with_old_label(_nothing_to_do(reading, holder), reading)


def with_old_label(verdict: Verdict, reading: Reading) -> Verdict:
    """Whatever the scan came to, a label that was replaced says so."""
    words = old_label_words(reading)
    return replace(verdict, why=(*verdict.why, words)) if words else verdict


def _stop(case: str, reading: Reading, what_now: str, holder: str = "") -> Verdict:
    leg = reading.item.leg if reading.item else None
    whose = _where(reading.item, holder) if reading.item else ()
    why = (gettext(f"scan.stop.{case}.why"), *_voided(reading), *whose, gettext("scan.nothing_recorded"))
    return Verdict(REFUSED, gettext(f"scan.stop.{case}"), reading.shown, leg, why, what_now)


def _voided(reading: Reading) -> tuple[str, ...]:
    since = reading.label.voided_at if reading.label else None
    return (gettext("scan.stop.void.when", moment=moment(since)),) if since else ()


def _to_be_posted(reading: Reading) -> Verdict:
    """The label of a result that is still to be registered; everything else of it is known."""
    why = (early_words(reading), gettext("scan.nothing_recorded"))
    what_now, dossier = gettext("scan.early.next"), reading.dossier or ""
    return Verdict(ATTENTION, gettext("scan.early"), reading.shown, Leg.RESULT, why, what_now, dossier)


def _where(item: ScannedItem, holder: str) -> tuple[str, ...]:
    """Who answers for it, and since when nothing else was recorded."""
    last_at = item.standing.last_event_at
    return (gettext("scan.where", holder=holder, moment=moment(last_at)),) if holder and last_at else ()


def _nothing_to_do(reading: Reading, holder: str) -> Verdict:
    item = reading.item
    status = item.standing.status if item else Status.UNREGISTERED
    why = gettext("scan.stop.nothing.why", status=gettext(phrase_of(status)))
    return Verdict(
        ATTENTION,
        gettext("scan.stop.nothing"),
        reading.shown,
        item.leg if item else None,
        (why, *(_where(item, holder) if item else ()), gettext("scan.nothing_recorded")),
        gettext("scan.stop.nothing.next"),
    )


def verdict_of_receipt(done: Recorded) -> Verdict:
    match done.receipt.outcome:
        case Outcome.RECORDED | Outcome.DUPLICATE:
            return _recorded(done)
        case Outcome.CONFLICT | Outcome.REFUSED | Outcome.MALFORMED:
            return _not_recorded(done)


def _not_recorded(done: Recorded) -> Verdict:
    code = done.receipt.cause or Cause.MALFORMED.value
    cause = Cause(code) if code in set(Cause) else Cause.MALFORMED
    return Verdict(
        REFUSED,
        gettext("scan.refused"),
        done.item.number if done.item else "",
        done.item.leg if done.item else None,
        (
            gettext(phrase_of(cause)),
            *prospect_words(done.prospect, cause),
            *(_where(done.item, done.holder) if done.item else ()),
            gettext("scan.nothing_recorded"),
        ),
        gettext(f"refusal_next.{cause.value}" if cause in HAS_A_NEXT_STEP else "scan.refused.next"),
    )


def prospect_words(prospect: Prospect | None, refused: Cause | None = None) -> tuple[str, ...]:
    """When it may be decided, and how much is still to be done before. `refused` is what was told after trying."""
    cause = refused or (prospect.cause if prospect else None)
    if prospect is None or cause is None:
        return ()
    words = []
    if cause is Cause.INVITATIONS_NOT_USED_UP:
        words.append(gettext("deed.invitations", done=prospect.done, required=prospect.required))
    if prospect.first_on is not None:
        words.append(gettext("deed.first_on", day=day(prospect.first_on)))
    return tuple(words)


def _recorded(done: Recorded) -> Verdict:
    loud = sorted(done.borne - QUIET)
    is_short = done.counted is not None and done.counted[0] != done.counted[1]
    tone = ATTENTION if loud or is_short else ACCEPTED
    return Verdict(
        tone,
        _word(done),
        done.item.number if done.item else done.receipt.bag or "",
        done.item.leg if done.item else None,
        (*_why(done), *(gettext("scan.flagged", flag=gettext(phrase_of(flag))) for flag in loud)),
        _next(done),
    )


def _word(done: Recorded) -> str:
    if done.receipt.outcome is Outcome.DUPLICATE:
        return gettext("scan.word.duplicate")
    if done.hand is Hand.GIVE and done.occasion.type is not EventType.DEPARTED:
        return gettext("scan.word.given")
    kind = done.occasion.type
    if kind in ENDS and not done.occasion.ends_with_citizen:
        return gettext("scan.word.received")
    code = f"scan.word.{kind.value}" if kind in WORDS else phrase_of(kind)
    return gettext(code)


def _why(done: Recorded) -> list[str]:
    sentences = []
    if done.item is None:
        code = "scan.bag_recorded" if done.receipt.bag else "scan.orphan_recorded"
        return [gettext(code)]
    if done.counted is not None:
        counted, listed = done.counted
        code = "scan.counted" if counted == listed else "scan.counted_differs"
        sentences.append(gettext(code, counted=counted, listed=listed))
    sentences.append(_whose(done, done.item.standing))
    submitted = done.item.standing.legal_submission_at
    if submitted is not None and done.occasion.type in ENDS:
        sentences.append(gettext("scan.legal_time", moment=moment(submitted)))
    return sentences


def _whose(done: Recorded, standing: Standing) -> str:
    if done.written_at is not None:
        # What happened since may stand in the record already: who holds it now is not what the paper says.
        status = gettext(phrase_of(standing.status))
        return gettext("sheet.recorded", moment=moment(done.written_at), status=status, holder=done.holder)
    told = {"holder": done.holder, "time": seconds_of(done.at)}
    if done.hand is Hand.GIVE:
        return gettext("scan.still_held", **told)
    if standing.status is Status.DELIVERED:
        return gettext("scan.handed_over", **told)
    return gettext("scan.now_held", **told)


def _next(done: Recorded) -> str:
    if done.written_at is not None:
        return gettext("sheet.next")
    if done.item is None:
        return gettext("scan.next.orphan")
    standing, item = done.item.standing, done.item
    if done.hand is Hand.GIVE:
        return gettext("scan.next.let_receive")
    if standing.status is Status.AT_OFFICE:
        return gettext(
            "scan.next.towards", place=item.from_name if standing.bound_for == item.from_code else item.to_name
        )
    if standing.status in {Status.DELIVERED, Status.HELD, Status.WITH_COURIER, Status.IN_TRANSIT, Status.COLLECTED}:
        return gettext(f"scan.next.{standing.status.value}", place=item.to_name)
    return gettext("scan.next.scan_on")


def holder_of(session: Session, item: ScannedItem) -> str:
    """For staff: offices and transport by name, a courier by staff code, citizens by the word."""
    standing, custodian = item.standing, item.standing.custodian
    if standing.status is Status.DELIVERED and item.leg is not Leg.RESULT:
        return item.to_name
    if standing.status is Status.RETURNED and item.leg is Leg.RESULT:
        return item.from_name
    if custodian.ref is None or custodian.kind in {Party.SENDER, Party.RECIPIENT}:
        return gettext(phrase_of(custodian.kind))
    party = (custodian.kind, custodian.ref)
    name = names_of_parties(session, {party})[party]
    return f"{gettext(phrase_of(custodian.kind))} {name}" if custodian.kind is Party.COURIER else name


def counted_of(details: object) -> int | None:
    """Papers counted in all, from the event as it was sent."""
    counts = details.get("counts") if isinstance(details, dict) else None
    rows = counts if isinstance(counts, Sequence) else []
    return sum(int(row["count"]) for row in rows) if rows else None
