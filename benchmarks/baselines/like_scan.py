"""What a search without an index does: LIKE over the folded column, word by word, every row looked at."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from tracker.domain.names import search_words

Scan = Callable[[str], list[int]]


def like_scan(file: Path) -> Scan:
    """Looser than the index, and so the cheapest such scan: a word may begin and end anywhere."""
    connection = sqlite3.connect(file)

    def scan(asked: str) -> list[int]:
        words = search_words(asked)
        condition = " AND ".join("folded_name LIKE ?" for _ in words)
        rows = connection.execute(f"SELECT id FROM person WHERE {condition}", [f"%{word}%" for word in words])
        return [known for (known,) in rows]

    return scan
