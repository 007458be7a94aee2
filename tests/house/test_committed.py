"""What may stand in a committed file, and what must."""

import re
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest

from tests.house.tree import ROOT, name_of, project_files, python_files

LISTS = ("requirements/run.txt", "requirements/test.txt")
# Put together from parts, so that this file does not match itself.
HOSTS = ("pypi" + ".org", "pypi" + "thonhosted.org", "registry.npm" + "js.org", "deb.deb" + "ian.org")
OPTIONS = ("--index" + "-url", "--extra-index" + "-url", "--find" + "-links", "--trusted" + "-host")
FOLDERS = ("/work" + "/", "/ro" + "ot/", "/ho" + "me/", "/opt" + "/", "/Us" + "ers/", "file:" + "///")
FORBIDDEN = re.compile("|".join(re.escape(part) for part in (*HOSTS, *OPTIONS)))
MACHINE_PATH = re.compile("(?<![\\w.>}])(" + "|".join(re.escape(part) for part in FOLDERS) + ")")


def _texts() -> dict[str, str]:
    texts = {}
    for file in project_files():
        content = file.read_bytes()
        if b"\0" not in content:
            texts[name_of(file)] = content.decode("utf-8")
    return texts


def test_no_file_names_a_package_index() -> None:
    assert {name for name, text in _texts().items() if FORBIDDEN.search(text)} == set()


def test_no_file_names_a_folder_of_one_machine() -> None:
    found = {name: match[0] for name, text in _texts().items() if (match := MACHINE_PATH.search(text))}

    assert found == {}


@pytest.mark.parametrize("name", LISTS)
def test_every_requirement_is_pinned_with_its_hashes(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = [entry.strip() for entry in text.replace("\\\n", " ").splitlines() if entry.strip()]
    entry_form = re.compile(r"[a-z0-9-]+==[\w.]+( ; [^;]+?)?(\s+--hash=sha256:[0-9a-f]{64})+")

    assert entries
    assert [entry for entry in entries if not entry_form.fullmatch(entry)] == []


def test_the_test_list_holds_the_run_list() -> None:
    run, test = ((ROOT / name).read_text(encoding="utf-8") for name in LISTS)

    assert set(run.splitlines()) <= set(test.splitlines())


def _declared() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    return [*project["project"]["dependencies"], *groups["build"], *groups["test"]]


def test_every_dependency_says_why_it_is_there() -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    silent = [
        dependency
        for dependency in _declared()
        if not any(re.search(rf'^\s*"{re.escape(dependency)}",\s+# \S', line) for line in lines)
    ]

    assert silent == []


def test_every_dependency_is_in_the_list_that_installs_it() -> None:
    locked = (ROOT / "requirements/test.txt").read_text(encoding="utf-8")
    names = [re.split(r"[\[<>=~]", dependency)[0] for dependency in _declared()]

    assert [name for name in names if f"\n{name}==" not in f"\n{locked}"] == []


def _vendored() -> list[tuple[Path, dict[str, str]]]:
    lists = [file for file in project_files() if file.name == "VENDOR.toml"]
    return [(file.parent, row) for file in lists for row in tomllib.loads(file.read_text(encoding="utf-8"))["file"]]


def test_vendored_files_are_the_ones_that_were_chosen() -> None:
    assert _vendored()
    for folder, row in _vendored():
        content = (folder / row["path"]).read_bytes()
        assert sha256(content).hexdigest() == row["sha256"], row["path"]
        assert {"package", "version", "licence"} <= row.keys()


def test_nothing_lies_beside_vendored_files_unnamed() -> None:
    named = {folder / row["path"] for folder, row in _vendored()}
    folders = {folder for folder, _ in _vendored()}
    beside = {file for file in project_files() if file.parent in folders and file.name != "VENDOR.toml"}

    assert {name_of(file) for file in beside - named} == set()


def test_silenced_warnings_say_which_and_why() -> None:
    ignore = re.compile(r"#\s*type:\s*ignore(?!\[[\w, -]+\]\s+#\s*\S)")
    noqa = re.compile(r"#\s*noqa(?!: [A-Z]+\d+(, [A-Z]+\d+)*\s+\S)")
    silent = [
        f"{name_of(file)}:{number}"
        for file in python_files()
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if ignore.search(line) or noqa.search(line)
    ]

    assert silent == []
