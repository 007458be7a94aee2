"""One call to the post's gateway: what it says in its own wire format, and what is no answer at all."""

from collections.abc import Iterator

import pytest

from schedules.feeds.deadlines import LimitedClient
from schedules.feeds.vnpost_orders import OrderDesk
from schedules.feeds.wire import FeedError
from tests.schedules.ordering import ordering
from tests.standins.vnpost import CANCEL, ORDER, VnPostGateway, vnpost_gateway
from tracker.actions.postal_orders import Call
from tracker.domain.outbound_orders import Answer, Step
from tracker.store.queries.postal_orders import End, Parcel

MY = End("Lê Thị Mỹ", "+84912345678", "12 Lý Bôn", "96")
CENTRE = End("Trung tâm", "1900 1000", "1 Lý Thường Kiệt", "96")
CREATE = Call(1, Step.CREATE, "EE000000015VN-ABC", Parcel("EE000000015VN", MY, CENTRE, 0))
CANCELLATION = Call(1, Step.CANCEL, "EE000000015VN-ABC")


@pytest.fixture
def gateway() -> Iterator[VnPostGateway]:
    with vnpost_gateway() as gateway:
        yield gateway


@pytest.fixture
def desk(gateway: VnPostGateway) -> Iterator[OrderDesk]:
    with LimitedClient(0.2) as client:
        desk = OrderDesk(client, ordering(gateway).feeds.vnpost_orders)
        desk.sign_in()
        yield desk


def test_an_order_told_twice_is_one_and_is_cancelled_once(desk: OrderDesk, gateway: VnPostGateway) -> None:
    answers = [desk.tell(call).status for call in (CREATE, CREATE, CANCELLATION, CANCELLATION)]

    assert answers == ["100", "101", "100", "101"]
    assert (list(gateway.orders), gateway.cancelled, gateway.given) == ([CREATE.number], [CREATE.number], 1)


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        ({"Status": 99, "Message": "Sai"}, Answer("99", "Sai")),
        ({"Status": " 100 "}, Answer("100")),
        ({"Status": "bất ngờ", "Message": ["?"]}, Answer("bất ngờ")),
        ({"Status": -1, "Message": "LÊ THỊ MỸ,\n1900 1000"}, Answer("-1", "•••, •••")),
    ],
)
def test_what_the_post_says_is_taken_at_its_word(
    desk: OrderDesk, gateway: VnPostGateway, word: object, answer: Answer
) -> None:
    gateway.words = [word]

    assert desk.tell(CREATE) == answer


@pytest.mark.parametrize(
    "word", [{"Message": "?"}, {"Status": None}, {"Status": True}, {"Status": " "}, [], "100", 100]
)
def test_an_answer_without_a_status_says_nothing(desk: OrderDesk, gateway: VnPostGateway, word: object) -> None:
    gateway.words = [word]

    with pytest.raises(FeedError) as error:
        desk.tell(CREATE)
    assert error.value.fault == "bad_shape"


@pytest.mark.parametrize(
    ("fault", "named"),
    [("done_slow", "timeout"), ("done_down", "down"), ("500", "http_500"), ("html", "html"), ("cut", "truncated")],
)
@pytest.mark.parametrize(("call", "path"), [(CREATE, ORDER), (CANCELLATION, CANCEL)])
def test_a_line_that_breaks_is_no_answer(
    desk: OrderDesk, gateway: VnPostGateway, fault: str, named: str, call: Call, path: str
) -> None:
    desk.tell(CREATE)
    gateway.faults = [(path, fault)]

    with pytest.raises(FeedError) as error:
        desk.tell(call)
    assert error.value.fault == named


def test_a_token_that_ran_out_is_renewed_once(desk: OrderDesk, gateway: VnPostGateway) -> None:
    desk.tell(CREATE)
    gateway.expire_tokens()

    assert (desk.tell(CANCELLATION).status, gateway.given) == ("100", 2)


def test_a_sign_in_that_is_refused_is_no_answer(desk: OrderDesk, gateway: VnPostGateway) -> None:
    gateway.secret = "another"
    gateway.expire_tokens()

    with pytest.raises(FeedError, match="http_401"):
        desk.tell(CREATE)
    assert gateway.orders == {}
