"""People of a country searched by name: the index against a LIKE scan, and both against every name folded anew."""

import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

from sqlalchemy import Engine, text
from sqlmodel import Session

from benchmarks.baselines.like_scan import like_scan
from benchmarks.measure import print_line
from tests.engines import sqlite_url
from tracker.domain.names import fold, search_words
from tracker.store.engine import create_engine, reading, transaction
from tracker.store.migrate import migrate
from tracker.store.queries.people_search import MOST_LOOKED_AT, people_named
from tracker.store.tables import PERSON

PEOPLE, AT_ONCE, QUESTIONS, SCANS, CHECKED = 1_000_000, 20_000, 200, 20, 8
SEED = 261128
# About as often as they are borne; the given names and the names between are drawn evenly.
FAMILIES = {
    "Nguyễn": 38, "Trần": 11, "Lê": 10, "Phạm": 7, "Hoàng": 5, "Huỳnh": 5, "Phan": 5, "Vũ": 4, "Võ": 4, "Đặng": 2,
    "Bùi": 2, "Đỗ": 1, "Hồ": 1, "Ngô": 1, "Dương": 1, "Đoàn": 1,
}  # fmt: skip
BETWEEN = """
    Thị Thị Thị Thị Văn Văn Văn Hữu Đức Thành Ngọc Minh Quang Xuân Thu Kim Hồng Ánh Hoàng Mỹ Đình Công Thế Viết Bảo
    Gia Khánh Phương Thanh Tuấn
"""
GIVEN = """
    Anh Tuyết Hòa Lan Mai Hương Thủy Linh Trang Ngân Nga Nhung Hạnh Thảo Yến Quỳnh My Vân Hà Hiền Dũng Hùng Nam Long
    Sơn Hải Quân Khoa Phúc Tài Lộc Thịnh Vinh Bình An Bích Cúc Đào Điệp Giang Hậu Hiếu Hoài Kiệt Lâm Luân Mạnh Nghĩa
    Nhân Nhi Oanh Phát Phong Quý Sang Sinh Tâm Tân Thạch Thái Thắng Thọ Thuận Tiên Tín Toàn Trí Trinh Trung Trực Uyên
"""


def run() -> None:
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        file = Path(folder) / "giaonhan.db"
        migrate(sqlite_url(file))
        engine = create_engine(sqlite_url(file))
        began = time.perf_counter()
        names = _fill(engine)
        filled = time.perf_counter() - began
        print_line(
            "search", "sqlite", {"people": PEOPLE, "fill_seconds": round(filled), **_measured(engine, file, names)}
        )
        engine.dispose()


def _fill(engine: Engine) -> list[str]:
    names = list(_names(random.Random(SEED)))
    blank = {"phone": "", "address_line": "", "ward_code": "", "province_code": ""}
    for start in range(0, PEOPLE, AT_ONCE):
        some = names[start : start + AT_ONCE]
        rows = [{"name": name, "folded_name": " ".join(search_words(name)), **blank} for name in some]
        with transaction(engine) as session:
            session.execute(PERSON.insert(), rows)
    return names


def _names(chance: random.Random) -> Iterator[str]:
    between, given = BETWEEN.split(), GIVEN.split()
    for family in chance.choices(list(FAMILIES), list(FAMILIES.values()), k=PEOPLE):
        yield " ".join([family, *chance.choices(between, k=chance.choice((1, 1, 2))), chance.choice(given)])


def _measured(engine: Engine, file: Path, names: Sequence[str]) -> dict[str, object]:
    chance = random.Random(SEED + 1)
    full = [fold(name) for name in chance.sample(names, QUESTIONS)]
    kinds = {"full": full, "begun": [name[:-2] for name in full], "two_words": [_two(name) for name in full]}
    scan = like_scan(file)
    with reading(engine) as session:
        scanned_ms = _waits_ms(scan, full[:: QUESTIONS // SCANS])
        found_ms = {kind: _waits_ms(lambda asked: _found(session, asked), asked) for kind, asked in kinds.items()}
        wrong = _incomplete(session, names, [one for asked in kinds.values() for one in asked[:CHECKED]])
        size = session.scalar(text("SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'person\\_words%' ESCAPE '\\'"))
    return {
        "incomplete": wrong,
        "p50_p95_ms": {kind: [round(median(waits), 2), _p95(waits)] for kind, waits in found_ms.items()},
        "like_scan_p50_p95_ms": [round(median(scanned_ms), 1), _p95(scanned_ms)],
        "times_like_scan_at_p95": {kind: round(_p95(scanned_ms) / _p95(waits), 1) for kind, waits in found_ms.items()},
        "index_mb": round((size or 0) / 1e6, 1),
    }


def _two(name: str) -> str:
    words = name.split()
    return f"{words[0]} {words[-1]}"


def _found(session: Session, asked: str) -> list[int]:
    return people_named(session, asked, MOST_LOOKED_AT + 1)


def _waits_ms(ask: Callable[[str], list[int]], questions: Sequence[str]) -> list[float]:
    return list(_each_wait_ms(ask, questions))


def _each_wait_ms(ask: Callable[[str], list[int]], questions: Sequence[str]) -> Iterator[float]:
    for asked in questions:
        began = time.perf_counter()
        ask(asked)
        yield (time.perf_counter() - began) * 1000


def _p95(waits: Sequence[float]) -> float:
    return round(sorted(waits)[int(len(waits) * 0.95)], 2)


def _incomplete(session: Session, names: Sequence[str], questions: Sequence[str]) -> int:
    """How many questions are answered otherwise than by looking at every name."""
    folded = {number: frozenset(fold(name).split()) for number, name in enumerate(names, 1)}
    return sum(
        set(people_named(session, asked, PEOPLE)) != {known for known, words in folded.items() if _fits(asked, words)}
        for asked in questions
    )


def _fits(asked: str, words: frozenset[str]) -> bool:
    *whole, begun = asked.split()
    return words.issuperset(whole) and any(word.startswith(begun) for word in words)
