"""What one printer needs so that the ink falls where the label lies."""

from dataclasses import dataclass
from math import isfinite

from labels.refusals import LabelRefused
from labels.stock import PRINT_HEADS

MOST_SHIFT_MM = 10.0
LEAST_SCALE, MOST_SCALE = 0.9, 1.1


@dataclass(frozen=True, slots=True)
class Alignment:
    """Scaled about the page's top left, then moved right and down, to the nearest whole dot.

    A scale other than 1 is for a printer that shrinks or stretches: its own error makes the dots whole again on paper.
    Raises LabelRefused naming `alignment.…`.
    """

    dx_mm: float = 0.0
    dy_mm: float = 0.0
    scale: float = 1.0
    dpi: int = 203

    def __post_init__(self) -> None:
        for field, shift in (("dx_mm", self.dx_mm), ("dy_mm", self.dy_mm)):
            if not isfinite(shift) or abs(shift) > MOST_SHIFT_MM:
                raise LabelRefused(f"alignment.{field}", f"lies outside ±{MOST_SHIFT_MM} mm")
        if not LEAST_SCALE <= self.scale <= MOST_SCALE:
            raise LabelRefused("alignment.scale", f"lies outside {LEAST_SCALE} to {MOST_SCALE}")
        if self.dpi not in PRINT_HEADS:
            raise LabelRefused("alignment.dpi", f"is none of {sorted(PRINT_HEADS)}")

    @property
    def moves_nothing(self) -> bool:
        return (self.dx_mm, self.dy_mm, self.scale) == (0, 0, 1)


STRAIGHT = Alignment()
