"""Every command answers on standard output, fails on standard error, and ends non-zero when it fails."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, update
from sqlmodel import col

from tests.builders import POST, a_desk, a_dossier, an_account, an_item, found_province, the_config
from tracker.actions.accounts import (
    Credentials,
    actor_of_token,
    open_session,
    session_of,
    settle_try,
    try_password,
    verify_pin,
)
from tracker.actions.founding import set_mode
from tracker.cli.main import main
from tracker.domain.runs import JobName
from tracker.domain.vocabulary import Role
from tracker.store.engine import create_engine, reading, transaction
from tracker.store.models import Item
from tracker.store.queries.accounts import account_by_name
from tracker.store.queries.auditing import last_verification

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and what it said on which of its two outputs."""

    returncode: int
    stdout: str
    stderr: str


def giaonhan(url: str, *words: str, typed: str = "", **environment: str) -> Ended:
    """The command in this process: a start of Python for every question would cost more than the answer."""
    given = _environment(url, environment)
    gone: dict[str, str | None] = {name: None for name in os.environ if name not in given}
    told = CliRunner().invoke(main, words, input=typed, env={**gone, **given}, prog_name="giaonhan")
    if told.exception is not None and not isinstance(told.exception, SystemExit):
        raise told.exception
    return Ended(told.exit_code, told.stdout, told.stderr)


def giaonhan_on_its_own(url: str, *words: str) -> Ended:
    """As a process of its own, the way an operator starts it."""
    command = [sys.executable, "-c", "from tracker.cli import main; main()", *words]
    ended = subprocess.run(command, env=_environment(url, {}), capture_output=True, text=True, check=False, timeout=60)
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def _environment(url: str, more: Mapping[str, str]) -> dict[str, str]:
    given = {"DATABASE_URL": url, "GIAONHAN_CONFIG": str(ROOT / "config.toml"), "PYTHONPATH": str(ROOT)}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIAONHAN")}
    return {**kept, **given, **more}


def commands(group: click.Group, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)
        else:
            yield (*path, name), command


@pytest.fixture
def founded(database_url: str) -> str:
    engine = create_engine(database_url)
    with transaction(engine) as session:
        found_province(session)
    engine.dispose()
    return database_url


def test_every_command_explains_itself_and_speaks_json() -> None:
    known = dict(commands(main))

    without = [path for path, command in known.items() if "--json" not in command.get_help(click.Context(command))]

    assert len(known) >= 9
    assert without == []


def test_an_account_and_its_token_are_made_from_the_command_line(founded: str) -> None:
    words = ("user", "add", "mai", "--role", "clerk", "--office", "H12.TT", "--json")
    added = _typed(founded, "đủ dài và không ai đoán", *words)

    made = giaonhan(founded, "token", "create", "--user", "mai", "--json")

    assert json.loads(added.stdout) == {"name": "mai", "role": "clerk", "office": "H12.TT"}
    assert list(json.loads(made.stdout)) == ["token"]


def test_a_password_is_changed_and_an_account_closed_from_the_command_line(founded: str) -> None:
    _typed(founded, "đủ dài và không ai đoán", "user", "add", "mai", "--role", "clerk", "--office", "H12.TT")
    engine = create_engine(founded)
    with transaction(engine) as session:
        mai = account_by_name(session, "mai")
        assert mai is not None
        cookie = open_session(session, mai, at=datetime.now(UTC)).cookie
    alive = [_is_alive(engine, cookie)]

    changed = _typed(founded, "hoàn toàn khác hẳn trước", "user", "password", "mai", "--json")
    alive.append(_is_alive(engine, cookie))
    closed = giaonhan(founded, "user", "close", "mai", "--json")

    assert [json.loads(one.stdout) for one in (changed, closed)] == [{"name": "mai"}] * 2
    assert alive == [True, False]
    with reading(engine) as session:
        tried = try_password(session, Credentials("mai", "hoàn toàn khác hẳn trước"))
        assert (tried.is_right, settle_try(session, tried, at=datetime.now(UTC))) == (True, None)
    engine.dispose()
    assert giaonhan(founded, "user", "close", "ghost").stderr == "Error: unknown_account (name: unknown_account)\n"


