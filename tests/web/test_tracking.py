"""The citizen's page: one honest sentence, and nothing personal."""

import gzip
import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from tests.builders import (
    a_desk,
    a_dossier,
    a_scan,
    an_item,
    scanned,
    the_config,
)
from tests.web.conftest import Town
from tests.web.visitor import Page, Visitor
from tracker.actions.labels import print_labels
from tracker.domain.vocabulary import EventType, LabelState, Leg, Role
from tracker.store.engine import transaction
from tracker.store.models import Label
from tracker.web.public_page import FRONT, TRACKING

PERSONAL = ("Nguyễn", "Tuyết", "0912", "345 678", "Lý Bôn", "Tờ khai", "Căn cước của người nộp", "hôn nhân")
VIETNAMESE = re.compile("[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE)
NAMES = (
    "Giao nhận",
    "Tiếng Việt",
    "Cà Mau",
    "Bưu cục",
    "Trung tâm Phục vụ hành chính công tỉnh",
    "đồng",
    "Sở Nông nghiệp và Môi trường tỉnh",
)
MESSAGE_ID = re.compile(r"\b[a-z_]+\.[a-z_]+(\.[a-z_]+)*\b")


class Way:
    """One envelope and what happened to it, an hour apart."""

    def __init__(self, town: Town, leg: Leg = Leg.SUBMISSION) -> None:
        self.town = town
        self.clerk = town.people[Role.CLERK].actor
        with transaction(town.engine) as session:
            by = a_desk(self.clerk)
            self.dossier = a_dossier(session, by)
            new = an_item(session, by, self.dossier, leg=leg, seal_number="NP 004 402")
            self.number, self.item_id = new.number, new.item_id
            self.token = print_labels(session, [self.number], "a6", None, by)[0].token

    def did(self, role: Role, kind: EventType, **told: object) -> "Way":
        """An hour later than the last one."""
        self.town.clock.at += timedelta(hours=1)
        at = self.town.clock.at
        with transaction(self.town.engine) as session:
            event = a_scan(self.number, kind, at=at, **told)
            receipt = scanned(session, self.town.people[role].actor, event, at=at)[0]
        assert receipt.outcome == "recorded", receipt
        return self

    def collected(self) -> "Way":
        return self.did(Role.COURIER, EventType.COLLECTED, details={"seal_number": "NP 004 402", "counts": []})

    def at_the_post(self) -> "Way":
        return self.collected().did(Role.POSTCLERK, EventType.ARRIVED, details={"seal_ok": True})

    def out(self) -> "Way":
        return self.at_the_post().did(Role.COURIER, EventType.GIVEN_TO_COURIER)


def _track(visitor: Visitor, way: Way, lang: str = "") -> Page:
    return visitor.get(f"/t/{way.token}" + (f"?lang={lang}" if lang else ""))


def test_a_slip_says_that_the_post_has_nothing_yet(visitor: Visitor, town: Town) -> None:
    page = _track(visitor, Way(town))

    assert page.heading == "Phiếu gửi đã tạo. Bưu điện chưa nhận hồ sơ."
    assert "Đang giữ: Người gửi" in page.words
    assert "Phải trả khi gửi 0 đồng" in page.words


def test_on_the_way_it_says_where_to_and_by_when(visitor: Visitor, town: Town) -> None:
    page = _track(visitor, Way(town).at_the_post())

    assert page.heading.startswith("Hồ sơ đang trên đường tới Cà Mau, dự kiến ")
    assert "Đang giữ: Bưu cục Cà Mau" in page.words
    assert "Chặng 2 trong 7: đang chuyển hồ sơ." in page.words


def test_a_result_out_for_delivery_says_what_to_bring(visitor: Visitor, town: Town) -> None:
    page = _track(visitor, Way(town, Leg.RESULT).out())

    assert page.heading == "Kết quả đang được giao tới bạn hôm nay."
    assert "Mang theo căn cước và giấy hẹn trả kết quả." in page.words
    assert "Đang giữ: Nhân viên bưu chính" in page.words


def test_a_failed_attempt_says_why_and_when_next(visitor: Visitor, town: Town) -> None:
    way = Way(town, Leg.RESULT).out()
    way.did(
        Role.COURIER,
        EventType.ATTEMPT_FAILED,
        reason="absent",
        details={"action": "reattempt", "next_on": "2026-11-25"},
    )

    page = _track(visitor, way)

    assert page.heading == "Chưa giao được vì không có ai ở nhà. Bưu điện sẽ giao lại thứ Tư 25/11."


def test_a_held_result_says_where_until_when_and_the_hours(visitor: Visitor, town: Town) -> None:
    way = Way(town, Leg.RESULT).at_the_post().did(Role.POSTCLERK, EventType.HELD, details={"until_on": "2026-11-30"})

    page = _track(visitor, way)

    assert page.heading == "Kết quả chờ bạn tại Bưu cục Cà Mau đến hết thứ Hai 30/11."
    assert "07:00–11:00, 13:00–17:00, thứ Hai đến thứ Sáu" in page.words
    assert "Monday to Friday" in _track(visitor, way, "en").words


def test_a_delivered_result_says_to_whom_and_when(visitor: Visitor, town: Town) -> None:
    way = Way(town, Leg.RESULT).out()
    way.did(
        Role.COURIER, EventType.DELIVERED, details={"receiver": "authorised", "identity": "authorisation", "counts": []}
    )

    assert _track(visitor, way).heading == "Đã giao lúc 14:00 hôm nay cho người được ủy quyền."


def test_a_refused_envelope_is_told_as_on_its_way_back(visitor: Visitor, town: Town) -> None:
    way = Way(town, Leg.RESULT).out().did(Role.COURIER, EventType.REFUSED, reason="not_wanted")

    page = _track(visitor, way)

    assert "đang được chuyển hoàn về Sở Nông nghiệp và Môi trường tỉnh Cà Mau" in page.heading
    assert "Cần chú ý" in page.words


def test_two_working_days_without_news_are_said(visitor: Visitor, town: Town) -> None:
    way = Way(town).at_the_post()
    town.clock.at += timedelta(days=2)

    page = _track(visitor, way)

    assert "nhưng 2 ngày làm việc nay chưa có tin mới." in page.heading
    assert "chúng tôi đang kiểm tra" in page.words


def test_a_corrected_scan_is_no_part_of_the_story(visitor: Visitor, town: Town) -> None:
    way = Way(town).at_the_post()
    town.clock.at += timedelta(minutes=5)
    with transaction(town.engine) as session:
        actor, at = town.people[Role.POSTCLERK].actor, town.clock.at
        held = a_scan(way.number, EventType.HELD, at=at, details={"until_on": "2026-11-30"})
        wrong = a_scan(way.number, EventType.CORRECTED, at=at, reason="wrong_scan", details={"event": held["id"]})
        scanned(session, actor, held, wrong, at=at)

    assert "Giữ tại" not in _track(visitor, way).words


def test_both_legs_are_one_story(visitor: Visitor, town: Town) -> None:
    way = Way(town).collected()
    way.did(Role.OFFICER, EventType.DELIVERED, details={"receiver": "agency", "counts": [], "hand": "both"},
            counterparty={"kind": "courier", "user": "courier", "pin": "261126"})  # fmt: skip
    with transaction(town.engine) as session:
        result = an_item(session, a_desk(way.clerk, at=town.clock.at), way.dossier, leg=Leg.RESULT)

    page = _track(visitor, way)

    assert page.heading.startswith("Hồ sơ đã nộp tại Trung tâm Phục vụ hành chính công tỉnh Cà Mau lúc 12:00")
    assert "hai bên đã ký biên bản giao nhận" in page.words
    assert result.number[-5:-2] in page.words
    assert "Thời điểm nộp hồ sơ 12:00 hôm nay" in page.words


def test_no_page_tells_anything_personal(visitor: Visitor, town: Town) -> None:
    way = Way(town, Leg.RESULT).out()
    pages = [_track(visitor, way), _track(visitor, way, "en"), visitor.get(f"/tra-cuu?number={way.number}")]

    found = {word for page in pages for word in PERSONAL if word in page.answer.get_data(as_text=True)}

    assert found == set()
    assert {word for page in pages for word in PERSONAL if word in str(page.answer.headers)} == set()


def test_the_page_leaves_nothing_behind_and_fetches_nothing(visitor: Visitor, town: Town) -> None:
    page = _track(visitor, Way(town).at_the_post())
    headers = page.answer.headers

    assert "Set-Cookie" not in headers
    assert (headers["Cache-Control"], headers["Referrer-Policy"], headers["X-Robots-Tag"]) == (
        "no-store",
        "no-referrer",
        "noindex",
    )
    assert page.soup.select("script, link, img, iframe, [style], [src]") == []
    assert "script-src" not in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert not {str(link["href"]) for link in page.soup.select("a[href]") if "//" in str(link["href"])}


def test_the_style_is_the_one_the_policy_names(visitor: Visitor, town: Town) -> None:
    pages = [_track(visitor, Way(town)), visitor.get("/")]

    assert [page.soup.style.string for page in pages if page.soup.style] == [str(TRACKING.text), str(FRONT.text)]


def test_the_page_is_light(visitor: Visitor, town: Town) -> None:
    way = Way(town, Leg.RESULT).out()

    answer = visitor.get(f"/t/{way.token}", **{"Accept-Encoding": "gzip"}).answer

    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.data) <= 12 * 1024
    assert b"</html>" in gzip.decompress(answer.data)


