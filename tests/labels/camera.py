"""What becomes of a label before it is read: a page as dots in, a page as a reader sees it out."""

from collections.abc import Callable, Mapping
from io import BytesIO
from types import MappingProxyType

import numpy as np
import zxingcpp
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from pyzbar import pyzbar

Seen = NDArray[np.uint8]
Rung = Callable[[Seen], Seen]

PAPER, SHADE = 255, 0.25
PHONE_SCALE, JPEG_QUALITY = 0.6, 40


def blurred(page: Seen) -> Seen:
    return np.asarray(Image.fromarray(page).filter(ImageFilter.GaussianBlur(1.5)))


def turned(degrees: float) -> Rung:
    def turn(page: Seen) -> Seen:
        picture = Image.fromarray(page).rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=PAPER)
        return np.asarray(picture)

    return turn


def photographed(page: Seen) -> Seen:
    """By hand with a phone: askew, ten dots become six, and packed hard."""
    height, width = page.shape
    big = np.pad(page, 40, constant_values=PAPER)
    corners = ((0.02, 0.00), (0.00, 0.97), (0.97, 1.00), (1.00, 0.04))  # top left, then against the clock
    quad = [edge * side for corner in corners for edge, side in zip(corner, (width + 80, height + 80), strict=True)]
    size = round((width + 80) * PHONE_SCALE), round((height + 80) * PHONE_SCALE)
    seen = Image.fromarray(big).filter(ImageFilter.GaussianBlur(0.6))
    warped = seen.transform(size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC)
    file = BytesIO()
    warped.save(file, "JPEG", quality=JPEG_QUALITY)
    return np.asarray(Image.open(file).convert("L"))


def in_low_light(page: Seen) -> Seen:
    """A quarter of the light, falling off to one side, with a sensor's noise."""
    noise = np.random.default_rng(261126).normal(0, 4, page.shape)
    fall = np.linspace(1, 0.5, page.shape[1])
    return np.clip(page * SHADE * fall + 12 + noise, 0, 255).astype(np.uint8)


def zxing(page: Seen) -> set[str]:
    return {code.text for code in zxingcpp.read_barcodes(page)}


def zbar(page: Seen) -> set[str]:
    return {code.data.decode() for code in pyzbar.decode((page.tobytes(), page.shape[1], page.shape[0]))}


READERS: Mapping[str, Callable[[Seen], set[str]]] = MappingProxyType({"zxing": zxing, "zbar": zbar})