def test_a_colleague_is_given_the_pin_with_which_to_sign_as_the_second_person(founded: str) -> None:
    _typed(founded, "đủ dài và không ai đoán", "user", "add", "mai", "--role", "clerk", "--office", "H12.TT")
    words = ("user", "pin", "mai", "--pin-stdin", "--json")

    short, given = (giaonhan(founded, *words, typed=f"{pin}\n") for pin in ("12345", "482915"))

    assert (short.returncode, short.stderr) == (1, "Error: bad_value (pin: bad_value)\n")
    assert json.loads(given.stdout) == {"name": "mai"}
    engine = create_engine(founded)
    with transaction(engine) as session:
        signed = [verify_pin(session, "mai", pin, at=datetime.now(UTC)) is not None for pin in ("12345", "482915")]
    engine.dispose()
    assert signed == [False, True]


def _typed(url: str, line: str, *words: str) -> Ended:
    return giaonhan(url, *words, "--password-stdin", typed=f"{line}\n")


def _is_alive(engine: Engine, cookie: str) -> bool:
    with reading(engine) as session:
        return session_of(session, cookie, at=datetime.now(UTC), limits=the_config().session) is not None


def test_the_token_of_a_lost_device_is_revoked_by_the_devices_name(founded: str) -> None:
    _typed(founded, "đủ dài và không ai đoán", "user", "add", "mai", "--role", "clerk", "--office", "H12.TT")
    token = json.loads(giaonhan(founded, "token", "create", "--user", "mai", "--json").stdout)["token"]
    engine = create_engine(founded)
    with reading(engine) as session:
        actor = actor_of_token(session, token)
    assert actor is not None

    first, second = (giaonhan(founded, "token", "revoke", actor.device, "--json") for _ in range(2))

    assert json.loads(first.stdout) == {"device": actor.device, "name": "mai"}
    assert (second.returncode, second.stderr) == (1, f"Error: no living token belongs to {actor.device}\n")
    with reading(engine) as session:
        assert actor_of_token(session, token) is None
    engine.dispose()


def test_what_is_refused_is_said_on_standard_error_alone(founded: str) -> None:
    nobody = giaonhan_on_its_own(founded, "token", "create", "--user", "ghost", "--json")
    nowhere = giaonhan(founded, "pull", "one_stop", GIAONHAN__FEEDS__ONE_STOP__BASE_URL="")

    assert (nobody.returncode, nobody.stdout, nobody.stderr) == (
        1,
        "",
        "Error: unknown_account (user: unknown_account)\n",
    )
    assert (nowhere.returncode, nowhere.stdout) == (1, "")
    assert "unreachable" in nowhere.stderr


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://nobody@127.0.0.1:1/nothing", ("token", "create", "--user", "mai")),
        ("sqlite:////nowhere/at/all.db", ("reconcile",)),
        ("mysql://localhost/other", ("migrate",)),
    ],
)
def test_a_database_that_is_not_there_is_told_in_a_sentence(url: str, words: tuple[str, ...]) -> None:
    ended = giaonhan(url, *words)

    assert (ended.returncode, ended.stdout) == (1, "")
    assert "database" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_database_without_tables_sends_to_the_doctor(blank_url: str) -> None:
    ended = giaonhan(blank_url, "token", "create", "--user", "mai")

    assert ended.returncode == 1
    assert "giaonhan doctor" in ended.stderr


