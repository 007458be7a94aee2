"""The icons of static/icons.svg, drawn where they stand: no second request, no clash of ids."""

import re
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

SYMBOL = re.compile(r'<symbol id="(?P<name>[a-z0-9]+)" viewBox="0 0 24 24">(?P<paths>.*?)</symbol>')
FILE = Path(__file__).parent / "static" / "icons.svg"
TALLY_STROKES = ("M4 20V4", "M4 4H20", "M20 4V20", "M20 20H4", "M4 20L20 4")
BOX = len(TALLY_STROKES)


@lru_cache(maxsize=1)
def drawings() -> dict[str, str]:
    text = FILE.read_text(encoding="utf-8")
    return {found["name"]: found["paths"] for found in SYMBOL.finditer(text)}


@lru_cache(maxsize=256)
def icon(name: str, classes: str = "i") -> Markup:
    """Decoration beside words, so hidden from readers. Raises KeyError for a name that is not drawn."""
    return Markup('<svg class="{}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>').format(
        classes,
        Markup(drawings()[name]),  # noqa: S704  our own file
    )


@lru_cache(maxsize=1024)
def tally(done: int, expected: int) -> Markup:
    """Boxes of five: done solid, missing dotted, too many in red strokes of their own."""
    within = min(done, expected)
    boxes = [_box(min(BOX, max(0, within - start)), min(BOX, expected - start)) for start in range(0, expected, BOX)]
    over = max(0, done - expected)
    boxes += [_surplus(min(BOX, over - start)) for start in range(0, over, BOX)]
    return Markup("").join(boxes)


def _box(done: int, wanted: int) -> Markup:
    solid, todo = "".join(TALLY_STROKES[:done]), "".join(TALLY_STROKES[done:wanted])
    paths = Markup('<path d="{}"/>').format(solid) if solid else Markup("")
    if todo:
        paths += Markup('<path class="todo" d="{}"/>').format(todo)
    return Markup('<svg viewBox="0 0 24 24" aria-hidden="true">{}</svg>').format(paths)


def _surplus(strokes: int) -> Markup:
    over = "".join(TALLY_STROKES[:strokes])
    return Markup('<svg viewBox="0 0 24 24" aria-hidden="true"><path class="over" d="{}"/></svg>').format(over)
