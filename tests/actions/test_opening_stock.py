"""The first day: what lies at an office is scanned once, and from then on the record knows it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from tests.actions.counting import BAG, Counting, in_stock, is_open, mismatch_of
from tests.builders import NOW
from tests.province import Province, open_codes, posted, standing_of, tale_of
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.stock import CountKind
from tracker.domain.vocabulary import Party, Status
from tracker.store.models import Discrepancy
from tracker.store.queries.stock import stock_by_record

LATER = NOW + timedelta(hours=1)
UNKNOWN = "RR401009996VN"
pytestmark = pytest.mark.usefixtures("bare_shelves")


def opening(books: Session, province: Province, who: str = "postclerk") -> Counting:
    return Counting(books, province, who, kind=CountKind.OPENING, at=LATER)


def test_after_the_opening_the_record_holds_what_was_scanned(books: Session, province: Province) -> None:
    here = in_stock(books, province, 1)[0]
    registered = posted(books, province["postclerk"])
    with_courier = tale_of(books, province).accepted().with_courier().item

    signed = opening(books, province).reads(here.number, registered.number, with_courier.number, UNKNOWN).is_signed()

    assert set(stock_by_record(books, (Party.OFFICE, "BC.CM"))) == {
        here.number,
        registered.number,
        with_courier.number,
    }
    assert (signed.row.found, signed.row.missing, signed.row.surplus, signed.row.taken_in) == (1, 0, 0, 3)
    assert signed.row.is_clean
    assert standing_of(books, registered).status is Status.AT_OFFICE


def test_the_opening_raises_no_alarm_of_its_own(books: Session, province: Province) -> None:
    registered = posted(books, province["postclerk"])
    with_courier = tale_of(books, province).accepted().with_courier().item

    opening(books, province).reads(registered.number, with_courier.number).is_signed()

    assert open_codes(books, with_courier) == set()
    assert open_codes(books, registered) == {"missed_scan"}


def test_what_the_record_expected_and_nobody_found_is_work_from_the_first_day(
    books: Session, province: Province
) -> None:
    (lacking,) = in_stock(books, province, 1)

    opening(books, province).is_signed()

    assert is_open(books, lacking)


def test_an_unknown_number_waits_for_its_dossier_and_is_then_here(books: Session, province: Province) -> None:
    opening(books, province).reads(UNKNOWN).is_signed()
    orphan = books.scalars(select(Discrepancy).where(col(Discrepancy.subject) == f"code:{UNKNOWN}")).one()
    assert orphan.state == "open"

    item = posted(books, province["postclerk"], number=UNKNOWN)

    books.refresh(orphan)
    assert orphan.state == "closed"
    assert standing_of(books, item).custodian.ref == "BC.CM"
    assert mismatch_of(books, item) is None


def test_where_the_role_makes_no_such_scan_the_opening_leaves_the_difference(
    books: Session, province: Province
) -> None:
    afar = tale_of(books, province).accepted().with_courier().item

    signed = opening(books, province, "clerk").reads(afar.number).is_signed(second="officer")

    assert standing_of(books, afar).custodian.ref == "courier"
    assert is_open(books, afar)
    assert (signed.row.surplus, signed.row.taken_in, signed.row.is_clean) == (1, 0, False)


def test_an_office_opens_its_stock_once(books: Session, province: Province) -> None:
    Counting(books, province).is_signed()

    with pytest.raises(Refusal) as refused:
        opening(books, province)

    assert refused.value.fields == {"kind": Cause.COUNTED_BEFORE}


def test_a_couriers_bag_has_no_opening(books: Session, province: Province) -> None:
    with pytest.raises(Refusal) as refused:
        Counting(books, province, "postclerk", BAG, CountKind.OPENING)

    assert refused.value.cause is Cause.COUNTED_BEFORE
