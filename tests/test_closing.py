"""A run that leaves one engine behind fails, and says how many tests each engine had."""

from pathlib import Path
from subprocess import run
from sys import executable

import pytest

SUITE = """
import pytest

@pytest.fixture(params=["sqlite", "postgresql"])
def engine_name(request):
    request.node.user_properties.append(("engine", request.param))

def test_of_both(engine_name):
    pass
"""
LAGGING = """
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_of_one(engine_name):
    pass
"""
CONFTEST = """
from tests.closing import Closing

def pytest_configure(config):
    config.pluginmanager.register(Closing(config))
"""
ROOT = Path(__file__).resolve().parent.parent


def closing_words(folder: Path, suite: str, *more: str) -> tuple[int, str]:
    (folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (folder / "test_suite.py").write_text(suite, encoding="utf-8")
    command = [executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), str(folder), *more]
    ended = run(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_run_with_unequal_numbers_per_engine_fails_though_every_test_passed(tmp_path: Path, workers: str) -> None:
    ended, words = closing_words(tmp_path, SUITE + LAGGING, "-n", workers)

    assert "3 passed" in words
    assert "tests per engine: sqlite 2, postgresql 1" in words
    assert ended == 1


def test_a_run_with_equal_numbers_per_engine_says_them(tmp_path: Path) -> None:
    ended, words = closing_words(tmp_path, SUITE)

    assert "tests per engine: sqlite 1, postgresql 1" in words
    assert ended == 0
