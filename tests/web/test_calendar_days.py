"""The administrator adds a holiday one day before: first sees what moves, then enters it."""

from collections.abc import Callable

from sqlalchemy import select
from sqlmodel import col

from tests.builders import CENTRE, a_desk, a_dossier, an_item
from tests.web.conftest import Town
from tests.web.visitor import Visitor
from tracker.domain.vocabulary import Role
from tracker.store.engine import transaction
from tracker.store.models import AuditRow, CalendarDay, Item, OfficeDay

PAGE = "/quan-tri/lich-nghi"
HOLIDAY = {"kind": "closed", "first_on": "2026-11-24", "name": "Ngày Văn hóa Việt Nam"}


def test_a_holiday_is_looked_at_and_then_entered(town: Town, signed_in: Callable[[Role], Visitor]) -> None:
    with transaction(town.engine) as session:
        by = a_desk(town.people[Role.CLERK].actor)
        an_item(session, by, a_dossier(session, by))
    admin = signed_in(Role.ADMIN)
    token = admin.get(PAGE).fields("main form")["form_token"]

    seen = admin.post(PAGE, {**HOLIDAY, "form_token": token})
    assert "1 ngày hẹn của bưu gửi sẽ chuyển sang ngày khác." in seen.words
    assert "thứ Ba 24/11 thứ Tư 25/11 1" in seen.words.replace("\xa0", " ")
    with transaction(town.engine) as session:
        assert session.scalars(select(CalendarDay)).all() == []

    entered = admin.post(PAGE, seen.fields("section[aria-labelledby=preview] form") | {"do": "enter"})
    page = admin.get(PAGE).words.replace("\xa0", " ")
    assert entered.status == 303
    assert "thứ Ba 24/11 Nghỉ Ngày Văn hóa Việt Nam Mọi đơn vị" in page
    assert "đang tính lại, đã chuyển 0 ngày hẹn" in page
    with transaction(town.engine) as session:
        assert (
            session.scalars(select(AuditRow).where(col(AuditRow.action) == "calendar changed")).one().actor == "admin"
        )
        assert session.scalars(select(Item)).one().due_on.isoformat() == "2026-11-24"

    twice = admin.post(PAGE, {**HOLIDAY, "form_token": token})
    assert (twice.status, "Lịch đã ghi đúng như vậy" in twice.words) == (422, True)


def test_one_offices_saturdays_and_what_is_wrong_with_a_form(town: Town, signed_in: Callable[[Role], Visitor]) -> None:
    admin = signed_in(Role.ADMIN)
    token = admin.get(PAGE).fields("main form")["form_token"]
    wrong = admin.post(PAGE, {"kind": "closed", "first_on": "24/11", "name": "", "form_token": token})
    assert wrong.status == 422
    assert wrong.title.startswith("Lỗi:")
    assert wrong.soup.select_one("#first_on-error") is not None
    assert wrong.soup.select_one("#first_on").get("value") == "24/11"  # type: ignore[union-attr]  # asserted above

    desk = {"kind": "saturdays", "first_on": "2026-12-01", "last_on": "2026-12-31", "name": "Trực", "office": CENTRE}
    assert admin.post(PAGE, {**desk, "do": "enter", "form_token": token}).status == 303
    with transaction(town.engine) as session:
        days = session.scalars(select(col(OfficeDay.day)).order_by(col(OfficeDay.day))).all()
    assert [day.day for day in days] == [5, 12, 19, 26]
