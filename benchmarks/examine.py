"""The examination of the books against a bare fetch and SHA-256 pass: chains alone over the four columns they need,
the whole over whole rows.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine

from benchmarks.baselines import bare_hashing
from benchmarks.baselines.bare_hashing import Pass
from benchmarks.measure import Block, alternate, print_line
from benchmarks.story import found_post
from tests.builders import the_config
from tests.engines import postgres_server, sqlite_url
from tracker.actions.door import Door
from tracker.actions.examination import Findings, examine, examine_chains
from tracker.actions.record import record
from tracker.store.engine import create_engine, reading, transaction
from tracker.store.migrate import migrate

ROUNDS = 7
ITEMS, ITEMS_AT_ONCE = 300, 50


def run() -> None:
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        file = Path(folder) / "giaonhan.db"
        _measure(sqlite_url(file), lambda columns: bare_hashing.sqlite_pass(file, columns))
    with postgres_server(durable=False) as server:
        url = server.create_database("examine")
        _measure(url, lambda columns: bare_hashing.postgres_pass(url, columns))


def _measure(url: str, bare: Callable[[str], Pass]) -> None:
    migrate(url)
    engine = create_engine(url)
    _fill(engine)
    blocks: dict[str, Block] = {
        "bare_chains": bare(bare_hashing.CHAINS),
        "bare_rows": bare(bare_hashing.WHOLE_ROWS),
        "chains": _chains(engine),
        "whole": _whole(engine),
    }
    events = blocks["bare_rows"]()
    rates = alternate(blocks, ROUNDS)
    measured = {
        "events": events,
        "events_per_second": {name: round(rates.of(name)) for name in blocks},
        "ratio_chains_to_bare": round(rates.ratio("chains", "bare_chains"), 3),
        "ratio_whole_to_bare": round(rates.ratio("whole", "bare_rows"), 3),
        "runs": ROUNDS,
    }
    print_line("examine", engine.dialect.name, measured)
    engine.dispose()


def _fill(engine: Engine) -> None:
    with transaction(engine) as session:
        post = found_post(session)
        for _ in range(ITEMS // ITEMS_AT_ONCE):
            for told in post.scans(post.new_items(session, ITEMS_AT_ONCE)):
                record(session, [told.event], Door(told.actor, told.at, the_config()))


def _chains(engine: Engine) -> Block:
    def block() -> int:
        with reading(engine) as session:
            return _sound(examine_chains(session))

    return block


def _whole(engine: Engine) -> Block:
    def block() -> int:
        with reading(engine) as session:
            return _sound(examine(session, the_config().office))

    return block


def _sound(findings: Findings) -> int:
    assert findings.is_sound, findings.told()
    return findings.counts["events"]
