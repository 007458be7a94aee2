"""What pages of every kind of paper share: rules, empty boxes, the nation's two lines, and the line at the foot."""

from labels.ink import Ink, Outline, rectangle
from labels.item_zones import one_line
from labels.lettering import Style, fit

MOTTO_RULE_BELOW_MM, MOTTO_RULE_MM = 1.6, 0.25
FOOT_SHARE, FOOT_GAP_MM = 1 / 3, 3.0  # of the width, at most, for what stands at its right


def rule(ink: Ink, edges_mm: tuple[float, float], y_mm: float, thick_mm: float) -> None:
    """Half of it above `y_mm`. `edges_mm` are left and right."""
    left, right = edges_mm
    ink.fill(rectangle(left, y_mm - thick_mm / 2, right, y_mm + thick_mm / 2))


def empty_box(left_mm: float, top_mm: float, right_mm: float, bottom_mm: float, line_mm: float) -> tuple[Outline, ...]:
    """Outer and inner edge."""
    inner = rectangle(left_mm + line_mm, top_mm + line_mm, right_mm - line_mm, bottom_mm - line_mm)
    return rectangle(left_mm, top_mm, right_mm, bottom_mm), inner


def draw_nation(
    ink: Ink, lines: tuple[str, str], style: Style, corner_mm: tuple[float, float], bases_mm: tuple[float, float]
) -> float:
    """The heading that the law asks of a record: the nation, and under its middle the motto with a rule.

    `corner_mm` are the right end and the width there is. Where it begins.
    """
    right, width = corner_mm
    base, motto_base = bases_mm
    nation = fit(lines[0], style, one_line(0, width, base)).flush_right(right)
    motto = fit(lines[1], style, one_line(0, width, motto_base))
    motto = motto.moved_to(nation.left_mm + (nation.width_mm - motto.width_mm) / 2)
    ink.write(nation)
    ink.write(motto)
    under = motto_base + MOTTO_RULE_BELOW_MM
    ink.fill(rectangle(motto.left_mm, under, motto.left_mm + motto.width_mm, under + MOTTO_RULE_MM))
    return nation.left_mm


def draw_foot_line(
    ink: Ink, texts: tuple[str, str], style: Style, edges_mm: tuple[float, float], base_mm: float
) -> None:
    """One at the left, which shrinks before the one at the right."""
    left, right = edges_mm
    last = fit(texts[1], style, one_line(0, (right - left) * FOOT_SHARE, base_mm)).flush_right(right)
    ink.write(last)
    ink.write(fit(texts[0], style, one_line(left, last.left_mm - left - FOOT_GAP_MM, base_mm)))
