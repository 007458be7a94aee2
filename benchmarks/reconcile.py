"""Reconciliation of a country's books: whole, over what changed, and its candidate query on DuckDB.

python -m benchmarks.reconcile DOSSIERS [sqlite|postgresql] [memory]: with `memory` only the peak of one whole run.
"""

import csv
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count as count_from
from pathlib import Path
from statistics import median
from uuid import uuid4

import duckdb
from sqlalchemy import Engine, func, select, update
from sqlalchemy.dialects.sqlite.pysqlite import dialect as sqlite_dialect
from sqlmodel import Session

from benchmarks.baselines.row_by_row import reconcile_row_by_row
from benchmarks.measure import print_line
from benchmarks.province import NOW, fill
from schedules.jobs import Work
from schedules.leadership import LeaseTerms, take_lease
from schedules.reconciliation.looking import judging_of
from schedules.reconciliation.run import reconcile, reconcile_changed
from schedules.reconciliation.scope import bounds_of
from schedules.reconciliation.seen import Terms
from schedules.runs import Run, RunClaim, start_run
from tests.engines import postgres_server, sqlite_url
from tests.schedules.planting import CONFIG
from tracker.domain.runs import JobName
from tracker.store.engine import create_engine, reading, transaction
from tracker.store.migrate import migrate
from tracker.store.queries.calendar import work_calendar
from tracker.store.queries.suspects import suspects, suspects_query
from tracker.store.tables import DOSSIER

DOSSIERS, SAMPLE, ROUNDS = 1_000_000, 2_000, 3
FIVE_MINUTES = timedelta(minutes=5)
SHARES_CHANGED = (0.001, 0.01, 0.02)
# Filled once for each size and schema, then copied: filling takes longer than all that is measured.
KEPT = Path("var/benchmarks")
# What the candidate query names, as DuckDB types it; truth is a number, as the query spells it for SQLite.
# Told, not guessed from what stands first.
_CSV = "FORMAT csv, HEADER false, NULLSTR '', AUTO_DETECT false, DELIMITER ',', QUOTE '\"', ESCAPE '\"'"
_AT, _ON, _FLAG = "TIMESTAMP", "DATE", "TINYINT"
ASKED = {
    "dossier": {
        "id": "INTEGER", "one_stop_status": "INTEGER", "one_stop_said_at": _AT, "processing_due_on": _ON,
        "result_by_post": _FLAG,
    },
    "item": {
        "id": "INTEGER", "number": "VARCHAR", "leg": "VARCHAR", "status": "VARCHAR", "direction": "VARCHAR",
        "is_final": _FLAG, "final_at": _AT, "registered_at": _AT, "last_event_at": _AT, "pending_since": _AT,
        "due_on": _ON, "resend": _FLAG,
    },
    "item_dossier": {"item_id": "INTEGER", "dossier_id": "INTEGER"},
    "fee": {"item_id": "INTEGER", "amount": "INTEGER", "payer": "VARCHAR", "paid": _FLAG},
    "event": {"item_id": "INTEGER", "type": "VARCHAR", "chained": "VARCHAR"},
    "claim": {"dossier_id": "INTEGER", "source": "VARCHAR", "status": "INTEGER", "channel": "INTEGER"},
    "notice": {"dossier_id": "INTEGER", "kind": "VARCHAR", "at": _AT},
    "dossier_number": {"dossier_id": "INTEGER", "text": "VARCHAR"},
    "postal_claim": {
        "dossier_id": "INTEGER", "item_id": "INTEGER", "order_number": "VARCHAR", "item_code": "VARCHAR",
        "status": "VARCHAR",
    },
    "discrepancy": {"dossier_id": "INTEGER", "state": "VARCHAR", "code": "VARCHAR"},
}  # fmt: skip


def run(dossiers: int = DOSSIERS, engine_name: str = "sqlite", *, only_memory: bool = False) -> None:
    with _filled(engine_name, dossiers) as engine:
        measured = _peak(engine) if only_memory else _measured(engine, dossiers)
        print_line("reconcile", engine_name, {"dossiers": dossiers, **measured})


