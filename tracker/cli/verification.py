"""giaonhan verify: do the books hold?"""

import sys
from datetime import UTC, datetime

import click
from sqlalchemy import Engine

from schedules.examining import examined
from tracker.actions.examination import EVENTS_PER_WORD, Findings, keep_findings
from tracker.cli.speech import as_json, configured, say
from tracker.config import Config
from tracker.domain.auditing import CHECKED
from tracker.store.engine import create_engine, reading, transaction
from tracker.store.queries.auditing import count_events


@click.command()
@as_json
def verify(as_json: bool) -> None:
    """Check chains, roots, published roots and invariants of the live database; name the first wrong event."""
    config = configured()
    engine = create_engine(config.database.url)
    try:
        findings = _examined(engine, config)
    finally:
        engine.dispose()
    say(_as_json(findings), _words(findings), as_json=as_json)
    if not findings.is_sound:
        raise click.ClickException(f"{findings.told()[0].words()}; {findings.fault_count} faults in all")


def _examined(engine: Engine, config: Config) -> Findings:
    started_at = datetime.now(UTC)
    with reading(engine) as session:
        total = count_events(session) if sys.stderr.isatty() else 0
    with click.progressbar(length=total, label="events", file=sys.stderr, hidden=not total) as bar:
        findings = examined(engine, config, lambda _: bar.update(EVENTS_PER_WORD))
    with transaction(engine) as session:
        keep_findings(session, findings, started_at=started_at, ended_at=datetime.now(UTC))
    return findings


def _as_json(findings: Findings) -> dict[str, object]:
    faults = [fault._asdict() for fault in findings.told()]
    first = faults[0] if faults else None
    told: dict[str, object] = {"sound": findings.is_sound, "counts": findings.counts, "checked": dict(CHECKED)}
    return {**told, "first": first, "fault_count": findings.fault_count, "faults": faults}


def _words(findings: Findings) -> str:
    counted = ", ".join(f"{number} {name}" for name, number in findings.counts.items())
    checks = "\n".join(f"  {code}: {sentence}" for code, sentence in CHECKED.items())
    found = [fault.words() for fault in findings.told()] or ["sound"]
    return "\n".join([f"checked {counted}:", checks, *found])
