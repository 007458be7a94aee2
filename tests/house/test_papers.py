"""The documents tell the truth about the files and keys they name."""

import re
import tomllib
from pathlib import Path

import click
import pytest

from tests.house.tree import ROOT, project_files
from tracker.cli import main
from tracker.domain.vocabulary import EventType, Role, Status

PAPERS = [file for file in project_files() if file.suffix == ".md"]
QUOTED = re.compile(r"`([\w./-]+/[\w./-]*|[\w-]+\.(?:py|toml|md|txt|css|js|html|sh))`")
LINKED = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
# Folders that a run makes, and addresses of the product itself.
NOT_FILES = re.compile(r"^(/|var/|\.venv|api/|OUT\.|FILE)")
BUILT = {"giaonhan.db"}


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_file_that_a_paper_names_exists(paper: Path) -> None:
    text = paper.read_text(encoding="utf-8")
    names = {name for name in QUOTED.findall(text) if not NOT_FILES.match(name)} - BUILT
    links = set(LINKED.findall(text))
    missing = {
        name
        for name in names
        if not (ROOT / name).exists()
        and not (paper.parent / name).exists()
        and not any(file.as_posix().endswith(f"/{name}") for file in project_files())
    }

    assert missing | {link for link in links if not (paper.parent / link).exists()} == set()


def _keys(section: dict[str, object], path: str = "") -> set[str]:
    keys: set[str] = set()
    for name, value in section.items():
        keys |= _keys(value, f"{path}{name}.") if isinstance(value, dict) else {f"{path}{name}"}
    return keys


def test_every_key_of_the_configuration_is_explained() -> None:
    keys = _keys(tomllib.loads((ROOT / "config.toml").read_text(encoding="utf-8")))
    manual = (ROOT / "docs/operations.md").read_text(encoding="utf-8")

    assert {key for key in keys if f"`{key}`" not in manual} == set()


def _commands(group: click.Group, path: str = "giaonhan") -> set[str]:
    """Asked as click asks: a group may load its commands only when they are called for."""
    commands: set[str] = set()
    context = click.Context(group)
    for name in group.list_commands(context):
        command, words = group.get_command(context, name), f"{path} {name}"
        assert command is not None
        commands |= _commands(command, words) if isinstance(command, click.Group) else {words}
    return commands


def test_every_command_is_in_the_manual() -> None:
    manual = (ROOT / "docs/operations.md").read_text(encoding="utf-8")

    commands = _commands(main)

    assert {"giaonhan serve", "giaonhan token create"} <= commands
    assert {command for command in commands if command not in manual} == set()


def test_every_event_status_and_role_is_in_the_glossary() -> None:
    glossary = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")

    assert {
        word.value for words in (EventType, Status, Role) for word in words if f"| `{word}` |" not in glossary
    } == set()
