"""Reports from the command line: for all, or as one office sees them."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from tests.builders import (
    ELSEWHERE,
    NOW,
    POST,
    a_desk,
    a_dossier,
    a_number,
    a_scan,
    an_account,
    an_item,
    found_province,
    scanned,
)
from tests.province import PACKED, SENDER
from tracker.cli.main import main
from tracker.domain.vocabulary import EventType, Role
from tracker.store.engine import transaction


def ask(database_url: str, *words: str) -> Result:
    return CliRunner().invoke(main, words, env={"DATABASE_URL": database_url})


@pytest.fixture
def posted(engine: Engine, database_url: str) -> str:
    with transaction(engine) as session:
        found_province(session)
        postclerk = an_account(session, Role.POSTCLERK, POST).actor
        by = a_desk(postclerk)
        number = an_item(session, by, a_dossier(session, by, a_number(1))).number
        scanned(session, postclerk, a_scan(number, EventType.ACCEPTED, at=NOW, counterparty=SENDER, details=PACKED))
    return database_url


def test_a_quarter_is_written_for_all_and_for_one_office(posted: str, tmp_path: Path) -> None:
    whole, strange = tmp_path / "all.csv", tmp_path / "strange.csv"
    asked = ("export", "report", "quarterly", "-q", "2026-Q4", "-o")

    told = [ask(posted, *asked, str(whole)), ask(posted, *asked, str(strange), "--office", ELSEWHERE)]

    assert [one.exit_code for one in told] == [0, 0], [one.output for one in told]
    rows = [list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines())) for file in (whole, strange)]
    assert [len(one) for one in rows] == [3, 2]
    assert (rows[0][0][:2], rows[0][1][:2]) == (["Nơi gửi", "Sản lượng"], ["Bưu cục Cà Mau", "1"])


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("-o", "q4.pdf"), "q4.pdf ends in neither .csv nor .xlsx"),
        (("-o", "q4.csv", "-q", "Q4"), "'Q4' is no quarter, e.g. 2026-Q3"),
    ],
)
def test_another_ending_and_what_is_no_quarter_are_refused(asked: tuple[str, ...], told: str) -> None:
    answer = ask("sqlite://", "export", "report", "quarterly", *asked)

    assert (answer.exit_code, told in answer.output) == (2, True)


def test_the_days_of_procedures_are_written_with_english_heads(posted: str, tmp_path: Path) -> None:
    output = tmp_path / "days.csv"

    told = ask(posted, "export", "report", "days", "-q", "2026-Q4", "-o", str(output), "--lang", "en", "--json")

    assert (told.exit_code, json.loads(told.output)) == (0, {"file": str(output), "rows": 0})
    assert output.read_text(encoding="utf-8-sig").startswith("Procedure code,Procedure,Term (days)")


def test_shares_are_written_by_month_or_told_what_is_no_period_of_theirs(posted: str, tmp_path: Path) -> None:
    output = tmp_path / "shares.csv"
    asked = ("export", "report", "shares", "-o", str(output))

    told = ask(posted, *asked, "--from", "2026-01", "--to", "2026-12")

    assert told.exit_code == 0, told.output
    rows = list(csv.reader(output.read_text(encoding="utf-8-sig").splitlines()))
    assert [row[0] for row in rows] == ["Tháng", "2026-11", "Tổng cộng"]
    assert (rows[1][3:8], rows[1][-1]) == (["1", "0", "0,0", "1", "100,0"], "Chưa đủ")
    for period, cause in (
        (("--from", "2026-13"), "'2026-13' is no month, e.g. 2026-01"),
        (("--from", "2026-03", "--to", "2026-02"), "2026-03 is after 2026-02"),
        (("--from", "2016-03", "--to", "2026-02"), "more than 60 months"),
        (("-q", "2026-Q3"), "shares is not told by it"),
    ):
        refused = ask(posted, *asked, *period)
        assert (refused.exit_code, cause in refused.output) == (2, True), refused.output
