"""The same drills, ten times as often, under GIAONHAN_SOAK=1 (`make soak`)."""

import os

import pytest

IS_SOAK = os.environ.get("GIAONHAN_SOAK") == "1"
# Marked only when it soaks: the ordinary suite leaves `soak` out, and `make soak` runs nothing else.
MARKS = [pytest.mark.soak] if IS_SOAK else []


def times(ordinary: int) -> int:
    return ordinary * 10 if IS_SOAK else ordinary
