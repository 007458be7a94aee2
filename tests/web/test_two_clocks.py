"""A dossier's page shows both clocks, each in its own working days, with its pauses."""

from datetime import timedelta

from sqlalchemy import Engine

from tests.builders import CENTRE, NOW, ROOT, a_desk, a_dossier, a_number, an_account, an_item
from tests.web.browsing import browser, open_house
from tracker.actions.claims import ClaimSeen, take_claims
from tracker.domain.vocabulary import Role
from tracker.store.engine import transaction


def test_both_clocks_of_a_dossier_are_told_in_words_beside_their_bars(engine: Engine) -> None:
    open_house(engine)
    number = a_number(1)
    with transaction(engine) as session:
        by = a_desk(an_account(session, Role.CLERK, CENTRE).actor)
        an_item(session, by, a_dossier(session, by, number))
        for days, status in ((0, 2), (1, 5), (3, 4)):
            said_at = NOW + timedelta(days=days)
            seen = ClaimSeen(source="one_stop", number=number, status=status, word=str(status), said_at=said_at)
            take_claims(session, [seen], at=said_at)
    page = browser(engine, Role.SUPERVISOR, ROOT, at=NOW + timedelta(days=4)).page(f"/ban-quay/ho-so/{number}")

    (clocks,) = page.select("section[aria-labelledby=clocks]")
    told = " ".join(clocks.get_text(" ").split()).replace("\xa0", " ")
    assert "Đã dùng 4 trên 1 ngày làm việc, quá hạn 3 ngày" in told
    assert "Đã dùng 2 trên 3 ngày làm việc, còn 1 ngày" in told
    assert "thứ Ba 24/11 – thứ Năm 26/11, 2 ngày làm việc" in told
    assert [bar["viewbox"] for bar in clocks.select("svg.clock")] == ["0 0 40 10", "0 0 30 10"]
