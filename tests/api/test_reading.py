"""Reading changes nothing but the audit, and costs the same number of reads however long the list."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import event, select

from tests.builders import a_number, a_scan
from tests.callers import PEOPLE, Api
from tracker.api.callers import CALLERS
from tracker.domain.vocabulary import EventType
from tracker.store.models import metadata

WRITTEN_BY_READING = {"audit_row"}


def contents(api: Api) -> dict[str, list[str]]:
    with api.session() as session:
        return {
            name: sorted(str(tuple(row)) for row in session.execute(select(table)))
            for name, table in metadata.tables.items()
            if name not in WRITTEN_BY_READING
        }


def a_days_work(api: Api, items: int) -> list[str]:
    numbers = [api.register(serial + 1) for serial in range(items)]
    api.post("/labels", {"items": numbers, "format": "a6"})
    bagged = [a_scan(number, EventType.BAGGED, details={"bag": "TUI-1"}) for number in numbers]
    api.post("/events", {"events": [*bagged, a_scan("TUI-1", EventType.DEPARTED)]}, "postclerk")
    return numbers


def paths(number: str) -> list[str]:
    gets = [line.removeprefix("GET ") for line in CALLERS if line.startswith("GET ")]
    named = {"/items/<number>": f"/items/{number}", "/dossiers/<number>": f"/dossiers/{a_number()}"}
    return [named.get(path, path) for path in gets]


def test_no_reading_changes_anything_but_the_audit(api: Api) -> None:
    number = a_days_work(api, 2)[0]
    before = contents(api)

    for_all = [(path, who) for path in paths(number) for who in PEOPLE]
    answers = [api.get(path, who).status_code for path, who in for_all]
    heads = [api.client.head(f"/api/v1{path}", headers=api.headers(who)).status_code for path, who in for_all]

    assert contents(api) == before
    assert answers == heads
    assert answers.count(200) > len(PEOPLE)


@contextmanager
def counted(api: Api) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(*told: object) -> None:
        statements.append(str(told[2]))

    event.listen(api.engine, "before_cursor_execute", note)
    yield statements
    event.remove(api.engine, "before_cursor_execute", note)


def statements_of(api: Api, call: Callable[[], object]) -> int:
    with counted(api) as statements:
        call()
    return len(statements)


def test_a_long_list_costs_as_many_reads_as_a_short_one(api: Api) -> None:
    a_days_work(api, 6)

    costs = {
        path: [statements_of(api, lambda p=path, n=limit: api.get(f"{p}?limit={n}", "supervisor")) for limit in (1, 5)]  # type: ignore[misc]  # bound at once
        for path in ("/items", "/dossiers", "/discrepancies", "/offices")
    }

    assert {path: short == long for path, (short, long) in costs.items()} == dict.fromkeys(costs, True)
    assert max(max(cost) for cost in costs.values()) <= 16
