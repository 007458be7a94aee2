"""giaonhan export: what leaves the house as a file."""

from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Engine

from tracker.actions.audit import Deed, note_audit
from tracker.app import create_app
from tracker.cli.report_files import report
from tracker.cli.speech import as_json, configured, say
from tracker.config import Config
from tracker.packing import TAKEN, Pack, pack
from tracker.store.engine import create_engine, reading, transaction
from tracker.store.queries.packs import dossier_numbers

TAKEN_BY = "command line"


@click.group()
def export() -> None:
    """Write what the books hold into a file."""


export.add_command(report)


@export.command()
@click.argument("dossier")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The ZIP file.")
@as_json
def evidence(dossier: str, output: Path, as_json: bool) -> None:
    """Everything that proves a dossier's way: events, images, proofs, and a program that verifies them."""
    config = configured()
    engine = create_engine(config.database.url)
    try:
        made = _packed(engine, config, dossier)
    finally:
        engine.dispose()
    try:
        output.write_bytes(made.content)
    except OSError as error:
        raise click.ClickException(f"{output}: {error.strerror}") from error
    if made.open_count:
        told = f"{made.open_count} events or images have no proof yet: run `giaonhan roots` and export again"
        click.echo(told, err=True)
    answer = {"file": str(output), "bytes": len(made.content), "unproven": made.open_count}
    say(answer, f"{output}: {len(made.content)} bytes", as_json=as_json)


def _packed(engine: Engine, config: Config, dossier: str) -> Pack:
    """Who took it is noted first: a pack that nobody noted does not leave the house."""
    with reading(engine) as session:
        found = dossier_numbers(session, dossier)
    if found is None:
        raise click.ClickException(f"no dossier is known by {dossier}")
    dossier_id, numbers = found
    with transaction(engine) as session:
        deed = Deed(TAKEN, f"dossier:{numbers[0]}")
        note_audit(session, deed, at=datetime.now(UTC), actor=TAKEN_BY)
    with create_app(config, engine).app_context(), reading(engine) as session:
        return pack(session, dossier_id, numbers, config)
