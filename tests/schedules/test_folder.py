"""What is dropped into the folder is read once, row by row; a file at fault is put away with its reason."""

import os
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlmodel import Session, col

from schedules.feeds import folder as reading_folder
from schedules.feeds.folder import FolderFeed, folder_feed
from schedules.feeds.folder_rows import Claim as FolderClaim
from schedules.feeds.stepping import Step, pull_by_steps
from schedules.leadership import give_up_lease
from schedules.reconciliation.looking import look
from schedules.runs import Run, RunResult
from tests.schedules.dropping import HEAD, NUMBER, DropFolder, csv_of, many, with_part, xlsx_of
from tests.schedules.planting import NOW, a_dossier, a_place, an_item
from tests.schedules.pulling import a_run, cursor, feed_down, pulled, rejected
from tracker.actions.claims import ClaimSeen, take_claims
from tracker.actions.feeds import believe_answer
from tracker.actions.runs import jobs_of
from tracker.config import Config
from tracker.domain.runs import JobName, RunOutcome
from tracker.store.engine import reading, transaction
from tracker.store.models import Claim, Dossier, FeedState
from tracker.store.tables import POSTAL_CLAIM

JOB, SOURCE = JobName.PULL_FOLDER, "folder"
POSTAL = {
    "kind": "postal",
    "speaks_for": "vnpost",
    "mapping": "hcc-1",
    "columns": {"order_number": "Số đơn", "item_code": "Mã bưu gửi", "status": "Mã", "said_at": "Lúc"},
}


@pytest.fixture
def folder(tmp_path: Path) -> DropFolder:
    (tmp_path / "drop").mkdir()
    return DropFolder(tmp_path / "drop")


def pull(engine: Engine, config: Config, at_minute: int = 0) -> RunResult:
    return pulled(engine, config, JOB, at_minute)


def said(engine: Engine) -> list[tuple[str, int | None, str]]:
    with reading(engine) as session:
        rows = session.execute(select(col(Claim.number), col(Claim.status), col(Claim.word)).order_by(col(Claim.id)))
        return [(row.number, row.status, row.word) for row in rows]


def state_of(engine: Engine) -> FeedState:
    with reading(engine) as session:
        return session.get_one(FeedState, SOURCE)


def test_a_row_is_kept_as_the_word_of_the_system_the_folder_speaks_for(engine: Engine, folder: DropFolder) -> None:
    with transaction(engine) as session:
        dossier_id = a_dossier(session, a_place(session), NUMBER)
    folder.lay("ngày 20.csv", csv_of((NUMBER, "releasing", "20/11/2026 08:30", "01/12/2026", "3")))

    result = pull(engine, folder.config())

    assert (result.outcome, result.counts["rows"], result.counts["new"]) == (RunOutcome.COMPLETE, 1, 1)
    with reading(engine) as session:
        claim = session.scalars(select(Claim)).one()
        dossier = session.get_one(Dossier, dossier_id)
    assert (claim.source, claim.dossier_id, claim.status, claim.channel) == ("one_stop", dossier_id, 9, 3)
    assert (claim.said_at, claim.run_id) == (datetime(2026, 11, 20, 1, 30, tzinfo=UTC), result.run_id)
    assert (dossier.one_stop_status, dossier.processing_due_on) == (9, date(2026, 12, 1))
    assert (folder.names(), folder.names("done")) == ([], ["ngày 20.csv"])
    told = folder.verdict("done", "ngày 20.csv")
    assert (told["outcome"], told["rows"], told["rejected"], told["errors"]) == ("done", 1, 0, [])


def test_a_workbook_says_the_same_with_its_true_dates_and_numbers(engine: Engine, folder: DropFolder) -> None:
    row = (NUMBER, "releasing", datetime(2026, 11, 20, 8, 30), date(2026, 12, 1), 3)  # noqa: DTZ001 - as a sheet has it
    folder.lay("a.xlsx", xlsx_of(row))

    result = pull(engine, folder.config())

    assert (result.outcome, said(engine)) == (RunOutcome.COMPLETE, [(NUMBER, 9, "releasing")])
    with reading(engine) as session:
        assert session.scalars(select(col(Claim.said_at))).one() == datetime(2026, 11, 20, 1, 30, tzinfo=UTC)


