"""A contradiction in words: what each side claims, its evidence, how old it is, and whose turn it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tracker.domain.discrepancies import (
    CONVERGED,
    CloseReason,
    DiscrepancyCode,
    DiscrepancyState,
    Severity,
    WaitingFor,
)
from tracker.domain.one_stop import NationalStatus
from tracker.domain.vocabulary import IdentityBasis, Party, Receiver, Status
from tracker.phrases import national_status_phrase, phrase_of
from tracker.store.queries.contradiction import AgencySide, PostSide, SaidStatus, Sides, ToldEvent
from tracker.store.queries.discrepancies import DiscrepancyView
from tracker.sums import dong
from tracker.web.formats import day, grouped, moment
from tracker.web.house import house
from tracker.web.item_story import holder_words
from tracker.web.language import gettext, ngettext

Facts = Mapping[str, str | int | None]
SECONDS_PER_HOUR = 3600
HOURS_SHOWN = 48
MARKS = {Severity.HIGH: ("no", "no"), Severity.NORMAL: ("warn", "warn"), Severity.LOW: ("warn", "")}


@dataclass(frozen=True, slots=True)
class Claim:
    """One side: whose word it is, the sentence in large letters, then pairs of caption and value."""

    side: str
    says: str
    facts: tuple[tuple[str, str], ...]


def claims_of(view: DiscrepancyView, sides: Sides) -> tuple[Claim, Claim]:
    post, agency = view.evidence.get("post", {}), view.evidence.get("agency", {})
    if view.code is DiscrepancyCode.TWO_HOLDERS and sides.post.events and sides.post.before:
        return _party(sides.post.events[-1], "queue.later_side"), _party(sides.post.before, "queue.earlier_side")
    if "post_feed" in view.evidence:
        return _post_claim(view, post, sides.post), _feed_claim(view.evidence["post_feed"])
    return _post_claim(view, post, sides.post), _agency_claim(agency, sides.agency)


def _feed_claim(told: Facts) -> Claim:
    """What the post's own system says, beside what was scanned."""
    orders = [value for key, value in told.items() if key.startswith("order") and value]
    facts = tuple((gettext("claim.order"), grouped(str(number))) for number in orders)
    return Claim(gettext("queue.feed_side"), _feed_says(told, len(orders)), facts)


def _feed_says(told: Facts, orders: int) -> str:
    if told.get("status") in set(Status):
        return gettext(phrase_of(Status(str(told["status"]))))
    return gettext(("claim.feed_silent", "claim.feed_knows", "claim.feed_doubled")[min(orders, 2)])


def _party(event: ToldEvent, side: str) -> Claim:
    """Of two that both say they hold it, one."""
    who = ", ".join(part for part in (event.who, event.office) if part)
    return Claim(gettext(side), who, tuple(_event_facts(event)))


def _post_claim(view: DiscrepancyView, told: Facts, side: PostSide) -> Claim:
    facts: list[tuple[str, str]] = []
    if side.holder is not None:
        facts.append((gettext("item.holder"), holder_words(side.holder)))
    if side.due_on is not None:
        facts.append((gettext("item.due"), day(side.due_on)))
    facts += _money(told) + _receiver(told) + _handover(told) + _doubles(told) + _code(told) + _counted(told)
    for event in side.events:
        facts += _event_facts(event)
    return Claim(gettext("queue.post_side"), _post_says(view, told, side), tuple(facts))


def _post_says(view: DiscrepancyView, told: Facts, side: PostSide) -> str:
    if "item" in told and told["item"] is None:
        return gettext("claim.no_item")
    if "handover" in told:
        return gettext("claim.handover")
    status = told.get("status")
    if isinstance(status, str) and status in set(Status):
        return gettext(phrase_of(Status(status)))
    if side.status is not None and not view.evidence.get("agency"):
        return gettext(phrase_of(view.code))
    return gettext(phrase_of(side.status)) if side.status else gettext("claim.post_silent")


def _event_facts(event: ToldEvent) -> list[tuple[str, str]]:
    who = ", ".join(part for part in (event.who, event.office) if part)
    facts = [(gettext(phrase_of(event.type)), moment(event.at)), (gettext("claim.recorded_by"), who)]
    if event.hand:
        facts.append((gettext("claim.hand"), gettext(phrase_of(event.hand))))
    return [*facts, (gettext("claim.device"), event.device)]


def _money(told: Facts) -> list[tuple[str, str]]:
    keys = [key for key in ("due", "collected") if isinstance(told.get(key), int)]
    return [(gettext(f"claim.{key}"), dong(int(told[key] or 0))) for key in keys]


def _receiver(told: Facts) -> list[tuple[str, str]]:
    facts = []
    if told.get("receiver") in set(Receiver):
        facts.append((gettext("claim.receiver"), gettext(phrase_of(Receiver(str(told["receiver"]))))))
    if told.get("identity") in set(IdentityBasis):
        facts.append((gettext("claim.identity"), gettext(phrase_of(IdentityBasis(str(told["identity"]))))))
    return facts


def _handover(told: Facts) -> list[tuple[str, str]]:
    to = told.get("to")
    return [(gettext("claim.offered_to"), gettext(phrase_of(Party(str(to)))))] if to in set(Party) else []


