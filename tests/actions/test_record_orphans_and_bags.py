"""Codes nobody knows yet, and sealed bags."""

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from tests.builders import POST, POST_AFAR, a_desk, a_dossier, a_scan
from tests.province import PACKED, SEAL_OK, SENDER, Province, Tale, a_fresh_number, posted, receipt_of, tale_of
from tracker.actions.post import NewItem, register_item
from tracker.domain.discrepancies import DiscrepancyState
from tracker.domain.vocabulary import EventType, Leg, Outcome, Status
from tracker.store.models import Adoption, Bag, Discrepancy, EventRow
from tracker.store.queries.events import item_events

PRE_PRINTED = "RR473124829VN"
TOKEN = "0123456789ABCDEFGHJKMNPQRS"


def orphans(session: Session) -> dict[str, str]:
    rows = session.scalars(select(Discrepancy).where(col(Discrepancy.code) == "orphan_scan"))
    return {row.subject: row.state for row in rows}


def register(session: Session, province: Province, number: str = PRE_PRINTED) -> Tale:
    desk = a_desk(province["postclerk"])
    dossier = a_dossier(session, desk, a_fresh_number())
    item = register_item(session, NewItem(dossiers=(dossier,), leg=Leg.SUBMISSION, number=number), desk)
    return Tale(session, province, item, desk.at)


@pytest.mark.parametrize("code", [PRE_PRINTED, TOKEN, TOKEN.lower(), "TUI-CM-1123-07", "rr 473 124 829 vn"])
def test_a_well_shaped_code_nobody_knows_is_recorded_and_looked_at(
    books: Session, province: Province, code: str
) -> None:
    receipt = receipt_of(books, province["postclerk"], a_scan(code, EventType.ARRIVED, details=SEAL_OK))

    assert (receipt.outcome, receipt.item, receipt.standing, receipt.next) == (Outcome.RECORDED, None, None, ())
    assert list(orphans(books).values()) == [DiscrepancyState.OPEN]


def test_scans_of_one_unknown_code_share_a_chain_and_one_discrepancy(books: Session, province: Province) -> None:
    receipts = [
        receipt_of(books, province["postclerk"], a_scan(code, EventType.ARRIVED))
        for code in (PRE_PRINTED, PRE_PRINTED.lower())
    ]

    assert [receipt.seq for receipt in receipts] == [1, 2]
    assert orphans(books) == {f"code:{PRE_PRINTED}": DiscrepancyState.OPEN}


def test_an_unknown_code_that_becomes_known_brings_its_scans_along(books: Session, province: Province) -> None:
    early = a_scan(PRE_PRINTED, EventType.ACCEPTED, counterparty=SENDER, details=PACKED)
    orphan = receipt_of(books, province["postclerk"], early)

    tale = register(books, province)

    assert (tale.standing.status, tale.standing.office) == (Status.AT_OFFICE, POST)
    assert orphans(books) == {f"code:{PRE_PRINTED}": DiscrepancyState.CLOSED}
    assert next(stored.chain for stored in item_events(books, tale.item.item_id)) == f"code:{PRE_PRINTED}"
    again = receipt_of(books, province["postclerk"], early)
    assert (again.outcome, again.hash) == (Outcome.DUPLICATE, orphan.hash)


def test_new_scans_go_to_the_items_own_chain_once_it_is_known(books: Session, province: Province) -> None:
    receipt_of(books, province["postclerk"], a_scan(PRE_PRINTED, EventType.ACCEPTED, details=PACKED))
    tale = register(books, province)

    tale.with_courier()

    assert [stored.chain for stored in item_events(books, tale.item.item_id)] == [
        f"code:{PRE_PRINTED}",
        f"item:{tale.item.item_id}",
        f"item:{tale.item.item_id}",
    ]
    assert tale.standing.status is Status.WITH_COURIER


def test_an_adopted_scan_is_adopted_once(books: Session, province: Province) -> None:
    receipt_of(books, province["postclerk"], a_scan(PRE_PRINTED, EventType.ACCEPTED, details=PACKED))
    tale = register(books, province)

    adopted = select(Adoption).where(col(Adoption.item_id) == tale.item.item_id)

    assert [row.chain for row in books.scalars(adopted)] == [f"code:{PRE_PRINTED}"]


def test_an_unknown_code_put_into_a_bag_travels_with_it_once_known(books: Session, province: Province) -> None:
    receipt_of(books, province["postclerk"], a_scan(PRE_PRINTED, EventType.BAGGED, details={"bag": "tui-cm-9"}))
    tale = register(books, province)

    receipt = tale.scan("postclerk2", EventType.ARRIVED, code="TUI-CM-9", details=SEAL_OK)

    assert receipt.items == (PRE_PRINTED,)
    assert tale.standing.office == POST_AFAR


