"""The post's NGSP gateway, as far as a reader of its tracking feed and a giver of orders meet it.

- `POST /token`, basic sign-in with key and secret, form `grant_type=client_credentials`: `access_token`, `token_type`,
  `expires_in`.
- `GET /apiVNPostNGSP/p1.0/order/tracking?pagesize=&lastId=`, `Authorization: Bearer …`: the records after `lastId`, at
  most 1,000, as `{_size, _total_pages, _returned, _embedded: {"rh:doc": […]}}`. An unknown token is a 401.
- `POST …/order/post` with the order as JSON, `GET …/order/cancel?CustomerCode=&OrderNumber=`: `{Status, Message}`; 100
  done, 101 done before. A known number is no second order; an unknown one cannot be cancelled (404).

`orders` and `cancelled` are what it took, by number; `words` are said instead of an answer of its own, one per call.
`expire_tokens` makes every token given so far worthless; `ignores_cursor` answers the first page again and again;
`announces` more records than it sends. Faults of the line stand in `playing`.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.standins.playing import Call, Player, playing

TRACKING = "/apiVNPostNGSP/p1.0/order/tracking"
ORDER, CANCEL = "/apiVNPostNGSP/p1.0/order/post", "/apiVNPostNGSP/p1.0/order/cancel"
MOST_PER_PAGE = 1000
Record = dict[str, object]


def object_id(serial: int) -> str:
    return f"65b{serial:021x}"


def a_record(serial: int, order: str, code: str = "4", **more: object) -> Record:
    """As the gateway writes one; the names of people that its notes may hold too."""
    return {
        "_id": {"$oid": object_id(serial)},
        "CustomerCode": "KH-CM-01",
        "OrderNumber": order,
        "EventTime": "20/11/2026 08:30:00",
        "POSID": "981000",
        "ItemCode": "",
        "StatusCode": code,
        "StatusMessage": f"Trạng thái {code}",
        "Notes": "Giao cho bà Lê Thị Mỹ",
    } | more


@dataclass
class VnPostGateway(Player):
    records: list[Record] = field(default_factory=list)
    key: str = "KH-CM-01"
    secret: str = "bí mật"
    ignores_cursor: bool = False
    announces: int = 0
    tokens: list[str] = field(default_factory=list)
    given: int = 0
    orders: dict[str, Mapping[str, object]] = field(default_factory=dict)
    cancelled: list[str] = field(default_factory=list)
    words: list[object] = field(default_factory=list)

    def expire_tokens(self) -> None:
        self.tokens.clear()

    def answer(self, call: Call) -> tuple[int, object]:
        match (call.method, call.path):
            case ("POST", "/token"):
                return self._token(call)
            case ("GET", path) if path == TRACKING:
                return self._tracking(call)
            case ("POST", path) if path == ORDER:
                return self._ordered(call, lambda: self._order(call.body))
            case ("GET", path) if path == CANCEL:
                return self._ordered(call, lambda: self._cancel(call.query["OrderNumber"]))
            case _:
                return 404, {"message": "no such address"}

    def _token(self, call: Call) -> tuple[int, object]:
        expected = "Basic " + b64encode(f"{self.key}:{self.secret}".encode()).decode()
        if call.headers.get("Authorization") != expected or call.form.get("grant_type") != "client_credentials":
            return 401, {"error": "invalid_client"}
        self.given += 1
        self.tokens.append(f"token-{self.given}")
        return 200, {"access_token": self.tokens[-1], "token_type": "Bearer", "expires_in": 3600}

    def _ordered(self, call: Call, do: Callable[[], object]) -> tuple[int, object]:
        if call.headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
            return 401, {"message": "Invalid Credentials"}
        return 200, self.words.pop(0) if self.words else do()

    def _order(self, body: Mapping[str, object]) -> object:
        number = str(body["OrderNumber"])
        if body["CustomerCode"] != self.key:
            return {"Status": 99, "Message": "Sai mã khách hàng"}
        if number in self.orders:
            return {"Status": "101", "Message": "Đơn hàng đã tồn tại"}
        self.orders[number] = body
        return {"Status": 100, "Message": "Thành công"}

    def _cancel(self, number: str) -> object:
        if number not in self.orders:
            return {"Status": "404", "Message": "Không có đơn hàng"}
        if number in self.cancelled:
            return {"Status": "101", "Message": "Đơn hàng đã hủy"}
        self.cancelled.append(number)
        return {"Status": "100", "Message": "Thành công"}

    def _tracking(self, call: Call) -> tuple[int, object]:
        if call.headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
            return 401, {"message": "Invalid Credentials"}
        size, last_id = int(call.query["pagesize"]), call.query["lastId"]
        if len(last_id) != 24 or not 1 <= size <= MOST_PER_PAGE:
            return 400, {"message": "bad lastId or pagesize"}
        after = [one for one in self.records if self.ignores_cursor or _id_of(one) > last_id]
        page = after[:size]
        returned = len(page) + self.announces
        pages = -(-len(after) // size)
        return 200, {"_size": len(after), "_total_pages": pages, "_returned": returned, "_embedded": {"rh:doc": page}}


def _id_of(record: Record) -> str:
    identity = record["_id"]
    return str(identity["$oid"] if isinstance(identity, dict) else identity)


@contextmanager
def vnpost_gateway(*records: Record) -> Iterator[VnPostGateway]:
    gateway = VnPostGateway(records=list(records))
    with playing(gateway):
        yield gateway