@contextmanager
def _filled(name: str, dossiers: int) -> Iterator[Engine]:
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=KEPT) as folder:
        if name == "sqlite":
            file = Path(folder) / "giaonhan.db"
            shutil.copyfile(_kept(dossiers), file)
            yield create_engine(sqlite_url(file))
            return
        with postgres_server(durable=True) as server:
            yield _books(server.create_database("giaonhan"), dossiers)


def _kept(dossiers: int) -> Path:
    file = KEPT / f"books-{dossiers}.db"
    if not file.exists():
        growing = file.with_suffix(".growing")
        _books(sqlite_url(growing), dossiers).dispose()
        growing.rename(file)
    return file


def _books(url: str, dossiers: int) -> Engine:
    migrate(url)
    engine = create_engine(url)
    fill(engine, dossiers)
    return engine


def _peak(engine: Engine) -> dict[str, object]:
    before = _peak_mb()
    first = _timed(engine, reconcile, NOW)
    found = {name: first.counts[name] for name in ("considered", "found")}
    return {**found, "first_seconds": round(first.wall, 1), "peak_mb_before": before, "peak_mb": _peak_mb()}


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds by the clock, which others on the machine stretch, and of the processor (of ours, without a server's)."""

    wall: float
    cpu: float
    counts: Mapping[str, int]


def _measured(engine: Engine, dossiers: int) -> dict[str, object]:
    """Whole runs and such over changes take turns, five minutes apart, so that a noisy hour falls on both."""
    a_dossier = _row_by_row(engine, dossiers)
    first = _timed(engine, reconcile, NOW)
    clock = (NOW + FIVE_MINUTES * turn for turn in count_from(1))
    whole: list[Spent] = []
    changed: dict[float, list[Spent]] = {share: [] for share in SHARES_CHANGED}
    for _ in range(ROUNDS):
        whole.append(_timed(engine, reconcile, next(clock)))
        for share, spent in changed.items():
            _touch(engine, int(dossiers * share))
            spent.append(_timed(engine, reconcile_changed, next(clock)))
    return {
        "considered": first.counts["considered"],
        "found": first.counts["found"],
        "first_seconds": round(first.wall, 2),
        "whole_seconds": _told(whole),
        "row_by_row_per_second": round(1 / a_dossier.wall),
        "times_row_by_row": _times(Spent(a_dossier.wall * dossiers, a_dossier.cpu * dossiers, {}), whole),
        "changed_seconds": {str(share): _told(spent) for share, spent in changed.items()},
        "whole_over_changed": {str(share): _times(_middle(whole), spent) for share, spent in changed.items()},
        "changed_considered": {str(share): spent[0].counts["considered"] for share, spent in changed.items()},
        "peak_mb": _peak_mb(),  # before DuckDB comes into the same process
        **_candidates(engine),
    }


def _middle(spent: Sequence[Spent]) -> Spent:
    return Spent(median(one.wall for one in spent), median(one.cpu for one in spent), {})


def _told(spent: Sequence[Spent]) -> dict[str, float]:
    return {"wall": round(_middle(spent).wall, 3), "cpu": round(_middle(spent).cpu, 3)}


def _times(slow: Spent, quick: Sequence[Spent]) -> dict[str, float]:
    return {"wall": round(slow.wall / _middle(quick).wall, 1), "cpu": round(slow.cpu / _middle(quick).cpu, 1)}


def _timed(engine: Engine, work: Work, at: datetime) -> Spent:
    run = _a_run(engine)
    began, used = time.perf_counter(), time.process_time()
    result = work(engine, CONFIG, run, at)
    return Spent(time.perf_counter() - began, time.process_time() - used, result.counts)


def _a_run(engine: Engine) -> Run:
    with transaction(engine) as session:
        held = take_lease(session, LeaseTerms(uuid4().hex[:8], "benchmark", 3_600))
        assert held is not None
        return start_run(session, RunClaim(JobName.RECONCILE, NOW, held, is_once=False))


def _terms(session: Session) -> Terms:
    return Terms(now=NOW, calendar=work_calendar(session, CONFIG.office))


def _row_by_row(engine: Engine, dossiers: int) -> Spent:
    """Of one dossier the plain way, by a stretch from the middle; all of them would take as long each."""
    with reading(engine) as session:
        terms = _terms(session)
    began, used = time.perf_counter(), time.process_time()
    looked, _ = reconcile_row_by_row(engine, dossiers // 2, dossiers // 2 + SAMPLE - 1, terms)
    return Spent((time.perf_counter() - began) / looked, (time.process_time() - used) / looked, {})


def _touch(engine: Engine, count: int) -> None:
    """So many dossiers, spread over all of them."""
    with transaction(engine) as session:
        step = _next_prime((session.scalar(select(func.max(DOSSIER.c.id))) or 1) // count)
        touched = update(DOSSIER).where(DOSSIER.c.id % step == 0).values(result_by_post=DOSSIER.c.result_by_post)
        session.execute(touched)


def _next_prime(least: int) -> int:
    """A step that no pattern of the books divides."""
    return next(one for one in count_from(max(2, least)) if all(one % by for by in range(2, int(one**0.5) + 1)))


def _candidates(engine: Engine) -> dict[str, object]:
    """The same query, the same rows: in the product's store, and in DuckDB's own tables on one thread."""
    with reading(engine) as session:
        judging = judging_of(session, CONFIG, NOW)
        codes, bounds = judging.codes, bounds_of(session, judging)
        ours, found = _waits(lambda: list(suspects(session, codes, bounds)))
    with tempfile.TemporaryDirectory(dir=KEPT) as folder:
        rival = _copied_to_duckdb(engine, Path(folder))
        asked = suspects_query(codes, bounds).compile(dialect=sqlite_dialect(), compile_kwargs={"literal_binds": True})
        theirs, same = _waits(lambda: [row[0] for row in rival.execute(_in_duckdb(str(asked))).fetchall()])
        rival.close()
    assert found == same
    return {"candidates": len(found), "candidates_ms": round(ours * 1000), "duckdb_ms": round(theirs * 1000),
            "candidates_over_duckdb": round(theirs / ours, 3)}  # fmt: skip


def _waits(ask: Callable[[], list[int]]) -> tuple[float, list[int]]:
    spent, answer = [], []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        answer = ask()
        spent.append(time.perf_counter() - began)
    return median(spent), answer


def _in_duckdb(asked: str) -> str:
    return asked.replace(" IS 0", " = 0").replace(" IS 1", " = 1")


def _columns_of(columns: Mapping[str, str]) -> str:
    return ", ".join(f'"{name}" {kind}' for name, kind in columns.items())


def _copied_to_duckdb(engine: Engine, folder: Path) -> duckdb.DuckDBPyConnection:
    rival = duckdb.connect(str(folder / "rival.db"))
    rival.execute("SET threads = 1")
    for table, columns in ASKED.items():
        file = folder / f"{table}.csv"
        with file.open("w", encoding="utf-8", newline="") as out, engine.connect() as connection:
            asked = f"SELECT {', '.join(columns)} FROM {table}"
            rows = connection.execution_options(yield_per=50_000).exec_driver_sql(asked)
            csv.writer(out).writerows(tuple(row) for row in rows)
        rival.execute(f"CREATE TABLE {table} ({_columns_of(columns)})")
        rival.execute(f"COPY {table} FROM '{file}' ({_CSV})")
        file.unlink()
    return rival


if __name__ == "__main__":
    told = [word for word in sys.argv[1:] if word != "memory"]
    run(int(told[0]) if told else DOSSIERS, *told[1:2], only_memory="memory" in sys.argv)
