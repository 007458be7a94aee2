"""A shift is counted, signed over at one screen, and its record says what came, what left and what is not there."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlmodel import col

from tests.builders import PIN, POST, POST_AFAR, ROOT, a_desk, a_door, an_account, scanned
from tests.web.conftest import Town
from tests.web.test_handovers import stock, tone_of
from tests.web.visitor import Page, Visitor
from tracker.actions.bags import make_bag, put_in, seal_bag
from tracker.actions.manifests import LineRead
from tracker.domain.vocabulary import EventType, Role
from tracker.store.engine import transaction
from tracker.store.models import Discrepancy
from tracker.store.queries.manifests import manifest_of
from tracker.store.queries.numbers import item_id_of_number

SignIn = Callable[[Role], Visitor]
UNKNOWN = "RR401009996VN"
DESK, PHONE = "/ban-quay/kiem-dem/", "/buu-ta/kiem-dem/"


class Counter:
    """One person at the pages of a count."""

    def __init__(self, visitor: Visitor, start: str = DESK, path: str = "") -> None:
        self.visitor, self.start, self.path = visitor, start, path
        page = Page(visitor.client.get(start))
        self.token = str(page.soup.select("input[name=form_token]")[0]["value"])

    def begins(self, **given: str) -> Page:
        answer = self.visitor.post(self.start, {"form_token": self.token, "kind": "closing", **given})
        if answer.status == 303:
            self.path = str(answer.answer.location)
        return answer

    def does(self, act: str, **given: str) -> Page:
        return self.visitor.post(self.path, {"form_token": self.token, "act": act, **given})

    def scans(self, *codes: str) -> list[str]:
        return [tone_of(self.does("scan", code=code).soup) for code in codes]

    def page(self) -> Page:
        return Page(self.visitor.client.get(self.path, follow_redirects=True))

    def signs(self, second: str, pin: str = PIN, **given: str) -> Page:
        stamp = self.page().soup.select_one("input[name=stamp]")
        assert stamp is not None
        told = {"stamp": str(stamp["value"]), **given}
        return self.does("sign", second_user=second, second_pin=pin, **told)


@pytest.fixture
def colleague(town: Town) -> str:
    with transaction(town.engine) as session:
        return an_account(session, Role.POSTCLERK, POST, "postclerk_b").actor.name


@pytest.fixture
def counter(colleague: str, signed_in: SignIn) -> Counter:
    return Counter(signed_in(Role.POSTCLERK))


def to_courier(town: Town, number: str) -> None:
    with transaction(town.engine) as session:
        event: dict[str, object] = {
            "id": "0199aaaa-0000-7000-8000-000000000001",
            "code": number,
            "type": EventType.GIVEN_TO_COURIER.value,
            "occurred_at": town.clock().isoformat(),
            "counterparty": {"kind": "office"},
        }
        scanned(session, town.people[Role.COURIER].actor, event, at=town.clock())


def test_a_day_is_closed_with_one_missing_one_surplus_and_one_unknown(
    town: Town, counter: Counter, colleague: str, signed_in: SignIn
) -> None:
    first, _lacking, stray = stock(town, 3)
    to_courier(town, stray)
    counter.begins()

    assert counter.scans(first, first, stray, UNKNOWN) == ["ok", "warn", "warn", "warn"]
    shown = counter.page().words
    assert "Chưa quét thấy 1" in shown
    assert "Thừa 2" in shown
    assert "CB-courier" in shown

    unsaid, wrong = counter.signs(colleague), counter.signs(colleague, "000000", seals_ok="yes")
    assert (unsaid.status, wrong.status) == (422, 422)
    assert unsaid.soup.select_one("#seals_ok-error") is not None
    assert wrong.soup.select_one("#second_pin-error") is not None
    assert counter.signs(colleague, seals_ok="yes").status == 303

    record = counter.page()
    late = counter.does("scan", code=first)
    assert late.answer.location == f"{counter.path}/bien-ban"
    assert record.heading == "Biên bản: Chốt ngày"
    assert "Có 1, thiếu 1, thừa 2" in record.words
    assert "Cán bộ postclerk" in record.words
    assert "Cán bộ postclerk_b" in record.words
    assert "báo thất lạc" in record.words
    queue = signed_in(Role.SUPERVISOR).get("/dieu-hanh/doi-soat?loai=count_mismatch").words
    assert "Khi kiểm đếm" in queue
    with transaction(town.engine) as session:
        codes = sorted(session.scalars(select(col(Discrepancy.code))))
    assert codes == ["count_mismatch", "count_mismatch", "orphan_scan"]


def test_the_next_closing_shows_how_the_day_adds_up(town: Town, counter: Counter, colleague: str) -> None:
    stays, leaves = stock(town, 2)
    counter.begins()
    counter.scans(stays, leaves)
    counter.signs(colleague)
    assert "lần chốt đầu tiên" in counter.page().words
    to_courier(town, leaves)
    (comes,) = stock(town, 1, first=7)

    counter.begins()
    counter.scans(stays, comes)
    counter.signs(colleague)

    sums = [part.get_text(" ", strip=True) for part in counter.page().soup.select(".balance summary")]
    assert sums[:4] == ["2 Tồn đầu", "+ 1 Nhận vào", "= 1 Giao đi", "+ 2 Tồn cuối theo sổ"]


def test_what_leaves_meanwhile_is_shown_and_the_old_numbers_are_not_signed(
    town: Town, counter: Counter, colleague: str
) -> None:
    stays, leaves = stock(town, 2)
    counter.begins()
    counter.scans(stays, leaves)
    old = counter.page().soup.select_one("input[name=stamp]")
    assert old is not None
    to_courier(town, leaves)

    refused = counter.does("sign", stamp=str(old["value"]), second_user=colleague, second_pin=PIN)

    assert refused.status == 422
    assert "vừa thay đổi" in refused.words
    assert "Đã rời đi từ lúc quét 1" in refused.words
    assert counter.signs(colleague).status == 303


def test_a_couriers_bag_is_closed_on_the_phone_with_the_clerks_pin(town: Town, signed_in: SignIn) -> None:
    (number,) = stock(town, 1)
    to_courier(town, number)
    courier = Counter(signed_in(Role.COURIER), PHONE)
    courier.begins()

    assert courier.path.startswith(PHONE)
    assert courier.scans(number) == ["ok"]
    assert courier.signs("postclerk").status == 303
    assert "Có 1, thiếu 0, thừa 0" in courier.page().words


def test_an_office_takes_its_opening_stock_once(town: Town, counter: Counter, colleague: str) -> None:
    (number,) = stock(town, 1)
    to_courier(town, number)
    assert "Nhận tồn đầu kỳ" in counter.visitor.get(DESK).words
    counter.begins(kind="opening")
    counter.scans(number, UNKNOWN)
    counter.signs(colleague, seals_ok="yes")

    assert counter.page().heading == "Biên bản: Nhận tồn đầu kỳ"
    assert "Nhận tồn đầu kỳ" not in counter.visitor.get(DESK).soup.select_one("form[data-begin]").get_text()  # type: ignore[union-attr]  # the form is there
    again = counter.begins(kind="opening")
    assert again.status == 422
    assert "đã có lần chốt được ký" in again.words


def test_what_is_no_envelope_of_ours_is_not_counted(counter: Counter) -> None:
    counter.begins()

    strange = ("https://example.com/T/0123456789ABCDEFGHJKMNPQRS", "Nguyễn Thị B", "TUI-CM-1-1")
    assert counter.scans(*strange) == ["no", "no", "no"]
    assert "Closing of the day" in counter.visitor.get(f"{counter.path}?lang=en").words
    counter.visitor.get(f"{counter.path}?lang=vi")
    assert [part.get_text() for part in counter.page().soup.select(".cnt")] == ["0/0"]


def test_a_slip_is_taken_back_and_a_count_given_up(town: Town, counter: Counter) -> None:
    counter.begins()
    counter.scans(UNKNOWN)
    counter.does("drop", code=UNKNOWN)
    assert UNKNOWN[-6:-2] not in counter.page().words.replace("\u00a0", "")

    counter.does("give_up")

    assert counter.page().status == 404


def test_a_supervisor_sees_who_signed_over_to_whom_and_who_has_not_closed(
    town: Town, counter: Counter, colleague: str, signed_in: SignIn
) -> None:
    stock(town, 1)
    counter.begins()
    supervisor = signed_in(Role.SUPERVISOR)
    looking = supervisor.get(counter.path)
    assert (looking.status, looking.soup.select_one("#sign, #scan-form")) == (200, None)
    assert signed_in(Role.OFFICER).get(counter.path).status == 404
    counter.signs(colleague)

    board, listed = supervisor.get("/dieu-hanh/"), supervisor.get("/dieu-hanh/kiem-dem")

    assert board.soup.select_one("a[href='/dieu-hanh/kiem-dem']") is not None
    assert "Bưu cục Cà Mau Chốt ngày Cán bộ postclerk Cán bộ postclerk_b" in listed.words
    assert "Có 0, thiếu 1, thừa 0" in listed.words
    assert "2 nơi chưa chốt hôm nay" in listed.words
    assert ROOT not in listed.words


def test_a_sealed_bag_is_counted_by_its_number(town: Town, counter: Counter) -> None:
    inside, loose = stock(town, 2)
    bag = packed(town, inside)
    counter.begins()

    assert counter.scans(bag, bag, loose) == ["ok", "warn", "ok"]
    assert [part.get_text() for part in counter.page().soup.select(".cnt")] == ["2/2"]


def packed(town: Town, number: str) -> str:
    """In a sealed bag; its number."""
    with transaction(town.engine) as session:
        doors = [a_door(town.people[Role.POSTCLERK].actor, at=town.clock()) for _ in range(2)]
        bag = make_bag(session, POST_AFAR, a_desk(doors[0].actor, at=doors[0].at), doors[0].random_bytes)
        item_id = item_id_of_number(session, number)
        put_in(session, bag, LineRead(number, number, item_id), doors[0])
        seal_bag(session, bag, "NP-77", doors[1])
        view = manifest_of(session, doors[0].actor, bag)
        assert view is not None
        assert view.bag_number is not None
        return view.bag_number