def test_a_folder_of_the_post_speaks_of_orders(engine: Engine, folder: DropFolder) -> None:
    with transaction(engine) as session:
        place = a_place(session)
        item_id = an_item(session, place, [a_dossier(session, place, NUMBER)], number="EE123456785VN")
    head = ("Số đơn", "Mã bưu gửi", "Mã", "Lúc")
    rows = [("D-1", "EE123456785VN", "5", "20/11/2026 08:30"), ("D-1", "EE123456785VN", "'-1", "19/11/2026 08:30")]
    folder.lay("a.csv", csv_of(*rows, rows[0], head=head))

    result = pull(engine, folder.config(**POSTAL))

    with reading(engine) as session:
        found = session.execute(select(POSTAL_CLAIM).order_by(POSTAL_CLAIM.c.id)).all()
    assert [(row.source, row.item_id, row.code, row.status) for row in found] == [
        ("vnpost", item_id, "5", "delivered"),
        ("vnpost", item_id, "-1", "with_courier"),
    ]
    assert result.outcome is RunOutcome.COMPLETE


def test_a_row_at_fault_names_row_column_and_cause_and_the_others_go_on(engine: Engine, folder: DropFolder) -> None:
    rows = [
        ("X-1", "new", "", "", "3"),
        ("", "new", "", "", "3"),
        (),
        ("X-3", "new", "hôm qua", "", "3"),
        ("X-4", "=1+1", "", "", "3"),
        ("X-5", "new", "", "", "9"),
        ("X-6", "new", "", "", "3", "", "more"),
        ("X\0", "new", "", "", "3"),
        ("X-8", "new", "", "", "3"),
    ]
    folder.lay("a.csv", csv_of(*rows, head=(*HEAD, "")))

    result = pull(engine, folder.config())

    expected = [
        (3, "Mã hồ sơ", "missing"),
        (5, "Thời điểm cập nhật", "bad_date"),
        (6, "Trạng thái", "formula"),
        (7, "Hình thức nộp", "not_a_channel"),
        (8, "", "more_cells_than_columns"),
        (9, "Mã hồ sơ", "control_character"),
    ]
    assert (result.outcome, result.counts["rows"]) == (RunOutcome.PARTIAL, 8)
    assert rejected(engine, result) == [(row, column, f"{cause} (a.csv)") for row, column, cause in expected]
    told = [{"row": row, "column": column, "cause": cause} for row, column, cause in expected]
    assert folder.verdict("done", "a.csv")["errors"] == told
    assert [number for number, _, _ in said(engine)] == ["X-1", "X-8"]
    assert feed_down(engine) == []


def test_a_file_that_is_no_honest_table_is_put_away_with_its_reason_and_blocks_nobody(
    engine: Engine, folder: DropFolder
) -> None:
    refused = {
        "a.xls": (b"\xd0\xcf\x11\xe0", "not_csv_or_xlsx", ""),
        "b.csv": (csv_of((NUMBER, "new"), head=("Mã", "Trạng thái")), "missing_column", "Mã hồ sơ"),
        "c.csv": (csv_of(("", "new"), ("", "new")), "unreadable", ""),
        "d.xlsx": (with_part(xlsx_of((NUMBER, "new")), "xl/vbaProject.bin", b"x"), "macros", ""),
    }
    for name, (content, _, _) in refused.items():
        folder.lay(name, content)
    folder.lay("e.csv", csv_of(("X-9", "new", "", "", "3")))

    result = pull(engine, folder.config())

    assert (folder.names("failed"), folder.names("done")) == (list(refused), ["e.csv"])
    told = {name: folder.verdict("failed", name) for name in refused}
    assert {name: one["fault"] for name, one in told.items()} == {
        name: fault for name, (_, fault, _) in refused.items()
    }
    assert [(column, why) for _, column, why in rejected(engine, result)] == [
        (column, f"{fault} ({name})") for name, (_, fault, column) in refused.items()
    ]
    assert (result.outcome, [number for number, _, _ in said(engine)]) == (RunOutcome.PARTIAL, ["X-9"])


def test_where_nothing_could_be_read_a_person_is_told_until_a_good_file_comes(
    engine: Engine, folder: DropFolder
) -> None:
    folder.lay("a.xls", b"x")
    result = pull(engine, folder.config())
    pull(engine, folder.config(), at_minute=1)
    before = feed_down(engine)
    folder.lay("a.csv", csv_of((NUMBER, "new")))
    pull(engine, folder.config(), at_minute=2)

    assert (result.outcome, result.fault) == (RunOutcome.SUSPICIOUS, "unreadable")
    assert (before, feed_down(engine)) == ([("source:folder", "open")], [("source:folder", "closed")])


