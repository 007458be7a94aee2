"""A grace changes by another version with its own day of effect, never silently."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from schedules.reconciliation.changes import BadTableError, tables_with
from schedules.reconciliation.grace import Grace, GraceUnit, grace_of, working_hours
from schedules.reconciliation.listing import kept_form
from schedules.reconciliation.table import TABLES, Table, table_on
from tests.schedules.planting import NOW
from tracker.actions.decision_tables import TableChangedError, keep_table
from tracker.store.engine import reading, transaction
from tracker.store.tables import DECISION_TABLE

THIRD = """
[[table]]
version = 3
in_force_from = 2027-01-04
[table.rules.office_not_receipted]
grace = "6 working_hours"
[table.rules.silent_item.branches]
held = "16 working_hours"
[table.rules.late_postal]
off = true
"""


def tables(tmp_path: Path, text: str) -> tuple[Table, ...]:
    file = tmp_path / "table.toml"
    file.write_text(text, encoding="utf-8")
    return tables_with(str(file))


def test_a_version_changes_what_it_names_from_its_day_on(tmp_path: Path) -> None:
    found = tables(tmp_path, THIRD)
    before, after = table_on(date(2027, 1, 3), found), table_on(date(2027, 1, 4), found)
    rows = {rule.code.value: rule for rule in after.rules}

    assert (before, after.version) == (TABLES[-1], 3)
    assert (rows["office_not_receipted"].grace, rows["office_not_receipted"].version) == (working_hours(6), 3)
    assert (rows["silent_item"].branches["held"], rows["silent_item"].branches["bagged"]) == (
        working_hours(16),
        working_hours(8),
    )
    assert "late_postal" not in rows
    assert rows["wrongly_closed"].version == 1


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("version = 3", "version = 2", "above 2"),
        ("2027-01-04", "2025-01-04", "a day after"),
        ("late_postal", "late_post", "no row is called late_post"),
        ('"6 working_hours"', '"6 hours"', "office_not_receipted"),
        ('"6 working_hours"', '"at_once 6"', "office_not_receipted"),
        ("held =", "lying =", "its branches are"),
        ("off = true", "of = true", "known are"),
    ],
)
def test_a_file_at_fault_is_refused_by_row_and_cause(tmp_path: Path, before: str, after: str, told: str) -> None:
    with pytest.raises(BadTableError, match=told):
        tables(tmp_path, THIRD.replace(before, after))


@pytest.mark.parametrize("grace", [grace_of("at_once"), grace_of("closing_of_the_day"), grace_of("3 working_days")])
def test_a_grace_is_read_as_it_is_written(grace: Grace) -> None:
    assert grace_of(str(grace)) == grace


@pytest.mark.parametrize("text", ["", "8", "0 working_hours", "-1 working_hours", "1.5 working_hours", "2 at_once"])
def test_what_is_no_grace_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        grace_of(text)


def test_a_version_that_judged_is_kept_and_never_judges_with_other_rows(engine: Engine) -> None:
    table = TABLES[-1]
    edited = Table(table.version, table.in_force_from, (replace(table.rules[0], grace=working_hours(1)),))
    with transaction(engine) as session:
        keep_table(session, kept_form(table), at=NOW)
        keep_table(session, kept_form(table), at=NOW)

    with pytest.raises(TableChangedError, match="version 2"), transaction(engine) as session:
        keep_table(session, kept_form(edited), at=NOW)

    with reading(engine) as session:
        assert [row.version for row in session.execute(select(DECISION_TABLE))] == [table.version]


def test_every_unit_of_grace_is_used_by_the_table() -> None:
    graces = [grace for rule in TABLES[-1].rules for grace in (rule.grace, *rule.branches.values())]

    assert {grace.unit for grace in graces} == set(GraceUnit)
