"""The item's label as typst's manual lays out pages: one compiled document, its rows given as JSON, codes as SVG.

It is given our own squares and bars, which it cannot make itself.
"""

import json
from dataclasses import asdict
from pathlib import Path

import typst

from benchmarks.label_sample import Sample
from labels.code128 import encode_code128
from labels.qr import encode_qr

FONTS = Path(__file__).parents[2] / "labels/fonts"
PAPER = b"""
#set document(title: "Tem phong bi", date: none)
#set page(width: 105mm, height: 148mm, margin: 0mm)
#set text(font: "Be Vietnam Pro", lang: "vi", size: 8pt)
#let at(x, y, body) = place(top + left, dx: x * 1mm, dy: y * 1mm, body)
#let write(x, y, size, weight, body) = at(x, y, text(size: size * 1pt, weight: weight, body))
#let right(y, size, weight, body) = place(top + std.right, dx: -5mm, dy: y * 1mm,
  text(size: size * 1pt, weight: weight, body))
#let drawn(svg, width, height) = image(bytes(svg), format: "svg", width: width * 1mm, height: height * 1mm,
  fit: "stretch")
#let rows = json(bytes(sys.inputs.rows))
#for row in rows {
  at(5, 5, polygon(fill: black, (0mm, 0mm), (86.5mm, 0mm), (95mm, 8.5mm), (86.5mm, 17mm), (0mm, 17mm)))
  write(9, 9, 30, 800, text(fill: white, row.plate))
  write(66, 7, 9.5, 600, text(fill: white, row.due_caption))
  write(66, 12, 22, 800, text(fill: white, row.due))
  write(5, 32, 40, 800, row.destination)
  write(5, 50, 20, 600, row.second_line)
  right(50, 20, 600, row.second_code)
  at(5, 61.4, rect(width: 95mm, height: 1.1mm, fill: black))
  at(5, 67.5, drawn(row.square, 29, 29))
  for (place, fact) in row.facts.enumerate() {
    write(42, 67 + 10.4 * place, 8, 400, fact.at(0))
    write(42, 71 + 10.4 * place, 12.5, 600, fact.at(1))
  }
  write(5, 105, 8.5, 400, row.finder)
  right(105, 8.5, 600, row.copy)
  at(5, 111, line(length: 95mm, stroke: (thickness: 0.25mm, dash: "dotted")))
  at(13, 116, drawn(row.bars, 79, 17))
  place(top + center, dy: 136mm, text(size: 19pt, weight: 600, row.grouped))
  pagebreak(weak: true)
}
"""


class Press:
    """Fonts are read once, as the manual advises for many documents."""

    def __init__(self) -> None:
        self._fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])

    def draw(self, samples: list[Sample]) -> bytes:
        rows = json.dumps([row(sample) for sample in samples])
        drawn = typst.Compiler(PAPER, font_paths=self._fonts, sys_inputs={"rows": rows}).compile(format="pdf")
        assert isinstance(drawn, bytes)
        return drawn


def row(sample: Sample) -> dict[str, object]:
    codes = {"square": square(sample.address), "bars": bars(sample.number)}
    return {**asdict(sample), **codes, "grouped": sample.grouped_number}


def square(address: str) -> str:
    rows = encode_qr(address, "address").modules
    dark = [(x, y) for y, line in enumerate(rows) for x, is_dark in enumerate(line) if is_dark]
    return svg("".join(f"M{x} {y}h1v1h-1z" for x, y in dark), len(rows), len(rows))


def bars(number: str) -> str:
    symbol = encode_code128(number, "number")
    widths, path, left = symbol.widths, "", 0
    for bar, space in zip(widths[::2], (*widths[1::2], 0), strict=True):
        path += f"M{left} 0h{bar}v1h-{bar}z"
        left += bar + space
    return svg(path, symbol.width, 1)


def svg(path: str, width: int, height: int) -> str:
    size = f"viewBox='0 0 {width} {height}' width='{width}' height='{height}' preserveAspectRatio='none'"
    return f"<svg xmlns='http://www.w3.org/2000/svg' {size}><path d='{path}'/></svg>"
