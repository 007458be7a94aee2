"""Symbols of one size by exclusive or instead of by encoding: bit for bit what `qrcode` makes, many times faster.

For a fixed version, level and number of characters a symbol is an affine map over GF(2) of the data's bits: padding and
Reed-Solomon are linear, placing moves bits, a mask is a constant. The map is taken from `qrcode` itself, one symbol per
data bit. The best mask needs ISO/IEC 18004's penalties, by the rules as `qrcode` reads them; they are counted on a
whole symbol at once, told row by row and then column by column in one whole number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from qrcode.main import QRCode
from qrcode.util import ALPHA_NUM, QRData

ALPHANUMERIC: Final = 2  # qrcode's MODE_ALPHA_NUM, which its stubs call any number
MASKS = range(8)
SIGNS = ALPHA_NUM.decode()
PAIR_BITS, LAST_BITS = 11, 6
"""Two signs are one number of 11 bits, a last single one is a number of 6 (ISO/IEC 18004, 7.4.4)."""

FROM_PAIR, FROM_LAST = 0b01010101010, 0b001010
"""Where the map starts: any one bit may be turned, and no block is all zeros, which `qrcode` 8.2 cannot encode."""

BLOCK, FINDER, BALANCE = 3, 40, 10
"""Penalties N2, N3 and N4 (ISO/IEC 18004, 7.8.3); N1 is 3 for five alike and 1 for each one more."""

SAME, FIVE, PATTERN = 1, 4, 10
"""How far behind a module its pattern ends: two alike, five alike, a finder with its four light modules."""

Modules = Sequence[Sequence[bool | None]]


@dataclass(frozen=True, slots=True)
class Size:
    """`level` is qrcode's constant; `length` in signs of the alphanumeric mode."""

    version: int
    level: int
    length: int

    @property
    def side(self) -> int:
        return 17 + 4 * self.version


