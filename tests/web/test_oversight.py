"""The supervisor sees what is late, silent and contradictory, acts on it, and is told when nobody counts any more."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlmodel import col

from tests.builders import (
    CENTRE,
    COMMUNE,
    NOW,
    POST,
    POST_AFAR,
    ROOT,
    a_desk,
    a_dossier,
    a_number,
    a_scan,
    an_account,
    an_item,
    scanned,
    the_config,
)
from tests.engines import sqlite_copy
from tests.web.browsing import Browser, browser, errors_of, open_house, soup_of, text_of
from tracker.actions.claims import ClaimSeen, take_claims
from tracker.actions.discrepancies import Finding, open_finding
from tracker.actions.due_dates import set_terms
from tracker.domain.discrepancies import CloseReason, DiscrepancyCode, Evidence
from tracker.domain.vocabulary import EventType, Role
from tracker.store.engine import create_engine, reading, transaction
from tracker.store.models import AuditRow, Discrepancy, Dossier, Item, JobRun, Lease
from tracker.web.formats import grouped

QUEUE = "/dieu-hanh/doi-soat"
EARLIER, LATER = NOW - timedelta(hours=1), NOW + timedelta(minutes=5)


class Province:
    """Two dossiers under way: one item waits for its courier, the other was never taken by the post."""

    def __init__(self, engine: Engine) -> None:
        open_house(engine)
        self.engine = engine
        with transaction(engine) as session:
            clerk = an_account(session, Role.CLERK, COMMUNE).actor
            self.clerk_name = clerk.name
            by = a_desk(clerk)
            self.waiting = an_item(session, by, a_dossier(session, by, a_number(1))).number
            self.untouched = an_item(session, by, a_dossier(session, by, a_number(2))).number
            self.postclerk = postclerk = an_account(session, Role.POSTCLERK, POST).actor
            scanned(
                session,
                postclerk,
                a_scan(self.waiting, EventType.ACCEPTED, at=EARLIER, details={"hand": "both", "seal_number": "NP 1"}),
                a_scan(self.waiting, EventType.GIVEN_TO_COURIER, details={"hand": "give"}),
            )
        self.supervisor = browser(engine, Role.SUPERVISOR, ROOT)

    def contradict(self) -> int:
        """The one-stop system says that the dossier of an item under way was returned."""
        with transaction(self.engine) as session:
            take_claims(
                session,
                [ClaimSeen(source="one_stop", number=a_number(1), status=10, word="released", said_at=NOW)],
                at=NOW,
            )
            dossier = session.scalars(select(Dossier).order_by(col(Dossier.id))).first()
            item = session.scalars(select(Item).order_by(col(Item.id))).first()
            assert dossier is not None
            assert item is not None
            sides: Evidence = {
                "post": {"item": item.number, "status": "at_office", "holder": "office", "holder_ref": POST},
                "agency": {"dossier": a_number(1), "status": 10, "word": "released"},
            }
            code = DiscrepancyCode.RETURNED_TOO_EARLY
            finding = Finding(code, f"item:{item.id}", NOW - timedelta(hours=5), dossier.id, item.id, evidence=sides)
            open_finding(session, finding, at=NOW)
            set_terms(session, the_config())
            return session.scalars(select(col(Discrepancy.id)).where(col(Discrepancy.code) == code)).one() or 0


@pytest.fixture
def province(engine: Engine) -> Province:
    return Province(engine)


@pytest.fixture(scope="module")
def lasting(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Province, int]:
    """One province for all that only looks, with one contradiction."""
    province = Province(create_engine(sqlite_copy(sqlite_template, tmp_path_factory.mktemp("looking"))))
    return province, province.contradict()


def figures(person: Browser) -> dict[str, str]:
    page = person.page("/dieu-hanh/")
    return {str(link.select_one("span").get_text()): link.select_one("b").get_text() for link in page.select(".figs a")}  # type: ignore[union-attr]  # each figure has both


def test_the_figures_agree_with_the_lists_they_open(province: Province) -> None:
    later = browser(province.engine, Role.SUPERVISOR, ROOT, name="later", at=NOW + timedelta(days=9))

    counted = figures(later)
    listed = {
        show: len(later.page(f"/dieu-hanh/buu-gui?show={show}").select("tbody tr"))
        for show in ("late", "silent", "open_handovers", "due_today", "open")
    }

    waiting = len(later.page(QUEUE).select(".q li"))
    late = len(later.page("/dieu-hanh/den-muon").select(".late-scans > li"))
    shown = ["Quá hạn", "Đến hạn hôm nay", "Chưa có quét", "Giao nhận còn mở", "Chênh lệch", "Quét đến muộn"]
    without_scans = {"Quét tại đơn vị, 7 ngày": "–", "Thiết bị chưa đồng bộ": "0"}
    assert counted == dict(zip(shown, ["2", "0", "2", "1", str(waiting), str(late)], strict=True)) | without_scans
    assert listed == {"late": 2, "silent": 2, "open_handovers": 1, "due_today": 0, "open": 2}


def test_stages_and_offices_open_their_lists(province: Province) -> None:
    at_post = province.supervisor.page("/dieu-hanh/buu-gui?show=post_in").select("tbody tr")
    by_office = province.supervisor.page(f"/dieu-hanh/buu-gui?show={POST}").select("tbody tr")
    with_sender = province.supervisor.page("/dieu-hanh/buu-gui?show=sender").select("tbody tr")

    assert [len(at_post), len(by_office), len(with_sender)] == [1, 1, 1]
    assert "Bưu cục Cà Mau" in at_post[0].get_text()
    assert province.supervisor.get("/dieu-hanh/buu-gui?show=nowhere").status_code == 404


def test_two_claims_face_each_other_with_their_evidence(lasting: tuple[Province, int]) -> None:
    province, _ = lasting
    page = province.supervisor.page(QUEUE)

    says = [claim.get_text() for claim in page.select(".claim .says")]
    told = " ".join(page.select_one(".book").get_text(" ").split())  # type: ignore[union-attr]  # asserted by the line above
    assert says == ["Ở bưu cục", "Hồ sơ “Đã trả kết quả”"]
    assert "Bưu cục Cà Mau" in told
    assert "10, Đã trả kết quả" in told
    assert "Hỏi Một cửa vì sao đã báo trả" in page.get_text()
    assert page.select_one(".q li a .age").get_text() == "5 giờ"  # type: ignore[union-attr]  # the queue is not empty


def test_what_another_source_says_is_not_shown_as_the_one_stop_systems_word(province: Province) -> None:
    province.contradict()
    other = ClaimSeen(source="national_portal", number=a_number(1), status=3, word="portal word", said_at=NOW)
    with transaction(province.engine) as session:
        assert take_claims(session, [other], at=NOW).new == 1

    told = province.supervisor.page(QUEUE).get_text()

    assert "Không được tiếp nhận" not in told
    assert "portal word" not in told


def test_the_posts_own_book_is_set_against_the_scans(province: Province) -> None:
    theirs: dict[str, str | int | None] = {"order": "EE900150265VN", "status": "delivered", "claim": 3}
    evidence: Evidence = {"post": {"item": None}, "post_feed": theirs}
    finding = Finding(DiscrepancyCode.ORDER_MISMATCH, "order:EE900150265VN", EARLIER, evidence=evidence)
    with transaction(province.engine) as session:
        open_finding(session, finding, at=NOW)
        mine = col(Discrepancy.code) == finding.code
        number = session.scalars(select(col(Discrepancy.id)).where(mine)).one()

    page = province.supervisor.page(f"{QUEUE}?so={number}")

    assert [claim.get_text() for claim in page.select(".claim .says")] == ["Chưa có phiếu gửi", "Đã phát"]
    assert "Sổ của bưu điện" in page.get_text()
    assert grouped("EE900150265VN") in page.get_text()


def test_of_two_holders_each_has_a_side(province: Province) -> None:
    with transaction(province.engine) as session:
        afar = an_account(session, Role.POSTCLERK, POST_AFAR, "afar").actor
        taken = a_scan(province.untouched, EventType.ACCEPTED, at=EARLIER, details={"hand": "take"})
        left = a_scan(province.untouched, EventType.DEPARTED, at=NOW, counterparty={"kind": "office"})
        here = a_scan(province.untouched, EventType.ARRIVED, at=LATER - timedelta(minutes=2))
        there = a_scan(province.untouched, EventType.ARRIVED, at=LATER)
        scanned(session, province.postclerk, taken, left, here, at=LATER)
        scanned(session, afar, there, at=LATER)
        code = DiscrepancyCode.TWO_HOLDERS
        number = session.scalars(select(col(Discrepancy.id)).where(col(Discrepancy.code) == code)).one()

    page = province.supervisor.page(f"{QUEUE}?so={number}")

    says = [claim.get_text() for claim in page.select(".claim .says")]
    assert says == ["Cán bộ afar, Bưu cục Bạc Liêu", "Cán bộ postclerk, Bưu cục Cà Mau"]


def test_the_queue_shows_no_message_id_and_no_key_of_the_database(lasting: tuple[Province, int]) -> None:
    words = text_of(lasting[0].supervisor.get(QUEUE))

    assert not any(part in words for part in ("discrepancy.", "claim.", "next_step.", "item:", "None"))


def test_taking_and_giving_are_noted_with_the_person(province: Province) -> None:
    number = province.contradict()

    taken = province.supervisor.send(f"{QUEUE}/{number}/giao", user=province.supervisor.actor.name)
    mine = province.supervisor.page(f"{QUEUE}?nguoi=me").select(".q li")
    province.supervisor.send(f"{QUEUE}/{number}/giao", user=province.clerk_name)

    page = province.supervisor.page(f"{QUEUE}?so={number}")
    assert (taken.status_code, len(mine)) == (303, 1)
    assert "Cán bộ clerk" in page.select_one(".q .whose").get_text()  # type: ignore[union-attr]  # one row
    assert "Giao việc, Cán bộ supervisor: Cán bộ clerk" in " ".join(page.get_text(" ").split()).replace(
        " :", ":"
    ).replace(" ,", ",")


def test_a_stranger_cannot_be_given_work(province: Province) -> None:
    number = province.contradict()

    answer = province.supervisor.send(f"{QUEUE}/{number}/giao", user="nobody")

    assert answer.status_code == 422
    assert errors_of(answer) == {"user": "Không có người dùng này."}


def test_closing_needs_a_reason_and_leaves_the_queue(province: Province) -> None:
    number = province.contradict()

    refused = province.supervisor.send(f"{QUEUE}/{number}/dong", reason="")
    closed = province.supervisor.send(f"{QUEUE}/{number}/dong", reason=CloseReason.EXPLAINED, note="Đã gọi Một cửa")

    assert errors_of(refused) == {"reason": "Chưa ghi lý do."}
    assert closed.headers["Location"] == QUEUE
    assert province.supervisor.page(QUEUE).select(f".q a[href*='so={number}#']") == []
    assert "Đã giải thích được" in province.supervisor.page(f"{QUEUE}/da-dong").get_text()
    assert "Đã gọi Một cửa" in province.supervisor.page(f"{QUEUE}?so={number}").get_text()
    with reading(province.engine) as session:
        noted = session.scalars(select(col(AuditRow.action)).where(col(AuditRow.subject) == f"discrepancy:{number}"))
        assert list(noted) == ["discrepancy closed"]


def test_what_is_closed_already_is_not_closed_again(province: Province) -> None:
    number = province.contradict()
    province.supervisor.send(f"{QUEUE}/{number}/dong", reason=CloseReason.SETTLED)

    again = province.supervisor.send(f"{QUEUE}/{number}/dong", reason=CloseReason.EXPLAINED)

    assert again.status_code == 422
    assert "Chênh lệch này đã đóng." in text_of(again)


def test_an_auditor_reads_the_queue_and_changes_nothing(lasting: tuple[Province, int]) -> None:
    province, number = lasting
    auditor = browser(province.engine, Role.AUDITOR, ROOT)

    page = auditor.page(f"{QUEUE}?so={number}")

    assert page.select("form[method=post] button:not(.link):not(.small)") == []
    assert auditor.send(f"{QUEUE}/{number}/dong", reason=CloseReason.SETTLED).status_code == 403
    assert auditor.send("/dieu-hanh/tac-vu/chay", job="reconcile").status_code == 403
    assert auditor.get("/dieu-hanh/").status_code == 200


@pytest.mark.parametrize("path", ["/dieu-hanh/", QUEUE, "/dieu-hanh/tac-vu", "/tong-dai/", "/quan-tri/"])
def test_a_clerk_oversees_nothing(lasting: tuple[Province, int], path: str) -> None:
    clerk = browser(lasting[0].engine, Role.CLERK, CENTRE, name="clerk." + path.strip("/").replace("/", "."))

    assert clerk.get(path).status_code == 403


def test_an_unknown_contradiction_is_not_found(lasting: tuple[Province, int]) -> None:
    supervisor = lasting[0].supervisor

    assert supervisor.get(f"{QUEUE}?so=999").status_code == 404
    assert supervisor.send(f"{QUEUE}/999/dong", reason=CloseReason.SETTLED).status_code == 404


def test_a_run_is_asked_for_once_and_waits_in_the_list(province: Province) -> None:
    first = province.supervisor.send("/dieu-hanh/tac-vu/chay", job="reconcile")
    province.supervisor.send("/dieu-hanh/tac-vu/chay", job="reconcile")

    with reading(province.engine) as session:
        assert session.scalars(select(col(JobRun.state))).all() == ["asked"]
    assert first.status_code == 303
    assert "Chờ chạy" in province.supervisor.page("/dieu-hanh/tac-vu").select_one("tbody").get_text()  # type: ignore[union-attr]  # one row
    assert province.supervisor.send("/dieu-hanh/tac-vu/chay", job="format_the_disk").status_code == 422


def test_a_run_shows_its_outcome_its_counts_and_how_long_it_took(province: Province) -> None:
    with transaction(province.engine) as session:
        session.add(
            JobRun(
                job="pull_one_stop", slot=NOW, attempt=1, token=1, state="done", outcome="partial",
                started_at=NOW, ended_at=NOW + timedelta(seconds=2.4), counts='{"rows": 60, "rejected": 2}',
            )
        )  # fmt: skip

    history = province.supervisor.page("/dieu-hanh/tac-vu").select_one(".runs-history tbody tr")
    assert history is not None
    row = " ".join(history.get_text(" ").split())

    assert "Lấy dữ liệu một cửa" in row
    assert "2,4 s" in row
    assert "Thành công một phần" in row
    assert "60 dòng, lỗi 2 dòng" in row


@pytest.mark.parametrize("path", ["/dieu-hanh/", "/ban-quay/", "/ban-quay/tim", QUEUE])
def test_every_page_says_since_when_the_schedules_stand_still(lasting: tuple[Province, int], path: str) -> None:
    province, _ = lasting
    with transaction(province.engine) as session:
        ended_at = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
        session.merge(Lease(name="schedules", holder="gone", token=1, until_at=ended_at))

    strip = province.supervisor.page(path).select_one(".standstill")

    assert strip is not None
    assert "Tác vụ định kỳ đứng từ 08:30 thứ Sáu 20/11" in " ".join(strip.get_text().split())


def test_no_strip_while_the_schedules_run(province: Province) -> None:
    with transaction(province.engine) as session:
        ends_at = datetime(2999, 1, 1, tzinfo=UTC)
        session.merge(Lease(name="schedules", holder="alive", token=1, until_at=ends_at))

    assert province.supervisor.page("/dieu-hanh/").select_one(".standstill") is None


def test_the_hotline_reads_the_sentence_and_names_the_holder(province: Province) -> None:
    hotline = browser(province.engine, Role.HOTLINE, ROOT)

    page = soup_of(hotline.send("/tong-dai/", q=a_number(1)))

    script = page.select_one("blockquote")
    assert script is not None
    assert script.get_text().startswith("“Dạ, hồ sơ đang trên đường tới")
    assert page.select_one(".holder").get_text() == "Bưu cục Cà Mau"  # type: ignore[union-attr]  # stands beside the script
    assert "Nguyễn Thị Ánh Tuyết" not in page.get_text()


def test_the_hotline_reveals_for_a_reason_that_is_written_down(province: Province) -> None:
    hotline = browser(province.engine, Role.HOTLINE, ROOT)
    path = f"/tong-dai/buu-gui/{province.waiting}/hien"

    refused = hotline.send(path)
    shown = hotline.send(path, reveal_reason="caller_asks")

    assert errors_of(refused) == {"reveal_reason": "Chưa ghi lý do."}
    assert "Nguyễn Thị Ánh Tuyết" in text_of(shown)
    with reading(province.engine) as session:
        noted = session.scalars(select(AuditRow).where(col(AuditRow.action) == "personal data shown")).all()
        assert [(row.actor, row.subject, row.reason) for row in noted] == [
            (hotline.actor.name, f"item:{province.waiting}", "caller_asks")
        ]


def test_the_administrator_sees_whether_the_installation_is_sound(lasting: tuple[Province, int]) -> None:
    admin = browser(lasting[0].engine, Role.ADMIN, ROOT)

    words = text_of(admin.get("/quan-tri/"))

    assert "Lược đồ đúng bản chương trình" in words
    assert "synchronous FULL" in words
    assert "Bưu cục Cà Mau RI 1000" in words
