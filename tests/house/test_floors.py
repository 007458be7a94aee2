"""The floors of the house: imports go down only, and a library has one door."""

import ast
import subprocess
import sys
from pathlib import Path

from tests.house.tree import PACKAGES, ROOT, importers_of, imports_of, name_of, parsed, python_files


def test_imports_keep_to_the_floors() -> None:
    lint = Path(sys.executable).parent / "lint-imports"
    run = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stdout[-3000:] + run.stderr


def test_the_domain_needs_the_standard_library_only() -> None:
    allowed = sys.stdlib_module_names | {"tracker"}
    strangers = {
        f"{name_of(file)}: {name}"
        for file in python_files("tracker/domain")
        for name in imports_of(file)
        if name.partition(".")[0] not in allowed
    }

    assert strangers == set()


def test_labels_need_drawing_libraries_only() -> None:
    allowed = sys.stdlib_module_names | {"labels", "qrcode", "reportlab", "fontTools", "PIL"}
    strangers = {
        f"{name_of(file)}: {name}"
        for file in python_files("labels")
        for name in imports_of(file)
        if name.partition(".")[0] not in allowed
    }

    assert strangers == set()


def test_only_the_timetable_knows_the_clock_library() -> None:
    assert importers_of("apscheduler", *PACKAGES) <= {"schedules/timetable.py"}


def test_only_the_command_line_knows_its_library_and_the_server() -> None:
    for library in ("click", "granian"):
        outside = {name for name in importers_of(library, *PACKAGES) if not name.startswith("tracker/cli")}
        assert outside == set(), library


def test_the_second_fold_is_written_apart_from_the_first() -> None:
    """It could not judge what it shares; the same holds for everything it is told by."""
    shared = {
        f"{name_of(file)}: {name}"
        for file in python_files("tests/model")
        for name in imports_of(file)
        if name.partition(".")[0] not in sys.stdlib_module_names and not name.startswith("tests.model.")
    }

    assert python_files("tests/model")
    assert shared == set()


def test_the_demo_writes_through_actions_only() -> None:
    """No standing, discrepancy or run is put beside what people did; its own setting is all it keeps by itself."""
    writing = {"add", "add_all", "execute", "insert", "update", "delete", "bulk_save_objects", "exec"}
    stored = {"ItemDocument", "Setting", "reading", "transaction", "work_calendar"}
    calls = {
        f"{name_of(file)}: {call}"
        for file in python_files("tracker/demo")
        for call in _called_on_something(file)
        if call in writing
    }
    names = {name for file in python_files("tracker/demo") for name in _names_from(file, "tracker.store")}

    assert calls == set()
    assert names <= stored


def _called_on_something(file: Path) -> set[str]:
    calls = (node.func for node in ast.walk(parsed(file)) if isinstance(node, ast.Call))
    return {call.attr for call in calls if isinstance(call, ast.Attribute)}


def _names_from(file: Path, package: str) -> set[str]:
    froms = (node for node in ast.walk(parsed(file)) if isinstance(node, ast.ImportFrom))
    return {alias.name for one in froms if (one.module or "").startswith(package) for alias in one.names}


def test_only_the_store_writes_sql_text() -> None:
    writers = {
        name_of(file)
        for file in python_files(*PACKAGES)
        if not name_of(file).startswith("tracker/store/") and _writes_sql(file)
    }

    assert writers == set()


def _writes_sql(file: Path) -> bool:
    source = file.read_text(encoding="utf-8")
    from_sqlalchemy = [line for line in source.splitlines() if line.lstrip().startswith("from sqlalchemy")]
    names = {word.strip("(),") for line in from_sqlalchemy for word in line.split()}
    return "text" in names or "exec_driver_sql" in source


def test_only_the_store_begins_and_ends_transactions() -> None:
    enders = {
        name_of(file)
        for file in python_files(*PACKAGES)
        if not name_of(file).startswith("tracker/store/")
        and any(call in file.read_text(encoding="utf-8") for call in ("session.commit(", "session.rollback("))
    }

    assert enders == set()
