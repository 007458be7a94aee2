"""At the end of a shift somebody counts, somebody takes over, and what does not agree is somebody's work."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from tests.actions.counting import BAG, OFFICE, Counting, in_stock, is_open, mismatch_of, numbers_of
from tests.builders import NOW, PIN, a_desk, a_door, a_scan
from tests.province import Province, posted, receipt_of, standing_of, tale_of, with_courier
from tracker.actions.bags import make_bag, put_in, seal_bag, send_bag
from tracker.actions.manifests import LineRead
from tracker.actions.stock import drop_reading, give_up, open_count
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.stock import CountKind
from tracker.domain.vocabulary import EventType, Party, Status
from tracker.store.models import Account, Discrepancy
from tracker.store.queries.stock import count_of, counts_of, lock_count, offices_not_closed

LATER = NOW + timedelta(hours=1)
UNKNOWN = "RR401009996VN"
pytestmark = pytest.mark.usefixtures("bare_shelves")


def test_a_clean_closing_leaves_two_names_and_no_work(books: Session, province: Province) -> None:
    items = in_stock(books, province, 2)

    signed = Counting(books, province).reads(*numbers_of(items)).is_signed()

    assert (signed.row.found, signed.row.missing, signed.row.surplus) == (2, 0, 0)
    assert (signed.row.leaver_name, signed.row.taker_name) == ("Cán bộ postclerk", "Cán bộ postclerk_b")
    assert [mismatch_of(books, item) for item in items] == [None, None]


def test_a_missing_envelope_stays_where_the_record_has_it_and_is_somebodys_work(
    books: Session, province: Province
) -> None:
    there, lacking = in_stock(books, province, 2)

    count = Counting(books, province).reads(there.number)
    count.is_signed()

    row = mismatch_of(books, lacking)
    assert row is not None
    assert (row.state, row.item_id) == ("open", lacking.item_id)
    assert json.loads(row.evidence)["post"] == {
        "counts": str(count.id),
        "record": "office:BC.CM",
        "scan": "missing@office:BC.CM",
    }
    assert row.office_id == province["postclerk"].office_id
    assert standing_of(books, lacking).custodian.ref == "BC.CM"


Ending = Callable[[Session, Province, str], object]


def _given(session: Session, province: Province, number: str) -> object:
    event = a_scan(number, EventType.GIVEN_TO_COURIER, at=LATER, counterparty={"kind": "courier", "user": "courier"})
    return receipt_of(session, province["postclerk"], event, at=LATER)


def _taken(session: Session, province: Province, number: str) -> object:
    event = a_scan(number, EventType.GIVEN_TO_COURIER, at=LATER, counterparty={"kind": "office"})
    return receipt_of(session, province["courier"], event, at=LATER)


def _counted(session: Session, province: Province, number: str) -> object:
    count = Counting(session, province, at=LATER)
    return count.reads(*(item for item in count.view.held), number).is_signed()


@pytest.mark.parametrize("ending", [_given, _taken, _counted])
def test_it_ends_by_itself_when_count_and_record_agree(books: Session, province: Province, ending: Ending) -> None:
    (lacking,) = in_stock(books, province, 1)
    Counting(books, province).is_signed()
    assert is_open(books, lacking)

    ending(books, province, lacking.number)

    row = mismatch_of(books, lacking)
    assert row is not None
    assert (row.state, row.reason) == ("closed", "converged")


def test_a_paper_that_changes_nothing_ends_nothing(books: Session, province: Province) -> None:
    (lacking,) = in_stock(books, province, 1)
    Counting(books, province).is_signed()

    receipt_of(books, province["postclerk"], a_scan(lacking.number, EventType.MISSING, at=LATER), at=LATER)

    assert is_open(books, lacking)
    assert standing_of(books, lacking).status is Status.MISSING


def test_what_a_person_closed_opens_again_when_it_is_missed_again(books: Session, province: Province) -> None:
    (lacking,) = in_stock(books, province, 1)
    Counting(books, province).is_signed()
    row = mismatch_of(books, lacking)
    assert row is not None
    row.state, row.reason, row.closed_at = "closed", "explained", NOW
    books.flush()

    Counting(books, province, at=LATER).is_signed()

    again = mismatch_of(books, lacking)
    assert again is not None
    assert (again.state, again.times_opened) == ("open", 2)


def test_a_surplus_envelope_is_recorded_here_and_still_asked_about(books: Session, province: Province) -> None:
    stray = tale_of(books, province).accepted().with_courier().item

    count = Counting(books, province).reads(stray.number, at=LATER)
    count.is_signed(at=LATER)

    standing = standing_of(books, stray)
    assert (standing.status, standing.custodian.ref) == (Status.AT_OFFICE, "BC.CM")
    row = mismatch_of(books, stray)
    assert row is not None
    assert (row.state, json.loads(row.evidence)["post"]["record"]) == ("open", "courier:courier")
    assert standing.anomalies == ()


def test_a_later_count_that_finds_the_stray_envelope_ends_it(books: Session, province: Province) -> None:
    stray = tale_of(books, province).accepted().with_courier().item
    Counting(books, province).reads(stray.number, at=LATER).is_signed(at=LATER)

    evening = LATER + timedelta(hours=8)
    Counting(books, province, at=evening).reads(stray.number).is_signed()

    assert not is_open(books, stray)


def test_an_officer_finds_without_delivering(books: Session, province: Province) -> None:
    stray = tale_of(books, province).accepted().with_courier().item

    Counting(books, province, "officer").reads(stray.number, at=LATER).is_signed(second="clerk", at=LATER)

    assert standing_of(books, stray).custodian.ref == "courier"
    assert is_open(books, stray)


def test_it_ends_when_the_holder_by_the_record_scans_it(books: Session, province: Province) -> None:
    tale = tale_of(books, province).accepted().with_courier()
    Counting(books, province, "officer").reads(tale.item.number, at=LATER).is_signed(second="clerk", at=LATER)

    tale.wait(hours=2)
    told = {"reason": "absent", "details": {"action": "reattempt"}}
    tale.scan("courier", EventType.ATTEMPT_FAILED, **told)

    assert not is_open(books, tale.item)


def test_nobody_signs_without_speaking_of_the_seals_of_what_came_in(books: Session, province: Province) -> None:
    afar = posted(books, province["postclerk"])
    count = Counting(books, province).reads(afar.number)

    with pytest.raises(Refusal) as refused:
        count.signed(seals_ok=None)

    assert refused.value.fields == {"seals_ok": Cause.FIELD_REQUIRED}


@pytest.mark.parametrize("who", ["postclerk", "officer"])
def test_an_unknown_code_is_never_dropped(books: Session, province: Province, who: str) -> None:
    second = "postclerk_b" if who == "postclerk" else "clerk"

    Counting(books, province, who).reads(UNKNOWN).is_signed(second=second)

    row = books.scalars(select(Discrepancy).where(col(Discrepancy.subject) == f"code:{UNKNOWN}")).one()
    assert (row.code, row.state) == ("orphan_scan", "open")


def test_an_unknown_code_of_an_office_without_the_scan_ends_when_it_becomes_known(
    books: Session, province: Province
) -> None:
    Counting(books, province, "officer").reads(UNKNOWN).is_signed(second="clerk")

    posted(books, province["postclerk"], number=UNKNOWN)

    row = books.scalars(select(Discrepancy).where(col(Discrepancy.subject) == f"code:{UNKNOWN}")).one()
    assert row.state == "closed"


def test_two_people_scan_into_one_count(books: Session, province: Province) -> None:
    one, other = in_stock(books, province, 2)
    first = Counting(books, province)
    second = Counting(books, province, "postclerk_b")

    first.reads(one.number)
    second.reads(other.number, one.number)

    assert first.id == second.id
    assert first.view.seen.counts == (2, 0, 0)


def test_an_envelope_that_leaves_while_it_is_counted_is_caught_at_the_signing(
    books: Session, province: Province
) -> None:
    stays, leaves = in_stock(books, province, 2, at=NOW - timedelta(hours=1))
    count = Counting(books, province).reads(stays.number, leaves.number)
    shown = count.view.seen.stamp

    with_courier(books, province, leaves, at=NOW + timedelta(minutes=1))

    assert count.view.seen.counts == (1, 0, 0)
    assert count.view.seen.moved_on == (leaves.number,)
    with pytest.raises(Refusal) as refused:
        count.signed(stamp=shown, at=LATER)
    assert refused.value.cause is Cause.COUNT_CHANGED
    count.is_signed(at=LATER)
    assert standing_of(books, leaves).custodian.ref == "courier"
    assert mismatch_of(books, leaves) is None


def test_what_left_and_lies_here_all_the_same_is_scanned_again(books: Session, province: Province) -> None:
    (leaves,) = in_stock(books, province, 1, at=NOW - timedelta(hours=1))
    count = Counting(books, province).reads(leaves.number)
    with_courier(books, province, leaves, at=NOW + timedelta(minutes=1))

    count.reads(leaves.number, at=LATER).is_signed(at=LATER)

    assert standing_of(books, leaves).custodian.ref == "BC.CM"
    assert is_open(books, leaves)


def test_what_the_truck_took_is_neither_missing_nor_forgotten(books: Session, province: Province) -> None:
    (item,) = in_stock(books, province, 1, at=NOW - timedelta(hours=1))
    packing, sealing, sending = (a_door(province["postclerk"], at=NOW + timedelta(minutes=step)) for step in range(3))
    bag = make_bag(books, "BC.BL", a_desk(province["postclerk"]), packing.random_bytes)
    put_in(books, bag, LineRead(item.number, item.number, item.item_id), packing)
    seal_bag(books, bag, "NP-77", sealing)
    send_bag(books, bag, sending)

    signed = Counting(books, province, at=LATER).is_signed()

    assert (signed.seen.away, signed.seen.missing) == ((item.number,), ())
    assert mismatch_of(books, item) is None


def test_a_courier_closes_the_bag_with_the_clerks_pin(books: Session, province: Province) -> None:
    held = tale_of(books, province).accepted().with_courier().item
    (stray,) = in_stock(books, province, 1)

    count = Counting(books, province, "courier", at=LATER).reads(held.number, stray.number)
    signed = count.is_signed(second="postclerk")

    assert (signed.row.leaver_name, signed.row.taker_name) == ("Cán bộ courier", "Cán bộ postclerk")
    assert standing_of(books, stray).custodian.ref == "courier"
    assert is_open(books, stray)


def test_a_clerk_counts_the_bag_with_the_courier(books: Session, province: Province) -> None:
    (stray,) = in_stock(books, province, 1)

    signed = Counting(books, province, "postclerk", BAG, at=LATER).reads(stray.number).is_signed(second="courier")

    assert (signed.row.leaver_name, signed.row.taker_name) == ("Cán bộ courier", "Cán bộ postclerk")
    assert standing_of(books, stray).custodian.ref == "courier"


@pytest.mark.parametrize(
    ("second", "pin", "cause"),
    [
        ("postclerk_b", "000000", Cause.PIN_WRONG),
        ("postclerk", PIN, Cause.PIN_WRONG),
        ("courier", PIN, Cause.SECOND_PERSON_MISSING),
        ("postclerk2", PIN, Cause.SECOND_PERSON_MISSING),
        ("supervisor", PIN, Cause.SECOND_PERSON_MISSING),
    ],
)
def test_only_a_colleague_takes_the_office_over(
    books: Session, province: Province, second: str, pin: str, cause: Cause
) -> None:
    count = Counting(books, province)

    assert count.signed(second=second, pin=pin) is cause
    assert count.view.row.is_open


def test_another_couriers_pin_signs_no_bag(books: Session, province: Province) -> None:
    count = Counting(books, province, "postclerk", BAG)

    assert count.signed(second="courier2") is Cause.SECOND_PERSON_MISSING


def test_a_wrong_pin_is_counted(books: Session, province: Province) -> None:
    Counting(books, province).signed(pin="000000")

    assert books.scalars(select(col(Account.failed_sign_ins)).where(col(Account.name) == "postclerk_b")).one() == 1


def test_a_count_is_signed_once(books: Session, province: Province) -> None:
    count = Counting(books, province)
    count.is_signed()

    with pytest.raises(Refusal) as refused:
        count.signed()

    assert refused.value.cause is Cause.COUNT_SIGNED
    with pytest.raises(Refusal):
        count.reads(UNKNOWN)


@pytest.mark.parametrize(
    ("who", "place"),
    [
        ("postclerk", (Party.OFFICE, "BC.BL")),
        ("postclerk", (Party.COURIER, "courier2")),
        ("clerk", BAG),
        ("officer", BAG),
        ("courier", OFFICE),
        ("courier", (Party.COURIER, "courier2")),
        ("driver", (Party.TRANSPORT, "driver")),
        ("supervisor", OFFICE),
        ("auditor", OFFICE),
    ],
)
def test_nobody_counts_what_others_answer_for(
    books: Session, province: Province, who: str, place: tuple[Party, str]
) -> None:
    with pytest.raises(Refusal) as refused:
        open_count(books, CountKind.CLOSING, place, a_desk(province[who]), a_door(province[who]).random_bytes)

    assert refused.value.cause is Cause.NOT_YOURS_TO_COUNT


def test_a_slip_is_taken_back_and_a_count_given_up(books: Session, province: Province) -> None:
    (item,) = in_stock(books, province, 1)
    count = Counting(books, province).reads(item.number, UNKNOWN)

    drop_reading(books, lock_count(books, count.id), UNKNOWN)
    assert count.view.seen.counts == (1, 0, 0)
    give_up(books, lock_count(books, count.id), a_desk(province["postclerk"]))

    assert count_of(books, province["postclerk"], count.id) is None


def test_a_count_is_seen_by_its_own_people_and_by_whoever_oversees_them(books: Session, province: Province) -> None:
    office, bag = Counting(books, province), Counting(books, province, "courier")
    people = ("postclerk", "postclerk_b", "courier", "supervisor", "auditor", "postclerk2", "courier2", "clerk",
              "officer", "strange_supervisor", "hotline", "driver")  # fmt: skip

    def seeing(count: Counting) -> set[str]:
        listed = {who for who in people if count.id in {row.id for row in counts_of(books, province[who])}}
        shown = {who for who in people if count_of(books, province[who], count.id) is not None}
        assert listed == shown
        return shown

    assert seeing(office) == {"postclerk", "postclerk_b", "supervisor", "auditor"}
    assert seeing(bag) == {"postclerk", "postclerk_b", "courier", "supervisor", "auditor"}


def test_a_supervisor_sees_which_office_has_not_closed_today(books: Session, province: Province) -> None:
    Counting(books, province, at=NOW).is_signed()

    def unclosed(who: str) -> set[str]:
        return {one.code for one in offices_not_closed(books, province[who], NOW - timedelta(hours=3))}

    assert "BC.CM" not in unclosed("supervisor")
    assert {"BC.BL", "H12.TT"} <= unclosed("supervisor")
    assert "H04" in unclosed("auditor") - unclosed("supervisor")
    tomorrow = NOW + timedelta(hours=21)
    assert "BC.CM" in {one.code for one in offices_not_closed(books, province["supervisor"], tomorrow)}
