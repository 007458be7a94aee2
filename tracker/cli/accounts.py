"""Accounts and API tokens."""

import sys
from datetime import UTC, datetime

import click

from tracker.actions.accounts import NewAccount, add_account, create_token
from tracker.cli.speech import as_json, configured, refusals_spoken, say
from tracker.domain.vocabulary import Role
from tracker.store.engine import create_engine, transaction

STAFF_ROLES = [role.value for role in Role if role is not Role.SYSTEM]


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
    password = (
        sys.stdin.readline().rstrip("\n")
        if password_stdin
        else click.prompt("Password", hide_input=True, confirmation_prompt=True)
    )
    new = NewAccount(name, display_name or name, Role(role), office, password)
    engine = create_engine(configured().database.url)
    with refusals_spoken(), transaction(engine) as session:
        add_account(session, new, at=datetime.now(UTC))
    say({"name": name, "role": role, "office": office}, f"{name} added as {role} at {office}", as_json=as_json)


@click.group()
def token() -> None:
    """API tokens; each stands for one device of one account."""


@token.command("create")
@click.option("--user", "name", required=True)
@as_json
def create(name: str, as_json: bool) -> None:
    """Create a token. It is shown once; only its hash is kept."""
    engine = create_engine(configured().database.url)
    with refusals_spoken(), transaction(engine) as session:
        made = create_token(session, name, at=datetime.now(UTC))
    say({"token": made}, made, as_json=as_json)
