"""People are found by the words of their names, on both engines exactly those that a plain scan finds."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import Engine, delete, select, text, update
from sqlmodel import Session, col

from tests.builders import a_person, found_province
from tests.engines import sqlite_copy
from tracker.actions.people import store_person
from tracker.domain.names import fold
from tracker.store.engine import create_engine, reading, transaction
from tracker.store.migrate import _alembic, is_at_head
from tracker.store.models import Person
from tracker.store.queries.people_search import people_named

MANY = 1000
WORDS = st.sampled_from(
    ["Nguyễn", "Đặng", "Đăng", "Thị", "Thịnh", "An", "Anh", "Ánh", "Tuyết", "Tuyếtmai", "O’Neil", "Ðỗ-Đoàn", "Y", "đ"]
)
STRANGE = st.text(max_size=12)
NAMES = st.one_of(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), STRANGE)
QUESTIONS = st.one_of(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), STRANGE)
UNTIL = st.integers(1, 30)


def stored(session: Session, name: str) -> int:
    return store_person(session, a_person(name=name), "applicant")


def scanned_for(session: Session, asked: str) -> list[int]:
    """The plain way: every name folded anew and looked at, word by word."""
    *whole, begun = apart(asked) or [""]
    rows = session.execute(select(col(Person.id), col(Person.name)).order_by(col(Person.id).desc()))
    people = [(row.id, apart(row.name)) for row in rows]
    return [
        known
        for known, words in people
        if begun and set(whole) <= set(words) and any(word.startswith(begun) for word in words)
    ]


def apart(name: str) -> list[str]:
    return "".join(sign if sign.isalnum() else " " for sign in fold(name)).split()


@pytest.fixture
def books(engine: Engine) -> Iterator[Session]:
    with transaction(engine) as session:
        found_province(session)
        session.flush()
        yield session


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(NAMES, min_size=1, max_size=8), asked=st.lists(st.tuples(QUESTIONS, UNTIL), min_size=1, max_size=8)
)
def test_the_index_finds_whom_a_scan_of_all_names_finds(
    books: Session, names: list[str], asked: list[tuple[str, int]]
) -> None:
    with books.begin_nested() as tried:
        for name in names:
            if fold(name):
                stored(books, name)
        questions = [question[:until] for question, until in asked] + names

        found = {question: people_named(books, question, MANY) for question in questions}

        assert found == {question: scanned_for(books, question) for question in questions}
        tried.rollback()


@pytest.mark.parametrize(
    "asked",
    [
        "dang thi hue",
        "ĐẶNG THỊ HUỆ",
        unicodedata.normalize("NFD", "Đặng Thị Huệ"),
        "hue dang",
        "dang thi hu",
        "đ",
        "ue lam",
    ],
)
def test_a_name_is_found_without_its_tones_whatever_the_order(books: Session, asked: str) -> None:
    hue, double = stored(books, "Đặng Thị Huệ"), stored(books, "Đặng Thị Huệ-Ue Lâm")

    assert people_named(books, asked, MANY) == ([double] if asked == "ue lam" else [double, hue])


@pytest.mark.parametrize("asked", ["", " ", "’", "ang thi hue", "dang th hue", '"', "* OR dang", "'dang' | 'x'"])
def test_only_the_last_word_may_be_begun_and_no_sign_is_an_operator(books: Session, asked: str) -> None:
    stored(books, "Đặng Thị Huệ")

    assert people_named(books, asked, MANY) == []


def test_no_more_than_asked_for_come_back_and_the_newest_first(books: Session) -> None:
    people = [stored(books, "Nguyễn Văn An") for _ in range(5)]

    assert people_named(books, "nguyen an", 3) == people[:1:-1]


def test_whoever_is_renamed_or_erased_is_forgotten_by_the_index(books: Session) -> None:
    renamed, erased = stored(books, "Lê Thị Mỹ"), stored(books, "Lê Thị Mỹ")

    books.execute(update(Person).where(col(Person.id) == renamed).values(name="-", folded_name=""))
    books.execute(delete(Person).where(col(Person.id) == erased))
    fresh = stored(books, "Trần Văn Bảy")

    assert people_named(books, "my", MANY) == people_named(books, "le thi", MANY) == []
    assert people_named(books, "bay", MANY) == [fresh]


def test_no_word_of_the_erased_is_left_in_the_file_once_the_index_is_put_in_order(
    sqlite_template: Path, tmp_path: Path
) -> None:
    engine = create_engine(sqlite_copy(sqlite_template, tmp_path))
    with transaction(engine) as session:
        person = stored(session, "Lê Zyxwv Mỹ")
    assert kept_of(engine, b"zyxwv")

    with transaction(engine) as session:
        session.execute(delete(Person).where(col(Person.id) == person))
        session.execute(text("INSERT INTO person_words(person_words) VALUES ('optimize')"))

    assert not kept_of(engine, b"xwv")


def kept_of(engine: Engine, letters: bytes) -> bool:
    with reading(engine) as session:
        return any(letters in block for block in session.scalars(text("SELECT block FROM person_words_data")))


def test_names_from_before_the_index_are_found_by_it(engine: Engine) -> None:
    with engine.begin() as connection:
        command.downgrade(_alembic(connection), "0012")
        connection.execute(
            text(
                "INSERT INTO person (name, folded_name, phone, address_line, ward_code, province_code) "
                "VALUES ('Y Lan-Đỗ Niê', 'y lan-do nie', '+84912345678', '12 Lý Bôn', '32002', '96')"
            )
        )
        command.upgrade(_alembic(connection), "head")
    assert is_at_head(engine)

    with transaction(engine) as session:
        assert len(people_named(session, "do y lan", MANY)) == len(people_named(session, "lan-đỗ", MANY)) == 1
        session.execute(delete(Person))
        assert people_named(session, "lan", MANY) == []
