"""The main job, end to end, as its people do it: each at a browser of their own, by form, keyboard and scanner."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Playwright, sync_playwright

from tests.browser.installation import Installation, demo_day
from tests.browser.people import Person, at_browser, browser_of, digits_of, dossier_number_of
from tests.browser.sight import PICTURES, Eye
from tests.labels.raster import paper, printed
from tests.shown import chromium
from tracker.demo.stories import PLANTED

pytestmark = pytest.mark.browser

PATIENCE_SECONDS = 45
PROCEDURE = "2.000720"
QUEUE = "/dieu-hanh/doi-soat"


@pytest.fixture(scope="module")
def playwright_driver() -> Iterator[Playwright]:
    chromium()
    with sync_playwright() as driver:
        yield driver


@pytest.fixture
def installation(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """`make run`'s own program; on SQLite with its own file, on PostgreSQL with an empty database."""
    url = request.getfixturevalue("database_url") if engine_name == "postgresql" else None
    with demo_day(tmp_path, url) as running:
        yield running


def test_the_main_job_from_the_desk_to_the_citizens_door(
    installation: Installation, playwright_driver: Playwright, engine_name: str
) -> None:
    eye = Eye(keeps_pictures=engine_name == "sqlite")  # no page looks otherwise on the other engine
    story = Story(installation, playwright_driver, eye)
    number = story.clerk_registers_a_dossier_and_prints_its_label()
    story.agency_enters_it(number)
    story.citizen_reads_the_label("chưa nhận")
    story.courier_collects_and_the_post_office_takes_over()
    story.foreign_label_is_refused()
    story.officer_receives_with_a_second_identity_and_a_recount()
    story.citizen_reads_the_label("Một cửa")
    story.agency_finishes_and_the_result_is_posted(number)
    story.result_is_attempted_once_then_delivered()
    story.citizen_reads_the_label("Đã giao")
    story.every_planted_contradiction_is_found()
    story.supervisor_sees_what_contradicts_and_it_ends_by_itself()
    story.web_serves_while_schedules_stand_still()
    assert eye.faults == []
    assert story.strangers == []
    assert story.broken == []


