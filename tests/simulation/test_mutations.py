"""The judge itself is judged: without any one rule, or with any one grace half as long, it must find fault."""

from collections.abc import Iterator, Sequence

import pytest

from tests.closing import PROOF
from tests.province import Province
from tests.simulation import duty
from tests.simulation.duty import Mutation, mutated
from tests.simulation.expected import TABLE
from tests.simulation.judge import Book, RunAt, Turn, faults
from tests.simulation.plants import PLANTS
from tests.simulation.runner import Row, Stage, expected_rows
from tests.simulation.sixty_days import POINTS, Size, play_of
from tests.simulation.test_sixty_days import drawn
from tests.simulation.windows import Hour

FEW = Size(POINTS[1:4], dossiers=0, of_hours=2, of_days=2, of_midnights=2, of_custody=0, takes_turns=False)


def mutations() -> Iterator[Mutation]:
    """Every rule deleted; every grace of every rule halved, where there is one."""
    for code in TABLE:
        yield Mutation(code, "delete")
    for plant in PLANTS:
        if plant.grace.hours or plant.grace.days or plant.grace.hour is Hour.CLOSING:
            yield Mutation(plant.code, "halve", plant.branch)


def _hours_of(mutation: Mutation) -> set[Hour]:
    return {
        plant.grace.hour
        for plant in PLANTS
        if plant.code == mutation.code and (mutation.what == "delete" or plant.branch == mutation.branch)
    }


def test_no_rule_can_be_deleted_and_no_grace_halved_unseen(
    own_sqlite: Province, request: pytest.FixtureRequest
) -> None:
    play = play_of(drawn(), FEW)
    stage = Stage(own_sqlite, play)
    seen: dict[Mutation | None, list[set[Row]]] = {None: [], **{mutation: [] for mutation in mutations()}}
    for place, run in enumerate(play.runs):
        stage.play_until(run)
        whole = duty.found(stage.engine, stage.config, run.at)
        for mutation, books in seen.items():
            hour = FEW.points[place // 2].hour
            books.append(whole if mutation is None or hour not in _hours_of(mutation) else _bent(stage, mutation, run))

    expected = expected_rows(play, stage.scribe)
    unseen = [m.name for m, books in seen.items() if m and not list(faults(expected, _turns(play.runs, books)))]
    assert list(faults(expected, _turns(play.runs, seen[None]))) == [], f"seeds {play.seeds}"
    assert unseen == [], f"seeds {play.seeds}"
    line = (
        f"the decision table mutated: {len(seen) - 1} of {len(seen) - 1} seen; seeds {', '.join(map(str, play.seeds))}"
    )
    request.node.user_properties.append((PROOF, line))


def _bent(stage: Stage, mutation: Mutation, run: RunAt) -> set[Row]:
    with mutated(mutation):
        return duty.found(stage.engine, stage.config, run.at)


def _turns(runs: Sequence[RunAt], books: Sequence[set[Row]]) -> dict[Row, list[Turn]]:
    book = Book()
    for run, found in zip(runs, books, strict=True):
        book.take(run, found, set())
    return book.turns
