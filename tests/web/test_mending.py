""" "Sửa lần quét vừa rồi": two taps where it was made, else it goes to the supervisor and says so."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.web.conftest import Town
from tests.web.test_scan import PHONE, Envelope, _discrepancies
from tests.web.visitor import Page, Visitor
from tracker.domain.vocabulary import EventType, Role, Status

SignIn = Callable[[Role], Visitor]
DESK = "/ban-quay/quet"


def _arrived(town: Town, clerk: Visitor) -> Envelope:
    envelope = Envelope(town).collected()
    clerk.record(clerk.scan(envelope.number), seal_ok="yes")
    return envelope


def _take_back(person: Visitor, page: Page, path: str = DESK, reason: str = "wrong_item") -> Page:
    """Opens the newest line of the strip and taps a reason."""
    return person.post(f"{path}/sua", page.fields(".last li:first-child .mend form") | {"reason": reason})


def _strip(page: Page) -> str:
    found = page.soup.select_one(".last li")
    return " ".join(found.get_text(" ", strip=True).split()) if found else ""


def test_the_last_scan_is_taken_back_with_a_reason_and_stays_struck_through(signed_in: SignIn, town: Town) -> None:
    clerk = signed_in(Role.POSTCLERK)
    envelope = _arrived(town, clerk)

    page = clerk.get(DESK)
    done = _take_back(clerk, page)

    assert "Sửa lần quét vừa rồi" in _strip(page)
    assert "Đã sửa" in done.words
    assert [struck.get_text() for struck in done.soup.select(".last s")] == ["Đã đến bưu cục"]
    assert (envelope.item.status, envelope.events()[-1].type) == (Status.COLLECTED, "corrected")
    assert _discrepancies(town) == set()


def test_a_courier_takes_back_the_last_scan_too(signed_in: SignIn, town: Town) -> None:
    courier, envelope = signed_in(Role.COURIER), Envelope(town)
    courier.record(courier.scan(envelope.number, PHONE), PHONE, seal_number="NP 1", count__1="1", count__2="2")

    done = _take_back(courier, courier.get(PHONE), PHONE)

    assert ("Đã sửa" in done.words, envelope.item.status) == (True, Status.REGISTERED)


def test_after_fifteen_minutes_it_goes_to_the_supervisor(signed_in: SignIn, town: Town) -> None:
    clerk = signed_in(Role.POSTCLERK)
    envelope = _arrived(town, clerk)
    town.clock.at += timedelta(minutes=16)

    page = clerk.get(DESK)
    handed_on = _take_back(clerk, page)

    assert "Báo quét sai" in _strip(page)
    assert "Đã chuyển điều hành" in handed_on.words
    assert "Đã quá 15 phút" in handed_on.words
    assert (envelope.item.status, _discrepancies(town)) == (Status.AT_OFFICE, {"unexpected_event"})


def test_once_something_followed_it_goes_to_the_supervisor(signed_in: SignIn, town: Town) -> None:
    clerk = signed_in(Role.POSTCLERK)
    envelope = _arrived(town, clerk).did(Role.COURIER, EventType.GIVEN_TO_COURIER)

    handed_on = _take_back(clerk, clerk.get(DESK))

    assert "Đã có việc khác sau đó" in handed_on.words
    assert envelope.item.status == Status.WITH_COURIER


def test_taking_back_twice_is_taking_back_once(signed_in: SignIn, town: Town) -> None:
    clerk = signed_in(Role.POSTCLERK)
    envelope = _arrived(town, clerk)
    page = clerk.get(DESK)

    _take_back(clerk, page)
    again = _take_back(clerk, page)

    assert (again.status, [event.type for event in envelope.events()].count("corrected")) == (200, 1)


@pytest.mark.parametrize("told", [{"reason": "because"}, {"event": "00000000-0000-0000-0000-000000000000"}])
def test_another_devices_scan_or_a_reason_of_ones_own_is_refused(
    signed_in: SignIn, town: Town, told: dict[str, str]
) -> None:
    clerk = signed_in(Role.POSTCLERK)
    envelope = _arrived(town, clerk)
    form = clerk.get(DESK).fields(".last .mend form") | {"reason": "wrong_item"}

    assert clerk.post(f"{DESK}/sua", form | told).status == 400
    assert envelope.item.status == Status.AT_OFFICE