def test_the_same_file_twice_tells_nothing_twice(engine: Engine, folder: DropFolder) -> None:
    for minute, status in enumerate(("processing", "releasing", "processing")):
        folder.lay("a.csv", csv_of((NUMBER, status, "", "", "3")))
        pull(engine, folder.config(), at_minute=minute)

    assert [word for _, _, word in said(engine)] == ["processing", "releasing"]
    first, *others = sorted(folder.names("done"), key=len)  # none was overwritten
    outcomes = [folder.verdict("done", name)["outcome"] for name in others]
    assert (first, len(others), sorted(map(str, outcomes))) == ("a.csv", 2, ["done", "repeated"])


def test_a_folder_that_is_away_is_one_contradiction_until_it_is_back(engine: Engine, folder: DropFolder) -> None:
    away = DropFolder(folder.path / "share")
    result = pull(engine, away.config())
    before = feed_down(engine)
    away.path.mkdir()
    pull(engine, away.config(), at_minute=1)

    assert (result.outcome, result.fault) == (RunOutcome.UNREACHABLE, "down")
    assert (before, feed_down(engine)) == ([("source:folder", "open")], [("source:folder", "closed")])


def test_a_day_without_a_file_makes_the_last_one_no_newer(engine: Engine, folder: DropFolder) -> None:
    folder.lay("a.csv", csv_of((NUMBER, "new")))
    pull(engine, folder.config())
    pull(engine, folder.config(), at_minute=1440)

    assert state_of(engine).last_success_at == NOW


class Dying(FolderFeed):
    """Its process dies while the step that holds the row is being kept."""

    at_row: int = 0

    def keep(self, session: Session, step: Step[FolderClaim], run: Run, now: datetime) -> Counter[str]:
        kept = FolderFeed.keep(self, session, step, run, now)
        if step.cursor.endswith(f":{self.at_row}") or (not step.cursor and not self.at_row):
            raise KeyboardInterrupt
        return kept


def test_a_name_as_long_as_a_disk_allows_and_one_that_is_no_text_block_nobody(
    engine: Engine, folder: DropFolder
) -> None:
    longest = "hồ sơ " * 27 + ".csv"
    folder.lay(longest, csv_of((NUMBER, "new", "", "", "3")))
    folder.lay(os.fsdecode(b"\xff.csv"), csv_of(("", "new")))
    folder.lay("z.csv", csv_of(("X-9", "new", "", "", "3")))

    result = pull(engine, folder.config())

    assert (len(longest.encode()), result.outcome) == (247, RunOutcome.PARTIAL)
    assert (folder.names(), len(folder.names("done")), folder.names("failed")) == ([], 2, ["\ufffd.csv"])


@pytest.mark.parametrize("row", [4, 7, 0])
def test_a_run_killed_at_any_step_leaves_what_the_next_ends_to_the_same_verdict(
    engine: Engine, folder: DropFolder, monkeypatch: pytest.MonkeyPatch, row: int
) -> None:
    monkeypatch.setattr(reading_folder, "ROWS_PER_STEP", 3)
    monkeypatch.setattr(Dying, "at_row", row)
    content = csv_of(*[("X-" + str(serial) if serial != 2 else "", "new", "", "", "3") for serial in range(8)])
    folder.lay("a.csv", content)
    config = folder.config()
    feed = folder_feed(engine, config, NOW)
    run = a_run(engine, JOB)
    with pytest.raises(KeyboardInterrupt):
        pull_by_steps(engine, Dying(**{name: getattr(feed, name) for name in FolderFeed.__slots__}), run, NOW)
    died_with = (len(said(engine)), cursor(engine, SOURCE).partition(":")[2])
    with transaction(engine) as session:
        give_up_lease(session, run.held)

    again = pull(engine, config, at_minute=1)

    assert died_with == {4: (0, ""), 7: (2, "4"), 0: (5, "7")}[row]
    assert [number for number, _, _ in said(engine)] == [f"X-{serial}" for serial in range(8) if serial != 2]
    assert (again.succeeded, cursor(engine, SOURCE)) == (True, "")
    told = folder.verdict("done", "a.csv")
    assert (told["rows"], told["rejected"]) == (8, 1)
    assert told["errors"] == [{"row": 4, "column": "Mã hồ sơ", "cause": "missing"}]


