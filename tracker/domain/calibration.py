"""What a printer's proof page shows: which codes the counter's own scanner reads, and where the ink fell."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from tracker.domain.printers import PrinterSetting

CROSS_MM = 5.0
"""From each edge of the paper to the crosses in its corners."""
MOST_OFF_MM = 1.0
"""Of labels that lie in their frames still; half a label's margin at 80 × 50."""
MOST_STRETCH = 0.01
"""Of a length: beyond it a code of four dots a module loses whole dots."""
WORTH_MOVING_MM = 0.3
LEAST_READ_MM, MOST_READ_MM = 0.0, 20.0
MOST_WRONG_LENGTH = 0.1
CODE_DIGITS = 6


class Mark(StrEnum):
    """The codes of a proof page: as labels print them, then finer and finer; the last one stands between two bars."""

    QR = "qr"
    QR_FINER = "qr_finer"
    QR_FINEST = "qr_finest"
    BARS = "bars"
    BARS_FINER = "bars_finer"
    BARS_FINEST = "bars_finest"
    QUIET = "quiet"


# As they stand on the paper beside each code.
LETTERS: Mapping[Mark, str] = MappingProxyType(dict(zip(Mark, "ABCDEGH", strict=True)))


class ProofFault(StrEnum):
    QR_UNREAD = "qr_unread"
    BARS_UNREAD = "bars_unread"
    QUIET_UNREAD = "quiet_unread"
    SHIFTED = "shifted"
    STRETCHED = "stretched"
    NO_RESERVE = "no_reserve"


# What a label cannot do without; a printer whose next finer code does not read is good enough and says so.
_NEEDED = {
    Mark.QR: ProofFault.QR_UNREAD,
    Mark.BARS: ProofFault.BARS_UNREAD,
    Mark.QUIET: ProofFault.QUIET_UNREAD,
}
_RESERVE = frozenset({Mark.QR_FINER, Mark.BARS_FINER})


class Verdict(StrEnum):
    GOOD = "good"
    BARELY = "barely"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Measured:
    """With a ruler on the paper: from the left and the upper edge to the cross, and from cross to cross."""

    left_mm: float
    top_mm: float
    length_mm: float


@dataclass(frozen=True, slots=True)
class Judgement:
    verdict: Verdict
    faults: tuple[ProofFault, ...]


def make_codes(random_bytes: Callable[[int], bytes]) -> tuple[str, ...]:
    """One for each mark, no two alike: digits, so that the bars are narrow enough for the smallest label."""
    codes: list[str] = []
    while len(codes) < len(Mark):
        code = f"{int.from_bytes(random_bytes(8)) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"
        if code not in codes:
            codes.append(code)
    return tuple(codes)


def mark_of_code(text: str, codes: tuple[str, ...]) -> Mark | None:
    """None for a code of another page."""
    typed = text.strip()
    return tuple(Mark)[codes.index(typed)] if typed in codes else None


def is_plausible(measured: Measured, length_mm: float) -> bool:
    """Whatever lies outside was measured wrong, or in another unit."""
    edges = (measured.left_mm, measured.top_mm)
    return (
        all(LEAST_READ_MM <= edge <= MOST_READ_MM for edge in edges)
        and abs(measured.length_mm / length_mm - 1) <= MOST_WRONG_LENGTH
    )


def judge(read: frozenset[Mark], measured: Measured, length_mm: float) -> Judgement:
    """`length_mm` is what the length would be on a perfect printer."""
    faults = [fault for mark, fault in _NEEDED.items() if mark not in read]
    if _is_shifted(measured):
        faults.append(ProofFault.SHIFTED)
    if _is_stretched(measured, length_mm):
        faults.append(ProofFault.STRETCHED)
    if faults:
        return Judgement(Verdict.FAILED, tuple(faults))
    if not read >= _RESERVE:
        return Judgement(Verdict.BARELY, (ProofFault.NO_RESERVE,))
    return Judgement(Verdict.GOOD, ())


def _is_shifted(measured: Measured) -> bool:
    return any(abs(edge - CROSS_MM) > MOST_OFF_MM for edge in (measured.left_mm, measured.top_mm))


def _is_stretched(measured: Measured, length_mm: float) -> bool:
    return abs(measured.length_mm / length_mm - 1) > MOST_STRETCH


def corrected(used: PrinterSetting, measured: Measured, length_mm: float) -> PrinterSetting | None:
    """The setting that puts the cross where it belongs; None where what was used is good enough.

    A page is scaled and then moved, and the printer does the same once more with what is to be undone. The scale is
    left alone within the tolerance: only at 1 are all codes whole dots.
    """
    stretch = measured.length_mm / (used.scale * length_mm)
    is_stretched = _is_stretched(measured, length_mm)
    scale = 1 / stretch if is_stretched else used.scale
    dx, dy = (
        _moved(edge, used.scale, move, stretch, scale)
        for edge, move in ((measured.left_mm, used.dx_mm), (measured.top_mm, used.dy_mm))
    )
    found = PrinterSetting(used.format, used.dpi, round(dx, 1), round(dy, 1), round(scale, 4))
    worth = max(abs(found.dx_mm - used.dx_mm), abs(found.dy_mm - used.dy_mm)) >= WORTH_MOVING_MM
    return found if worth or is_stretched else None


def _moved(edge_mm: float, used_scale: float, used_move: float, stretch: float, scale: float) -> float:
    offset = edge_mm - stretch * (used_scale * CROSS_MM + used_move)
    return (CROSS_MM - offset) / stretch - scale * CROSS_MM
