"""The quarterly report, recounted from stories that were planted."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from tests.builders import AGENCY, POST
from tests.province import PACKED, Province, Tale, tale_of
from tracker.domain.quarterly import Line, Quarter
from tracker.domain.vocabulary import EventType, Leg, Outcome
from tracker.store.queries.quarterly import quarterly_report

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
Q4 = Quarter(2026, 4)
TO_THE_RECIPIENT = {"receiver": "recipient", "identity": "seen", "counts": PACKED["counts"]}
RESULT = Leg.RESULT


def figures(books: Session, province: Province, who: str = "supervisor", quarter: Quarter = Q4) -> dict[str, Line]:
    return quarterly_report(books, province[who], quarter, ZONE).lines


def on_the_way(books: Session, province: Province, leg: Leg = RESULT) -> Tale:
    return tale_of(books, province, leg).accepted()


def delivered(tale: Tale) -> Tale:
    told = {"counterparty": {"kind": "recipient"}, "details": TO_THE_RECIPIENT}
    assert tale.with_courier().scan("courier", EventType.DELIVERED, **told).outcome is Outcome.RECORDED
    return tale


def test_planted_stories_are_counted_where_they_begin(books: Session, province: Province) -> None:
    tale_of(books, province)  # the post never had it
    on_the_way(books, province, Leg.SUBMISSION)
    torn = on_the_way(books, province, Leg.SUBMISSION)
    torn.scan("postclerk", EventType.DAMAGED, details={"witness": "courier"})
    delivered(on_the_way(books, province))
    delivered(on_the_way(books, province).wait(days=14))
    found_again = on_the_way(books, province)
    found_again.scan("postclerk", EventType.MISSING)
    delivered(found_again)
    lost = on_the_way(books, province)
    lost.scan("postclerk", EventType.MISSING)
    lost.scan("supervisor", EventType.DECLARED_LOST, details={"approver": "admin"})

    assert figures(books, province) == {
        POST: Line(dossiers=2, damaged=1),
        AGENCY: Line(results=4, delivered=3, in_time=2, lost=1, astray=2, ended=4, unharmed=2),
    }


def test_a_scan_that_was_taken_back_is_not_counted(books: Session, province: Province) -> None:
    tale = on_the_way(books, province)
    misread = tale.scan("postclerk", EventType.DAMAGED, details={"witness": "courier"}).id
    counted = figures(books, province)[AGENCY].damaged
    tale.scan("postclerk", EventType.CORRECTED, reason="misread", details={"event": misread})

    assert (counted, figures(books, province)) == (1, {AGENCY: Line(results=1)})


def test_what_is_taken_in_before_midnight_of_the_new_year_stays_in_the_old_one(
    books: Session, province: Province
) -> None:
    before, after = datetime(2026, 12, 31, 16, 58, 30, tzinfo=UTC), datetime(2026, 12, 31, 16, 59, 30, tzinfo=UTC)
    for at in (before, after):  # the scan is a minute later
        tale = tale_of(books, province, RESULT)
        tale.at = at
        tale.accepted()

    taken_in = [figures(books, province, quarter=quarter)[AGENCY].taken_in for quarter in (Q4, Q4.following)]

    assert taken_in == [1, 1]


def test_it_is_counted_once_though_it_ends_in_the_next_quarter(books: Session, province: Province) -> None:
    delivered(on_the_way(books, province).wait(days=60))

    assert figures(books, province) == {AGENCY: Line(results=1)}
    assert figures(books, province, quarter=Q4.following) == {AGENCY: Line(delivered=1, ended=1, unharmed=1)}


def test_another_provinces_supervisor_sees_none_of_it(books: Session, province: Province) -> None:
    delivered(on_the_way(books, province))

    assert (figures(books, province, "strange_supervisor"), len(figures(books, province, "auditor"))) == ({}, 1)
