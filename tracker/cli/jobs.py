"""Jobs by hand: the same functions the schedules run."""

from datetime import datetime

import click

from schedules.commands import (
    UnknownFeedError,
    expire_holds_now,
    explain_now,
    make_root_now,
    pull_now,
    reconcile_now,
)
from schedules.reconciliation.evaluation import Judged
from schedules.runs import OverlapError
from tracker.cli.speech import as_json, configured, moment, say, say_run


@click.command()
@click.argument("feed", default="one_stop")
@click.option("--now", help="Pretend it is this instant (ISO 8601 with offset).")
@as_json
def pull(feed: str, now: str | None, as_json: bool) -> None:
    """Ask an outside system what it says of our dossiers."""
    try:
        result = pull_now(configured(), feed, moment(now))
    except (UnknownFeedError, OverlapError) as error:
        raise click.ClickException(str(error)) from error
    say_run(result, as_json=as_json)


@click.command()
@click.option("--now", help="Pretend it is this instant (ISO 8601 with offset).")
@click.option("--dry-run", is_flag=True, help="Tell what would open and close; write nothing.")
@click.option("--explain", "number", metavar="DOSSIER", help="Only tell what the table says of one dossier.")
@as_json
def reconcile(now: str | None, dry_run: bool, number: str | None, as_json: bool) -> None:
    """Hold the post's state against the agency's by the decision table."""
    if number is not None:
        _explain(number, moment(now), as_json=as_json)
        return
    try:
        result = reconcile_now(configured(), moment(now), dry_run=dry_run)
    except OverlapError as error:
        raise click.ClickException(str(error)) from error
    say_run(result, as_json=as_json)


@click.command()
@click.option("--now", help="Pretend it is this instant (ISO 8601 with offset).")
@as_json
def roots(now: str | None, as_json: bool) -> None:
    """Make a root over all chains that changed, and publish what has not left the house yet."""
    try:
        result = make_root_now(configured(), moment(now))
    except OverlapError as error:
        raise click.ClickException(str(error)) from error
    say_run(result, as_json=as_json)


@click.command(name="expire-holds")
@click.option("--now", help="Pretend it is this instant (ISO 8601 with offset).")
@as_json
def expire_holds(now: str | None, as_json: bool) -> None:
    """End the holds whose invitations and days are used up."""
    try:
        result = expire_holds_now(configured(), moment(now))
    except OverlapError as error:
        raise click.ClickException(str(error)) from error
    say_run(result, as_json=as_json)


def _explain(number: str, now: datetime, *, as_json: bool) -> None:
    said = explain_now(configured(), number, now)
    if said is None:
        raise click.ClickException(f"no dossier is known by {number}")
    rows = [_row(one, now) for one in said]
    words = "\n".join(f"{row['code']} {row['subject']}: since {row['since']}, due {row['due']}" for row in rows)
    say({"dossier": number, "rows": rows}, words or "both sides agree", as_json=as_json)


def _row(one: Judged, now: datetime) -> dict[str, object]:
    told: dict[str, object] = {"code": one.rule.code, "subject": one.seen.subject}
    instants = {"since": one.seen.since_at.isoformat(), "due": one.due_at.isoformat()}
    return {**told, **instants, "is_due": one.due_at <= now, "evidence": one.seen.evidence}
