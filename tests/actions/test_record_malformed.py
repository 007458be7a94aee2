"""What is no event: the receipt names the field and the fault, and the events beside it go on."""

from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from tests.builders import NOW, a_scan, scanned
from tests.province import PACKED, Province, posted, receipt_of
from tracker.actions.sent_events import Broken
from tracker.domain.chain import instant
from tracker.domain.vocabulary import EventType, Outcome
from tracker.store.models import DeviceCounter, EventRow

NUMBER = "RI999999995VN"
DEEP: object = None
for _ in range(600):
    DEEP = {"a": DEEP}

# name: (what differs from a good event, the field at fault, the fault)
FAULTS: dict[str, tuple[dict[str, object], str, str]] = {
    "no id": ({"id": None}, "id", "bad_value"),
    "an id that is no UUID": ({"id": "7"}, "id", "bad_value"),
    "a type nobody knows": ({"type": "teleported"}, "type", "bad_value"),
    "a field nobody knows": ({"custodian": "me"}, "custodian", "unknown_field"),
    "an impossible date": ({"occurred_at": "2026-02-30T00:00:00Z"}, "occurred_at", "impossible_date"),
    "a time without its offset": ({"occurred_at": "2026-11-23T10:00:00"}, "occurred_at", "bad_value"),
    "a bare number for a time": ({"occurred_at": 1795400000}, "occurred_at", "bad_value"),
    "a day before the calendar": ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "occurred_at", "impossible_date"),
    "a float": ({"device_counter": 1.5}, "device_counter", "float"),
    "a float in a detail": ({"details": {"weight": 1.5}}, "details.weight", "float"),
    "an integer no JSON reader keeps": ({"details": {"x": 2**53 + 1}}, "details.x", "integer_too_large"),
    "a negative counter": ({"device_counter": -1}, "device_counter", "out_of_range"),
    "true for a counter": ({"device_counter": True}, "device_counter", "bad_value"),
    "a NUL": ({"note": "a\0b"}, "note", "character_not_allowed"),
    "half of a surrogate pair": ({"note": "a\ud800"}, "note", "character_not_allowed"),
    "a key that is not ASCII": ({"details": {"ghi_chú": "x"}}, "details", "key_not_ascii"),
    "a nest without end": ({"details": DEEP}, "details", "too_deep"),
    "a key given twice": ({"details": Broken("duplicate_key")}, "details", "duplicate_key"),
    "a reason in words": ({"reason": "Ông Nam không nhận"}, "reason", "bad_value"),
    "a reason the attempts do not know": (
        {"type": "attempt_failed", "reason": "rain", "details": {"action": "hold"}},
        "reason",
        "bad_value",
    ),
    "an office nobody knows": ({"office": "H12.KHONGCO"}, "office", "unknown_office"),
    "a counterparty who is no account": (
        {"counterparty": {"kind": "courier", "user": "Nguyễn Văn An"}},
        "counterparty.user",
        "unknown_account",
    ),
    "a counterparty without its kind": ({"counterparty": {"user": "courier"}}, "counterparty.kind", "field_required"),
    "a place beyond the poles": (
        {"place": {"latitude": 91.0, "longitude": 105.1, "accuracy_m": 5.0}},
        "place.latitude",
        "out_of_range",
    ),
    "evidence that is no hash": ({"evidence": ["abc"]}, "evidence.0", "bad_value"),
    "a note longer than a page": ({"note": "a" * 2001}, "note", "field_too_long"),
    "a code longer than any": ({"code": "A" * 201}, "code", "field_too_long"),
    "an empty code": ({"code": ""}, "code", "field_required"),
    "a detail out of its range": ({"details": {"fees_collected": -1}}, "details.fees_collected", "out_of_range"),
    "a hand nobody has": ({"details": {"hand": "left"}}, "details.hand", "bad_value"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_named_with_its_field(books: Session, province: Province, fault: str) -> None:
    changes, field, named = FAULTS[fault]
    event = a_scan(NUMBER, EventType.DELIVERED, device_counter=3) | changes

    receipt = receipt_of(books, province["courier"], event)

    assert (receipt.outcome, receipt.cause, receipt.fields) == (Outcome.MALFORMED, "malformed", {field: named})


@pytest.mark.parametrize("raw", [None, 7, "scan", [], Broken("duplicate_key")])
def test_what_is_no_object_is_no_event(books: Session, province: Province, raw: object) -> None:
    (receipt,) = scanned(books, province["courier"], raw)  # type: ignore[arg-type]  # that is the test

    assert receipt.outcome is Outcome.MALFORMED
    assert receipt.id is None
    assert list(receipt.fields or {}) == ["event"]


@pytest.mark.parametrize(
    "code",
    [
        "https://elsewhere.example/T/0123456789ABCDEFGHJKMNPQRS",
        "079085001234|123456789|Nguyễn Thị Ánh Tuyết|01011990|Nữ|12 Lý Bôn, Cà Mau|20052021",
        "TÚI-CM-1",
        "RI99999999VN",
        "\u202eRI999999995VN",
    ],
)
def test_a_code_shaped_like_nothing_of_ours_is_unreadable_and_kept_nowhere(
    books: Session, province: Province, code: str
) -> None:
    receipt = receipt_of(books, province["courier"], a_scan(code, EventType.ARRIVED))

    assert (receipt.outcome, receipt.cause) == (Outcome.MALFORMED, "unreadable_code")
    assert code not in str(receipt.as_json())


def test_a_malformed_event_blocks_no_other_and_uses_its_counter(books: Session, province: Province) -> None:
    item = posted(books, province["postclerk"])
    good = a_scan(item.number, EventType.ACCEPTED, counterparty={"kind": "sender"}, details=PACKED, device_counter=9)

    receipts = scanned(books, province["postclerk"], {"device_counter": 8, "id": "x"}, good)

    assert [receipt.outcome for receipt in receipts] == [Outcome.MALFORMED, Outcome.RECORDED]
    device = province["postclerk"].device
    counters = select(col(DeviceCounter.counter)).where(col(DeviceCounter.device_id) == device)
    assert set(books.scalars(counters)) == {8, 9}


def test_a_bag_is_neither_delivered_nor_held(books: Session, province: Province) -> None:
    receipt = receipt_of(books, province["courier"], a_scan("TUI-CM-1123-01", EventType.DELIVERED))

    assert (receipt.outcome, receipt.fields) == (Outcome.MALFORMED, {"type": "not_for_a_bag"})


def test_nothing_malformed_is_in_the_record(books: Session, province: Province) -> None:
    before = books.scalar(select(func.count()).select_from(EventRow))

    scanned(
        books, province["courier"], *(a_scan(NUMBER, EventType.DELIVERED) | change for change, _, _ in FAULTS.values())
    )

    assert books.scalar(select(func.count()).select_from(EventRow)) == before


@pytest.mark.parametrize("spelling", [str.upper, lambda text: "{" + text + "}", lambda text: text.replace("-", "")])
def test_an_id_in_another_spelling_is_the_same_id(books: Session, province: Province, spelling: object) -> None:
    item, event_id = posted(books, province["postclerk"]), str(uuid4())
    event = a_scan(item.number, EventType.ACCEPTED, counterparty={"kind": "sender"}, details=PACKED, id=event_id)
    receipt_of(books, province["postclerk"], event)

    again = receipt_of(books, province["postclerk"], event | {"id": spelling(event_id)})  # type: ignore[operator]  # a parameter

    assert (again.outcome, again.id) == (Outcome.DUPLICATE, event_id)


def test_composed_and_decomposed_text_is_the_same_text(books: Session, province: Province) -> None:
    item = posted(books, province["postclerk"])
    event = a_scan(item.number, EventType.ACCEPTED, at=NOW, counterparty={"kind": "sender"}, details=PACKED)
    receipt_of(books, province["postclerk"], event | {"details": PACKED | {"seal_number": "NI\u00caM-1"}})

    again = receipt_of(books, province["postclerk"], event | {"details": PACKED | {"seal_number": "NIE\u0302M-1"}})

    assert again.outcome is Outcome.DUPLICATE


def test_one_instant_in_another_offset_is_the_same_instant(books: Session, province: Province) -> None:
    item = posted(books, province["postclerk"])
    event = a_scan(item.number, EventType.ACCEPTED, counterparty={"kind": "sender"}, details=PACKED)
    receipt_of(books, province["postclerk"], event | {"occurred_at": "2026-11-23T10:00:00.000+07:00"})

    again = receipt_of(books, province["postclerk"], event | {"occurred_at": instant(NOW)})

    assert again.outcome is Outcome.DUPLICATE
