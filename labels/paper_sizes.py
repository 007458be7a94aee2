"""The sheets papers are printed on: their margins and the size of their text."""

from labels.paper import PaperSize
from labels.stock import A4, A6, Stock

A5 = Stock("A5", width_mm=148, height_mm=210, margin_mm=10, bars_top_mm=0, source="ISO 216")

FULL = PaperSize(A4, left_mm=20, right_mm=195, text=9.5)
HALF = PaperSize(A5, left_mm=10, right_mm=138, text=9)
QUARTER = PaperSize(A6, left_mm=6, right_mm=99, text=7.5)
