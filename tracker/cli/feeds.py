"""giaonhan feeds: how the outside systems fare, by which tables they are read, and believing a short answer."""

from dataclasses import asdict
from datetime import UTC, datetime

import click

from tracker.actions.feeds import believe_answer
from tracker.actions.mappings import mappings_of
from tracker.cli.speech import as_json, configured, refusals_spoken, say
from tracker.store.engine import create_engine, reading, transaction
from tracker.store.queries.runs import FeedHealth, feeds_health

BELIEVED_BY = "command line"


@click.group()
def feeds() -> None:
    """Outside systems that tell us of our dossiers."""


@feeds.command()
@as_json
def show(as_json: bool) -> None:
    """Say how each source fares."""
    engine = create_engine(configured().database.url)
    try:
        with reading(engine) as session:
            found = feeds_health(session)
    finally:
        engine.dispose()
    lines = [_line(feed) for feed in found] or ["no source was asked yet"]
    say({"feeds": [asdict(feed) for feed in found]}, "\n".join(lines), as_json=as_json)


def _line(feed: FeedHealth) -> str:
    last = feed.last_success_at.isoformat(timespec="seconds") if feed.last_success_at else "never"
    told = f"{feed.source}: {feed.fault or 'well'}, last good answer {last}"
    if feed.resting_until:
        told += f", resting until {feed.resting_until.isoformat(timespec='seconds')} after {feed.failures} failures"
    if feed.doubted_rows is not None:
        told += f", waiting for a person: {feed.doubted_rows} rows instead of {feed.expected_rows}"
    return told


@feeds.command()
@click.argument("source")
@as_json
def believe(source: str, as_json: bool) -> None:
    """Declare the short answer of SOURCE right. It is noted who did so."""
    engine = create_engine(configured().database.url)
    try:
        with refusals_spoken(), transaction(engine) as session:
            believe_answer(session, source, at=datetime.now(UTC), actor=BELIEVED_BY)
    finally:
        engine.dispose()
    say({"source": source}, f"the last answer of {source} is believed", as_json=as_json)


@feeds.command()
@as_json
def mappings(as_json: bool) -> None:
    """List the tables of status codes."""
    found = mappings_of(configured()).values()
    told = [
        {"name": one.name, "postal": one.is_postal, "codes": dict(one.codes), "phrases": one.phrases} for one in found
    ]
    lines = [f"{one.name}: {', '.join(f'{code} = {word}' for code, word in one.codes.items())}" for one in found]
    say({"mappings": told}, "\n".join(lines), as_json=as_json)
