"""A file of numbers becomes labels, and a book says what became of each line."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import Engine, select

from tests.builders import POST, ROOT, a_desk, a_dossier, an_account, an_item, found_province, use_quick_passwords
from tests.cli.test_commands import Ended, giaonhan
from tests.province import a_fresh_number
from tracker.actions.labels import print_labels
from tracker.domain.vocabulary import EventType, Role
from tracker.store.engine import reading, transaction
from tracker.store.tables import EVENT, LABEL


@dataclass(frozen=True, slots=True)
class Counter:
    """A post office with three envelopes; the second has a label already."""

    url: str
    engine: Engine
    numbers: list[str]
    folder: Path

    def prints(self, lines: list[str], *more: str, to: str = "out.pdf") -> Ended:
        items = self.folder / "items.csv"
        items.write_text("\n".join(lines), encoding="utf-8")
        return giaonhan(
            self.url, "labels", "--items", str(items), "--format", "a6", "-o", str(self.folder / to), "--json", *more
        )

    def told(self, of: str = "out.pdf") -> list[dict[str, object]]:
        return [json.loads(line) for line in (self.folder / f"{of}.lines.jsonl").read_text("utf-8").splitlines()]

    def ledger(self) -> list[tuple[int, str]]:
        with reading(self.engine) as session:
            rows = session.execute(select(LABEL.c.copy_number, LABEL.c.state).order_by(LABEL.c.id))
            return [(row.copy_number, row.state) for row in rows]

    def pages(self, of: str = "out.pdf") -> list[str]:
        return [page.extract_text().replace(" ", "") for page in PdfReader(self.folder / of).pages]


@pytest.fixture
def counter(engine: Engine, database_url: str, tmp_path: Path) -> Counter:
    use_quick_passwords()
    with transaction(engine) as session:
        found_province(session)
        an_account(session, Role.SUPERVISOR, ROOT)
        by = a_desk(an_account(session, Role.POSTCLERK, POST).actor)
        numbers = [an_item(session, by, a_dossier(session, by, a_fresh_number())).number for _ in range(3)]
        print_labels(session, [numbers[1]], "80x50", None, by)
    folder = tmp_path / "counter"
    folder.mkdir()
    return Counter(database_url, engine, numbers, folder)


def test_each_line_is_printed_or_says_why_not_and_blocks_nobody(counter: Counter) -> None:
    first, second, third = counter.numbers

    ended = counter.prints(["number;note", first, second, "", "RI301000061VN", "phong bì", third, first.lower()])

    assert (ended.returncode, json.loads(ended.stdout)) == (3, {"lines": 6, "printed": 2, "refused": 4, "current": 2})
    assert ended.stderr.splitlines() == [
        "printing as supervisor",
        "4 lines were refused; the file of lines says why",
    ]
    assert [(one["line"], one["outcome"], one["copy"], one["cause"], one["field"]) for one in counter.told()] == [
        (2, "printed", 1, None, None),
        (3, "refused", None, "reprint_needs_reason", "reason"),
        (5, "refused", None, "bad_check_digit", "number"),
        (6, "refused", None, "bad_number", "number"),
        (7, "printed", 1, None, None),
        (8, "refused", None, "listed_twice", "number"),
    ]
    assert counter.told()[-1]["words"] == "Số này đã có ở dòng 2."
    assert all(one["words"] for one in counter.told() if one["outcome"] == "refused")
    assert [number in page for number, page in zip((first, third), counter.pages(), strict=True)] == [True, True]


def test_asked_again_the_same_batch_prints_nothing_twice(counter: Counter) -> None:
    first = counter.prints(counter.numbers, "--reason", "đổi cỡ nhãn")
    paper, ledger = (counter.folder / "out.pdf").read_bytes(), counter.ledger()
    (counter.folder / "out.pdf").unlink()

    again = counter.prints(counter.numbers, "--reason", "đổi cỡ nhãn")

    assert (first.returncode, again.returncode) == (0, 0)
    assert counter.ledger() == ledger == [(1, "superseded"), (1, "current"), (2, "current"), (1, "current")]
    assert (counter.folder / "out.pdf").read_bytes() == paper


def test_a_copy_that_was_replaced_meanwhile_is_not_drawn_again(counter: Counter) -> None:
    counter.prints([counter.numbers[0], counter.numbers[2]])
    counter.prints([counter.numbers[2]], "--reason", "nhòe", to="again.pdf")

    counter.prints([counter.numbers[0], counter.numbers[2]])

    assert [one["outcome"] for one in counter.told()] == ["printed", "superseded"]
    assert (len(counter.pages()), len(counter.pages("again.pdf"))) == (1, 1)


def test_the_paper_of_another_batch_is_left_alone(counter: Counter) -> None:
    counter.prints([counter.numbers[0]])
    paper, ledger = (counter.folder / "out.pdf").read_bytes(), counter.ledger()

    ended = counter.prints([counter.numbers[2]])

    assert ended.returncode == 1
    assert "is there already and not of this batch" in ended.stderr
    assert ((counter.folder / "out.pdf").read_bytes(), counter.ledger()) == (paper, ledger)


def test_a_folder_that_takes_no_file_is_said_before_anything_is_printed(counter: Counter) -> None:
    ledger = counter.ledger()

    ended = counter.prints([counter.numbers[0]], to="nowhere/out.pdf")

    assert (ended.returncode, counter.ledger()) == (1, ledger)
    assert ended.stderr.splitlines()[-1] == f"Error: {counter.folder}/nowhere/out.pdf: No such file or directory"


def test_a_letter_that_no_font_has_is_named_before_the_copy_stands_in_the_ledger(counter: Counter) -> None:
    with transaction(counter.engine) as session:
        by = a_desk(an_account(session, Role.CLERK, name="mai").actor)
        strange = an_item(session, by, a_dossier(session, by, a_fresh_number()), seal_number="NP 漢")

    ended = counter.prints([strange.number, counter.numbers[0]], "--as", "mai")

    assert ended.returncode == 3
    assert [(one["outcome"], one["field"], one["words"]) for one in counter.told()] == [
        ("refused", "label.seal", "Phông chữ của nhãn không có ký tự U+6F22."),
        ("printed", None, ""),
    ]


def test_who_prints_is_in_the_ledger_and_only_whose_role_prints(counter: Counter) -> None:
    with transaction(counter.engine) as session:
        an_account(session, Role.COURIER, POST)
        an_account(session, Role.SUPERVISOR, ROOT, "another")

    courier, nobody, unnamed = (
        counter.prints([counter.numbers[0]], *more) for more in (["--as", "courier"], ["--as", "ghost"], [])
    )
    printed = counter.prints([counter.numbers[0]], "--as", "postclerk")

    assert [ended.returncode for ended in (courier, nobody, unnamed, printed)] == [1, 1, 1, 0]
    assert "courier is courier" in courier.stderr
    assert "no open account is called ghost" in nobody.stderr
    assert "not exactly one supervisor" in unnamed.stderr
    with reading(counter.engine) as session:
        made = session.execute(
            select(EVENT.c.actor, EVENT.c.device).where(EVENT.c.type == EventType.LABEL_PRINTED).order_by(EVENT.c.id)
        ).all()
    assert made[-1] == ("postclerk", "command line")
    assert giaonhan(counter.url, "verify").returncode == 0


def test_a_format_or_cell_that_is_not_there_is_said_before_anything_is_printed(counter: Counter) -> None:
    ledger = counter.ledger()

    ended = [counter.prints(counter.numbers, *more) for more in (["--format", "a5"], ["--start-cell", "2"])]

    assert [one.returncode for one in ended] == [1, 1]
    assert ("unknown_format" in ended[0].stderr, "out_of_range" in ended[1].stderr) == (True, True)
    assert counter.ledger() == ledger
