"""A thermal printer, as a renderer sees it that is not ours: `zplkit`, checked by its makers against captured printers.

Two of its printers are asked: one as the command reference says, and a ZD621 with what its firmware does otherwise. It
refuses ^PQ, the number of copies, so that is looked at and taken away first.
"""

import re
from typing import Literal, get_args

import numpy as np
from zplkit import Options, render
from zplkit.output import Raster
from zplkit.rendering import Limits

from tests.labels.raster import Dots

Printer = Literal["specification", "zd621"]
PRINTERS: tuple[Printer, ...] = get_args(Printer)
ONE_COPY = b"^PQ1^XZ\n"
ROOM = Limits(graphic_bytes=2**24, segments=2**22)


def thermal(zpl: bytes, dpi: int = 203, printer: Printer = "zd621") -> list[Dots]:
    """A label each, True = black. Fails on anything the renderer warns of."""
    assert zpl.count(b"^PQ") == zpl.count(ONE_COPY) == zpl.count(b"^XA")
    document = render(zpl.replace(b"^PQ1", b""), Options(profile=printer, dpi=dpi), limits=ROOM)
    assert not document.warnings
    return [_dots(label.rasterize()) for label in document.labels]


def _dots(raster: Raster) -> Dots:
    levels = np.frombuffer(raster.pixels, np.uint8).reshape(raster.height, raster.width)
    return np.asarray(levels < 128)


# What a label may tell a printer, and nothing else: the signs of each field as the command reference has them.
WHOLE = "[0-9]{1,4}"
GRAPHIC = rf"\^FO{WHOLE},{WHOLE}\^GFA,([0-9]+),\1,[0-9]+,[0-9A-Fg-zG-Y,!:]+\^FS\n"
SQUARE = rf"\^BY2,3,1\^FO{WHOLE},{WHOLE}\^BQN,2,([4-9]|10)\^FDQA,[0-9A-Z $%*+./:-]+\^FS\n"
BARS = rf"\^BY([3-9]|10),3,{WHOLE}\^FO{WHOLE},{WHOLE}\^BCN,{WHOLE},N,N,N,N\^FD>:[A-Z]{{2}}[0-9>]+[A-Z]{{2}}\^FS\n"
TOLD = re.compile(rf"\^XA\^PW{WHOLE}\^LL{WHOLE}\^LH0,0\^LRN\n(?:{GRAPHIC})+{SQUARE}{BARS}\^PQ1\^XZ\n")
