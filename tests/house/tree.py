"""The files of this project, as git would commit them."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("tracker", "labels", "schedules")


@cache
def project_files() -> tuple[Path, ...]:
    """Committed files and those about to be, without what .gitignore leaves out."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return tuple(sorted(ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()))


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def python_files(*folders: str) -> list[Path]:
    """All of the project when no folder is named."""
    return [
        file
        for file in project_files()
        if file.suffix == ".py" and (not folders or name_of(file).startswith(tuple(f"{name}/" for name in folders)))
    ]


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def imports_of(file: Path) -> Iterator[str]:
    """Full names of the modules imported anywhere in the file."""
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def importers_of(package: str, *folders: str) -> set[str]:
    return {
        name_of(file)
        for file in python_files(*folders)
        if any(name == package or name.startswith(f"{package}.") for name in imports_of(file))
    }
