"""One case set against every row of the table; pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from schedules.reconciliation.seen import ClaimUse, Rule, Seen, Terms
from schedules.reconciliation.table import RULES
from tracker.actions.discrepancies import Finding
from tracker.domain.cases import Case


@dataclass(frozen=True, slots=True)
class Judged:
    """A contradiction that holds, and the instant from which a person must hear of it."""

    rule: Rule
    seen: Seen
    due_at: datetime


def judge(case: Case, terms: Terms, rules: Sequence[Rule] = RULES) -> Iterator[Judged]:
    for rule in rules:
        for seen in rule.look(case, terms):
            yield Judged(rule, seen, _due_at(rule, seen, terms))


def _due_at(rule: Rule, seen: Seen, terms: Terms) -> datetime:
    due_at = (seen.grace or rule.grace)(terms.calendar, seen.since_at)
    return due_at if seen.not_before is None else max(due_at, seen.not_before)


def findings_of(case: Case, terms: Terms, *, is_feed_trusted: bool) -> Iterator[tuple[Finding, Seen]]:
    """Those past their grace. While the feed fails, nothing new rests on its silence."""
    for judged in judge(case, terms):
        is_answerable = is_feed_trusted or judged.rule.claims is not ClaimUse.SILENT
        if is_answerable and terms.now >= judged.due_at:
            yield _finding(case, judged), judged.seen


def _finding(case: Case, judged: Judged) -> Finding:
    return Finding(
        code=judged.rule.code,
        subject=judged.seen.subject,
        since_at=judged.seen.since_at,
        dossier_id=case.dossier_id,
        item_id=judged.seen.item_id,
        office_id=judged.seen.office_id,
        evidence=judged.seen.evidence,
    )
