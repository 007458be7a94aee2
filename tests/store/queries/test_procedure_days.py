"""Days that procedures took, recounted from what the one-stop system was made to say."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from tests.builders import NOW, OPEN_PROCEDURE, a_desk, a_dossier, the_config
from tests.province import Province, a_fresh_number
from tracker.actions.calendar import fill_calendar
from tracker.actions.claims import ClaimSeen, take_claims
from tracker.domain.procedure_days import Finished
from tracker.domain.quarterly import Quarter
from tracker.store.queries.procedure_days import finished_dossiers

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
Q3, Q4 = Quarter(2026, 3), Quarter(2026, 4)


def said(books: Session, province: Province, *words: tuple[int, date]) -> None:
    number = a_dossier(books, a_desk(province["postclerk"]), a_fresh_number())
    for status, on in words:
        at = datetime(on.year, on.month, on.day, 9, tzinfo=ZONE)
        seen = ClaimSeen(source="one_stop", number=number, status=status, word=str(status), said_at=at)
        take_claims(books, [seen], at=NOW + timedelta(days=60))


def days(books: Session, province: Province, quarter: Quarter = Q4, who: str = "supervisor") -> list[int]:
    """All are of one procedure with a term of three days."""
    found = list(finished_dossiers(books, province[who], quarter, the_config().office))
    assert found == [Finished(OPEN_PROCEDURE, one.name, 3, one.used) for one in found]
    return [one.used for one in found]


def test_working_days_are_counted_without_holidays_and_pauses(books: Session, province: Province) -> None:
    """24/11 is a public holiday."""
    fill_calendar(books, [2026])
    said(books, province, (2, date(2026, 11, 20)), (9, date(2026, 11, 25)))
    said(
        books, province, (2, date(2026, 11, 2)), (5, date(2026, 11, 4)), (4, date(2026, 11, 9)), (9, date(2026, 11, 10))
    )
    said(books, province, (2, date(2026, 11, 2)))

    assert days(books, province) == [2, 3]


def test_a_dossier_counts_once_in_the_quarter_that_finished_it(books: Session, province: Province) -> None:
    said(books, province, (2, date(2026, 9, 28)), (9, date(2026, 9, 30)), (10, date(2026, 10, 2)))

    assert (days(books, province, Q3), days(books, province)) == ([2], [])


def test_another_provinces_supervisor_counts_none_of_them(books: Session, province: Province) -> None:
    said(books, province, (2, date(2026, 11, 2)), (9, date(2026, 11, 3)))

    assert (days(books, province, who="strange_supervisor"), days(books, province, who="auditor")) == ([], [1])
