"""Every number of the supervisor's board opens a list with exactly as many rows."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from bs4 import BeautifulSoup, Tag
from sqlalchemy import Engine, event, select
from sqlmodel import Session

from tests.builders import ELSEWHERE, NOW, POST_ELSEWHERE, ROOT
from tests.province import Province
from tests.web.browsing import Browser, browser
from tests.web.busy_week import LOOK, STRANGE_ITEMS, TODAY, plant
from tracker.domain.vocabulary import Role
from tracker.store.engine import reading
from tracker.store.tables import ITEM

ROWS = "main tbody tr, .q li, .late-scans > li"


@dataclass
class Week:
    """Planted once for each engine; `lists` holds all pages of each list that a number of the board opens."""

    province: Province
    looker: Browser
    board: BeautifulSoup
    lists: dict[str, list[BeautifulSoup]]

    def count(self, address: str) -> int:
        return sum(len(page.select(ROWS)) for page in self.lists.get(address, []))


SEEN: dict[str, Week] = {}


@pytest.fixture
def week(own_province: Province, engine_name: str) -> Week:
    if engine_name not in SEEN:
        plant(own_province)
        looker = browser(own_province.engine, Role.SUPERVISOR, ROOT, name="looker", at=LOOK)
        board = looker.page("/dieu-hanh/")
        lists = {address: pages_of(looker, address) for _, _, address in numbers(board) if address}
        SEEN[engine_name] = Week(own_province, looker, board, lists)
    return SEEN[engine_name]


def numbers(page: BeautifulSoup) -> Iterator[tuple[str, int, str]]:
    """Where it stands, what it says, and the address it opens; an empty one opens nothing."""
    for tile in page.select(".figs a"):
        shown = tile.select_one("b").get_text()  # type: ignore[union-attr]  # each has its number
        if not shown.isdecimal():  # a share: the list is of what it lacks, and that number stands under it
            shown = tile.select_one("small").get_text().split(",")[-1]  # type: ignore[union-attr]  # each has its foot
        yield "figure", first_number(shown), str(tile["href"])
    for stage in page.select(".flow li"):
        yield "stage", first_number(stage.select_one("b")), href_of(stage)
        yield from (("late of a stage", first_number(link), str(link["href"])) for link in stage.select("a.late"))
    for bar in page.select(".measures li"):
        yield "bar", first_number(bar.select_one(".n")), href_of(bar)
        yield from (("part of a bar", first_number(link), str(link["href"])) for link in bar.select("a.of-it"))
    for column in page.select("svg.columns a"):
        yield "column", first_number(column.select_one(".count")), str(column["href"])
    for cell in page.select(".numbers td.n"):
        yield "cell", first_number(cell), href_of(cell)
    for told in page.select("a.told"):
        yield "sum", first_number(told), str(told["href"])


def first_number(shown: Tag | str | None) -> int:
    found = re.search(r"\d+", shown if isinstance(shown, str) else shown.get_text() if shown else "")
    assert found, shown
    return int(found[0])


def href_of(part: Tag) -> str:
    link = part.select_one("a")
    return str(link["href"]) if link else ""


def pages_of(person: Browser, address: str) -> list[BeautifulSoup]:
    pages = []
    while address:
        pages.append(person.page(address))
        following = pages[-1].select_one("main p > a.btn[href*='after=']")
        address = str(following["href"]) if following else ""
    return pages


def test_every_number_opens_a_list_of_as_many_rows(week: Week) -> None:
    found = list(numbers(week.board))

    wrong = [(where, shown, address) for where, shown, address in found if shown != week.count(address)]

    assert wrong == []
    assert {where for where, shown, _ in found if shown} == {
        "figure", "stage", "late of a stage", "bar", "part of a bar", "column", "cell", "sum",
    }  # fmt: skip
    assert len(week.lists) > 40


def test_what_was_planted_is_what_is_counted(week: Week) -> None:
    page = week.board

    tiles = {
        " ".join(str(part.get_text()) for part in tile.select("span")): " ".join(
            part.get_text() for part in tile.select("b")
        )
        for tile in page.select(".figs a")
    }
    bars = {
        section["aria-labelledby"]: {
            bar.select_one("a, span").get_text(): int(bar.select_one(".n").get_text())  # type: ignore[union-attr]  # each has both
            for bar in section.select(".measures li")
        }
        for section in page.select("section:has(.measures)")
    }

    assert tiles["Đến hạn hôm nay"] == "3"
    assert tiles["Giao nhận còn mở"] == "6"  # an agency has yet to say that it has what two couriers delivered
    assert tiles["Thiết bị chưa đồng bộ"] == "3"
    assert list(bars["by-reason"].values()) == [2, 1]
    assert list(bars["scans"].values()) == [6, 2]
    assert bars["waiting"] == {"đến 4 giờ": 2, "đến 1 ngày": 0, "đến 3 ngày": 3, "đến 1 tuần": 0, "lâu hơn": 1}
    assert "Trong 5 lần phát có 3 lần không thành công, 60,0 %." in " ".join(page.get_text(" ").split())


def test_the_days_of_the_chart_are_those_around_today(week: Week) -> None:
    columns = {
        str(one["href"]).partition("&on=")[2]: first_number(one.select_one(".count"))
        for one in week.board.select("svg.columns a[href*='show=due_on']")
    }

    assert columns.get(TODAY.isoformat()) == 3
    assert min(columns) >= "2026-11-24"
    assert max(columns) <= "2026-12-08"


def test_a_drawing_says_in_words_what_it_shows(week: Week) -> None:
    drawing = week.board.select_one("svg.columns")

    assert drawing is not None
    assert {str(drawing.select_one(f"#{name}").name) for name in str(drawing["aria-labelledby"]).split()} == {  # type: ignore[union-attr]  # named there
        "title",
        "desc",
    }
    told = drawing.select_one("desc")
    assert told is not None
    assert re.fullmatch(r"Quá hạn \d+, đến hạn hôm nay 3, đến hạn trong 7 ngày tới \d+\.", told.get_text())


def test_every_chart_has_its_table_behind_it(week: Week) -> None:
    charts = week.board.select("section:has(.measures), section:has(svg.columns)")

    assert len(charts) == 7
    assert [chart["aria-labelledby"] for chart in charts if not chart.select("details table caption")] == []


def codes_on(pages: Iterable[BeautifulSoup]) -> set[str]:
    return {re.sub(r"\s", "", link.get_text()) for page in pages for link in page.select("td.code a")}


def test_no_list_names_an_item_of_another_office(week: Week) -> None:
    province, stranger = week.province, week.province["stranger"]
    with reading(province.engine) as session:
        strange = set(session.scalars(select(ITEM.c.number).where(ITEM.c.from_office_id == stranger.office_id)))
    theirs = browser(province.engine, Role.SUPERVISOR, ELSEWHERE, name="their.looker", at=LOOK)
    opened = {address for _, _, address in numbers(theirs.page("/dieu-hanh/")) if address}

    assert len(strange) == STRANGE_ITEMS
    assert codes_on(page for pages in week.lists.values() for page in pages) & strange == set()
    assert codes_on(page for one in opened for page in pages_of(theirs, one)) == strange


def test_where_nothing_happens_every_number_is_nothing_and_says_so(week: Week) -> None:
    """A post office that has nothing yet."""
    idle = browser(week.province.engine, Role.SUPERVISOR, POST_ELSEWHERE, name="idle", at=NOW)

    found = [one for one in numbers(idle.page("/dieu-hanh/")) if one[2]]

    assert {(where, shown) for where, shown, _ in found} == {("figure", 0), ("stage", 0)}
    assert {len(idle.page(address).select(ROWS)) for _, _, address in found} == {0}


def test_words_that_no_list_knows_open_none(week: Week) -> None:
    unknown = (
        "danh-sach/khong-co", "danh-sach/chenh-lech?code=x", "danh-sach/giao-nhan?age=x", "buu-gui?only=x",
        "danh-sach/phat-khong-thanh-cong?reason=x", "buu-gui?show=due_on", "buu-gui?held=x",
        "buu-gui?show=due_on&on=2026-13-01",
    )  # fmt: skip

    assert {week.looker.get(f"/dieu-hanh/{address}").status_code for address in unknown} == {404}


@contextmanager
def noted(engine: Engine) -> Iterator[list[tuple[str, object]]]:
    """Every question put to the database meanwhile, with what it was asked with."""
    asked: list[tuple[str, object]] = []

    def note(_: object, __: object, statement: str, given: object, *rest: object) -> None:
        asked.append((statement, given))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def plan_of(session: Session, statement: str, given: object) -> str:
    """How it would be answered on a full table: PostgreSQL is told not to read a small one whole."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)  # type: ignore[arg-type]  # as it was asked
        return "\n".join(str(row[3]) for row in rows)
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    rows = connection.exec_driver_sql(f"EXPLAIN {statement}", given)  # type: ignore[arg-type]  # as it was asked
    return "\n".join(str(row[0]) for row in rows)


def test_the_board_asks_no_more_for_more_rows_and_reads_no_events_without_an_index(week: Week) -> None:
    engine = week.province.engine
    idle = browser(engine, Role.SUPERVISOR, POST_ELSEWHERE, name="idler", at=LOOK)
    with noted(engine) as few:
        idle.page("/dieu-hanh/")
    with noted(engine) as many:
        week.looker.page("/dieu-hanh/")

    newest = re.compile(r"ORDER BY event\.id DESC\s+LIMIT")
    of_events = [one for one in many if re.search(r"\bFROM event\b", one[0]) and not newest.search(one[0])]
    with reading(engine) as session:
        plans = [plan_of(session, *one) for one in of_events]
    assert len(many) <= len(few) + 3  # the names of parties, where there are any
    assert len(of_events) >= 4
    assert [plan for plan in plans if re.search(r"SCAN event(?! USING)|Seq Scan on event\b", plan)] == []
