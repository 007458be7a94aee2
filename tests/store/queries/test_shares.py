"""Shares recounted from what the one-stop system was made to say, of our dossiers and of strangers."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session

from tests.builders import CENTRE, ELSEWHERE, NOW, OPEN_PROCEDURE, a_desk, a_dossier, an_item
from tests.province import Province, a_fresh_number
from tracker.actions.claims import ClaimSeen, take_claims
from tracker.actions.told_dossiers import Intake
from tracker.domain.shares import Alike, Line, Month, Months, lines_by, summed
from tracker.store.queries.shares import counted_dossiers, strangers_since, undated_strangers
from tracker.store.tables import CLAIM, TOLD_DOSSIER

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
SPAN = Months(OCTOBER, NOVEMBER)
ONLINE = Intake(
    procedure=OPEN_PROCEDURE, agency=CENTRE, received_on=date(2026, 11, 3), by_post=False, online=True
)  # fmt: skip
OTHER = "1.000001"


def a_word(number: str, intake: Intake = ONLINE, **more: object) -> ClaimSeen:
    seen = ClaimSeen(source="one_stop", number=number, status=4, word="processing", said_at=NOW, intake=intake)
    return replace(seen, **more)  # type: ignore[arg-type]  # a builder's keywords


def told(books: Session, *seen: ClaimSeen, pulls: int = 1) -> None:
    for pull in range(pulls):
        take_claims(books, seen, at=NOW + timedelta(minutes=pull))


def counted(books: Session, province: Province, who: str = "auditor", months: Months = SPAN) -> list[Alike]:
    return list(counted_dossiers(books, province[who], months, ZONE))


def line(books: Session, province: Province, who: str = "auditor") -> Line:
    return summed(counted(books, province, who))


def registered(books: Session, province: Province, number: str) -> str:
    return a_dossier(books, a_desk(province["clerk"]), number)


def rows(books: Session) -> Iterable[tuple[object, ...]]:
    return [tuple(row) for row in books.execute(select(TOLD_DOSSIER))]


def test_a_stranger_told_in_many_pulls_counts_once(books: Session, province: Province) -> None:
    by_post = replace(ONLINE, online=False, by_post=True)
    strangers = [a_word(a_fresh_number()), a_word(a_fresh_number(), by_post, channel=3)]
    told(books, *strangers, pulls=3)

    assert line(books, province) == Line(2, 2, by_post=1, not_by_post=1, online=1, not_online=1)
    assert strangers_since(books) == NOW


def test_a_later_word_on_the_channel_takes_the_place_of_the_former(books: Session, province: Province) -> None:
    number = a_fresh_number()
    told(books, a_word(number))
    told(books, a_word(number, replace(ONLINE, by_post=True, online=False)))

    assert line(books, province) == Line(1, 1, by_post=1, not_online=1)


def test_what_is_no_longer_told_stays_as_it_was_told(books: Session, province: Province) -> None:
    number = a_fresh_number()
    told(books, a_word(number))
    told(books, a_word(number, Intake()))

    assert counted(books, province) == [Alike(OPEN_PROCEDURE, 202611, True, False, True, 1)]


def test_what_was_never_told_counts_on_neither_side(books: Session, province: Province) -> None:
    told(books, a_word(a_fresh_number()), a_word(a_fresh_number(), replace(ONLINE, by_post=None, online=None)))

    found = line(books, province)
    assert (found.post_percent, found.post_unknown, found.online_percent, found.online_unknown) == (0, 1, 100, 1)


def test_ours_that_the_one_stop_system_never_told_of_lack_in_its_share(books: Session, province: Province) -> None:
    never, known = (registered(books, province, a_fresh_number()) for _ in range(2))
    told(books, a_word(known), a_word(a_fresh_number()))
    an_item(books, a_desk(province["clerk"]), never)

    found = line(books, province)
    assert (found.total, found.one_stop) == (3, 2)


def test_an_envelope_in_our_books_shows_that_a_dossier_came_by_post(books: Session, province: Province) -> None:
    number = a_dossier(books, a_desk(province["postclerk"]), a_fresh_number())
    assert line(books, province) == Line(1)

    an_item(books, a_desk(province["postclerk"]), number)
    assert line(books, province) == Line(1, by_post=1)


def test_a_stranger_registered_later_is_not_counted_twice(books: Session, province: Province) -> None:
    number = a_fresh_number()
    told(books, a_word(number))
    registered(books, province, number)
    told(books, a_word(number))

    assert line(books, province) == Line(1, 1, not_by_post=1, online=1)


def test_a_dossier_told_by_the_portals_number_first_stays_one(books: Session, province: Province) -> None:
    local, portal = a_fresh_number(), "H12-PORTAL-1"
    told(books, a_word(portal))
    told(books, a_word(local, aliases=(portal,)))
    assert len(list(rows(books))) == 1

    told(books, a_word(local))
    assert len(list(rows(books))) == 1
    told(books, a_word(portal))
    assert len(list(rows(books))) == 2, "without its other number nobody can tell"
    told(books, a_word(local, aliases=(portal,)))
    assert line(books, province).total == 1


def test_a_number_that_a_faulty_source_gives_to_all_makes_them_not_one(books: Session, province: Province) -> None:
    nameless, others = a_word("0"), [a_word(a_fresh_number(), aliases=("0",)) for _ in range(3)]
    told(books, nameless, *others)
    told(books, *others, pulls=2)

    assert line(books, province).total == 3


def test_each_counts_in_its_month_by_the_offices_clock(books: Session, province: Province) -> None:
    late = registered(books, province, a_fresh_number())
    told(books, a_word(a_fresh_number(), replace(ONLINE, received_on=date(2026, 10, 31), procedure=OTHER)))
    told(books, a_word(a_fresh_number(), replace(ONLINE, received_on=date(2026, 9, 30))))
    told(books, a_word(late, replace(ONLINE, received_on=date(2026, 10, 1))))
    registered(books, province, a_fresh_number())

    found = lines_by(counted(books, province), lambda one: (one.month, one.procedure))
    assert {key: one.total for key, one in found.items()} == {
        (202610, OTHER): 1,
        (202610, OPEN_PROCEDURE): 1,
        (202611, OPEN_PROCEDURE): 1,
    }


def test_a_stranger_without_a_day_of_receipt_is_told_of_but_not_counted(books: Session, province: Province) -> None:
    told(books, a_word(a_fresh_number(), replace(ONLINE, received_on=None)))

    assert (counted(books, province), undated_strangers(books, province["auditor"])) == ([], 1)
    assert undated_strangers(books, province["strange_supervisor"]) == 0


def test_a_supervisor_counts_the_strangers_of_agencies_below(books: Session, province: Province) -> None:
    of = [CENTRE, f"{CENTRE}.05", "000.00.07.H12", ELSEWHERE, "", "H121"]
    told(books, *[a_word(a_fresh_number(), replace(ONLINE, agency=agency)) for agency in of])
    registered(books, province, a_fresh_number())

    totals = [line(books, province, who).total for who in ("supervisor", "strange_supervisor", "auditor", "courier")]
    assert totals == [4, 1, 7, 0]


def test_nothing_kept_of_a_stranger_names_it(books: Session, province: Province) -> None:
    number, portal = a_fresh_number(), "H12-PORTAL-2"
    told(books, a_word(number, aliases=(portal,)))

    assert books.execute(select(CLAIM.c.number).where(CLAIM.c.number == number)).all() == []
    ((mark, dossier_id, *others),) = rows(books)
    assert isinstance(mark, int)
    assert (dossier_id, others) == (None, [OPEN_PROCEDURE, CENTRE, 202611, False, True])


def test_a_dossier_never_told_of_counts_in_the_month_the_office_registered_it(
    books: Session, province: Province
) -> None:
    """At 00:30 on 1 November in Vietnam it is still October in UTC."""
    at = datetime(2026, 10, 31, 17, 30, tzinfo=UTC)
    a_dossier(books, a_desk(province["clerk"], at=at), a_fresh_number())

    assert [one.month for one in counted(books, province)] == [202611]
    assert [one.total for one in map(summed, [counted(books, province, months=Months(OCTOBER, OCTOBER))])] == [0]
