"""A thousand labels with ledger, events and paper, durable, and one over the API; against the plain way's drawing.

Every round prints the same envelopes again for a reason: the ledger's dearer case, since each copy replaces another.
"""

import gc
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count, cycle
from pathlib import Path
from statistics import median

from flask import Flask
from flask_babel import force_locale
from sqlalchemy import Engine

from benchmarks.baselines import plain_label
from benchmarks.label_sample import as_texts, item_labels
from benchmarks.measure import Block, alternate, print_line
from benchmarks.story import Post, found_post
from tests.builders import a_desk, the_config
from tests.engines import sqlite_url
from tracker.actions.accounts import create_token
from tracker.actions.print_batches import BatchWish, begin_batch, print_slice
from tracker.app import create_app
from tracker.batches import batch_paper, drawable, results
from tracker.printing import prepare, print_run
from tracker.store.engine import create_engine, durability_of, reading, transaction
from tracker.store.migrate import migrate
from tracker.store.queries.print_batches import batch_progress

ROUNDS = 5
OURS, PLAIN, ALONE, AT_ONCE = 1_000, 100, 20, 100
FIRST, HUNDREDTH = 0, slice(90, 110)


def run() -> None:
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        url = sqlite_url(Path(folder) / "giaonhan.db")
        migrate(url)
        engine = create_engine(url)
        with transaction(engine) as session:
            post = found_post(session)
            token = create_token(session, "lộc", at=post.began_at)
        numbers: list[str] = []
        while len(numbers) < OURS:
            with transaction(engine) as session:
                numbers += post.new_items(session, AT_ONCE)
        _measure(engine, post, numbers, token)
        engine.dispose()


def _measure(engine: Engine, post: Post, numbers: list[str], token: str) -> None:
    app = create_app(the_config(), engine)
    prepare(the_config())
    one = _one(app, numbers, token)
    times = [_seconds(one) for _ in range(HUNDREDTH.stop)]
    samples = [as_texts(label) for label in item_labels(PLAIN)]
    blocks: dict[str, Block] = {
        "whole": _whole(app, engine, post, numbers),
        "plain": lambda: PLAIN if plain_label.draw(samples) else 0,
        "alone": lambda: sum(one() for _ in range(ALONE)),
        "plain_alone": lambda: len([plain_label.draw([sample]) for sample in samples[:ALONE]]),
    }
    blocks["whole"]()
    gc.freeze()
    rates = alternate(blocks, ROUNDS)
    measured = {
        "labels_per_second": round(rates.of("whole")),
        "plain_per_second": round(rates.of("plain"), 1),
        "ratio_to_plain": round(rates.ratio("whole", "plain"), 1),
        "one_over_the_api_ms": round(1000 / rates.of("alone"), 2),
        "one_over_the_api_to_plain": round(rates.ratio("alone", "plain_alone"), 2),
        "first_to_hundredth": round(times[FIRST] / median(times[HUNDREDTH]), 2),
        "durability": durability_of(engine),
        "runs": ROUNDS,
    }
    print_line("label_batches", engine.dialect.name, measured)


def _whole(app: Flask, engine: Engine, post: Post, numbers: list[str]) -> Block:
    """As `giaonhan labels` does it once it runs: lines, slices, paper, the book of lines."""
    config, refused = the_config(), drawable(the_config())
    wish = BatchWish(dict(enumerate(numbers, start=1)), "a6", 1, "one more round")

    def block() -> int:
        by = a_desk(post.people["lộc"], at=datetime.now(UTC))
        with transaction(engine) as session:
            batch_id = begin_batch(session, wish, by)
        settled = 1
        while settled:
            with transaction(engine) as session:
                settled = print_slice(session, batch_id, refused, by)
        with app.app_context(), force_locale("vi"), reading(engine) as session:
            batch = batch_progress(session, batch_id)
            assert batch is not None
            assert any(batch_paper(session, batch, print_run(batch.format, batch.start_cell), config))
            assert all(result.outcome == "printed" for result in results(session, batch_id))
        return len(numbers)

    return block


def _one(app: Flask, numbers: list[str], token: str) -> Callable[[], int]:
    client, upcoming, tries = app.test_client(), cycle(numbers), count()
    headers = {"Authorization": f"Bearer {token}"}

    def one() -> int:
        body = {"items": [next(upcoming)], "format": "a6", "reason": f"try {next(tries)}"}
        answer = client.post("/api/v1/labels", json=body, headers=headers)
        assert answer.status_code == 200, answer.data
        return 1

    return one


def _seconds(one: Callable[[], int]) -> float:
    began = time.perf_counter()
    one()
    return time.perf_counter() - began
