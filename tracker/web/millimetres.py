"""Lengths as people write them here: `0,5`, and `0.5` where English is spoken."""

from math import isfinite

from tracker.web.language import language

LONGEST = 10


def read_decimal(text: str) -> float | None:
    """With comma or point; None for anything else."""
    written = text.strip().replace(",", ".").replace("−", "-")
    if not written.isascii() or len(written) > LONGEST:
        return None
    try:
        found = float(written)
    except ValueError:
        return None
    return found if isfinite(found) else None


def decimal(number: float) -> str:
    written = f"{number:g}"
    return written.replace(".", ",") if language() == "vi" else written
