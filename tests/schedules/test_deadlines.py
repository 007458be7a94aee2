"""A call ends at its time limit, whatever the other side drips."""

import time

import pytest

from schedules.feeds.deadlines import LimitedClient
from schedules.feeds.wire import FeedError, answer_to
from tests.standins.my_vnpost import LIST, my_vnpost_portal

LIMIT = 0.25


def ended_after(client: LimitedClient, url: str) -> tuple[str, float]:
    began = time.monotonic()
    with pytest.raises(FeedError) as ended:
        answer_to(client, client.build_request("GET", url))
    return ended.value.fault, time.monotonic() - began


def test_a_server_that_drips_its_head_byte_by_byte_ends_at_the_limit() -> None:
    with my_vnpost_portal() as portal, LimitedClient(LIMIT) as client:
        portal.faults = [(LIST, "drip")]
        fault, seconds = ended_after(client, portal.address + LIST)

    assert fault == "timeout"
    assert LIMIT <= seconds < LIMIT + 1.5


def test_each_call_has_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second call on the same connection, long after the limit of the first."""
    later = [0.0]
    clock = time.monotonic
    monkeypatch.setattr("schedules.feeds.deadlines.time.monotonic", lambda: clock() + later[0])
    with my_vnpost_portal() as portal, LimitedClient(5) as client:
        url = f"{portal.address}/GetAccessToken"
        account = {"username": portal.username, "password": portal.password, "customerCode": portal.customer_code}
        for _ in range(2):
            assert answer_to(client, client.build_request("POST", url, json=account))
            later[0] += 60


def test_the_proxies_of_the_environment_are_under_the_limit_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with my_vnpost_portal() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.address)
        monkeypatch.setenv("NO_PROXY", "")
        proxy.faults = [(LIST, "drip")]
        with LimitedClient(LIMIT) as client:
            fault, seconds = ended_after(client, f"http://post.example{LIST}")

    assert (fault, [call.path for call in proxy.calls]) == ("timeout", [LIST])
    assert LIMIT <= seconds < LIMIT + 1.5
