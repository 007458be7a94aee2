"""Jobs by hand: the same functions the schedules run."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import click

from schedules.commands import (
    UnknownFeedError,
    expire_holds_now,
    explain_now,
    make_root_now,
    pull_now,
    reconcile_dry_now,
    reconcile_now,
    replay_now,
)
from schedules.reconciliation.explaining import in_words
from schedules.reconciliation.listing import graces, listed
from schedules.reconciliation.looking import table_of
from schedules.runs import OverlapError, RunResult
from tracker.cli.speech import as_json, configured, moment, say, say_run, sentences, table_faults_spoken


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
@click.option("--changed", is_flag=True, help="Look only at what changed since the last run, as the schedule does.")
@click.option("--explain", "number", metavar="DOSSIER", help="Only tell what every rule says of one dossier.")
@click.option("--table", "is_table", is_flag=True, help="Only tell the decision table in force.")
@click.option(
    "--replay", "day", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]), help="Judge past days anew; only tell."
)
@click.option("--days", type=click.IntRange(1, 366), default=1, help="How many days to replay.")
@click.option("--with", "changes", default="", metavar="FILE", help="Replay by further versions of the table, too.")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", help="The language of its sentences.")
@as_json
def reconcile(  # one parameter for each option of the command
    now: str | None,
    dry_run: bool,
    changed: bool,
    number: str | None,
    is_table: bool,
    day: datetime | None,
    days: int,
    changes: str,
    lang: str,
    as_json: bool,
) -> None:
    """Hold the post's state against the agency's by the decision table."""
    if changes and day is None:
        raise click.UsageError("--with is tried on past days: name them by --replay")
    with table_faults_spoken():
        if number is not None:
            _explain(number, moment(now), lang, as_json=as_json)
        elif is_table:
            _table(moment(now), lang, as_json=as_json)
        elif day is not None:
            _replay(day.date(), days, changes, as_json=as_json)
        else:
            _reconcile(moment(now), dry_run=dry_run, changed=changed, as_json=as_json)


def _reconcile(now: datetime, *, dry_run: bool, changed: bool, as_json: bool) -> None:
    try:
        result = _reconciled(now, dry_run=dry_run, changed=changed)
    except OverlapError as error:
        raise click.ClickException(str(error)) from error
    say_run(result, as_json=as_json)


def _reconciled(now: datetime, *, dry_run: bool, changed: bool) -> RunResult:
    if dry_run:
        return reconcile_dry_now(configured(), now)
    return reconcile_now(configured(), now, only_changed=changed)


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


def _explain(number: str, now: datetime, language: str, *, as_json: bool) -> None:
    told = explain_now(configured(), number, now)
    if told is None:
        raise click.ClickException(f"no dossier is known by {number}")
    say(told.as_json(), in_words(told, sentences(language)), as_json=as_json)


def _table(now: datetime, language: str, *, as_json: bool) -> None:
    """The version in force, with when each row holds, what to do, and when it closes by itself."""
    table = table_of(configured(), now)
    rows = listed(table, sentences(language))
    words = [f"version {table.version}, in force from {table.in_force_from}"]
    for row in rows:
        words.append(f"{row['code']} v{row['version']}  {graces(row)}  [{row['severity']}, {row['owner_role']}]")
        words.append(f"    {row['holds']} {row['next_step']} {row['closes']}")
    told: dict[str, object] = {"version": table.version, "in_force_from": table.in_force_from, "rules": rows}
    say(told, "\n".join(words), as_json=as_json)


def _replay(on: date, days: int, changes: str, *, as_json: bool) -> None:
    config = configured()
    told = replay_now(config, on, days, changes)
    say(told.as_json(), told.words(ZoneInfo(config.office.zone)), as_json=as_json)
