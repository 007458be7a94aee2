"""giaonhan COMMAND."""

import click

from tracker.cli.accounts import token, user
from tracker.cli.export import export
from tracker.cli.installation import demo, doctor, migrate
from tracker.cli.jobs import expire_holds, pull, reconcile, roots
from tracker.cli.processes import schedules, serve
from tracker.cli.speech import Commands
from tracker.cli.verification import verify


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="giaonhan", prog_name="giaonhan")
def main() -> None:
    """Giao nhận: dossiers by post, with one named custodian at every instant."""


INSTALLATION = (serve, schedules, migrate, demo, doctor, user, token)
for command in (*INSTALLATION, pull, reconcile, roots, expire_holds, verify, export):
    main.add_command(command)
