"""Fields of ZPL II, each at a dot of the label (Zebra, ZPL II Programming Guide: ^FO, ^GF, ^BY, ^BC, ^BQ)."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from labels.code128 import START_B, START_C, TO_B, TO_C, Code128Symbol
from labels.dots import Piece
from labels.qr import QrSymbol

# What ^BC is told in its field data to begin in a set or to change it (table "Code 128 Invocation Characters").
_SETS = {START_B: (">:", False), START_C: (">;", True), TO_C: (">5", True), TO_B: (">6", False)}
_RUN = re.compile(r"(.)\1{2,}")


def graphic(piece: Piece) -> str:
    packed = _packed(piece.bits, piece.row_bytes)
    return f"^FO{piece.left},{piece.top}^GFA,{len(piece.bits)},{len(piece.bits)},{piece.row_bytes},{packed}^FS\n"


def square(symbol: QrSymbol, left: int, top: int, magnification: int) -> str:
    """Model 2, level Q, the printer's own mask.

    Printers begin the square by the height of the last ^BY lower, less one dot, and ^BY outlives the label: 10 dots
    where nobody set it. So it is set to one.
    """
    return f"^BY2,3,1^FO{left},{top}^BQN,2,{magnification}^FDQA,{symbol.text}^FS\n"


def bars(symbol: Code128Symbol, left: int, top: int, *, bar: int, height: int) -> str:
    """No line of text under it; `bar` is the narrow one, and the only one that ^BC's widths are made of."""
    return f"^BY{bar},3,{height}^FO{left},{top}^BCN,{height},N,N,N,N^FD{''.join(_invoked(symbol))}^FS\n"


def _invoked(symbol: Code128Symbol) -> Iterator[str]:
    """The symbol's own sets, since a printer left alone takes set B for all: a third wider. It adds check and stop."""
    in_pairs = False
    for value in symbol.values[:-2]:
        if value in _SETS and not (in_pairs and value == TO_C):
            told, in_pairs = _SETS[value]
            yield told
        else:
            yield f"{value:02d}" if in_pairs else chr(value + ord(" "))


@lru_cache(maxsize=64)
def _packed(bits: bytes, row_bytes: int) -> str:
    """Hexadecimal with repeat counts; a row like the one above is a colon, its white end a comma, a black one `!`."""
    told, above = [], b""
    for start in range(0, len(bits), row_bytes):
        row = bits[start : start + row_bytes]
        told.append(":" if row == above else _packed_row(row))
        above = row
    return "".join(told)


def _packed_row(row: bytes) -> str:
    for end, sign in ((b"\x00", ","), (b"\xff", "!")):
        if row.endswith(end):
            # By whole bytes: older printers count an odd digit before the sign as the half of one.
            return _RUN.sub(_counted, row.rstrip(end).hex().upper()) + sign
    return _RUN.sub(_counted, row.hex().upper())


def _counted(run: re.Match[str]) -> str:
    return f"{_times(len(run[0]))}{run[1]}"


@cache
def _times(count: int) -> str:
    """G to Y are 1 to 19 times, g to z are 20 to 400 times, and both together add up."""
    scores, ones = divmod(count, 20)
    return (chr(ord("g") + scores - 1) if scores else "") + (chr(ord("G") + ones - 1) if ones else "")
