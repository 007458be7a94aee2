"""The lists behind the board's numbers leave the house as they are shown: whole, harmless, noted, not without end."""

import csv
import io
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from tempfile import TemporaryFile

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select
from sqlmodel import Session, col
from werkzeug.test import TestResponse

from tests.actions.test_at_once import at_once
from tests.applications import an_app
from tests.builders import ELSEWHERE, POST_ELSEWHERE, ROOT, a_desk, the_config
from tests.province import Province
from tests.web.browsing import Browser, browser, soup_of, text_of
from tests.web.busy_week import FORMULA, LOOK, TODAY, plant
from tracker.actions.exports import EXPORTED, ExportLimited, note_export
from tracker.config import Config
from tracker.domain.actor import Actor
from tracker.domain.vocabulary import Role
from tracker.spreadsheets import write_csv, write_xlsx
from tracker.store.engine import reading, transaction
from tracker.store.models import AuditRow
from tracker.store.queries.board import Moment
from tracker.web.every_listing import LISTINGS
from tracker.web.listings import AT_ONCE, Asked, Cell, Listing, Row, every_row

LIST = "/dieu-hanh/danh-sach"
PEOPLE = iter(range(1000))
TOKENS: dict[str, str] = {}


@pytest.fixture
def province(own_province: Province) -> Province:
    """Planted once for each engine; these tests commit."""
    with reading(own_province.engine) as session:
        is_planted = session.scalar(select(func.count()).select_from(AuditRow).where(col(AuditRow.action) == "planted"))
    if not is_planted:
        plant(own_province)
        with transaction(own_province.engine) as session:
            session.add(AuditRow(at=LOOK, actor="system", action="planted", subject="week:1"))
    return own_province


def a_looker(province: Province, role: Role = Role.SUPERVISOR, office: str = ROOT) -> Browser:
    return browser(province.engine, role, office, name=f"looker{next(PEOPLE)}", at=LOOK)


def shown(person: Browser, address: str) -> Iterator[list[str]]:
    """Every row of every page, cell by cell, as a person reads it."""
    while address:
        page = person.page(address)
        for row in page.select("main tbody tr"):
            yield [cell.get_text().replace("\u00a0", " ") for cell in row.select("td")]
        following = page.select_one("main p > a.btn[href*='after=']")
        address = str(following["href"]) if following else ""


def rows_of_csv(answer: TestResponse) -> list[list[str]]:
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def rows_of_xlsx(answer: TestResponse) -> list[list[str]]:
    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    return [[str(value or "") for value in row] for row in sheet.iter_rows(values_only=True)]


def disarmed(rows: list[list[str]]) -> list[list[str]]:
    return [[f"'{cell}" if cell.startswith("=") else cell for cell in row] for row in rows]


def token_of(person: Browser) -> str:
    """Of the session, as a small page shows it; asked for once."""
    if person.actor.name not in TOKENS:
        field = person.page(f"{LIST}/nguon").select_one("input[name=form_token]")
        assert field is not None
        TOKENS[person.actor.name] = str(field["value"])
    return TOKENS[person.actor.name]


def taken(person: Browser, name: str, kind: str, **given: str) -> TestResponse:
    """Read to its end, and then closed, as a server does it."""
    fields = {"form_token": token_of(person), "format": kind, **given}
    answer = person.client.post(f"{LIST}/{name}/xuat", data=fields)
    with answer:
        answer.get_data()
    return answer


READERS: dict[str, Callable[[TestResponse], list[list[str]]]] = {"csv": rows_of_csv, "xlsx": rows_of_xlsx}


@pytest.mark.parametrize("kind", READERS)
def test_a_file_reads_back_to_exactly_the_rows_of_its_list(province: Province, kind: str) -> None:
    looker = a_looker(province)

    read = {name: READERS[kind](taken(looker, name, kind)) for name in LISTINGS}

    lists = {name: list(shown(looker, f"{LIST}/{name}")) for name in LISTINGS}
    assert {name: rows[1:] for name, rows in read.items()} == {name: disarmed(rows) for name, rows in lists.items()}
    assert all(lists.values())
    heads = {name: [head.get_text() for head in looker.page(f"{LIST}/{name}").select("th")] for name in LISTINGS}
    assert {name: rows[0] for name, rows in read.items()} == heads


def test_a_narrowed_list_leaves_narrowed(province: Province) -> None:
    looker = a_looker(province)

    answer = taken(looker, "chenh-lech", "csv", code="missed_scan", age="older")

    assert len(rows_of_csv(answer)) == 1 + len(list(shown(looker, f"{LIST}/chenh-lech?code=missed_scan&age=older"))) > 1
    assert answer.headers["Content-Disposition"] == "attachment; filename=chenh-lech-2026-12-01.csv"


@pytest.mark.parametrize("kind", READERS)
def test_a_code_like_a_formula_is_a_text_in_the_file(province: Province, kind: str) -> None:
    cells = {cell for row in READERS[kind](taken(a_looker(province), "buu-gui", kind)) for cell in row}

    assert f"'{FORMULA}" in cells
    assert FORMULA not in cells


