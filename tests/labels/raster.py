"""What a thermal head prints: one bit a dot, no smoothing, the page's top left on the first dot."""

from collections.abc import Iterable
from math import ceil

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

Dots = NDArray[np.bool_]
UNSMOOTHED = pdfium.FPDF_RENDER_NO_SMOOTHTEXT | pdfium.FPDF_RENDER_NO_SMOOTHPATH | pdfium.FPDF_RENDER_NO_SMOOTHIMAGE
MM_PER_INCH, POINTS_PER_INCH = 25.4, 72


def printed(pdf: bytes, dpi: int = 203) -> list[Dots]:
    """A page each, True = black. Fails when a dot is grey."""
    document = pypdfium2.PdfDocument(pdf)
    return [_print_page(document[place], dpi) for place in range(len(document))]


def _print_page(page: pypdfium2.PdfPage, dpi: int) -> Dots:
    # Through a matrix: the plain call stretches the page to whole dots, which no printer does.
    scale = dpi / POINTS_PER_INCH
    width, height = (ceil(side * scale) for side in page.get_size())
    bitmap = pypdfium2.PdfBitmap.new_native(width, height, pdfium.FPDFBitmap_Gray)
    pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
    matrix, clip = pdfium.FS_MATRIX(scale, 0, 0, scale, 0, 0), pdfium.FS_RECTF(0, 0, width, height)
    pdfium.FPDF_RenderPageBitmapWithMatrix(bitmap, page, matrix, clip, UNSMOOTHED)
    levels = np.array(bitmap.to_numpy()).reshape(height, width)
    assert set(np.unique(levels)) <= {0, 255}, "a print head knows no grey"
    return np.asarray(levels == 0)


def paper(dots: Dots) -> NDArray[np.uint8]:
    """As a camera sees it: black 0, white 255."""
    return np.where(dots, 0, 255).astype(np.uint8)


def dot(length_mm: float, dpi: int = 203) -> int:
    return round(length_mm * dpi / MM_PER_INCH)


def zone(dots: Dots, left_mm: float, top_mm: float, right_mm: float, bottom_mm: float) -> Dots:
    """At 203 dpi."""
    return dots[dot(top_mm) : dot(bottom_mm), dot(left_mm) : dot(right_mm)]


def enlarged(modules: Iterable[Iterable[bool]], dots_each: int) -> Dots:
    return np.kron(np.array([list(row) for row in modules]), np.ones((dots_each, dots_each))).astype(np.bool_)
