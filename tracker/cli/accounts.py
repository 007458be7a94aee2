"""Accounts and API tokens."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from sqlmodel import Session

from tracker.actions.accounts import (
    NewAccount,
    add_account,
    change_password,
    change_pin,
    close_account,
    create_token,
    revoke_token,
)
from tracker.cli.speech import as_json, configured, refusals_spoken, say
from tracker.domain.vocabulary import Role
from tracker.store.engine import create_engine, transaction

STAFF_ROLES = [role.value for role in Role if role is not Role.SYSTEM]


@contextmanager
def _books() -> Iterator[Session]:
    """One transaction on the configured database; what is refused is spoken."""
    engine = create_engine(configured().database.url)
    try:
        with refusals_spoken(), transaction(engine) as session:
            yield session
    finally:
        engine.dispose()


@click.group()
def user() -> None:
    """Accounts of people and programs."""


@user.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(STAFF_ROLES), required=True)
@click.option("--office", required=True, help="The office's code.")
@click.option("--display-name", default="", help="As colleagues read it; the sign-in name when left out.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@as_json
def add(name: str, role: str, office: str, display_name: str, password_stdin: bool, as_json: bool) -> None:
    """Add an account. Without --password-stdin the password is asked for."""
    new = NewAccount(name, display_name or name, Role(role), office, _secret("Password", from_stdin=password_stdin))
    with _books() as session:
        add_account(session, new, at=datetime.now(UTC))
    say({"name": name, "role": role, "office": office}, f"{name} added as {role} at {office}", as_json=as_json)


@user.command("password")
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@as_json
def password(name: str, password_stdin: bool, as_json: bool) -> None:
    """Give an account a new password. Every session of it ends."""
    given = _secret("Password", from_stdin=password_stdin)
    with _books() as session:
        change_password(session, name, given, at=datetime.now(UTC))
    say({"name": name}, f"{name} has a new password; every session is signed out", as_json=as_json)


@user.command("pin")
@click.argument("name")
@click.option("--pin-stdin", is_flag=True, help="Read the PIN from standard input.")
@as_json
def pin(name: str, pin_stdin: bool, as_json: bool) -> None:
    """Give an account a PIN of 6 to 12 digits, with which it signs as the second person."""
    given = _secret("PIN", from_stdin=pin_stdin)
    with _books() as session:
        change_pin(session, name, given, at=datetime.now(UTC))
    say({"name": name}, f"{name} has a new PIN", as_json=as_json)


@user.command("close")
@click.argument("name")
@as_json
def close(name: str, as_json: bool) -> None:
    """Close an account. Its sessions and tokens die; what it did stays."""
    with _books() as session:
        close_account(session, name, at=datetime.now(UTC))
    say({"name": name}, f"{name} is closed", as_json=as_json)


def _secret(what: str, *, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    return str(click.prompt(what, hide_input=True, confirmation_prompt=True))


@click.group()
def token() -> None:
    """API tokens; each stands for one device of one account."""


@token.command("create")
@click.option("--user", "name", required=True)
@as_json
def create(name: str, as_json: bool) -> None:
    """Create a token. It is shown once; only its hash is kept."""
    with _books() as session:
        made = create_token(session, name, at=datetime.now(UTC))
    say({"token": made}, made, as_json=as_json)


@token.command("revoke")
@click.argument("device")
@as_json
def revoke(device: str, as_json: bool) -> None:
    """Revoke the token of a lost DEVICE, named as in its events and by GET /me."""
    with _books() as session:
        name = revoke_token(session, device, at=datetime.now(UTC))
    if name is None:
        raise click.ClickException(f"no living token belongs to {device}")
    say({"device": device, "name": name}, f"{device} of {name} is revoked", as_json=as_json)
