"""A missing envelope is looked for where its neighbours are."""

from collections.abc import Callable

from tests.builders import a_scan, scanned
from tests.web.conftest import Town
from tests.web.test_handovers import Hand, stock
from tests.web.visitor import Visitor
from tracker.domain.vocabulary import EventType, Role
from tracker.store.engine import transaction

SignIn = Callable[[Role], Visitor]


def test_the_search_names_the_last_hand_and_what_travelled_beside(town: Town, signed_in: SignIn) -> None:
    lost, bagged, listed = stock(town, 3)
    with transaction(town.engine) as session:
        bag = {"bag": "TUI-BCCM-261123-01"}
        events = [a_scan(number, EventType.BAGGED, details=bag) for number in (lost, bagged)]
        scanned(session, town.people[Role.POSTCLERK].actor, *events)
    giver = Hand(signed_in(Role.POSTCLERK))
    giver.opens("to_courier", "courier")
    giver.scans(lost, listed)

    page = giver.visitor.get(f"/ban-quay/buu-gui/{lost}/tim-quanh")

    assert "Cán bộ postclerk" in page.words
    assert "TUI-BCCM-261123-01" in page.words
    rows = {row.get_text(" ", strip=True)[:17]: row.get_text(" ", strip=True) for row in page.soup.select("tbody tr")}
    assert len(rows) == 2
    assert any("cùng túi" in row for row in rows.values())
    assert any("cùng bản kê" in row for row in rows.values())


def test_the_search_is_offered_on_the_items_page_to_those_who_may_see_it(town: Town, signed_in: SignIn) -> None:
    (number,) = stock(town, 1)

    assert "tim-quanh" in str(signed_in(Role.POSTCLERK).get(f"/ban-quay/buu-gui/{number}").soup)
    assert signed_in(Role.COURIER).get(f"/ban-quay/buu-gui/{number}/tim-quanh").status == 403
    assert signed_in(Role.POSTCLERK).get("/ban-quay/buu-gui/EI999999999VN/tim-quanh").status == 404
