"""What this machine can show. What it cannot is said in one line, never passed over in silence."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

NOT_SHOWN = "not shown: "


def must_show_all() -> bool:
    return os.environ.get("GIAONHAN_REQUIRE_ALL") == "1"


def not_shown(what: str, remedy: str) -> NoReturn:
    """Skips the test, or fails it under GIAONHAN_REQUIRE_ALL=1. `remedy` says what to install."""
    reason = f"{NOT_SHOWN}{what} — {remedy}"
    if must_show_all():
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def require(present: bool, what: str, remedy: str) -> None:
    if not present:
        not_shown(what, remedy)


def program(name: str, what: str, remedy: str) -> Path:
    """Where the program is; the test is not shown without it."""
    found = shutil.which(name)
    if found is None:
        not_shown(what, remedy)
    return Path(found)


def chromium() -> Path:
    return program("chromium", "what a browser shows", "apt-get install chromium")