def test_english_is_english_and_no_message_id_shows(visitor: Visitor, town: Town) -> None:
    way = Way(town, Leg.RESULT).out()
    words = _track(visitor, way, "en").soup.get_text(" ")
    for name in NAMES:
        words = words.replace(name, "").replace(name.replace(" ", "\N{NO-BREAK SPACE}"), "")

    assert VIETNAMESE.findall(words) == []
    assert MESSAGE_ID.findall(words) == []
    assert MESSAGE_ID.findall(_track(visitor, way).soup.get_text(" ")) == []


def _void(session: Session, token: str) -> None:
    label = session.scalars(select(Label).where(col(Label.token) == token)).one()
    label.state = LabelState.VOID


def test_void_unknown_and_misshapen_tokens_get_the_same_answer(visitor: Visitor, town: Town) -> None:
    way = Way(town)
    with transaction(town.engine) as session:
        _void(session, way.token)

    pages = [visitor.get(f"/t/{token}") for token in (way.token, "0" * 26, "IL0U", "x" * 200)]

    assert {page.status for page in pages} == {404}
    assert len({page.answer.get_data() for page in pages}) == 1
    assert pages[0].heading == "Không tìm thấy"


@pytest.mark.parametrize("shape", ["/t/{}", "/T/{}"])
def test_a_token_is_read_in_any_case(visitor: Visitor, town: Town, shape: str) -> None:
    way = Way(town)

    assert visitor.get(shape.format(way.token.lower())).status == 200


