"""How commands speak: plain words, or JSON with --json; failures go to standard error and end non-zero."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import click
from babel.support import Translations
from sqlalchemy.exc import SQLAlchemyError

from schedules.reconciliation.changes import BadTableError
from schedules.runs import RunResult
from tracker.actions.decision_tables import TableChangedError
from tracker.config import BadConfig, Config, config_from_environment
from tracker.domain.refusal import Refusal

LOCALE = Path(__file__).parent.parent / "locale"
F = TypeVar("F", bound=Callable[..., object])


class Commands(click.Group):
    """A command's module is loaded when it is called for: each would else wait for what all the others need.

    A database that is away or has no tables yet is something to say, not a crash.
    """

    def __init__(self, modules: Mapping[str, str], **settings: Any) -> None:
        """`modules` by the command's name; the command bears its name with underscores there."""
        super().__init__(**settings)
        self._modules = modules

    def list_commands(self, _: click.Context) -> list[str]:
        return list(self._modules)

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._modules:
            return None
        found = getattr(import_module(self._modules[cmd_name]), cmd_name.replace("-", "_"))
        assert isinstance(found, click.Command)
        return found

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
            raise click.ClickException(f"database: {reason}; `giaonhan doctor` says what to do") from error


def as_json(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")(command)


def sentences(language: str) -> Callable[[str], str]:
    """The catalogue of one language, for what a command tells in plain words."""
    return Translations.load(str(LOCALE), [language], "messages").gettext


def say(told: Mapping[str, object], words: str, *, as_json: bool) -> None:
    click.echo(json.dumps(told, ensure_ascii=False, default=str) if as_json else words)


def say_run(result: RunResult, *, as_json: bool) -> None:
    """What a job did; one that failed says so on standard error too, and ends the command."""
    if result.succeeded or as_json:
        say(result.as_json(), result.words(), as_json=as_json)
    if not result.succeeded:
        raise click.ClickException(result.words())


def configured() -> Config:
    try:
        return config_from_environment()
    except BadConfig as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def refusals_spoken() -> Iterator[None]:
    """A refusal names its cause and the fields at fault; nothing was written."""
    try:
        yield
    except Refusal as refusal:
        fields = ", ".join(f"{name}: {cause}" for name, cause in refusal.fields.items())
        facts = ", ".join(f"{name}={value}" for name, value in refusal.facts.items())
        told = "; ".join(part for part in (fields, facts) if part)
        raise click.ClickException(f"{refusal.cause}{f' ({told})' if told else ''}") from refusal


@contextmanager
def table_faults_spoken() -> Iterator[None]:
    """A decision table that cannot judge says which version and row are at fault."""
    try:
        yield
    except (BadTableError, TableChangedError) as error:
        raise click.ClickException(f"decision table: {error}") from error


def moment(text: str | None) -> datetime:
    """The instant a command works at. Raises a usage error for a time without its offset."""
    if text is None:
        return datetime.now(UTC)
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is not an ISO 8601 instant", param_hint="--now") from error
    if at.tzinfo is None:
        raise click.BadParameter("an instant needs its offset, e.g. 2026-11-23T08:00:00+07:00", param_hint="--now")
    return at.astimezone(UTC)
