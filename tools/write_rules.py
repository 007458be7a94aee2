"""Writes the decision table into docs/reconciliation.md after a change of a row: python -m tools.write_rules."""

from pathlib import Path

from schedules.reconciliation.listing import Row, graces, listed
from schedules.reconciliation.table import TABLES, Table
from tracker.cli.speech import sentences

FILE = Path(__file__).parent.parent / "docs" / "reconciliation.md"
BEGIN, END = "<!-- table -->\n", "<!-- end of table -->\n"
COLUMNS = ("code, version", "holds", "grace", "owner (severity)", "calendar", "next step", "closes")


def table_text(table: Table) -> str:
    rows = [COLUMNS, ("---",) * len(COLUMNS), *(_cells(row) for row in listed(table, sentences("en")))]
    lines = "".join(f"| {' | '.join(cells)} |\n" for cells in rows)
    return f"Version {table.version}, in force from {table.in_force_from}.\n\n{lines}"


def _cells(row: Row) -> tuple[str, ...]:
    return (
        f"`{row['code']}` {row['version']}",
        str(row["holds"]),
        graces(row),
        f"{row['owner_role']} ({row['severity']})",
        str(row["calendar"]).replace("_", " "),
        str(row["next_step"]),
        str(row["closes"]),
    )


def page_with(text: str) -> str:
    """The page as it stands, with its table anew."""
    before, _, rest = FILE.read_text("utf-8").partition(BEGIN)
    return f"{before}{BEGIN}{text}{END}{rest.partition(END)[2]}"


def main() -> None:
    FILE.write_text(page_with(table_text(TABLES[-1])), "utf-8")


if __name__ == "__main__":
    main()
