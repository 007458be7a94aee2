"""Code 128 (ISO/IEC 15417) with sets B and C, always the shortest row of symbols."""

from dataclasses import dataclass
from functools import lru_cache

from labels.refusals import LabelRefused

QUIET_BARS = 10
# Of one sign in set B and of two digits in set C.
_VALUES = {chr(sign): sign - ord(" ") for sign in range(ord(" "), ord("~") + 1)}
_VALUES |= {f"{pair:02d}": pair for pair in range(100)}
VALUE_BARS, STOP_MORE_BARS = 11, 2
STOP = 106
START_B, START_C = 104, 105
TO_C, TO_B = 99, 100  # as read in set B and in set C
MODULUS = 103

# Widths of bar, space, bar, space, … in narrow bars; the index is the symbol's value.
# fmt: off
WIDTHS = (
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213",
    "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132",
    "221231", "213212", "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211",
    "212123", "212321", "232121", "111323", "131123", "131321", "112313", "132113", "132311", "211313",
    "231113", "231311", "112133", "112331", "132131", "113123", "113321", "133121", "313121", "211331",
    "231131", "213113", "213311", "213131", "311123", "311321", "331121", "312113", "312311", "332111",
    "314111", "221411", "431111", "111224", "111422", "121124", "121421", "141122", "141221", "112214",
    "112412", "122114", "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111",
    "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311", "113141",
    "114131", "311141", "411131", "211412", "211214", "211232", "2331112",
)
# fmt: on


@dataclass(frozen=True, slots=True)
class Code128Symbol:
    text: str
    values: tuple[int, ...]

    @property
    def widths(self) -> tuple[int, ...]:
        """Bar and space by turns, in narrow bars, beginning and ending with a bar; no quiet zone."""
        return tuple(int(width) for value in self.values for width in WIDTHS[value])

    @property
    def width(self) -> int:
        return VALUE_BARS * len(self.values) + STOP_MORE_BARS


def encode_code128(text: str, field: str) -> Code128Symbol:
    """Raises LabelRefused for `field` when the text is empty or leaves printable ASCII."""
    if not text:
        raise LabelRefused(field, "is empty")
    if not all(" " <= sign <= "~" for sign in text):
        raise LabelRefused(field, "holds signs that Code 128 set B lacks")
    values = _shortest(text)
    return Code128Symbol(text, (*values, check_value(values), STOP))


def check_value(values: tuple[int, ...]) -> int:
    """`values` begin with the start symbol, which weighs as much as the first sign."""
    return (values[0] + sum(place * value for place, value in enumerate(values))) % MODULUS


def _shortest(text: str) -> tuple[int, ...]:
    """Start symbol and signs."""
    plan = _plan("".join("0" if sign.isdecimal() else "-" for sign in text))
    return tuple([step if isinstance(step, int) else _VALUES[text[step]] for step in plan])


@lru_cache(maxsize=256)
def _plan(kinds: str) -> tuple[int | slice, ...]:
    """Symbols of the sets and which signs stand between; `kinds` has 0 for a digit. Numbers of one shape share a plan.

    Walks from the end, keeping the best rest of the row for either set.
    """
    in_b: tuple[int | slice, ...] = ()
    in_c: tuple[int | slice, ...] = ()
    later_c: tuple[int | slice, ...] = ()
    for place in reversed(range(len(kinds))):
        one_sign = (slice(place, place + 1), *in_b)
        two_digits = (slice(place, place + 2), *later_c) if kinds[place : place + 2] == "00" else ()
        later_c = in_c
        in_b = min(one_sign, (TO_C, *two_digits), key=len) if two_digits else one_sign
        in_c = min(two_digits, (TO_B, *one_sign), key=len) if two_digits else (TO_B, *one_sign)
    return min((START_B, *in_b), (START_C, *in_c), key=len)
