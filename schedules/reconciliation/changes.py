"""Further versions of the decision table from a file, so that an office changes a grace by a dated version.

    [[table]]
    version = 3
    in_force_from = 2027-01-04
    [table.rules.office_not_receipted]
    grace = "6 working_hours"
    [table.rules.silent_item.branches]
    held = "16 working_hours"
    [table.rules.late_postal]
    off = true

Each version changes the one before it; what it does not name stays. A row it names bears its number.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from schedules.reconciliation.grace import Grace, grace_of
from schedules.reconciliation.seen import Rule
from schedules.reconciliation.table import TABLES, Table

_ROW_KEYS = frozenset({"grace", "branches", "phone_hours", "off"})


class BadTableError(ValueError):
    """The message names the version, the row and the fault."""


def tables_with(file: str, tables: Sequence[Table] = TABLES) -> tuple[Table, ...]:
    """The given versions and those of a file, oldest first; no file, no more. Raises BadTableError."""
    if not file:
        return tuple(tables)
    try:
        told = tomllib.loads(Path(file).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadTableError(f"{file}: {error}") from error
    listed = told.get("table")
    if set(told) != {"table"} or not isinstance(listed, list):
        raise BadTableError(f"{file}: only [[table]] is known here")
    grown = list(tables)
    for given in listed:
        grown.append(_next_table(grown[-1], given))
    return tuple(grown)


def _next_table(before: Table, given: Mapping[str, object]) -> Table:
    version, from_on, rows = given.get("version"), given.get("in_force_from"), given.get("rules", {})
    if set(given) - {"version", "in_force_from", "rules"} or not isinstance(rows, Mapping):
        raise BadTableError(f"version {version}: known are version, in_force_from and rules")
    if type(version) is not int or version <= before.version:
        raise BadTableError(f"version {version}: a version is a number above {before.version}")
    if type(from_on) is not date or from_on <= before.in_force_from:
        raise BadTableError(f"version {version}: in_force_from is a day after {before.in_force_from}")
    if unknown := set(rows) - {rule.code.value for rule in before.rules}:
        raise BadTableError(f"version {version}: no row is called {', '.join(sorted(unknown))}")
    changed = [_row(rule, rows[rule.code], version) if rule.code in rows else rule for rule in before.rules]
    return Table(version, from_on, tuple(rule for rule in changed if rule is not None))


def _row(rule: Rule, given: object, version: int) -> Rule | None:
    """None for a row that is switched off."""
    if not isinstance(given, Mapping) or set(given) - _ROW_KEYS:
        raise BadTableError(f"version {version}, {rule.code}: known are {', '.join(sorted(_ROW_KEYS))}")
    if given.get("off") is True:
        return None
    try:
        return replace(
            rule,
            version=version,
            grace=grace_of(str(given["grace"])) if "grace" in given else rule.grace,
            branches=_branches(rule, given.get("branches", {})),
            phone_hours=_hours(given.get("phone_hours", rule.phone_hours)),
        )
    except ValueError as error:
        raise BadTableError(f"version {version}, {rule.code}: {error}") from error


def _branches(rule: Rule, given: object) -> Mapping[str, Grace]:
    if not isinstance(given, Mapping) or set(given) - set(rule.branches):
        raise ValueError(f"its branches are {', '.join(rule.branches) or 'none'}")
    return {**rule.branches, **{name: grace_of(str(text)) for name, text in given.items()}}


def _hours(given: object) -> int:
    if type(given) is not int or given < 0:
        raise ValueError("phone_hours is a number of hours")
    return given
