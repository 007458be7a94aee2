"""Staff see how far an envelope's order to the post is; a supervisor sends a refused one again."""

import pytest
from sqlalchemy import Engine, select, update
from sqlmodel import col

from tests.builders import CENTRE, ELSEWHERE, NOW, ROOT, a_desk, a_dossier, a_number, an_account, an_item
from tests.web.browsing import Browser, browser, open_house, text_of
from tracker.actions.postal_orders import Call, enter_orders, note_answer
from tracker.domain.outbound_orders import Answer, OrderState, Step
from tracker.domain.vocabulary import Role
from tracker.store.engine import reading, transaction
from tracker.store.models import AuditRow, PostalOrder, SerialPool

PAGE = "/dieu-hanh/don-gui"


@pytest.fixture
def items(engine: Engine) -> list[str]:
    """Five envelopes of the centre's: refused, refused by us, unanswered, cancelled by mistake, taken."""
    open_house(engine)
    with transaction(engine) as session:
        by = a_desk(an_account(session, Role.CLERK, CENTRE).actor)
        made = [an_item(session, by, a_dossier(session, by, a_number(n))) for n in range(1, 6)]
        enter_orders(session, at=NOW, limit=9)
        refused, incomplete, unanswered, cancelled, taken = [one.item_id for one in made]
        note_answer(session, Call(refused, Step.CREATE, ""), Answer("99", "Sai <b>địa chỉ"), at=NOW)
        note_answer(session, Call(taken, Step.CREATE, ""), Answer("100"), at=NOW)
        for item_id, told in (
            (incomplete, {"state": OrderState.REFUSED, "fault": "incomplete", "reason": "sender_phone sender_address"}),
            (unanswered, {"fault": "http_503", "attempts": 3, "tried_at": NOW}),
            (cancelled, {"state": OrderState.CANCELLED}),
        ):
            session.execute(update(PostalOrder).where(col(PostalOrder.item_id) == item_id).values(told))
    return [one.number for one in made]


def listed(person: Browser) -> list[str]:
    return [str(link["href"]).rpartition("/")[2] for link in person.page(PAGE).select("section h2 a.code")]


def test_what_the_schedules_cannot_settle_is_listed_with_its_cause(engine: Engine, items: list[str]) -> None:
    supervisor = browser(engine, Role.SUPERVISOR, ROOT)
    page, english = text_of(supervisor.get(PAGE)), text_of(supervisor.get(f"{PAGE}?lang=en"))

    assert listed(supervisor) == items[:4]
    assert "Bưu điện trả lời: 99: Sai <b>địa chỉ" in page
    assert "Chưa gửi được vì thiếu: điện thoại người gửi, địa chỉ người gửi." in page
    assert "Đã gửi 3 lần, chưa có trả lời. Hệ thống nguồn từ chối với mã 503." in page
    assert "Đơn đã hủy ở bưu điện nhưng bưu gửi vẫn đang đi." in page
    assert "Sent 3 times without an answer." in english


def test_a_supervisor_sends_a_refused_one_again_and_stands_in_the_book(engine: Engine, items: list[str]) -> None:
    supervisor = browser(engine, Role.SUPERVISOR, ROOT)
    number = str(supervisor.page(PAGE).select("input[name=order]")[0]["value"])

    answer = supervisor.send(PAGE, order=number)

    assert (answer.status_code, listed(supervisor)) == (303, items[1:4])
    again = supervisor.send(PAGE, order=number)
    assert again.status_code == 422
    assert "Lỗi" in text_of(again)
    with reading(engine) as session:
        noted = session.scalars(select(AuditRow).where(col(AuditRow.action) == "order sent again")).one()
    assert (noted.subject, noted.actor) == (f"order:{number}", "supervisor")


def test_a_strange_office_sees_none_of_it_and_sends_nothing(engine: Engine, items: list[str]) -> None:
    with reading(engine) as session:
        refused = session.scalars(select(col(PostalOrder.number)).where(col(PostalOrder.status) == "99")).one()
    stranger = browser(engine, Role.SUPERVISOR, ELSEWHERE)

    assert (listed(stranger), stranger.send(PAGE, order=refused).status_code) == ([], 404)
    assert stranger.send(PAGE, order="nobody's").status_code == 404


def test_ranges_of_numbers_that_run_low_are_told_to_who_oversees_their_office(engine: Engine, items: list[str]) -> None:
    with transaction(engine) as session:
        session.execute(update(SerialPool).where(col(SerialPool.prefix) == "RI").values(next_serial=30_100_990))
    supervisor, stranger = (
        browser(engine, Role.SUPERVISOR, office, name=f"s.{office}") for office in (ROOT, ELSEWHERE)
    )

    assert "Bưu cục Cà Mau RI còn 10 số" in text_of(supervisor.get(PAGE))
    assert "Sắp hết dải số" not in text_of(stranger.get(PAGE))


def test_the_pages_of_envelope_and_dossier_tell_how_far_its_order_is(engine: Engine, items: list[str]) -> None:
    clerk = browser(engine, Role.CLERK, CENTRE, name="colleague")

    assert "Bưu điện đã nhận đơn" in text_of(clerk.get(f"/ban-quay/buu-gui/{items[4]}"))
    for page in (f"/ban-quay/buu-gui/{items[0]}", f"/ban-quay/ho-so/{a_number(1)}"):
        told = text_of(clerk.get(page))
        assert "Đơn bị từ chối" in told
        assert "99: Sai <b>địa chỉ" in told
