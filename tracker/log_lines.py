"""The log: one record, one line. Of a fault it tells the kind and the place, never the words.

The words of a fault hold what people typed (a database names the row that failed), and nobody's name or phone
belongs in a log.
"""

import logging
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime

OURS = ("giaonhan", "schedules")
MOST_PLACES = 12
LONGEST_LINE = 4_000


class OneLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        words = [at, record.levelname, record.name, record.getMessage()]
        if record.exc_info and record.exc_info[1] is not None:
            words.append(fault_told(record.exc_info[1]))
        return printable(" ".join(words))[:LONGEST_LINE]


def printable(text: str) -> str:
    """Line ends, colours and other commands to a terminal are spelt out, so that no input can forge a record."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def fault_told(error: BaseException) -> str:
    return " because of ".join(f"{_kind(one)} at {_place(one)}" for one in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        yield cause
        seen.add(id(cause))
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)


def _kind(error: BaseException) -> str:
    """PostgreSQL's own code says which rule was broken without saying by whom."""
    state = getattr(error, "sqlstate", None)
    return f"{type(error).__name__}({state})" if state else type(error).__name__


def _place(error: BaseException) -> str:
    frames = [
        f"{frame.f_globals.get('__name__')}:{line} {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    return " < ".join(reversed(frames[-MOST_PLACES:])) or "?"


def open_log() -> None:
    """To standard error: ours from what is worth knowing, everybody else's from what is worth a warning."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine())
    logging.getLogger().handlers = [handler]
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
