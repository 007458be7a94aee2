"""One case set against every row of the table; pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from schedules.reconciliation.seen import ClaimUse, Rule, Seen, Terms, Why
from schedules.reconciliation.table import RULES, Table
from tracker.actions.discrepancies import Finding
from tracker.domain.cases import Case


@dataclass(frozen=True, slots=True)
class Judged:
    """A contradiction that holds, and the instant from which a person must hear of it."""

    rule: Rule
    seen: Seen
    due_at: datetime


class Verdict(StrEnum):
    """`waits_for_feed`: past its grace, but it rests on the silence of a feed that fails."""

    AGREES = "agrees"
    NOT_YET = "not_yet"
    WAITS_FOR_FEED = "waits_for_feed"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Considered:
    """One rule held against a case: a contradiction it saw, or (`judged` is None) why it saw none."""

    rule: Rule
    verdict: Verdict
    judged: Judged | None = None
    why: tuple[Why, ...] = ()


def judge(case: Case, terms: Terms, rules: Sequence[Rule] = RULES) -> Iterator[Judged]:
    for rule in rules:
        for seen in rule.look(case, terms):
            if isinstance(seen, Seen):
                yield Judged(rule, seen, rule.due_at(seen, terms.calendar))


def consider(case: Case, terms: Terms, rules: Sequence[Rule], *, is_feed_trusted: bool) -> Iterator[Considered]:
    """Every rule, whether it has something to say or not."""
    for rule in rules:
        found = list(judge(case, terms, [rule]))
        if not found:
            why = dict.fromkeys(one for one in rule.look(case, terms) if isinstance(one, Why))
            yield Considered(rule, Verdict.AGREES, why=tuple(why))
        for judged in found:
            yield Considered(rule, _verdict(judged, terms, is_feed_trusted), judged)


def _verdict(judged: Judged, terms: Terms, is_feed_trusted: bool) -> Verdict:
    if terms.now < judged.due_at:
        return Verdict.NOT_YET
    return Verdict.DUE if is_feed_trusted or judged.rule.claims is not ClaimUse.SILENT else Verdict.WAITS_FOR_FEED


def findings_of(
    case: Case, terms: Terms, *, is_feed_trusted: bool, rules: Sequence[Rule] = RULES
) -> Iterator[tuple[Finding, Seen]]:
    """Those past their grace. While the feed fails, nothing new rests on its silence."""
    return findings_among(case, judge(case, terms, rules), terms, is_feed_trusted=is_feed_trusted)


def findings_among(
    case: Case, seen: Iterable[Judged], terms: Terms, *, is_feed_trusted: bool
) -> Iterator[tuple[Finding, Seen]]:
    for judged in seen:
        if _verdict(judged, terms, is_feed_trusted) is Verdict.DUE:
            yield _finding(case, judged), judged.seen


def may_end(code: str, table: Table, *, is_feed_trusted: bool, is_post_trusted: bool) -> bool:
    """Whether a row may close by itself now: what rests on an outside system's word waits while its feed fails."""
    claims = next((rule.claims for rule in table.rules if rule.code == code), ClaimUse.NONE)
    if claims is ClaimUse.POST:
        return is_post_trusted
    return is_feed_trusted or claims is ClaimUse.NONE


def _finding(case: Case, judged: Judged) -> Finding:
    return Finding(
        code=judged.rule.code,
        subject=judged.seen.subject,
        since_at=judged.seen.since_at,
        dossier_id=case.dossier_id,
        item_id=judged.seen.item_id,
        office_id=judged.seen.office_id,
        evidence=judged.seen.evidence,
        rule_version=judged.rule.version,
    )
