"""The way to the newest schema."""

import threading

from tracker.store.engine import create_engine
from tracker.store.migrate import differences, is_at_head, migrate

PATIENCE_SECONDS = 60


def test_an_empty_database_is_brought_to_the_newest_schema(blank_url: str) -> None:
    engine = create_engine(blank_url)
    assert not is_at_head(engine)

    migrate(blank_url)

    assert is_at_head(engine)
    assert differences(engine) == []
    engine.dispose()


def test_two_processes_that_start_at_once_migrate_once(blank_url: str) -> None:
    faults: list[BaseException] = []

    def start() -> None:
        try:
            migrate(blank_url)
        except BaseException as fault:  # noqa: BLE001  # shown by the assertion below
            faults.append(fault)

    starts = [threading.Thread(target=start) for _ in range(2)]
    for one in starts:
        one.start()
    for one in starts:
        one.join(PATIENCE_SECONDS)

    assert faults == []
    engine = create_engine(blank_url)
    assert is_at_head(engine)
    engine.dispose()