def test_a_run_killed_before_the_file_was_put_away_says_nothing_again(
    engine: Engine, folder: DropFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = csv_of((NUMBER, "new", "", "", "3"))
    folder.lay("a.csv", content)
    pull(engine, folder.config())
    (folder.path / "done/a.csv").rename(folder.path / "reading/a.csv")

    again = pull(engine, folder.config(), at_minute=1)

    assert (len(said(engine)), again.counts["rows"], again.outcome) == (1, 0, RunOutcome.COMPLETE)
    assert folder.verdict("done", "a.csv")["outcome"] == "done"


def test_a_huge_file_is_read_run_by_run_and_no_row_twice(
    engine: Engine, folder: DropFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_folder, "ROWS_PER_STEP", 3)
    monkeypatch.setattr(reading_folder, "MOST_STEPS", 2)
    folder.lay("a.csv", many(8))
    read = [pull(engine, folder.config(), at_minute=minute).counts["rows"] for minute in range(2)]

    assert (read, len(said(engine)), folder.names("done")) == ([6, 2], 8, ["a.csv"])


def test_of_a_file_gone_mad_only_so_many_rows_fill_the_books(
    engine: Engine, folder: DropFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schedules.feeds.stepping.MOST_REJECTED_KEPT", 2)
    folder.lay("a.csv", csv_of((NUMBER, "new"), *[("", "new")] * 5))
    result = pull(engine, folder.config())

    assert (result.counts["rejected"], len(rejected(engine, result))) == (5, 2)


def test_what_its_system_overtook_by_a_later_word_is_no_news(engine: Engine, folder: DropFolder) -> None:
    newer = ClaimSeen(
        source="one_stop", number=NUMBER, status=9, word="releasing", said_at=NOW - timedelta(days=1), channel=3
    )
    with transaction(engine) as session:
        take_claims(session, [newer], at=NOW)
    folder.lay("a.csv", csv_of((NUMBER, "processing", "20/11/2026 08:30", "", "3")))

    result = pull(engine, folder.config())

    assert (result.counts["overtaken"], said(engine)) == (1, [(NUMBER, 9, "releasing")])


def test_a_file_is_no_full_list_unless_it_is_said_to_be_one(engine: Engine, folder: DropFolder) -> None:
    folder.lay("a.csv", many(10))
    pull(engine, folder.config())
    folder.lay("b.csv", many(1, "releasing"))
    result = pull(engine, folder.config(), at_minute=1)

    assert (result.outcome, state_of(engine).listed_last) == (RunOutcome.COMPLETE, None)


@pytest.mark.parametrize(("left", "fault"), [(7, "loss"), (0, "empty")])
def test_a_full_list_that_lost_too_much_waits_for_a_person(
    engine: Engine, folder: DropFolder, left: int, fault: str
) -> None:
    config = folder.config(is_full_list=True)
    folder.lay("a.csv", many(10))
    pull(engine, config)
    folder.lay("b.csv", many(left, "releasing"))
    result = pull(engine, config, at_minute=1)
    doubted = state_of(engine).doubted_rows
    with transaction(engine) as session:
        believe_answer(session, SOURCE, at=NOW, actor="supervisor")
        kept = session.scalar(select(func.count()).select_from(Claim))
    folder.lay("c.csv", many(left, "denied"))

    assert (result.outcome, result.fault, doubted, kept) == (RunOutcome.SUSPICIOUS, fault, left, 10 + left)
    assert pull(engine, config, at_minute=2).outcome is RunOutcome.COMPLETE
    assert (state_of(engine).listed_last, folder.names("done")) == (left, ["a.csv", "b.csv", "c.csv"])


def trusted(engine: Engine, config: Config) -> bool:
    return look(engine, config, NOW).judging.is_feed_trusted


def test_full_lists_stand_in_for_a_one_stop_system_that_cannot_be_asked(engine: Engine, folder: DropFolder) -> None:
    config = folder.config(is_full_list=True)
    before = trusted(engine, config)
    folder.lay("a.csv", many(10))
    pull(engine, config)
    with_list = trusted(engine, config)
    folder.lay("b.csv", many(7))
    pull(engine, config, at_minute=1)

    assert JobName.PULL_ONE_STOP not in jobs_of(config)
    assert (before, with_list, trusted(engine, config)) == (False, True, False)


def test_single_files_prove_nothing_by_what_they_leave_out(engine: Engine, folder: DropFolder) -> None:
    folder.lay("a.csv", many(10))
    pull(engine, folder.config())

    assert JobName.PULL_ONE_STOP in jobs_of(folder.config())
    assert not trusted(engine, folder.config())
