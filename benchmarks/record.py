"""Recording one scan, durable, through the product's own action; against the bare commit and a tutorial's write."""

import tempfile
from collections.abc import Iterator
from itertools import count, cycle
from pathlib import Path

from sqlalchemy import Engine

from benchmarks.baselines import bare_commit, tutorial_scan
from benchmarks.baselines.bare_commit import Commit
from benchmarks.measure import Block, alternate, print_line
from benchmarks.story import Post, Told, found_post
from tests.builders import the_config
from tests.engines import postgres_server, sqlite_url
from tracker.actions.door import Door
from tracker.actions.record import record
from tracker.domain.vocabulary import Outcome
from tracker.store.engine import create_engine, durability_of, transaction
from tracker.store.migrate import migrate
from tracker.store.migrations.changes import forget_changes

ROUNDS = 9
BARE, SCANS, TUTORIAL = 200, 110, 110
ITEMS_PER_ROUND = 10
TUTORIAL_ITEMS = 200


def run() -> None:
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        file = Path(folder)
        bare = bare_commit.sqlite_commits(file / "bare.db")
        _measure(sqlite_url(file / "giaonhan.db"), sqlite_url(file / "unnoted.db"), bare)
    with postgres_server(durable=True) as server:
        bare = bare_commit.postgres_commits(server.create_database("bare"))
        _measure(server.create_database("record"), server.create_database("unnoted"), bare)


def _founded(url: str) -> tuple[Engine, Post]:
    migrate(url)
    engine = create_engine(url)
    with transaction(engine) as session:
        return engine, found_post(session)


def _measure(url: str, unnoted_url: str, bare: Commit) -> None:
    """`unnoted`: the same without the triggers that note for reconciliation what changed."""
    engine, post = _founded(url)
    unnoted, its_post = _founded(unnoted_url)
    with unnoted.begin() as connection:
        forget_changes(connection)
    tutorial_scan.create_tables(engine, TUTORIAL_ITEMS)
    _scans(engine, post)()
    blocks = {
        "record": _scans(engine, post),
        "unnoted": _scans(unnoted, its_post),
        "bare_commit": _bare(bare),
        "tutorial": _tutorial(engine),
    }
    rates = alternate(blocks, ROUNDS)
    measured = {
        "scans_per_second": round(rates.of("record"), 1),
        "bare_commits_per_second": round(rates.of("bare_commit"), 1),
        "tutorial_writes_per_second": round(rates.of("tutorial"), 1),
        "ratio_to_bare_commit": round(rates.ratio("record", "bare_commit"), 4),
        "ratio_to_tutorial": round(rates.ratio("record", "tutorial"), 3),
        "ratio_to_unnoted": round(rates.ratio("record", "unnoted"), 3),
        "durability": durability_of(engine),
        "runs": ROUNDS,
    }
    print_line("record", engine.dialect.name, measured)
    engine.dispose()
    unnoted.dispose()


def _scans(engine: Engine, post: Post) -> Block:
    """Each round takes fresh envelopes through their whole story, so that a chain has the length it has in life."""

    def upcoming() -> Iterator[Told]:
        with transaction(engine) as session:
            items = post.new_items(session, ITEMS_PER_ROUND * (ROUNDS + 1))
        while items:
            mine, items = items[:ITEMS_PER_ROUND], items[ITEMS_PER_ROUND:]
            yield from post.scans(mine)

    scans = upcoming()
    first = next(scans)
    _record(engine, first)

    def block() -> int:
        for _ in range(SCANS):
            _record(engine, next(scans))
        return SCANS

    return block


def _record(engine: Engine, told: Told) -> None:
    with transaction(engine) as session:
        (receipt,) = record(session, [told.event], Door(told.actor, told.at, the_config()))
    assert receipt.outcome is Outcome.RECORDED, receipt
    assert receipt.standing is not None
    assert receipt.standing["anomalies"] == [], receipt


def _bare(commit: Commit) -> Block:
    numbers = count()

    def block() -> int:
        for _ in range(BARE):
            commit(next(numbers))
        return BARE

    return block


def _tutorial(engine: Engine) -> Block:
    numbers = cycle(f"RI{serial:09d}VN" for serial in range(TUTORIAL_ITEMS))

    def block() -> int:
        for _ in range(TUTORIAL):
            tutorial_scan.scan(engine, next(numbers))
        return TUTORIAL

    return block
