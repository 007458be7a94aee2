"""The examination of the books with what was published of them, by the clock or by hand."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from schedules.publishing import unlike_published
from schedules.runs import Run, RunEnd, RunResult, finish_run, hold_fence
from tracker.actions.examination import Findings, Progress, examine, keep_findings
from tracker.config import Config
from tracker.domain.auditing import Fault
from tracker.domain.runs import RunOutcome
from tracker.store.engine import reading, transaction
from tracker.store.queries.roots import StoredRoot, all_roots, published_places


def examine_books(engine: Engine, config: Config, run: Run, now: datetime) -> RunResult:
    """Fails when something does not hold, so that it stands out among the runs; every slot looks anew."""
    findings = examined(engine, config)
    with transaction(engine) as session:
        hold_fence(session, run)
        keep_findings(session, findings, started_at=now, ended_at=datetime.now(UTC))
        fault = "" if findings.is_sound else findings.told()[0].words()
        outcome = RunOutcome.COMPLETE if findings.is_sound else RunOutcome.FAILED
        return finish_run(session, run, RunEnd(outcome, {**findings.counts, "faults": findings.fault_count}, fault))


def examined(engine: Engine, config: Config, progress: Progress | None = None) -> Findings:
    """Nothing is written; a folder of published roots that cannot be read is a fault too."""
    with reading(engine) as session:
        findings = examine(session, config.office, progress)
        roots, places = all_roots(session), published_places(session)
    if config.roots.folder:
        for fault in _published_faults(Path(config.roots.folder), roots, places.values()):
            findings.add(fault)
    return findings


def _published_faults(folder: Path, roots: Iterable[StoredRoot], places: Iterable[str]) -> Iterator[Fault]:
    try:
        for name, cause in unlike_published(folder, roots, places):
            yield Fault("I8", cause, subject=name)
    except OSError as error:
        yield Fault("I8", "published_unreadable", subject=f"{type(error).__name__}: {folder}")
