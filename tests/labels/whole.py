"""What is asked of every file of ours: that a reader finds it whole, and that it is the same wherever it is drawn."""

import os
import subprocess
import sys
from pathlib import Path

from tests.house.tree import ROOT
from tests.shown import program


def faults_in(pdf: bytes, folder: Path) -> str:
    """What qpdf says against it; empty for a whole file."""
    qpdf = program("qpdf", "that our files are valid PDF", "apt-get install qpdf")
    file = folder / "drawn.pdf"
    file.write_bytes(pdf)
    check = subprocess.run([qpdf, "--check", file], capture_output=True, text=True, check=False)
    return "" if check.returncode == 0 else check.stdout + check.stderr


def drawn_elsewhere(imports: str, drawing: str) -> bytes:
    """By another process, with other hashes, on the other side of the world."""
    return subprocess.run(
        [sys.executable, "-c", f"import sys; {imports}; sys.stdout.buffer.write({drawing})"],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "7", "TZ": "Pacific/Kiritimati"},
        check=True,
        capture_output=True,
    ).stdout
