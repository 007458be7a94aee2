"""What the driver and SHA-256 can do: fetch the events' rows and hash their chained bytes, nothing else."""

import sqlite3
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import psycopg

Pass = Callable[[], int]
CHAINS = "chain, seq, chained, hash"
WHOLE_ROWS = "*"
ROWS_AT_ONCE = 2000


def sqlite_pass(file: Path, columns: str) -> Pass:
    connection = sqlite3.connect(file)

    def run() -> int:
        return _hashed(connection.execute(_asked(columns)))

    return run


def postgres_pass(url: str, columns: str) -> Pass:
    connection = psycopg.connect(url)

    def run() -> int:
        with connection.cursor(name="bare") as cursor:
            cursor.itersize = ROWS_AT_ONCE
            cursor.execute(_asked(columns).encode())
            hashed = _hashed(cursor)
        connection.rollback()
        return hashed

    return run


def _asked(columns: str) -> str:
    return f"SELECT {columns} FROM event ORDER BY chain, seq"


def _hashed(cursor: sqlite3.Cursor | psycopg.ServerCursor) -> int:
    assert cursor.description is not None
    chained = [column[0] for column in cursor.description].index("chained")
    hashed = 0
    while rows := cursor.fetchmany(ROWS_AT_ONCE):
        for row in rows:
            sha256(row[chained].encode()).digest()
        hashed += len(rows)
    return hashed
