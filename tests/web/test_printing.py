"""Many labels from the desk: chosen by day or by list, printed slice by slice, each line with its result."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from pypdf import PdfReader
from sqlalchemy import Engine, func, select, update
from sqlmodel import Session

from tests.builders import NOW, POST, a_desk, a_door, a_dossier, a_scan, an_account, an_item, scanned
from tests.province import a_fresh_number
from tests.web.browsing import Browser, browser, errors_of, open_house, soup_of, text_of
from tracker.actions.early_labels import print_result_label
from tracker.actions.labels import print_labels
from tracker.actions.manifests import LineRead, NewManifest, list_line, open_manifest
from tracker.actions.print_batches import BatchWish, begin_batch
from tracker.domain.actor import Actor
from tracker.domain.dossier_numbers import compare_key
from tracker.domain.manifests import ManifestKind
from tracker.domain.vocabulary import EventType, Role
from tracker.store.engine import reading, transaction
from tracker.store.queries.claims import dossiers_by_number
from tracker.store.queries.manifests import lock_manifest
from tracker.store.tables import ITEM, LABEL, PRINT_BATCH

START = "/ban-quay/in-nhan/"


@pytest.fixture
def clerk(engine: Engine) -> Browser:
    open_house(engine)
    return browser(engine, Role.POSTCLERK, POST)


def posted(engine: Engine, clerk: Browser, how_many: int) -> list[str]:
    with transaction(engine) as session:
        by = a_desk(clerk.actor)
        return [an_item(session, by, a_dossier(session, by, a_fresh_number())).number for _ in range(how_many)]


def begun(clerk: Browser, **fields: str) -> str:
    """Where the batch is."""
    given = {"source": "today", "numbers": "", "format": "a6", "start_cell": "1", "reason": ""} | fields
    answer = clerk.send(START, **given)
    assert answer.status_code == 303, errors_of(answer)
    return str(answer.location)


def copies(engine: Engine) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(LABEL)) or 0


def test_todays_envelopes_without_a_label_are_printed_at_once(engine: Engine, clerk: Browser) -> None:
    first, second, third = posted(engine, clerk, 3)
    with transaction(engine) as session:
        print_labels(session, [second], "80x50", None, a_desk(clerk.actor))

    where = begun(clerk)

    page, paper = clerk.get(where), clerk.get(f"{where}.pdf")
    pages = [sheet.extract_text().replace(" ", "") for sheet in PdfReader(BytesIO(paper.data)).pages]
    assert "Đã in 2 trong 2 nhãn." in text_of(page)
    assert [number in sheet for number, sheet in zip((first, third), pages, strict=True)] == [True, True]
    assert errors_of(clerk.send(START, source="today", format="a6")) == {"source": "Không có bưu gửi nào để in."}
    assert copies(engine) == 3


def test_a_list_names_each_line_that_was_not_printed_and_why(engine: Engine, clerk: Browser) -> None:
    first, second = posted(engine, clerk, 2)

    where = begun(clerk, source="listed", numbers=f"{first}\r\nRI330000001VN, {second}\n{first.lower()}\n<b>x</b>")

    page = soup_of(clerk.get(where))
    assert [" ".join(row.get_text(" ").split()) for row in page.select("section ol.rows li")] == [
        "Dòng 2 RI 330 000 001 VN Số kiểm tra của số hiệu không khớp.",
        f"Dòng 4 {grouped(first)} Số này đã có ở dòng 1.".replace("\N{NO-BREAK SPACE}", " "),
        "Dòng 5 <b>x</b> Số không đúng mẫu.",
    ]
    printed = [row.get_text("|", strip=True) for row in page.select("table tbody tr")]
    assert printed == [f"1|{grouped(first)}|1", f"3|{grouped(second)}|1"]


def grouped(number: str) -> str:
    return "\N{NO-BREAK SPACE}".join((number[:2], number[2:5], number[5:8], number[8:11], number[11:]))


def test_a_long_batch_goes_on_by_a_button_and_nothing_is_drawn_before_its_end(engine: Engine, clerk: Browser) -> None:
    numbers = posted(engine, clerk, 2)
    with transaction(engine) as session:
        lines = dict(enumerate(numbers, start=1))
        batch_id = begin_batch(session, BatchWish(lines, "a6", 1), a_desk(clerk.actor))
    where = f"{START}{batch_id}"

    waiting, too_early = clerk.get(where), clerk.get(f"{where}.pdf")
    went_on = [clerk.send(where).status_code for _ in range(2)]

    assert "Đã xong 0 trong 2 dòng." in text_of(waiting)
    assert soup_of(waiting).select_one("form[data-onward] button") is not None
    assert (too_early.status_code, went_on) == (404, [303, 303])
    assert "Đã in 2 trong 2 nhãn." in text_of(clerk.get(where))
    assert copies(engine) == 2


def test_a_bags_number_prints_what_lies_in_it(engine: Engine, clerk: Browser) -> None:
    numbers = posted(engine, clerk, 2)
    with transaction(engine) as session:
        scans = [a_scan(number, EventType.BAGGED, details={"bag": "TUI-7"}) for number in numbers]
        scanned(session, clerk.actor, *scans)

    where = begun(clerk, source="listed", numbers="TUI-7")

    assert "Đã in 2 trong 2 nhãn." in text_of(clerk.get(where))


def test_another_persons_batch_is_as_good_as_unknown(engine: Engine, clerk: Browser) -> None:
    posted(engine, clerk, 1)
    where = begun(clerk)
    colleague = browser(engine, Role.POSTCLERK, POST, name="colleague")

    opened = [colleague.get(f"{where}{part}").status_code for part in ("", ".pdf", ".csv")]
    acted = [colleague.send(f"{where}{part}").status_code for part in ("", "/gui")]

    assert (opened, acted) == ([404, 404, 404], [404, 404])


def test_after_a_shift_the_paper_is_no_longer_drawn_without_a_new_copy(engine: Engine, clerk: Browser) -> None:
    posted(engine, clerk, 1)
    where = begun(clerk)
    clerk.clock.now += timedelta(hours=12, minutes=1)
    again = browser(engine, Role.CLERK, name="other", at=clerk.clock.now)

    assert again.get(f"{where}.pdf").status_code == 404
    with transaction(engine) as session:
        session.execute(update(PRINT_BATCH).values(account_id=again.actor.account_id))
    assert again.get(f"{where}.pdf").status_code == 404
    assert "Quá 12 giờ" in text_of(again.get(where))


def test_what_cannot_be_begun_says_so_beside_its_field(engine: Engine, clerk: Browser) -> None:
    assert errors_of(clerk.send(START, source="listed", numbers=" \n", format="a6")) == {
        "numbers": "Không có bưu gửi nào để in."
    }
    assert errors_of(clerk.send(START, source="listed", numbers="EI473124829VN\n" * 10_001, format="a6")) == {
        "numbers": "Quá nhiều: mỗi lần nhiều nhất 10000 nhãn."
    }
    assert list(errors_of(clerk.send(START, source="listed", numbers="X", format="a4-8up", start_cell="9"))) == [
        "start_cell"
    ]
    assert copies(engine) == 0


def a_list(session: Session, giver: Actor, numbers: list[str]) -> str:
    """A courier's list of these; the code under its square."""
    an_account(session, Role.COURIER, POST, "courier")
    new = NewManifest(ManifestKind.TO_COURIER, "courier")
    handover = open_manifest(session, new, a_desk(giver), a_door(giver).random_bytes)
    for number in numbers:
        item_id = session.scalar(select(ITEM.c.id).where(ITEM.c.number == number))
        list_line(session, lock_manifest(session, handover), LineRead(number, number, item_id, {}), at=NOW)
    return lock_manifest(session, handover).short_code


