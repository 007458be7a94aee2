"""Who I am, which offices there are, what may be posted."""

from tests.builders import CENTRE, CLOSED_PROCEDURE, ROOT
from tests.callers import Api


def test_a_caller_learns_whom_the_token_acts_for(api: Api) -> None:
    told = api.get("/me").json

    device = api.people["clerk"].actor.device
    assert told == {"name": "clerk", "role": "clerk", "office": CENTRE, "device": device}


def test_an_office_is_told_with_kind_parent_and_service_point(api: Api) -> None:
    offices = {office["code"]: office for office in (api.get("/offices").json or {})["data"]}

    assert offices[CENTRE] == {
        "code": CENTRE,
        "name": "Trung tâm Phục vụ hành chính công tỉnh Cà Mau",
        "kind": "centre",
        "parent": ROOT,
        "service_point": True,
    }


def test_a_procedure_that_is_closed_to_the_post_tells_why(api: Api) -> None:
    procedures = {row["code"]: row for row in (api.get("/procedures").json or {})["data"]}

    assert procedures[CLOSED_PROCEDURE] == {
        "code": CLOSED_PROCEDURE,
        "name": "Đăng ký kết hôn",
        "days": 0,
        "may_be_posted": {"send": False, "result": False},
        "reason": "Hai bên phải có mặt tại cơ quan",
    }