def test_who_took_which_list_and_how_long_it_was_is_written_down(province: Province) -> None:
    looker = a_looker(province, Role.AUDITOR)

    rows = len(rows_of_csv(taken(looker, "giao-nhan", "csv"))) - 1

    with reading(province.engine) as session:
        mine = select(AuditRow).where(col(AuditRow.actor) == looker.actor.name, col(AuditRow.action) == EXPORTED)
        noted = [(row.subject, row.reason, row.at) for row in session.scalars(mine)]
    assert noted == [("list:giao-nhan.csv", f"{rows} rows", LOOK)]


def test_another_office_takes_away_its_own_rows_only(province: Province) -> None:
    ours = rows_of_csv(taken(a_looker(province), "buu-gui", "csv"))
    theirs = rows_of_csv(taken(a_looker(province, office=ELSEWHERE), "buu-gui", "csv"))

    assert len(theirs) == 4
    assert {row[0] for row in ours[1:]} & {row[0] for row in theirs[1:]} == set()
    idle = a_looker(province, office=POST_ELSEWHERE)
    assert {len(rows_of_csv(taken(idle, name, "csv"))) for name in LISTINGS if name != "nguon"} == {1}


def test_a_clerk_takes_nothing_away(province: Province) -> None:
    clerk = a_looker(province, Role.CLERK)

    assert {clerk.send(f"{LIST}/{name}/xuat", format="csv").status_code for name in LISTINGS} == {403}


def test_another_format_is_refused_with_field_and_cause(province: Province) -> None:
    answer = taken(a_looker(province), "giao-nhan", "pdf")

    assert answer.status_code == 422
    assert "Định dạng tệp: chỉ có CSV hoặc XLSX." in text_of(answer)
    assert soup_of(answer).select_one(".errors") is not None


def limited(**limits: int) -> Config:
    config = the_config()
    return config.model_copy(update={"exports": config.exports.model_copy(update=limits)})


def _within(province: Province, **limits: int) -> Browser:
    """A looker in a house whose files are held to these limits."""
    looker = a_looker(province)
    client = an_app(province.engine, looker.clock, limited(**limits)).test_client()
    cookie = looker.client.get_cookie("giaonhan_session")
    assert cookie is not None
    client.set_cookie("giaonhan_session", cookie.value)
    return replace(looker, client=client)


def test_a_list_that_is_too_long_is_refused_and_nothing_leaves(province: Province) -> None:
    looker = _within(province, most_rows=3)

    answer = taken(looker, "giao-nhan", "xlsx")

    assert answer.status_code == 422
    assert "Danh sách dài hơn 3 dòng" in text_of(answer)
    assert taken(looker, "nguon", "csv").status_code == 200


def test_after_so_many_files_one_waits_and_is_told_how_long(province: Province) -> None:
    looker = _within(province, most_an_hour=2)
    answers = [taken(looker, "nguon", "csv") for _ in range(3)]
    later = replace(a_desk(looker.actor, at=LOOK + timedelta(minutes=61)), config=limited(most_an_hour=2))

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "3601"
    assert "Xin chờ 61 phút" in text_of(answers[-1])
    with transaction(province.engine) as session:
        note_export(session, "nguon.csv", 1, later)


def test_two_files_at_one_moment_are_two(province: Province) -> None:
    """The last one that an hour allows is asked for by several windows of one person at the same time."""
    by = replace(a_desk(a_looker(province).actor, at=LOOK), config=limited(most_an_hour=1))

    def take() -> str:
        try:
            with transaction(province.engine) as session:
                note_export(session, "nguon.csv", 1, by)
        except ExportLimited:
            return "waits"
        return "taken"

    assert sorted(str(one) for one in at_once(*[take] * 4)) == ["taken", "waits", "waits", "waits"]


def a_listing_of(length: int, asked_for: list[tuple[int, int]]) -> Listing:
    """Notes each page that is asked for: after which row, and how many rows."""

    def rows(asked: Asked) -> list[Row]:
        asked_for.append((asked.after, asked.limit))
        last = min(asked.after + asked.limit, length)
        return [Row(key, (Cell(f"EI260115{key:06}VN"),)) for key in range(asked.after + 1, last + 1)]

    return Listing(lambda _: "", "", ("item.number",), rows)


def asked_by(session: Session, reader: Actor) -> Asked:
    return Asked(session, reader, Moment(LOOK, TODAY), {})


def test_a_long_list_is_read_page_by_page(province: Province) -> None:
    asked_for: list[tuple[int, int]] = []

    with Session(province.engine) as session:
        read = every_row(a_listing_of(2 * AT_ONCE + 5, asked_for), asked_by(session, province["supervisor"]))
        next(read)
        assert asked_for == [(0, AT_ONCE)]
        assert sum(1 for _ in read) == 2 * AT_ONCE + 4

    assert asked_for == [(0, AT_ONCE), (AT_ONCE, AT_ONCE), (2 * AT_ONCE, AT_ONCE)]


@pytest.mark.parametrize("kind", READERS)
def test_a_file_four_times_as_long_takes_no_more_memory(province: Province, kind: str) -> None:
    def peak(length: int) -> int:
        with Session(province.engine) as session, TemporaryFile() as out:
            rows = every_row(a_listing_of(length, []), asked_by(session, province["supervisor"]))
            tracemalloc.start()
            written = (
                write_csv(out, ["x"], rows, length) if kind == "csv" else write_xlsx(out, "x", (["x"], rows), length)
            )
            highest = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        assert written == length
        return highest

    peak(10)  # what is loaded once is not counted
    assert peak(8 * AT_ONCE) < 1.2 * peak(2 * AT_ONCE)