class SymbolMap:
    """Of one size."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self._grid = grid = _Grid(size.side)
        start = _start(size.length)
        told = [grid.told(_encoded(size, start, mask)) for mask in MASKS]
        self._base = base = told[0]
        self._columns = [[base ^ grid.told(_encoded(size, text, 0)) for text in texts] for texts in _one_bit_on(start)]
        self._masks = [grid.picture(base ^ masked) for masked in told]
        # `qrcode` weighs a mask before the format is drawn in: as if all of it were light.
        trials = [grid.told(_encoded(size, start, mask, is_trial=True)) for mask in MASKS]
        self._trials = [grid.squares(base ^ trial) for trial in trials]
        self._known: list[dict[str, int]] = [{} for _ in self._columns]

    def picture(self, text: str) -> int:
        """As `picture_of` has it, of `length` signs of the alphanumeric mode, with the mask `qrcode` would choose."""
        plain = self._base
        for known, columns, start in zip(self._known, self._columns, range(0, len(text), 2), strict=True):
            signs = text[start : start + 2]
            added = known.get(signs)
            if added is None:
                added = known[signs] = _sum(columns, _value(signs) ^ _from(signs))
            plain ^= added
        squares, penalty = self._grid.squares(plain), self._grid.penalty
        penalties = [penalty(squares ^ trial) for trial in self._trials]
        return self._grid.picture(plain) ^ self._masks[penalties.index(min(penalties))]


def _sum(columns: Sequence[int], value: int) -> int:
    added = 0
    for place, column in enumerate(columns):
        if value >> place & 1:
            added ^= column
    return added


def _value(signs: str) -> int:
    first, *second = map(SIGNS.index, signs)
    return first * len(SIGNS) + second[0] if second else first


def _from(signs: str) -> int:
    return FROM_PAIR if len(signs) == 2 else FROM_LAST


def _start(length: int) -> str:
    return _pair(FROM_PAIR) * (length // 2) + SIGNS[FROM_LAST] * (length % 2)


def _one_bit_on(start: str) -> Iterator[list[str]]:
    """For each pair of signs, and a last single one, the texts that differ from the start in one data bit."""
    for place in range(0, len(start), 2):
        before, signs, after = start[:place], start[place : place + 2], start[place + 2 :]
        bits, as_signs = (PAIR_BITS, _pair) if len(signs) == 2 else (LAST_BITS, SIGNS.__getitem__)
        yield [before + as_signs(_value(signs) ^ 1 << bit) + after for bit in range(bits)]


def _pair(value: int) -> str:
    return SIGNS[value // len(SIGNS)] + SIGNS[value % len(SIGNS)]


def _encoded(size: Size, text: str, mask: int, *, is_trial: bool = False) -> Modules:
    code = QRCode(version=size.version, error_correction=size.level)
    code.add_data(QRData(text.encode(), mode=ALPHANUMERIC), optimize=0)
    code.makeImpl(is_trial, mask)
    return code.modules


def picture_of(modules: Modules) -> int:
    """Rows from the top left, each filled up to whole bytes; the first module is the highest bit, 1 is dark."""
    filling = "0" * (-len(modules) % 8)
    return int("".join(sign for row in modules for sign in (*_signs(row), filling)), 2)


def _signs(row: Sequence[bool | None]) -> Iterator[str]:
    return ("1" if dark else "0" for dark in row)


def _square(modules: Modules) -> int:
    return int("".join(sign for row in modules for sign in _signs(row)), 2)


class _Grid:
    """Whole-number arithmetic on a square that is followed by itself with rows and columns exchanged.

    What lies across in one lies down in the other, so one look along the rows sees both.
    """

    def __init__(self, side: int) -> None:
        self._side = side
        self._area = area = side * side
        self._both = (1 << 2 * area) - 1
        # Counted in the square and again in its exchanged one.
        self._balance = [int(abs(twice / 2 / area * 100 - 50) / 5) * BALANCE for twice in range(2 * area + 1)]
        self._inside = [self._within(side - reach) for reach in (SAME, FIVE, PATTERN)]
        self._blocks = _corner(side, side - SAME, side - SAME)

    def _within(self, columns: int) -> int:
        corner = _corner(self._side, self._side, columns)
        return corner << self._area | corner

    def told(self, modules: Modules) -> int:
        """The picture, then the square by columns, then by rows: all that is linear in the data."""
        exchanged = _square(list(zip(*modules, strict=True)))
        return (picture_of(modules) << self._area | exchanged) << self._area | _square(modules)

    def picture(self, told: int) -> int:
        return told >> 2 * self._area

    def squares(self, told: int) -> int:
        return told & self._both

    def penalty(self, dark: int) -> int:
        """Of five alike and more the first five cost 3 and each one more 1: n alike cost n - 2."""
        in_two, in_five, in_pattern = self._inside
        alike = (dark ^ dark >> 1) & in_two ^ in_two
        fives = alike & alike >> 1
        fives &= fives >> 2 & in_five
        lines = fives & fives << 1 ^ fives
        blocks = alike & alike >> self._side & self._blocks
        blocks &= ~(dark ^ dark >> self._side)
        finders = _finders(dark, dark ^ self._both) & in_pattern
        return (
            fives.bit_count()
            + 2 * lines.bit_count()
            + BLOCK * blocks.bit_count()
            + FINDER * finders.bit_count()
            + self._balance[dark.bit_count()]
        )


def _finders(dark: int, light: int) -> int:
    """Where 1011101 begins with four light modules after it, or the four light ones before it."""
    next_light = light >> 1
    pair = dark & dark >> 2
    core = pair & pair >> 4 & next_light & dark >> 3 & next_light >> 4
    clear = light & next_light
    clear &= clear >> 2
    return core & clear >> 7 | clear & core >> 4


def _corner(side: int, rows: int, columns: int) -> int:
    return sum(((1 << columns) - 1) << row * side for row in range(rows))
