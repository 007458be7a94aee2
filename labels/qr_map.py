"""Symbols of one size by exclusive or instead of by encoding: bit for bit what `qrcode` makes, many times faster.

For a fixed version, level and number of characters a symbol is an affine map over GF(2) of the data's bits: padding and
Reed-Solomon are linear, placing moves bits, a mask is a constant. The map is taken from `qrcode` itself, one symbol per
data bit. The best mask needs ISO/IEC 18004's penalties; they are counted on all eight masked symbols at once, as whole
numbers of side² bits each, by the rules as `qrcode` reads them.
"""

from collections.abc import Iterator, Mapping, Sequence
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

FINDER, BALANCE = 40, 10
"""Penalties N3 and N4 (ISO/IEC 18004, 7.8.3); N1 is 3 for five alike and 1 for each one more, N2 is 3 for a block."""

REACHES = (1, 4, 10)
"""How far behind a module its pattern ends: two alike, five alike, a finder with its four light modules."""

_NONE = (0,) * len(MASKS)


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
    """Of one size. A symbol is a number: bit row * side + column is 1 for dark."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self._grid = _Grid(size.side)
        start = _start(size.length)
        base = _encoded(size, start, 0)
        self._columns = [[base ^ _encoded(size, text, 0) for text in texts] for texts in _one_bit_on(start)]
        self._base = base
        self._masks = [base ^ _encoded(size, start, mask) for mask in MASKS]
        # `qrcode` weighs a mask before the format is drawn in: as if all of it were light.
        self._trials = self._grid.together([base ^ _encoded(size, start, mask, is_trial=True) for mask in MASKS])
        self._known: list[dict[str, int]] = [{} for _ in self._columns]

    def symbol(self, text: str) -> int:
        """Of `length` signs of the alphanumeric mode; with the mask that `qrcode` would choose."""
        plain = self._base
        for known, columns, start in zip(self._known, self._columns, range(0, len(text), 2), strict=True):
            signs = text[start : start + 2]
            added = known.get(signs)
            if added is None:
                added = known[signs] = _sum(columns, _value(signs) ^ _from(signs))
            plain ^= added
        penalties = self._grid.penalties(self._grid.eightfold(plain) ^ self._trials)
        return plain ^ self._masks[penalties.index(min(penalties))]


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


def _encoded(size: Size, text: str, mask: int, *, is_trial: bool = False) -> int:
    code = QRCode(version=size.version, error_correction=size.level)
    code.add_data(QRData(text.encode(), mode=ALPHANUMERIC), optimize=0)
    code.makeImpl(is_trial, mask)
    return number_of(code.modules)


def number_of(modules: Sequence[Sequence[bool | None]]) -> int:
    """Rows from the top left: bit row * side + column is 1 for dark."""
    signs = "".join("1" if dark else "0" for row in reversed(modules) for dark in reversed(row))
    return int(signs, 2)


class _Grid:
    """Whole-number arithmetic on eight squares at once, one after the other in one number."""

    def __init__(self, side: int) -> None:
        self._side = side
        area = side * side
        self._bytes = -(-area // 8)
        self._balance = [int(abs(dark / area * 100 - 50) / 5) * BALANCE for dark in range(area + 1)]
        self._stride = self._bytes * 8
        self._lanes = [slice(mask * self._bytes, (mask + 1) * self._bytes) for mask in MASKS]
        whole = (1 << area) - 1
        self._light = self.eightfold(whole)
        self._across = {reach: self._columns_below(side - reach) for reach in REACHES}
        self._down = {reach: self.eightfold((1 << (side - reach) * side) - 1) for reach in REACHES}

    def _columns_below(self, end: int) -> int:
        return self.eightfold(sum(((1 << end) - 1) << row * self._side for row in range(self._side)))

    def eightfold(self, square: int) -> int:
        for lanes in (1, 2, 4):
            square |= square << lanes * self._stride
        return square

    def together(self, squares: Sequence[int]) -> int:
        return sum(square << mask * self._stride for mask, square in enumerate(squares))

    def penalties(self, dark: int) -> list[int]:
        """One of each mask."""
        light, side = dark ^ self._light, self._side
        across, down = self._alike(dark, 1, self._across), self._alike(dark, side, self._down)
        ones, twos, fours, more_fours = _weighed(
            _fives(across, 1, self._across[4]), _fives(down, side, self._down[4]), across & across >> side & down
        )
        finders, further = _apart(
            _finders(dark, light, 1, self._across[10]), _finders(dark, light, side, self._down[10])
        )
        counted = [self._counts(marks) for marks in (ones, twos, fours, more_fours, finders, further, dark)]
        return [
            one + 2 * two + 4 * (four + more) + FINDER * (found + other) + self._balance[black]
            for one, two, four, more, found, other, black in zip(*counted, strict=True)
        ]

    def _alike(self, dark: int, step: int, inside: Mapping[int, int]) -> int:
        """Modules whose next one, that many bits on, has the same colour."""
        return ~(dark ^ dark >> step) & inside[1]

    def _counts(self, marks: int) -> Sequence[int]:
        if not marks:
            return _NONE
        told, read = marks.to_bytes(self._bytes * len(MASKS), "little"), int.from_bytes
        return [read(told[lane], "little").bit_count() for lane in self._lanes]


def _fives(alike: int, step: int, inside: int) -> tuple[int, int]:
    """Where five alike begin, and where a line of five or more begins: n alike cost n - 2."""
    fives = alike & alike >> step
    fives = fives & fives >> 2 * step & inside
    return fives, fives & ~(fives << step)


def _weighed(across: tuple[int, int], down: tuple[int, int], blocks: int) -> tuple[int, int, int, int]:
    """Lines and blocks added up module by module, as marks that count 1, 2, 4 and 4: a block costs 3."""
    (fives, lines), (other_fives, other_lines) = across, down
    ones = fives ^ other_fives
    carried = fives & other_fives | ones & blocks
    twos = lines ^ other_lines
    fours = lines & other_lines | twos & blocks
    twos ^= blocks
    return ones ^ blocks, twos ^ carried, fours, twos & carried


def _finders(dark: int, light: int, step: int, inside: int) -> int:
    """Where 1011101 begins with four light modules after it, or the four light ones before it."""
    pair = dark & dark >> 2 * step
    core = pair & pair >> 4 * step & light >> step & dark >> 3 * step & light >> 5 * step
    clear = light & light >> step
    clear &= clear >> 2 * step
    return (core & clear >> 7 * step | clear & core >> 4 * step) & inside


def _apart(one: int, other: int) -> tuple[int, int]:
    """The same marks in all; where they do not meet, the second are none."""
    return one | other, one & other
