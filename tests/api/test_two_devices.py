"""Two devices that met without a network: what each says later is one handover, whichever is heard first."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.api.test_events import receipts
from tests.builders import NOW, a_scan
from tests.callers import Api
from tracker.domain.vocabulary import EventType

MET_AT = NOW - timedelta(hours=2)


@pytest.mark.parametrize("first", ["postclerk", "courier"])
def test_a_give_and_a_take_of_one_handover_meet_in_any_order(api: Api, first: str) -> None:
    number = api.register()
    receipts(api, "postclerk", a_scan(number, EventType.ACCEPTED, at=MET_AT - timedelta(minutes=5)))
    handover = str(uuid4())
    to, away = {"kind": "courier", "user": "courier"}, {"kind": "office"}
    give = a_scan(
        number, EventType.GIVEN_TO_COURIER, at=MET_AT, counterparty=to, details={"handover": handover, "hand": "give"}
    )
    take = a_scan(
        number,
        EventType.GIVEN_TO_COURIER,
        at=MET_AT + timedelta(seconds=20),
        counterparty=away,
        details={"handover": handover, "hand": "take"},
    )
    told = {"postclerk": give, "courier": take}
    second = "courier" if first == "postclerk" else "postclerk"

    receipts(api, first, told[first])
    (last,) = receipts(api, second, told[second])

    standing = last["standing"]
    assert isinstance(standing, dict)
    assert (standing["status"], standing["custodian"]) == ("with_courier", {"kind": "courier", "name": "CB-courier"})
    assert standing["pending"] is None
    assert not {"two_holders", "repeated", "missed_scan"} & set(standing["anomalies"])
