"""Numbers of rows in addresses: one that no table can hold names nothing, instead of breaking the question for it."""

from werkzeug.routing import IntegerConverter, ValidationError

LARGEST_ROW = 2**31 - 1
MOST_DIGITS = len(str(LARGEST_ROW))


def row_number(text: str) -> int:
    """Raises ValueError, which `request.args.get` answers with its default."""
    if not text.isascii() or not text.isdecimal() or len(text) > MOST_DIGITS or int(text) > LARGEST_ROW:
        raise ValueError("no row has this number")
    return int(text)


class RowNumber(IntegerConverter):
    """`<int:…>` of every address."""

    def to_python(self, value: str) -> int:
        try:
            return row_number(value)
        except ValueError:
            raise ValidationError from None
