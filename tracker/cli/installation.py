"""Founding, filling and examining an installation."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from tracker.cli.examination import Finding, examine
from tracker.cli.speech import as_json, configured, say
from tracker.demo.seed import agency_side, is_seeded, seed
from tracker.store.engine import create_engine
from tracker.store.migrate import migrate as migrate_database

DEMO_SWITCH = "GIAONHAN_DEMO"
DEMO_FOLDER = "var"


@click.command()
@as_json
def migrate(as_json: bool) -> None:
    """Bring the database to the newest schema."""
    url = configured().database.url
    try:
        migrate_database(url)
    except SQLAlchemyError as error:
        raise click.ClickException(f"database: {error.args[0] if error.args else error}") from error
    say({"migrated": make_url(url).render_as_string()}, "the database is at the newest schema", as_json=as_json)


@click.command()
@click.option("--agency-file", type=click.Path(path_type=Path), help="Write what the agency's own system holds here.")
@as_json
def demo(agency_file: Path | None, as_json: bool) -> None:
    """Seed the demo day into an empty database; one that is filled stays as it is."""
    config = configured()
    _refuse_strange_database(config.database.url)
    engine = create_engine(config.database.url)
    is_new = not is_seeded(engine)
    if is_new:
        seed(engine, config, datetime.now(UTC))
    if agency_file:
        agency_file.parent.mkdir(parents=True, exist_ok=True)
        agency_file.write_text(json.dumps(agency_side(engine), ensure_ascii=False, indent=1), encoding="utf-8")
    say({"seeded": is_new}, "the demo day is seeded" if is_new else "already filled: left as it is", as_json=as_json)


def _refuse_strange_database(url: str) -> None:
    """A demo must never land in somebody's real database."""
    parsed = make_url(url)
    folder = Path(parsed.database or "").resolve().parent
    is_own = parsed.get_backend_name() == "sqlite" and folder == Path(DEMO_FOLDER).resolve()
    if not is_own and os.environ.get(DEMO_SWITCH) != "1":
        raise click.ClickException(
            f"the demo seeds an SQLite file under {DEMO_FOLDER}/ only; set {DEMO_SWITCH}=1 to seed this database"
        )


@click.command()
@as_json
def doctor(as_json: bool) -> None:
    """Say what is wrong with this installation, and the remedy."""
    findings = examine(configured(), datetime.now(UTC))
    lines = [_line(finding) for finding in findings]
    told = [{"check": row.check, "ok": row.is_well, "found": row.found, "remedy": row.remedy} for row in findings]
    say({"checks": told}, "\n".join(lines), as_json=as_json)
    if any(not finding.is_well for finding in findings):
        raise click.exceptions.Exit(1)


def _line(finding: Finding) -> str:
    mark = "well " if finding.is_well else "WRONG"
    remedy = f"\n      remedy: {finding.remedy}" if not finding.is_well else ""
    return f"{mark} {finding.check}: {finding.found}{remedy}"