def test_a_bag_nobody_packed_is_looked_at_until_something_is_in_it(books: Session, province: Province) -> None:
    tale = tale_of(books, province).accepted()
    first = tale.scan("postclerk", EventType.DEPARTED, code="TUI-CM-11")
    before = orphans(books)

    tale.scan("postclerk", EventType.BAGGED, details={"bag": "TUI-CM-11"})

    assert (first.bag, first.items, before) == ("TUI-CM-11", (), {"code:TUI-CM-11": DiscrepancyState.OPEN})
    assert orphans(books) == {"code:TUI-CM-11": DiscrepancyState.CLOSED}
    assert books.get(Bag, "TUI-CM-11") is not None


def test_sealing_a_bag_is_told_of_the_bag_and_moves_nothing_in_it(books: Session, province: Province) -> None:
    tale = tale_of(books, province).accepted()
    tale.scan("postclerk", EventType.BAGGED, details={"bag": "TUI-CM-13"})
    before = tale.standing

    sealed = tale.scan("postclerk", EventType.BAGGED, code="TUI-CM-13", details={"bag": "TUI-CM-13"})

    assert (sealed.outcome, sealed.bag, sealed.items) == (Outcome.RECORDED, "TUI-CM-13", (tale.item.number,))
    assert tale.standing == before


def test_what_happens_to_a_bag_happens_to_everything_in_it(books: Session, province: Province) -> None:
    tales = [tale_of(books, province).accepted() for _ in range(3)]
    for tale in tales[:2]:
        tale.scan("postclerk", EventType.BAGGED, details={"bag": "TUI-CM-12"})

    departed = tales[0].scan("postclerk", EventType.DEPARTED, code="TUI-CM-12", details=SEAL_OK)
    on_the_road = [tale.standing.status for tale in tales]
    arrived = tales[0].scan("postclerk2", EventType.ARRIVED, code="TUI-CM-12", details=SEAL_OK)

    assert departed.items == arrived.items == (tales[0].item.number, tales[1].item.number)
    assert on_the_road == [Status.IN_TRANSIT, Status.IN_TRANSIT, Status.AT_OFFICE]
    assert [tale.standing.office for tale in tales] == [POST_AFAR, POST_AFAR, POST]
    assert {row.item_id for row in books.scalars(select(EventRow).where(col(EventRow.chain) == "bag:TUI-CM-12"))} == {
        None
    }


def test_an_item_scanned_where_its_bag_is_not_is_counted_as_a_mismatch(books: Session, province: Province) -> None:
    tale = tale_of(books, province).accepted()
    tale.scan("postclerk", EventType.BAGGED, details={"bag": "TUI-CM-13"})
    tale.scan("postclerk", EventType.DEPARTED, code="TUI-CM-13", details=SEAL_OK)

    tale.scan("postclerk2", EventType.ARRIVED, details=SEAL_OK)

    assert "count_mismatch" in tale.open_codes


def test_what_an_opened_bag_lacks_is_counted_as_a_mismatch(books: Session, province: Province) -> None:
    tale, other = (tale_of(books, province).accepted() for _ in range(2))
    for one in (tale, other):
        one.scan("postclerk", EventType.BAGGED, details={"bag": "TUI-CM-14"})

    tale.scan("postclerk", EventType.UNBAGGED, code="TUI-CM-14", details={"missing": [other.item.number]})

    assert (tale.standing.status, tale.open_codes) == (Status.AT_OFFICE, set())
    assert (other.standing.status, other.open_codes) == (Status.BAGGED, {"count_mismatch"})


def test_the_office_that_got_the_bag_sees_what_is_in_it(books: Session, province: Province) -> None:
    """It holds them, so a decision of its own is not refused as about a stranger's item."""
    tale = tale_of(books, province).accepted()
    tale.scan("postclerk", EventType.BAGGED, details={"bag": "TUI-CM-15"})
    tale.scan("postclerk2", EventType.UNBAGGED, code="TUI-CM-15")

    receipt = tale.scan("postclerk2", EventType.FORWARDED, details={"office": POST})

    assert receipt.outcome is Outcome.RECORDED


def test_an_item_stays_in_its_own_story_when_its_number_is_used_again(books: Session, province: Province) -> None:
    first = posted(books, province["postclerk"])
    tale = Tale(books, province, first)
    tale.scan("postclerk", EventType.CANCELLED)

    reborn = a_scan(first.number, EventType.ACCEPTED, at=tale.at)

    assert receipt_of(books, province["postclerk"], reborn, at=tale.at).item == first.number