def test_a_superseded_copy_still_works(visitor: Visitor, town: Town) -> None:
    way = Way(town)
    with transaction(town.engine) as session:
        print_labels(session, [way.number], "a6", "smudged", a_desk(way.clerk))

    assert _track(visitor, way).status == 200


def test_a_number_alone_shows_state_and_office_only(visitor: Visitor, town: Town) -> None:
    way = Way(town).at_the_post()

    by_item = visitor.get(f"/tra-cuu?number={way.number[:2]} {way.number[2:]}")
    by_dossier = visitor.get(f"/tra-cuu?number={way.dossier}")

    assert by_item.heading == by_dossier.heading == "Đang chuyển"
    assert by_item.words == by_dossier.words
    assert "Bưu cục Cà Mau" in by_item.words
    assert ":00" not in by_item.words


@pytest.mark.parametrize("number", ["EI999999999VN", "x" * 300, "a\x00b"])
def test_a_number_nobody_knows_gets_one_answer(visitor: Visitor, town: Town, number: str) -> None:
    page = visitor.get("/tra-cuu?number=" + number.replace("\x00", "%00"))

    assert (page.status, page.heading) == (404, "Không tìm thấy")


def test_looking_changes_nothing(visitor: Visitor, town: Town) -> None:
    way = Way(town)
    before = _everything(town)
    _track(visitor, way)
    visitor.get(f"/tra-cuu?number={way.number}")
    visitor.get("/")

    assert _everything(town) == before


def _everything(town: Town) -> dict[str, int]:
    with town.engine.connect() as connection:
        tables = ("item", "event", "label", "audit_row", "web_session", "dossier", "discrepancy")
        return {name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one() for name in tables}


def test_the_hotline_is_the_configured_one(visitor: Visitor, town: Town) -> None:
    page = _track(visitor, Way(town))

    link = page.soup.select_one("a[href^='tel:']")

    assert link is not None
    assert link["href"] == "tel:" + the_config().public.hotline.replace(" ", "")
