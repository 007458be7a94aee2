"""giaonhan labels: a file of numbers becomes a PDF of labels, and a book of what became of each line."""

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

import click
from flask_babel import force_locale
from sqlalchemy import Engine
from sqlmodel import Session

from tracker.actions.desk import Desk
from tracker.actions.print_batches import BatchWish, begin_batch, print_slice
from tracker.app import create_app
from tracker.batches import batch_paper, drawable, results
from tracker.cli.speech import as_json, configured, refusals_spoken, say
from tracker.config import Config
from tracker.domain.roles import may_make
from tracker.domain.vocabulary import EventType, Role
from tracker.printing import LANGUAGE, print_run
from tracker.store.engine import create_engine, reading, transaction
from tracker.store.queries.accounts import account_by_name, actor_of, open_accounts_of
from tracker.store.queries.print_batches import BatchProgress, batch_of_key, batch_progress

MOST_LINES = 20_000
SOME_REFUSED = 3
DEVICE = "command line"
HEADER = "number"


@dataclass(frozen=True, slots=True)
class Asked:
    """`output` is where the paper goes; the book of lines lies beside it."""

    wish: BatchWish
    printer: str
    output: Path

    @property
    def book(self) -> Path:
        return self.output.with_name(f"{self.output.name}.lines.jsonl")


@click.command()
@click.option("--items", "items", required=True, type=click.Path(dir_okay=False, exists=True, path_type=Path),
              help="One item number a line; of a CSV the first column.")  # fmt: skip
@click.option("--format", "paper", required=True, help="The label's format, such as a6 or a4-8up.")
@click.option("--start-cell", type=int, default=1, show_default=True, help="The first free cell of the first sheet.")
@click.option("--reason", help="Why labels are printed again; without it a printed item is refused.")
@click.option("--as", "printer", help="The account that prints; without it the supervisor, where there is one.")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The PDF file.")
@as_json
def labels(
    items: Path, paper: str, start_cell: int, reason: str | None, printer: str | None, output: Path, as_json: bool
) -> None:
    """Print many labels. Cut off and called again with the same words, it goes on where it was."""
    config = configured()
    engine = create_engine(config.database.url)
    try:
        with refusals_spoken():
            print_run(paper, start_cell)
            wish = BatchWish(_numbers(items), paper, start_cell, reason)
            _refuse_unwritable(output)
            batch = _printed(engine, config, _keyed(wish, _printer(engine, printer), output))
    finally:
        engine.dispose()
    _tell(batch, as_json=as_json)


def _keyed(wish: BatchWish, printer: str, output: Path) -> Asked:
    """Whoever asks for the same again means the same batch."""
    said = [list(wish.numbers.items()), wish.paper, wish.start_cell, wish.reason, printer, str(output.resolve())]
    key = hashlib.sha256(json.dumps(said).encode()).hexdigest()
    return Asked(replace(wish, key=key), printer, output)


def _numbers(items: Path) -> dict[int, str]:
    numbers = dict(_read(items))
    if not numbers:
        raise click.ClickException(f"{items}: no line holds a number")
    if len(numbers) > MOST_LINES:
        raise click.ClickException(f"{items}: {len(numbers)} lines, at most {MOST_LINES} at once")
    return numbers


def _read(items: Path) -> Iterator[tuple[int, str]]:
    """By line of the file, counted from 1. Blank lines and a heading say nothing."""
    try:
        lines = items.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as fault:
        raise click.ClickException(f"{items}: {fault}") from fault
    for line, text in enumerate(lines, start=1):
        number = text.replace(";", ",").replace("\t", ",").split(",")[0].strip().strip('"')
        if number and not (line == 1 and number.casefold() == HEADER):
            yield line, number


def _printed(engine: Engine, config: Config, asked: Asked) -> BatchProgress:
    batch_id = _begun(engine, config, asked)
    with create_app(config, engine).app_context(), force_locale(LANGUAGE):
        _print_slices(engine, config, batch_id, asked)
        with reading(engine) as session:
            batch = _progress(session, batch_id)
            _draw(session, batch, config, asked.output)
            with _replacing(asked.book) as book:
                for result in results(session, batch_id):
                    book.write(json.dumps(asdict(result), ensure_ascii=False).encode() + b"\n")
    return batch


def _draw(session: Session, batch: BatchProgress, config: Config, output: Path) -> None:
    if not batch.current:
        return
    with _replacing(output) as file:
        file.writelines(batch_paper(session, batch, print_run(batch.format, batch.start_cell), config))


def _begun(engine: Engine, config: Config, asked: Asked) -> int:
    """A file that another batch has made is left alone: it may not have been printed yet."""
    with transaction(engine) as session:
        by = _desk(session, config, asked.printer)
        is_new = asked.wish.key is not None and batch_of_key(session, asked.wish.key) is None
        if is_new and asked.output.exists():
            raise click.ClickException(f"{asked.output} is there already and not of this batch: name another file")
        return begin_batch(session, asked.wish, by)


def _desk(session: Session, config: Config, printer: str) -> Desk:
    account = account_by_name(session, printer)
    if account is None or account.id is None or not account.is_active:
        raise click.ClickException(f"no open account is called {printer}")
    actor = actor_of(session, account.id, DEVICE)
    if not may_make(actor.role, EventType.LABEL_PRINTED):
        raise click.ClickException(f"{printer} is {actor.role.value}, whose role prints no labels")
    return Desk(actor, datetime.now(UTC), config)


def _printer(engine: Engine, named: str | None) -> str:
    """Every copy is somebody's: where nobody is named, the one supervisor there is, and it is said."""
    if named is not None:
        return named
    with reading(engine) as session:
        supervisors = open_accounts_of(session, Role.SUPERVISOR)
    if len(supervisors) != 1:
        raise click.ClickException("say with --as whose labels these are: there is not exactly one supervisor")
    click.echo(f"printing as {supervisors[0]}", err=True)
    return supervisors[0]


def _print_slices(engine: Engine, config: Config, batch_id: int, asked: Asked) -> None:
    refused = drawable(config)
    with reading(engine) as session:
        waiting = _progress(session, batch_id).waiting
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=waiting, label="labels", file=sys.stderr, hidden=hidden) as bar:
        settled = waiting
        while settled:
            with transaction(engine) as session:
                settled = print_slice(session, batch_id, refused, _desk(session, config, asked.printer))
            bar.update(settled)


def _progress(session: Session, batch_id: int) -> BatchProgress:
    batch = batch_progress(session, batch_id)
    assert batch is not None
    return batch


def _refuse_unwritable(output: Path) -> None:
    """A copy in the ledger that no paper can follow would be a copy of nothing."""
    try:
        with TemporaryFile(dir=output.parent):
            pass
    except OSError as fault:
        raise click.ClickException(f"{output}: {fault.strerror}") from fault


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    """Whole or not at all: what is cut off leaves the file as it was."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with unfinished.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as fault:
        raise click.ClickException(f"{path}: {fault.strerror}") from fault
    finally:
        unfinished.unlink(missing_ok=True)


def _tell(batch: BatchProgress, *, as_json: bool) -> None:
    """Lines that were refused are said on standard error, and by the exit status."""
    told = {"lines": batch.lines, "printed": batch.printed, "refused": batch.refused, "current": batch.current}
    words = f"{batch.printed} of {batch.lines} labels printed"
    say(told, words, as_json=as_json)
    if batch.refused:
        click.echo(f"{batch.refused} lines were refused; the file of lines says why", err=True)
        sys.exit(SOME_REFUSED)
