"""giaonhan COMMAND."""

from collections.abc import Mapping
from types import MappingProxyType

import click

from tracker.cli.speech import Commands

# In the order in which `giaonhan --help` tells them.
MODULES: Mapping[str, str] = MappingProxyType(
    {
        "serve": "tracker.cli.processes",
        "schedules": "tracker.cli.processes",
        "migrate": "tracker.cli.installation",
        "demo": "tracker.cli.installation",
        "doctor": "tracker.cli.installation",
        "user": "tracker.cli.accounts",
        "token": "tracker.cli.accounts",
        "labels": "tracker.cli.labels",
        "pull": "tracker.cli.jobs",
        "feeds": "tracker.cli.feeds",
        "orders": "tracker.cli.orders",
        "digest": "tracker.cli.digest",
        "reconcile": "tracker.cli.jobs",
        "roots": "tracker.cli.jobs",
        "expire-holds": "tracker.cli.jobs",
        "verify": "tracker.cli.verification",
        "export": "tracker.cli.export",
    }
)


@click.group(cls=Commands, modules=MODULES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="giaonhan", prog_name="giaonhan")
def main() -> None:
    """Giao nhận: dossiers by post, with one named custodian at every instant."""
