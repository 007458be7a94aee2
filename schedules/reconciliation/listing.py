"""The decision table told as plain values: for the books, for people, and for the page that documents it."""

import json
from collections.abc import Callable

from schedules.reconciliation.seen import Rule
from schedules.reconciliation.table import Table
from tracker.actions.decision_tables import KeptTable
from tracker.domain.discrepancies import KINDS
from tracker.phrases import next_step_phrase, rule_ends_phrase, rule_holds_phrase

Say = Callable[[str], str]
Row = dict[str, object]


def row_of(rule: Rule) -> Row:
    """What decides, in words of the table itself."""
    kind = KINDS[rule.code]
    return {
        "code": rule.code.value,
        "version": rule.version,
        "grace": str(rule.grace),
        "branches": {name: str(grace) for name, grace in sorted(rule.branches.items())},
        "phone_hours": rule.phone_hours,
        "claims": rule.claims.value,
        "calendar": rule.calendar.value,
        "severity": kind.severity.value,
        "owner_role": kind.owner_role.value,
    }


def kept_form(table: Table) -> KeptTable:
    rows = json.dumps([row_of(rule) for rule in table.rules], sort_keys=True, separators=(",", ":"))
    return KeptTable(table.version, table.in_force_from, rows)


def listed(table: Table, say: Say) -> list[Row]:
    """Each row with its sentences: when it holds, what to do, and when it closes by itself."""
    return [
        row_of(rule)
        | {
            "holds": say(rule_holds_phrase(rule.code)),
            "next_step": say(next_step_phrase(rule.code)),
            "closes": say(rule_ends_phrase(rule.code)),
        }
        for rule in table.rules
    ]


def graces(row: Row) -> str:
    branches = row["branches"]
    told = [str(row["grace"])]
    if isinstance(branches, dict):
        told += [f"{name}: {grace}" for name, grace in branches.items()]
    if row["phone_hours"]:
        told.append(f"silent phone: at the latest {row['phone_hours']} h")
    return "; ".join(told)