def test_a_handover_lists_code_prints_what_is_on_it(engine: Engine, clerk: Browser) -> None:
    numbers = posted(engine, clerk, 2)
    with transaction(engine) as session:
        listed = a_list(session, clerk.actor, numbers)

    where = begun(clerk, source="listed", numbers=f"{listed[:4].lower()} {listed[4:]}")

    assert "Đã in 2 trong 2 nhãn." in text_of(clerk.get(where))


def test_ten_thousand_lines_are_begun_and_the_page_stays_short(engine: Engine, clerk: Browser) -> None:
    typed = "\n".join(f"EI{serial:08d}9VN" for serial in range(10_000))

    where = begun(clerk, source="listed", numbers=typed)

    shown = clerk.get(where)
    assert "Đã xong 200 trong 10000 dòng." in text_of(shown)
    assert len(shown.data) < 100_000


def test_a_reason_is_chosen_from_the_list_and_said_in_words(engine: Engine, clerk: Browser) -> None:
    (number,) = posted(engine, clerk, 1)
    begun(clerk)

    where = begun(clerk, source="listed", numbers=number, reason="torn", reason_words="rách góc")

    assert "rách góc" in text_of(clerk.get(where))
    assert "torn" not in text_of(clerk.get(where))


def test_the_number_of_a_label_that_waits_for_its_envelope_says_so(engine: Engine, clerk: Browser) -> None:
    with transaction(engine) as session:
        by = a_desk(clerk.actor)
        number = a_dossier(session, by, a_fresh_number(), result_by_post=True)
        (dossier_id,) = dossiers_by_number(session, [compare_key(number)]).values()
        early = print_result_label(session, dossier_id, "a6", by).number

    where = begun(clerk, source="listed", numbers=early)

    assert "Nhãn kết quả của hồ sơ này đã in sẵn rồi." in text_of(clerk.get(where))


