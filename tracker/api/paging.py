"""Page by page: `after` is where the page before ended, and means nothing else to the caller."""

from collections.abc import Sequence
from typing import TypeVar

from tracker.api.sent import LARGEST_ID, PageQuery
from tracker.domain.refusal import Cause, Refusal

Row = TypeVar("Row")


def id_after(query: PageQuery, first: int = 0) -> int:
    """Raises Refusal bad_value for a cursor that is none of ours."""
    if query.after is None:
        return first
    text = query.after
    if not (text.isascii() and text.isdecimal() and int(text) <= LARGEST_ID):
        raise Refusal(cause=Cause.BAD_VALUE, fields={"after": Cause.BAD_VALUE})
    return int(text)


def code_after(query: PageQuery) -> str:
    text = query.after or ""
    if not text.isprintable():
        raise Refusal(cause=Cause.BAD_VALUE, fields={"after": Cause.BAD_VALUE})
    return text


def cut(rows: Sequence[Row], limit: int) -> tuple[Sequence[Row], Row | None]:
    """`rows` were read one beyond the limit: the page, and its last row if there is another page."""
    page = rows[:limit]
    return page, page[-1] if len(rows) > limit else None