class Story:
    """What the people share: the dossier's number, the envelope in their hands, and the label on it."""

    def __init__(self, installation: Installation, driver: Playwright, eye: Eye) -> None:
        self.installation = installation
        self.driver = driver
        self.eye = eye
        self.item = ""
        self.label = b""
        self.page_of_label = 0
        self.strangers: list[str] = []
        self.broken: list[str] = []

    def person(self, name: str, width: int = 1280) -> "Session":
        return Session(self, name, width)

    def clerk_registers_a_dossier_and_prints_its_label(self) -> str:
        today = datetime.now(UTC).astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
        number = f"000.00.22.H12-{today:%y%m%d}-{int(time.time()) % 5000 + 4000:04d}"
        with self.person("clerk2") as clerk:
            clerk.go("/ban-quay/")
            clerk.look("desk")
            clerk.page.keyboard.type(number)
            with clerk.page.expect_navigation():
                clerk.press("Enter")
            clerk.tab_to("#procedure")
            clerk.page.keyboard.type(PROCEDURE)
            clerk.type_into("applicant-phone", "0000 318 742")
            clerk.type_into("applicant-name", "Nguyễn Thị Ánh Tuyết")
            clerk.type_into("applicant-line", "17 đường Lý Bôn")
            clerk.type_into("applicant-ward", "an xuyen ca mau")
            clerk.page.wait_for_selector("#applicant-ward-list:not([hidden])")
            clerk.press("Enter")
            clerk.tab_to("#receiving_office")
            clerk.page.keyboard.type("Trung t")
            clerk.look("register")
            clerk.press_button("form[data-register] .btn.main")
            self._posts(clerk, "NP 009 001", "posting", "printed")
            self._keeps_both_labels(clerk)
        return number

    def _keeps_both_labels(self, clerk: Person) -> None:
        """Submission and result are labelled in one act: two pages of one paper."""
        href = clerk.page.get_attribute("[data-print]", "href")
        answer = clerk.page.request.get(f"{self.installation.base_url}{href}")
        assert answer.headers["content-type"] == "application/pdf"
        self.label = answer.body()
        submission, _result = printed(self.label, 203)
        Image.fromarray(paper(submission)).convert("1").save(PICTURES / "label-a6.png")

    def _posts(self, clerk: Person, seal: str, before: str, after: str) -> None:
        for _ in clerk.page.locator("[data-tick]").all():
            clerk.tab_to("[data-tick]:not(:checked)")
            clerk.press("Space")
        clerk.type_into("seal_number", seal)
        clerk.look(before)
        clerk.press_button("form[data-posting] .btn.main")
        clerk.look(after)
        self.item = digits_of(clerk.page.inner_text("h1"))

    def agency_enters_it(self, number: str) -> None:
        self.installation.add(
            {
                "number": number,
                "service_code": PROCEDURE,
                "service_name": "Đăng ký thay đổi nội dung đăng ký hộ kinh doanh",
                "agency_code": "H12.TT",
                "via_postal": 2,
                "from_via_postal": True,
                "status": "new",
            }
        )

    def citizen_reads_the_label(self, said: str) -> None:
        """The code of the very label that was printed, read from its raster, opened on a phone without JavaScript."""
        found = zxingcpp.read_barcodes(paper(printed(self.label, 203)[self.page_of_label]))
        address = next(code.text for code in found if code.text.startswith(("HTTP", "http")))
        path = address[len(self.installation.base_url) :]
        assert address.lower().startswith(self.installation.base_url.lower())
        context = browser_of(self.driver).new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
        page = context.new_page()
        answer = page.goto(self.installation.base_url + path)
        assert answer is not None
        assert answer.status == 200
        assert context.cookies() == []
        assert said in page.inner_text("main")
        page.click("text=English")
        assert page.get_attribute("html", "lang") == "en"
        context.close()
        self._citizen_looks(path)

    def _citizen_looks(self, path: str) -> None:
        with at_browser(self.driver, self.installation.base_url, "", self.eye, width=360) as citizen:
            citizen.go(path)
            citizen.look("tracking")
            citizen.go(f"{path}?lang=en")
            citizen.look("tracking-en", keep=False)

    def courier_collects_and_the_post_office_takes_over(self) -> None:
        with self.person("courier", 360) as courier:
            courier.go("/buu-ta/")
            courier.look("courier-route")
            self.scan(courier, "/buu-ta/quet")
            courier.count_all()
            courier.look("courier-collect")
            courier.record()
            courier.look("courier-verdict")
        with self.person("postclerk") as postclerk:
            self.scan(postclerk, "/ban-quay/quet", "back_at_office")
            postclerk.countersign("courier")
            postclerk.record()
            postclerk.look("scan-accepted")
            self.scan(postclerk, "/ban-quay/quet", "given_to_courier")
            postclerk.look("scan-give")
            self._records_alone(postclerk)
        with self.person("courier", 360) as courier:
            self.scan(courier, "/buu-ta/quet", "given_to_courier")
            courier.record()

    def _records_alone(self, giver: Person) -> None:
        """One token alone: the claim stays pending, and whoever gave still answers for the envelope."""
        giver.record()
        giver.go(f"/ban-quay/buu-gui/{self.item}")
        giver.look("item")
        standing = giver.page.inner_text(".standing")
        assert "Ở bưu cục" in standing, standing
        assert "Chờ bên nhận từ" in standing, standing

    def foreign_label_is_refused(self) -> None:
        with self.person("postclerk") as postclerk:
            postclerk.go("/ban-quay/quet")
            postclerk.page.keyboard.type("https://example.com/T/0123456789ABCDEFGHJKMNPQRS")
            with postclerk.page.expect_navigation():
                postclerk.press("Enter")
            assert postclerk.page.locator(".verdict.no").count() == 1
            postclerk.look("scan-refused")

    def officer_receives_with_a_second_identity_and_a_recount(self) -> None:
        with self.person("officer") as officer:
            self.scan(officer, "/ban-quay/quet", "delivered")
            officer.choose("seal_ok", "yes")
            officer.count_all()
            officer.countersign("courier")
            officer.look("officer-receives")
            officer.record()
            officer.look("officer-received")
            officer.go(f"/ban-quay/buu-gui/{self.item}")
            assert "Thời điểm nộp hồ sơ" in officer.page.inner_text("main"), "no legal submission time"

    def agency_finishes_and_the_result_is_posted(self, number: str) -> None:
        for status in ("receiving", "processing", "releasing"):
            self.installation.move(number, status)
        with self.person("clerk") as clerk:
            clerk.go(f"/ban-quay/ho-so/{number}/gui?leg=result")
            if clerk.page.locator("#documents-0-name").input_value() == "":
                clerk.type_into("documents-0-name", "Giấy chứng nhận đăng ký hộ kinh doanh mới")
            self._posts(clerk, "NP 009 002", "posting-result", "printed-result")
        self.page_of_label = 1

    def result_is_attempted_once_then_delivered(self) -> None:
        with self.person("officer") as officer:
            self.scan(officer, "/ban-quay/quet", "collected")
            officer.count_all()
            officer.countersign("courier")
            officer.record()
        with self.person("postclerk") as postclerk:
            self.scan(postclerk, "/ban-quay/quet", "back_at_office")
            postclerk.countersign("courier")
            postclerk.record()
            self.scan(postclerk, "/ban-quay/quet", "given_to_courier")
            postclerk.countersign("courier")
            postclerk.record()
        with self.person("courier", 360) as courier:
            self.scan(courier, "/buu-ta/quet", "attempt_failed")
            courier.choose("reason", "absent")
            courier.choose("action", "reattempt")
            courier.look("attempt")
            courier.record()
            self.citizen_reads_the_label("Chưa giao được")
            self.scan(courier, "/buu-ta/quet", "delivered")
            courier.choose("receiver", "self")
            courier.choose("identity", "seen")
            courier.count_all()
            courier.type_into("fees_collected", "0")
            self._signs(courier)
            courier.look("deliver")
            courier.record()
            courier.look("delivered")

    def _signs(self, courier: Person) -> None:
        box = courier.page.locator("canvas[data-signature]").bounding_box()
        assert box is not None
        mouse = courier.page.mouse
        mouse.move(box["x"] + 30, box["y"] + 50)
        mouse.down()
        for step in range(12):
            mouse.move(box["x"] + 30 + 18 * step, box["y"] + 50 + (20 if step % 2 else -20))
        mouse.up()
        drawn = courier.page.locator("input[name=signature]").input_value()
        assert drawn.startswith("data:image/png;base64,"), "the signature is not sent along"

    def scan(self, person: Person, path: str, event: str | None = None) -> None:
        """The reader types the number and Enter; where another event happens than the first guess, a button says so."""
        person.go(path)
        person.page.keyboard.type(self.item)
        with person.page.expect_navigation():
            person.press("Enter")
        if event is None or person.page.get_attribute("form[data-event-form] input[name=type]", "value") == event:
            return
        person.press_button(f"button[name=type][value={event}]")

    def supervisor_sees_what_contradicts_and_it_ends_by_itself(self) -> None:
        """Marked returned while the courier holds it: the agency corrects its status, and nobody has to close it."""
        with self.person("supervisor") as supervisor:
            supervisor.go("/dieu-hanh/")
            supervisor.look("board")
            supervisor.go("/dieu-hanh/doi-soat")
            supervisor.look("queue")
            supervisor.go(f"{QUEUE}?loai=returned_too_early")
            told = supervisor.page.inner_text("main")
            number = dossier_number_of(told)
            for part in ("10, Đã trả kết quả", "Đề xuất xử lý", "Bên phải làm", "Chưa có người nhận"):
                assert part in told, told
            self.installation.move(number, "releasing")
            wait_until(lambda: not self._stands_in_queue(supervisor, number), f"{number} ends by itself")
            supervisor.go("/dieu-hanh/doi-soat/da-dong")
            supervisor.look("closed")
            assert number in supervisor.page.inner_text("main")
            supervisor.go("/dieu-hanh/tac-vu")
            supervisor.look("runs")

    def _stands_in_queue(self, supervisor: Person, number: str) -> bool:
        supervisor.go(f"{QUEUE}?loai=returned_too_early")
        return number in supervisor.page.inner_text("main")

    def every_planted_contradiction_is_found(self) -> None:
        with self.person("supervisor") as supervisor:
            for code in sorted({story.planted for story in PLANTED}):
                supervisor.go(f"{QUEUE}?loai={code}")
                assert supervisor.page.locator("a[data-row]").count() >= 1, code

    def web_serves_while_schedules_stand_still(self) -> None:
        os.kill(self.installation.process("schedules"), signal.SIGKILL)
        with self.person("officer") as officer:
            wait_until(
                lambda: self._says_that_schedules_stand_still(officer), "the page says that schedules stand still"
            )
            officer.look("schedules-stand-still")

    def _says_that_schedules_stand_still(self, officer: Person) -> bool:
        officer.go("/ban-quay/quet")
        return officer.page.locator(".bar.standstill").count() > 0


class Session:
    """One person at one browser, signed in; what went wrong there is handed to the story."""

    def __init__(self, story: Story, name: str, width: int) -> None:
        self._story = story
        self._context = at_browser(story.driver, story.installation.base_url, name, story.eye, width=width)
        self._person: Person | None = None

    def __enter__(self) -> Person:
        self._person = self._context.__enter__()
        self._person.sign_in()
        return self._person

    def __exit__(self, *failure: object) -> None:
        assert self._person is not None
        self._story.strangers += self._person.strangers
        self._story.broken += self._person.broken
        self._context.__exit__(None, None, None)


def wait_until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"not in time: {what}"
        time.sleep(0.5)
