"""What was offered and not accepted ages where a person looks."""

from collections.abc import Callable

from tests.web.conftest import Town
from tests.web.test_handovers import Hand, stock
from tests.web.visitor import Visitor
from tracker.domain.vocabulary import Role

SignIn = Callable[[Role], Visitor]


def test_the_boards_number_opens_the_claims_with_both_sides_and_their_age(town: Town, signed_in: SignIn) -> None:
    (number,) = stock(town, 1)
    giver = Hand(signed_in(Role.POSTCLERK))
    giver.opens("to_courier", "courier")
    giver.scans(number)
    giver.does("offer")
    supervisor = signed_in(Role.SUPERVISOR)

    board = supervisor.get("/dieu-hanh/")
    page = supervisor.get("/dieu-hanh/cho-nhan")

    assert board.soup.select_one('a[href="/dieu-hanh/cho-nhan"] b').get_text() == "1"  # type: ignore[union-attr]  # shown above
    row = page.soup.select_one("tbody tr")
    assert row is not None
    told = row.get_text(" ", strip=True)
    assert "Bưu cục Cà Mau" in told
    assert "CB-courier" in told
    assert "0 giờ" in told
    assert row.select_one(f'a[href="{giver.path}"]') is not None


def test_another_offices_claims_are_not_shown(town: Town, signed_in: SignIn) -> None:
    assert "tbody" not in str(signed_in(Role.POSTCLERK).get("/dieu-hanh/cho-nhan").soup)
    assert signed_in(Role.COURIER).get("/dieu-hanh/cho-nhan").status == 403
