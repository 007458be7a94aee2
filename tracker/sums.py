"""How a sum is written, on a page and on paper: `26.000 đ`."""

NBSP = "\u00a0"


def dong(amount: int) -> str:
    return f"{amount:,}".replace(",", ".") + NBSP + "đ"
