"""The custody line of the board: as thick at each stage as the number held there."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, MIDDLE = 1184.0, 96.0, 46.0
THICKEST, THINNEST = 80.0, 2.0
BEND = 18.0


@dataclass(frozen=True, slots=True)
class Flow:
    """`path` is the line's outline; `late` are the strokes under the stages that hold something late."""

    path: str
    late: tuple[tuple[float, float, float], ...]


def flow_of(counts: Sequence[int], late: Sequence[int]) -> Flow:
    """`counts` and `late` by stage, in order."""
    widest = max(*counts, 1)
    halves = [max(THINNEST, THICKEST * count / widest) / 2 for count in counts]
    step = WIDTH / len(counts)
    upper = _edge(halves, step, sign=-1)
    lower = _edge(list(reversed(halves)), step, sign=1, backwards=True)
    strokes = tuple(
        (index * step, MIDDLE + halves[index] + 3, step * 0.72) for index, number in enumerate(late) if number
    )
    return Flow(f"M{upper[0]} {' '.join(upper[1:])} L{lower[0]} {' '.join(lower[1:])} Z", strokes)


def _edge(halves: list[float], step: float, *, sign: int, backwards: bool = False) -> list[str]:
    """Points of one edge, from left to right or back: level within a stage, bent between two."""
    points = [_point(0, MIDDLE + sign * halves[0], backwards)]
    for index in range(1, len(halves)):
        border, before, after = index * step, MIDDLE + sign * halves[index - 1], MIDDLE + sign * halves[index]
        bend = [(border - BEND, before), (border, before), (border, after), (border + BEND, after)]
        first, *others = (_point(x, y, backwards) for x, y in bend)
        points.append(f"L{first} C{' '.join(others)}")
    points.append(f"L{_point(WIDTH, MIDDLE + sign * halves[-1], backwards)}")
    return points


def _point(x: float, y: float, backwards: bool) -> str:
    return f"{WIDTH - x if backwards else x:.1f} {y:.1f}"
