"""giaonhan digest: what the day's digest of an office says, and sending it now."""

import click

from schedules.commands import UnknownFeedError, digest_now, send_digest_now
from schedules.digests import UnknownOfficeError
from schedules.runs import OverlapError
from tracker.cli.speech import as_json, configured, moment, say, say_run


@click.group(invoke_without_command=True)
@click.option("--show", "office", metavar="OFFICE", help="Print what would be sent of the office with that code.")
@click.option("--now", help="Pretend it is this instant (ISO 8601 with offset).")
@as_json
@click.pass_context
def digest(context: click.Context, office: str | None, now: str | None, as_json: bool) -> None:
    """The day's digest by mail for those who oversee an office."""
    if context.invoked_subcommand is not None:
        return
    if office is None:
        raise click.UsageError("either --show OFFICE or the command send", context)
    try:
        mail = digest_now(configured(), office, moment(now))
    except UnknownOfficeError as error:
        raise click.ClickException(str(error)) from error
    text, html = (part.get_content() for part in mail.iter_parts())
    told = {"subject": mail["Subject"], "text": text, "html": html}
    say(told, f"{mail['Subject']}\n\n{text.rstrip()}", as_json=as_json)


@digest.command()
@click.option("--now", help="Pretend it is this instant (ISO 8601 with offset).")
@as_json
def send(now: str | None, as_json: bool) -> None:
    """Send today's digests now, before their hour too; who has today's already gets no second one."""
    try:
        result = send_digest_now(configured(), moment(now))
    except (UnknownFeedError, OverlapError) as error:
        raise click.ClickException(str(error)) from error
    say_run(result, as_json=as_json)
