"""The simulator's own reading of the papers leans on nothing that it is to judge."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.simulation.clock import closing_after, closing_of_the_day, hours_after, hours_before

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
# The operator who starts the job, and those who call him.
WITH_THE_OPERATOR = {"duty", "runner", "test_sixty_days", "test_mutations"}
# Written twice, so neither may read the other's: the table, its calendar, and how a dossier's facts are told.
JUDGED = ("schedules", "tracker.domain.working_time", "tracker.domain.cases", "tracker.domain.deadlines")


def _imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (node.module, *(f"{node.module}.{name.name}" for name in node.names))
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def _reached(file: Path) -> set[str]:
    """Whatever is imported, through the tests' own modules too."""
    seen: set[str] = set()
    waiting = [file]
    while waiting:
        for name in set(_imports(waiting.pop())) - seen:
            seen.add(name)
            module = ROOT / f"{name.replace('.', '/')}.py"
            if name.startswith("tests.") and module.exists():
                waiting.append(module)
    return seen


def _is_judged(name: str) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in JUDGED)


def test_nothing_but_the_operator_knows_the_schedules() -> None:
    apart = [file for file in sorted(HERE.glob("*.py")) if file.stem not in {*WITH_THE_OPERATOR, Path(__file__).stem}]
    leaning = {file.stem: found for file in apart if (found := {name for name in _reached(file) if _is_judged(name)})}

    assert len(apart) > 8
    assert leaning == {}
    assert [
        file.stem for file in HERE.glob("*.py") if any(name.startswith("schedules") for name in _imports(file))
    ] == ["duty"]


def at(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-{day}T{clock}:00+07:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (("11-20", "16:00"), 2, ("11-23", "08:00")),  # over a weekend
        (("11-23", "10:00"), 1, ("11-23", "11:00")),  # to the noon break, not past it
        (("11-23", "16:30"), 1, ("11-25", "07:30")),  # over the day of culture
        (("08-28", "16:00"), 8, ("09-03", "16:00")),  # over National Day
        (("08-21", "16:00"), 2, ("08-22", "08:00")),  # into a Saturday that is worked off
    ],
)
def test_working_hours_are_counted_as_the_papers_say(start: tuple[str, str], hours: int, end: tuple[str, str]) -> None:
    assert hours_after(at(*start), hours) == at(*end)
    assert hours_before(at(*end), hours) == at(*start)


def test_working_days_end_at_closing_time() -> None:
    assert closing_after(at("11-20", "09:00"), 1) == at("11-23", "17:00")
    assert closing_after(at("11-21", "09:00"), 1) == at("11-23", "17:00")
    assert closing_after(at("11-23", "18:00"), 1) == at("11-25", "17:00")
    assert closing_of_the_day(at("11-23", "08:00")) == at("11-23", "17:00")
    assert closing_of_the_day(at("11-23", "18:00")) == at("11-23", "18:00")
    assert closing_of_the_day(at("11-24", "08:00")) == at("11-25", "17:00")