def test_printed_lines_are_shown_some_at_a_time(
    engine: Engine, clerk: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.web.printing.MOST_SHOWN", 2)
    posted(engine, clerk, 3)
    where = begun(clerk)

    first = soup_of(clerk.get(where))
    onward = [str(link["href"]) for link in first.select("#lines p a")]
    last = soup_of(clerk.get(onward[0]))

    assert [row.td.get_text() for page in (first, last) for row in page.select("#lines tbody tr") if row.td] == [
        "1",
        "2",
        "3",
    ]
    assert onward == [f"{where}?after=2#lines"]
    assert [str(link["href"]) for link in last.select("#lines p a")] == [f"{where}#lines"]
    assert clerk.get(f"{where}?after=-1").status_code == 200


def test_the_file_of_lines_tells_each_result_and_no_formula(engine: Engine, clerk: Browser) -> None:
    (number,) = posted(engine, clerk, 1)
    where = begun(clerk, source="listed", numbers=f"{number}\n=1+1\n@SUM(A1)")

    answer = clerk.get(f"{where}.csv")

    assert (answer.mimetype, list(csv.reader(StringIO(answer.data.decode("utf-8-sig"))))[1:]) == (
        "text/csv",
        [
            ["1", number, "Đã in", "1", ""],
            ["2", "'=1+1", "Không in được", "", "Số không đúng mẫu."],
            ["3", "'@SUM(A1)", "Không in được", "", "Số không đúng mẫu."],
        ],
    )


def test_printed_lines_behind_many_refused_ones_are_shown(
    engine: Engine, clerk: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.web.printing.MOST_SHOWN", 2)
    (number,) = posted(engine, clerk, 1)

    page = soup_of(clerk.get(begun(clerk, source="listed", numbers=f"x\ny\nz\n{number}")))

    assert [row.get_text("|", strip=True) for row in page.select("#lines tbody tr")] == [f"4|{grouped(number)}|1"]
    assert page.select("#lines p a") == []
