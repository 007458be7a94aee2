"""The ledger's page: asked by number, scanned label, day or state; what says nothing is told beside its field."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import CENTRE, ELSEWHERE, NOW, POST, ROOT, a_desk, a_dossier, a_number, an_item
from tests.engines import sqlite_copy
from tests.web.browsing import Browser, browser, errors_of, open_house, text_of
from tracker.actions.labels import print_labels
from tracker.domain.vocabulary import Role
from tracker.store.engine import create_engine, transaction
from tracker.web import ledger

PAGE = "/ban-quay/so-nhan"


class Printed:
    """Two envelopes, the second one labelled twice; and who looks at them."""

    def __init__(self, url: str) -> None:
        self.engine = create_engine(url)
        open_house(self.engine)
        self.clerk = browser(self.engine, Role.CLERK)
        by = a_desk(self.clerk.actor)
        with transaction(self.engine) as session:
            numbers = [an_item(session, by, a_dossier(session, by, a_number(serial))).number for serial in (1, 2)]
            self.only, self.first = print_labels(session, numbers, "a6", None, by)
            later = a_desk(self.clerk.actor, at=NOW + timedelta(days=1))
            (self.second,) = print_labels(session, numbers[1:], "80x50", "faint: đầu in bẩn", later)


@pytest.fixture(scope="module")
def printed(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Printed]:
    """Nobody changes anything here."""
    printed = Printed(sqlite_copy(sqlite_template, tmp_path_factory.mktemp("ledger")))
    yield printed
    printed.engine.dispose()


def rows(person: Browser, asked: str = "") -> list[str]:
    return [" ".join(row.get_text(" ").split()) for row in person.page(PAGE + asked).select(".ledger tbody tr")]


def test_each_copy_says_who_when_where_and_why(printed: Printed) -> None:
    newest, older, other = rows(printed.clerk)

    assert "Nhãn 2/2 Đang dùng" in newest
    assert f"10:00 thứ Ba 24/11 {printed.clerk.actor.display_name}, {CENTRE}" in newest
    assert "Nhãn mờ, máy không đọc được: đầu in bẩn" in newest
    assert "Nhãn 1/2 Đã có bản mới" in older
    assert "Thay lúc 10:00 thứ Ba 24/11" in older
    assert "Nhãn 1/1" in other


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("?day=2026-11-23", 2),
        ("?day=2026-11-24", 1),
        ("?day=2026-11-25", 0),
        ("?state=superseded", 1),
        ("?state=waiting", 0),
        ("?state=nonsense", 3),
    ],
)
def test_the_page_is_asked_by_day_and_state(printed: Printed, asked: str, count: int) -> None:
    assert len(rows(printed.clerk, asked)) == count


@pytest.mark.parametrize("code", ["number", "token", "address"])
def test_a_number_or_a_scan_of_either_code_finds_every_copy_of_the_envelope(printed: Printed, code: str) -> None:
    address = f"HTTP://127.0.0.1:8000/T/{printed.first.token}"
    typed = {"number": printed.first.number.lower(), "token": printed.first.token, "address": address}[code]

    answer = printed.clerk.send(PAGE, number=typed, day="", state="")

    assert answer.headers["Location"] == f"{PAGE}?number={printed.first.number}"
    assert len(rows(printed.clerk, f"?number={printed.first.number}")) == 2


def test_a_code_of_another_office_is_told_like_one_of_nobody(printed: Printed) -> None:
    stranger = browser(printed.engine, Role.POSTCLERK, POST)

    answers = [stranger.send(PAGE, number=code) for code in (printed.first.token, "0" * 26, "nhãn")]

    assert [errors_of(answer) for answer in answers] == [{"number": "Số không đúng mẫu."}] * 3


def test_what_is_no_number_and_no_day_is_told_beside_its_field(printed: Printed) -> None:
    answer = printed.clerk.get(f"{PAGE}?number=nhãn&day=2026-02-31")

    assert answer.status_code == 422
    assert errors_of(answer) == {"number": "Số không đúng mẫu.", "day": "Ngày không thể có thật."}


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_at_either_end_of_the_calendar_is_none(printed: Printed, day: str) -> None:
    answer = printed.clerk.get(f"{PAGE}?day={day}")

    assert (answer.status_code, errors_of(answer)) == (422, {"day": "Ngày không thể có thật."})


def test_an_office_sees_its_own_and_a_supervisor_what_is_below(printed: Printed) -> None:
    supervisor, stranger = (
        browser(printed.engine, Role.SUPERVISOR, ROOT),
        browser(printed.engine, Role.CLERK, ELSEWHERE, name="stranger"),
    )

    assert (len(rows(supervisor)), len(rows(stranger))) == (3, 0)
    assert "Không có nhãn nào." in text_of(stranger.get(PAGE))


def test_the_auditor_reads_and_voids_nothing(printed: Printed) -> None:
    auditor = browser(printed.engine, Role.AUDITOR, ROOT)

    assert len(rows(auditor)) == 3
    assert auditor.page(PAGE).select(".ledger form") == []


def test_more_than_a_page_goes_on_where_the_page_ended(printed: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "PAGE", 2)
    following = printed.clerk.page(f"{PAGE}?state=").select_one("main > p > a.btn")

    assert following is not None
    assert len(rows(printed.clerk)) == 2
    assert len(printed.clerk.page(str(following["href"])).select(".ledger tbody tr")) == 1
