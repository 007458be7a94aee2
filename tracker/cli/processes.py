"""The two kinds of process of an installation."""

import os
import sys
from pathlib import Path

import click
from granian import Granian
from granian.constants import Interfaces

from schedules.leading import run
from schedules.reconciliation.changes import tables_with
from tracker.actions.founding import mode_of
from tracker.actions.runs import jobs_of
from tracker.cli.installation import DEMO_SWITCH
from tracker.cli.speech import as_json, configured, say, table_faults_spoken
from tracker.config import Config
from tracker.log_lines import open_log
from tracker.store.engine import create_engine, reading
from tracker.store.migrate import is_at_head

DRAIN_SECONDS = 20
# Its own default is standard output, which belongs to what a command answers.
_HANDLER = {"class": "logging.StreamHandler", "formatter": "generic", "stream": "ext://sys.stderr"}
LOG_TO_STANDARD_ERROR = {"handlers": {"console": _HANDLER, "access": _HANDLER}}


@click.command()
@as_json
def serve(as_json: bool) -> None:
    """Serve pages and API until stopped; requests under way are finished first."""
    config = configured()
    _refuse_unready(config)
    _refuse_unsafe(config)
    server = config.server
    say({"serving": config.public.base_url}, f"serving {config.public.base_url}", as_json=as_json)
    Granian(
        "tracker.app:app_from_environment",
        factory=True,
        interface=Interfaces.WSGI,
        address=server.host,
        port=server.port,
        workers=server.workers,
        blocking_threads=server.threads,
        workers_kill_timeout=DRAIN_SECONDS,
        respawn_failed_workers=True,
        log_access=False,
        log_dictconfig=LOG_TO_STANDARD_ERROR,
        ssl_cert=_path(server.tls_certificate),
        ssl_key=_path(server.tls_key),
        metrics_enabled=server.metrics_port > 0,
        metrics_port=server.metrics_port or 9090,
    ).serve()


@click.command()
@as_json
def schedules(as_json: bool) -> None:
    """Run the scheduled jobs until stopped; one process leads, the others stand by."""
    config = configured()
    _refuse_unready(config)
    with table_faults_spoken():
        tables_with(config.reconciliation.table_file)
    open_log()
    jobs = [job.value for job in jobs_of(config)]
    say({"running": jobs}, f"running {', '.join(jobs)}", as_json=as_json)
    sys.exit(run(config))


def _path(text: str) -> Path | None:
    return Path(text) if text else None


def _refuse_unready(config: Config) -> None:
    engine = create_engine(config.database.url)
    try:
        if not is_at_head(engine):
            raise click.ClickException("the database is not at the newest schema: run `giaonhan migrate` first")
        with reading(engine) as session:
            is_demo = mode_of(session) == "demo"
    finally:
        engine.dispose()
    if is_demo and os.environ.get(DEMO_SWITCH) != "1":
        raise click.ClickException(f"this database is a demo: set {DEMO_SWITCH}=1 to open it, or use another database")


def _refuse_unsafe(config: Config) -> None:
    server = config.server
    is_sqlite = config.database.url.startswith("sqlite")
    if is_sqlite and server.workers > 1:
        raise click.ClickException("server.workers: more than one worker needs PostgreSQL (database.url)")
    speaks_http = not server.speaks_tls
    if speaks_http and not server.behind_tls_proxy and os.environ.get(DEMO_SWITCH) != "1":
        raise click.ClickException(
            "plain http is for the demo only: set server.tls_certificate and server.tls_key, "
            "or server.behind_tls_proxy when a proxy speaks TLS"
        )
    if speaks_http and server.host not in {"127.0.0.1", "::1", "localhost"}:
        raise click.ClickException("server.host: plain http binds 127.0.0.1 only")