def _doubles(told: Facts) -> list[tuple[str, str]]:
    """The items of a leg that has more than one."""
    return [
        (gettext("claim.one_of", number=key.removeprefix("item_")), grouped(str(value)))
        for key, value in told.items()
        if key.startswith("item_")
    ]


def _code(told: Facts) -> list[tuple[str, str]]:
    facts = [(gettext("claim.code"), grouped(str(told["code"])))] if told.get("code") else []
    instants = {key: str(told[key]) for key in ("was", "is") if told.get(key)}
    return facts + [(gettext(f"claim.{key}"), moment(datetime.fromisoformat(text))) for key, text in instants.items()]


def _counted(told: Facts) -> list[tuple[str, str]]:
    """Who holds the item by the record, and what the stock count saw, of one count after the other."""
    if not told.get("counts") or not told.get("scan"):
        return []
    facts = []
    for record, scan in zip(str(told["record"]).split(","), str(told["scan"]).split(","), strict=True):
        outcome, _, place = scan.partition("@")
        facts.append((gettext("claim.by_record"), _place_words(record)))
        facts.append((gettext("claim.by_scan"), gettext(f"stock_outcome.{outcome}", place=_place_words(place))))
    return facts


def _place_words(told: str) -> str:
    """`office:BC.CM` by its code, a person by the sign-in name with the word for what they are."""
    kind, _, ref = told.partition(":")
    if kind == Party.OFFICE and ref:
        return ref
    word = gettext(phrase_of(Party(kind))) if kind in set(Party) else gettext("count.nobody")
    return f"{word} {ref}".rstrip()


def _agency_claim(told: Facts, side: AgencySide) -> Claim:
    facts = [(gettext("claim.dossier"), str(told["dossier"]))] if told.get("dossier") else []
    if side.processing_due_on is not None:
        facts.append((gettext("dossier.processing_due"), day(side.processing_due_on)))
    for index, said in enumerate(side.said):
        facts += _said_facts(said, is_newest=index == 0)
    return Claim(gettext("queue.agency_side"), _agency_says(told, side), tuple(facts))


def _agency_says(told: Facts, side: AgencySide) -> str:
    status = told.get("status", told.get("to"))
    if isinstance(status, int) and status in set(NationalStatus):
        return gettext("claim.says", status=gettext(national_status_phrase(status)))
    if "channel" in told:
        return gettext("claim.by_post")
    if side.said:
        return gettext("claim.says", status=_status_words(side.said[0]))
    return gettext("claim.agency_silent")


def _status_words(said: SaidStatus) -> str:
    known = said.status is not None and said.status in set(NationalStatus)
    return gettext(national_status_phrase(said.status)) if known and said.status else said.word


def _said_facts(said: SaidStatus, *, is_newest: bool) -> list[tuple[str, str]]:
    if not is_newest:
        return [(gettext("claim.before"), f"{_status_words(said)}, {moment(said.said_at)}")]
    facts = [(gettext("claim.status"), f"{said.status}, {_status_words(said)}" if said.status else said.word)]
    facts += [(gettext("claim.said"), moment(said.said_at)), (gettext("claim.first_seen"), moment(said.first_seen_at))]
    return facts + ([(gettext("claim.run"), str(said.run_id))] if said.run_id else [])


@dataclass(frozen=True, slots=True)
class Term:
    """By when it must be settled, in words."""

    words: str
    is_over: bool


def term_of(view: DiscrepancyView) -> Term:
    """Its calendar has not been asked yet in the first minute."""
    if view.due_at is None:
        return Term(gettext("queue.no_term"), is_over=False)
    if view.state is DiscrepancyState.OPEN and view.due_at < house().clock():
        return Term(gettext("queue.overdue", age=age_of(view.due_at)), is_over=True)
    return Term(gettext("queue.due", moment=moment(view.due_at)), is_over=False)


def wait_words(told: str | None) -> str:
    """`agency 2026-11-30` of a step of its history."""
    whom, _, until = (told or "").partition(" ")
    if whom not in set(WaitingFor) or not until:
        return told or ""
    return gettext("queue.waits", whom=gettext(phrase_of(WaitingFor(whom))), day=day(date.fromisoformat(until)))


def age_of(since_at: datetime) -> str:
    """In hours up to two days, then in days."""
    hours = max(0, int((house().clock() - since_at).total_seconds() // SECONDS_PER_HOUR))
    if hours < HOURS_SHOWN:
        return ngettext("age.hours", "age.hours.plural", hours)
    return ngettext("age.days", "age.days.plural", hours // 24)


def subject_of(view: DiscrepancyView) -> str:
    """By number where it has one; never a key of the database."""
    if view.dossier or view.item:
        return str(view.dossier or grouped(view.item or ""))
    kind, _, rest = view.subject.partition(":")
    return grouped(rest) if kind in {"code", "device", "order", "source"} else gettext("claim.no_number")


def reason_words(reason: str | None) -> str:
    """Our own words for the reasons that screens offer; what came through the API stands as it was written."""
    if reason == CONVERGED:
        return gettext("queue.converged")
    return gettext(phrase_of(CloseReason(reason))) if reason in set(CloseReason) else reason or ""
