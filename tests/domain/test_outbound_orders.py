"""What is due for an order to the post, under which number, and what of the post's words is kept."""

from datetime import datetime, timedelta
from unicodedata import normalize

import pytest
from hypothesis import given, strategies as st

from tests.builders import NOW
from tracker.domain.outbound_orders import (
    Answer,
    OrderState,
    Step,
    order_number,
    state_after,
    step_of,
    without_people,
)
from tracker.domain.postal_orders import ORDER_SUFFIX
from tracker.domain.vocabulary import FINAL_STATUSES, Status

ITEM = "EE123456785VN"
ENDED = sorted(FINAL_STATUSES - {Status.CANCELLED})
WAITING, CANCEL_WAITING = OrderState.WAITING, OrderState.CANCEL_WAITING


def test_one_envelope_has_one_number_and_one_that_bears_its_number_later_has_another() -> None:
    first, again = order_number(ITEM, NOW), order_number(ITEM, NOW)
    reissued = order_number(ITEM, NOW + timedelta(days=800))

    assert first == again
    assert first.startswith(f"{ITEM}-")
    assert reissued != first


@given(st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2090, 1, 1)))  # noqa: DTZ001 - any instant will do
def test_no_number_reads_as_a_one_stop_systems(registered_at: datetime) -> None:
    number = order_number(ITEM, registered_at)

    assert ORDER_SUFFIX not in number
    assert len(number) <= 40


@pytest.mark.parametrize(
    ("status", "was_tried", "is_known", "step"),
    [
        (Status.REGISTERED, False, False, Step.CREATE),
        (Status.REGISTERED, False, True, Step.KNOW),
        (Status.IN_TRANSIT, True, True, Step.CREATE),
        (Status.CANCELLED, False, False, Step.WITHDRAW),
        # The post may have it: it is made sure of, and cancelled afterwards.
        (Status.CANCELLED, True, False, Step.CREATE),
        *[(ended, was_tried, False, Step.WITHDRAW) for ended in ENDED for was_tried in (False, True)],
    ],
)
def test_what_is_due_for_an_order_that_waits(status: Status, was_tried: bool, is_known: bool, step: Step) -> None:
    assert step_of(WAITING, status, was_tried=was_tried, is_known=is_known) is step


@pytest.mark.parametrize(
    ("status", "was_tried", "step"),
    [
        (Status.CANCELLED, False, Step.CANCEL),
        (Status.REGISTERED, False, Step.RESUME),
        # The post may have heard of it already.
        (Status.REGISTERED, True, Step.CANCEL),
    ],
)
def test_what_is_due_for_a_cancellation(status: Status, was_tried: bool, step: Step) -> None:
    assert step_of(CANCEL_WAITING, status, was_tried=was_tried, is_known=False) is step


@pytest.mark.parametrize("state", sorted(set(OrderState) - {WAITING, CANCEL_WAITING}))
@pytest.mark.parametrize("status", [Status.REGISTERED, Status.CANCELLED])
def test_nothing_is_due_for_an_order_at_its_end(state: OrderState, status: Status) -> None:
    assert step_of(state, status, was_tried=True, is_known=False) is Step.KEEP


@pytest.mark.parametrize("status", ["100", "101"])
def test_done_and_done_before_are_success(status: str) -> None:
    assert state_after(Step.CREATE, Answer(status)) is OrderState.SENT
    assert state_after(Step.CANCEL, Answer(status)) is OrderState.CANCELLED


@pytest.mark.parametrize("status", ["99", "500", "404", "1", "0", "1000", "ok", "true", "102"])
def test_any_other_answer_is_none(status: str) -> None:
    assert state_after(Step.CREATE, Answer(status)) is OrderState.REFUSED
    assert state_after(Step.CANCEL, Answer(status)) is OrderState.CANCEL_REFUSED


@given(
    st.text(max_size=40),
    st.text(alphabet="LêThịMỹĐđ ơ", min_size=2, max_size=30).filter(lambda told: len(told.strip()) > 1),
    st.text(),
)
def test_what_we_told_of_people_never_comes_back(before: str, told: str, after: str) -> None:
    for said in (told, told.upper(), normalize("NFD", told)):
        assert normalize("NFC", told.strip()).lower() not in without_people(f"{before}{said}{after}", [told]).lower()


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Người nhận LÊ THỊ MỸ không có thật", "Người nhận ••• không có thật"),
        ("LE THI MY", "•••"),
        ("SĐT 0912 345 678 sai", "SĐT ••• sai"),
        ("SĐT (0912) 345-678 sai", "SĐT ••• sai"),
        ("SĐT +84912345678 sai", "SĐT ••• sai"),
        ("Mã lỗi 4031", "Mã lỗi 4031"),
    ],
)
def test_the_posts_reason_is_kept_without_names_and_telephones(said: str, kept: str) -> None:
    assert without_people(said, ["Lê Thị Mỹ", ""]) == kept
