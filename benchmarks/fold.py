"""What it takes to add up the twelve events of an ordinary envelope."""

import tempfile
from pathlib import Path
from statistics import median
from timeit import repeat

from benchmarks.measure import print_line
from benchmarks.story import found_post
from tests.builders import the_config
from tests.engines import sqlite_url
from tracker.actions.door import Door
from tracker.actions.record import record
from tracker.domain.events import Event
from tracker.domain.standing import standing
from tracker.store.engine import create_engine, transaction
from tracker.store.migrate import migrate
from tracker.store.queries.events import item_events
from tracker.store.queries.numbers import item_id_of_number

RUNS, FOLDS = 15, 500


def run() -> None:
    events = _story()
    seconds = repeat(lambda: standing(events), repeat=RUNS, number=FOLDS)
    microseconds = [run * 1e6 / FOLDS for run in seconds]
    measured = {
        "events": len(events),
        "microseconds": round(median(microseconds), 1),
        "least_microseconds": round(min(microseconds), 1),
        "runs": RUNS,
    }
    print_line("fold", "none", measured)


def _story() -> list[Event]:
    """Recorded and read back, so that the fold gets what it gets in life."""
    with tempfile.TemporaryDirectory() as folder:
        url = sqlite_url(Path(folder) / "giaonhan.db")
        migrate(url)
        engine = create_engine(url)
        with transaction(engine) as session:
            post = found_post(session)
            items = post.new_items(session, 1)
            for told in post.scans(items):
                record(session, [told.event], Door(told.actor, told.at, the_config()))
            item_id = item_id_of_number(session, items[0])
            assert item_id is not None
            return [stored.event for stored in item_events(session, item_id)]