def test_serving_begins_only_where_citizens_are_safe(founded: str) -> None:
    plain = giaonhan(founded, "serve")
    wide = giaonhan(founded, "serve", GIAONHAN__SERVER__BEHIND_TLS_PROXY="true", GIAONHAN__SERVER__HOST="0.0.0.0")

    assert [(one.returncode, one.stdout) for one in (plain, wide)] == [(1, "")] * 2
    assert "plain http is for the demo only" in plain.stderr
    assert "plain http binds 127.0.0.1 only" in wide.stderr


@pytest.mark.parametrize("process", ["serve", "schedules"])
def test_a_demo_opens_only_for_whoever_says_so(founded: str, process: str) -> None:
    engine = create_engine(founded)
    with transaction(engine) as session:
        set_mode(session, "demo")
    engine.dispose()

    ended = giaonhan(founded, process)

    assert (ended.returncode, ended.stdout) == (1, "")
    assert "this database is a demo: set GIAONHAN_DEMO=1" in ended.stderr


def test_a_demo_lands_in_no_strange_database(founded: str) -> None:
    ended = giaonhan(founded, "demo")

    assert (ended.returncode, ended.stdout) == (1, "")
    assert "GIAONHAN_DEMO=1" in ended.stderr


def test_the_books_are_examined_and_what_was_found_is_kept(founded: str) -> None:
    sound = giaonhan(founded, "verify", "--json")
    engine = create_engine(founded)
    with transaction(engine) as session:
        desk = a_desk(an_account(session, Role.POSTCLERK, POST).actor)
        number = an_item(session, desk, a_dossier(session, desk)).number
        session.execute(update(Item).where(col(Item.number) == number).values(attempts=7))

    wrong = giaonhan(founded, "verify")

    told = json.loads(sound.stdout)
    assert (sound.returncode, told["sound"], told["first"]) == (0, True, None)
    assert (wrong.returncode, "column_attempts: item:1 seq 1 event" in wrong.stderr) == (1, True)
    assert "I6: a stored standing is what the events add up to" in wrong.stdout
    with reading(engine) as session:
        last = last_verification(session)
    assert last is not None
    assert (last.is_sound, last.fault_count, json.loads(last.faults)[0]["chain"]) == (False, 1, "item:1")
    engine.dispose()


def test_the_decision_table_is_listed_in_either_language(founded: str) -> None:
    vietnamese = giaonhan(founded, "reconcile", "--table")
    told = json.loads(giaonhan(founded, "reconcile", "--table", "--lang", "en", "--json").stdout)

    assert "Bưu điện đã giao hồ sơ cho cơ quan" in vietnamese.stdout
    assert told["rules"][0]["holds"].startswith("The post has delivered to the office")


def test_past_days_are_replayed_with_a_changed_table(founded: str, tmp_path: Path) -> None:
    file = tmp_path / "try.toml"
    file.write_text("[[table]]\nversion = 7\nin_force_from = 2027-01-01\n", encoding="utf-8")

    told = json.loads(giaonhan(founded, "reconcile", "--replay", "2026-11-23", "--with", str(file), "--json").stdout)

    assert (told["table"], told["changed_table"], told["differences"]) == (2, 7, [])


def test_a_table_at_fault_is_named_on_standard_error(founded: str, tmp_path: Path) -> None:
    file = tmp_path / "try.toml"
    file.write_text("[[table]]\nversion = 1\nin_force_from = 2027-01-01\n", encoding="utf-8")

    ended = giaonhan(founded, "reconcile", "--replay", "2026-11-23", "--with", str(file))
    alone = giaonhan(founded, "reconcile", "--with", str(file))

    assert (ended.returncode, ended.stdout) == (1, "")
    assert "decision table: version 1: a version is a number above 2" in ended.stderr
    assert (alone.returncode, "--replay" in alone.stderr) == (2, True)


def test_jobs_by_hand_answer_in_json(founded: str) -> None:
    told = json.loads(giaonhan_on_its_own(founded, "reconcile", "--json").stdout)

    assert (told["job"], told["outcome"], told["fault"]) == (JobName.RECONCILE, "complete", None)
