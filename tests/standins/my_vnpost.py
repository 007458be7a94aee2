"""The post's portal for customers (MyVNPost), as far as a reader of its orders meets it.

- `POST /GetAccessToken` {username, password, customerCode}: `{success, token, errorMessage}`.
- `GET /GetListOrder?lastUpdateFrom=&lastUpdateTo=&type=&page=&size=`, header `token`: the orders that last changed on
  those days (DD-MM-YYYY, both included), as `{success, data: […]}`. More than 31 days or 500 orders is a 400, a token
  that it does not know a 401 or, as `expired` says, a 403.

`ignores_page` answers the first page again and again. Faults of the line stand in `playing`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tests.standins.playing import Call, Player, playing

LIST = "/GetListOrder"
LONGEST_WINDOW_DAYS, MOST_PER_PAGE = 31, 500
Order = dict[str, object]


def an_order(serial: int, code: str = "90", at: str = "20/11/2026 08:30:00", **more: object) -> Order:
    """As the portal writes one, people's names included."""
    return {
        "originalId": f"D-{serial}",
        "saleOrderCode": f"SO{serial}",
        "itemCode": "",
        "status": code,
        "statusName": f"Trạng thái {code}",
        "lastUpdate": at,
        "receiverName": "Lê Thị Mỹ",
    } | more


def _day(text: str) -> date:
    return datetime.strptime(text, "%d-%m-%Y").date()  # noqa: DTZ007 - a day has no zone


def _changed_on(order: Order) -> date:
    return datetime.strptime(str(order["lastUpdate"])[:10], "%d/%m/%Y").date()  # noqa: DTZ007 - as above


@dataclass
class MyVnPostPortal(Player):
    orders: list[Order] = field(default_factory=list)
    username: str = "buudien"
    password: str = "bí mật"
    customer_code: str = "T000180585"
    ignores_page: bool = False
    expired: int = 401
    tokens: list[str] = field(default_factory=list)
    given: int = 0

    def answer(self, call: Call) -> tuple[int, object]:
        match (call.method, call.path):
            case ("POST", "/GetAccessToken"):
                return self._token(call)
            case ("GET", path) if path == LIST:
                return self._list(call)
            case _:
                return 404, {"errorMessage": "no such address"}

    def _token(self, call: Call) -> tuple[int, object]:
        expected = {"username": self.username, "password": self.password, "customerCode": self.customer_code}
        if dict(call.body) != expected:
            return 200, {"success": False, "token": None, "errorMessage": "Sai tên đăng nhập hoặc mật khẩu"}
        self.given += 1
        self.tokens.append(f"token-{self.given}")
        return 200, {"success": True, "token": self.tokens[-1], "errorMessage": None}

    def _list(self, call: Call) -> tuple[int, object]:
        if call.headers.get("token", "") not in self.tokens:
            return self.expired, {"success": False, "errorMessage": "Token hết hạn"}
        first, last = _day(call.query["lastUpdateFrom"]), _day(call.query["lastUpdateTo"])
        page, size = int(call.query["page"]), int(call.query["size"])
        is_too_long = last - first > timedelta(days=LONGEST_WINDOW_DAYS - 1) or size > MOST_PER_PAGE
        if is_too_long or call.query["type"] not in {"GUI", "NHAN"}:
            return 400, {"success": False, "errorMessage": "Khoảng thời gian không quá 31 ngày"}
        found = [order for order in self.orders if first <= _changed_on(order) <= last]
        start = 0 if self.ignores_page else page * size
        return 200, {"success": True, "data": found[start : start + size] or None}


@contextmanager
def my_vnpost_portal(*orders: Order) -> Iterator[MyVnPostPortal]:
    portal = MyVnPostPortal(orders=list(orders))
    with playing(portal):
        yield portal
