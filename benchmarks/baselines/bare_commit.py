"""What the engine itself can do: one row, one durable commit, nothing else."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import psycopg

Commit = Callable[[int], None]
TABLE = "CREATE TABLE bare_scan (id INTEGER PRIMARY KEY, item INTEGER NOT NULL, told TEXT NOT NULL)"
ROW = "x" * 400  # about what an event's canonical JSON takes


def sqlite_commits(file: Path) -> Commit:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(TABLE)

    def commit(number: int) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO bare_scan (item, told) VALUES (?, ?)", (number, ROW))
        connection.execute("COMMIT")

    return commit


def postgres_commits(url: str) -> Commit:
    connection = psycopg.connect(url)
    connection.execute(TABLE.replace("INTEGER PRIMARY KEY", "BIGSERIAL PRIMARY KEY"))
    connection.commit()

    def commit(number: int) -> None:
        connection.execute("INSERT INTO bare_scan (item, told) VALUES (%s, %s)", (number, ROW))
        connection.commit()

    return commit
