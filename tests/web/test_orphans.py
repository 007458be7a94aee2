"""From the contradiction to the item: the supervisor sees what was scanned, what it may have been, and decides once."""

from collections.abc import Sequence

import pytest
from sqlalchemy import Engine

from tests.builders import NOW, POST, ROOT, a_desk, a_dossier, a_number, a_scan, an_account, an_item, scanned
from tests.province import PACKED, SENDER
from tests.web.browsing import browser, errors_of, open_house, text_of
from tracker.domain.vocabulary import EventType, Role
from tracker.store.engine import transaction

LIST, QUEUE = "/dieu-hanh/ma-la", "/dieu-hanh/doi-soat?loai=orphan_scan"


class Post:
    """One envelope, and a scan of its number with one digit wrong."""

    def __init__(self, engine: Engine) -> None:
        open_house(engine)
        with transaction(engine) as session:
            postclerk = an_account(session, Role.POSTCLERK, POST).actor
            by = a_desk(postclerk)
            self.number = an_item(session, by, a_dossier(session, by, a_number(1))).number
            self.mistyped = self.number[:8] + str((int(self.number[8]) + 1) % 10) + self.number[9:]
            told = {"counterparty": SENDER, "details": PACKED}
            scanned(session, postclerk, a_scan(self.mistyped, EventType.ACCEPTED, at=NOW, **told))
        self.supervisor = browser(engine, Role.SUPERVISOR, ROOT)
        link = self.supervisor.page(QUEUE).select_one(f"a.btn[href^='{LIST}/']")
        assert link is not None
        self.page = str(link["href"])


@pytest.fixture
def post(engine: Engine) -> Post:
    return Post(engine)


def test_the_contradiction_leads_to_the_code_and_the_code_to_its_likely_item(post: Post) -> None:
    listed = text_of(post.supervisor.get(LIST))
    page = text_of(post.supervisor.get(post.page))

    assert "Chữ số kiểm tra sai" in listed
    assert "Cán bộ postclerk, Bưu cục Cà Mau" in listed
    assert "khác một ký tự" in page
    assert "Không gỡ ra được" in page
    assert "It cannot be undone" in text_of(post.supervisor.get(f"{post.page}?lang=en"))


def test_choosing_the_item_adopts_the_scan_and_the_list_is_empty_again(post: Post) -> None:
    answer = post.supervisor.send(post.page, chosen=post.number, number="", reason="misread")

    assert (answer.status_code, answer.location) == (303, f"/ban-quay/buu-gui/{post.number}#history")
    story = text_of(post.supervisor.get(f"/ban-quay/buu-gui/{post.number}"))
    assert "Chấp nhận gửi tại quầy" in story
    assert "Không có mã lạ nào" in text_of(post.supervisor.get(LIST))
    assert "Những lần quét này được tính cho bưu gửi" in text_of(post.supervisor.get(post.page))
    assert post.supervisor.page(post.page).select("form[data-adopt]") == []


UNKNOWN = "Không có số này trong hệ thống."
REFUSED: Sequence[tuple[dict[str, str], dict[str, str]]] = (
    ({"number": "RR473124829VN", "reason": "misread"}, {"number": UNKNOWN}),
    ({"number": "", "reason": "misread"}, {"number": UNKNOWN}),
    (
        {"number": "RR473124829VN", "chosen": "EI260115010VN"},
        {
            "number": "Bạn vừa chọn một bưu gửi vừa gõ số hiệu khác: bỏ một trong hai. Chưa ghi nhận gì.",
        },
    ),
    ({"number": "RR473124829VN"}, {"reason": "Chưa ghi lý do."}),
)


def test_a_refusal_names_its_field_and_keeps_what_was_typed(post: Post) -> None:
    answers = [(post.supervisor.send(post.page, **fields), fields["number"]) for fields, _ in REFUSED]

    assert [(answer.status_code, errors_of(answer)) for answer, _ in answers] == [(422, told) for _, told in REFUSED]
    assert all(f'value="{typed}"' in answer.get_data(as_text=True) for answer, typed in answers)


def test_a_code_that_is_taken_in_is_not_taken_in_again(post: Post) -> None:
    post.supervisor.send(post.page, number=post.number, reason="seen")

    again = post.supervisor.send(post.page, number=post.number, reason="seen")

    assert again.status_code == 422
    assert f"Mã này đã là của bưu gửi {post.number}" in text_of(again)


def test_an_auditor_reads_and_has_no_button(post: Post, engine: Engine) -> None:
    auditor = browser(engine, Role.AUDITOR, ROOT)

    assert auditor.page(post.page).select("main form") == []
    assert post.number[:2] in auditor.page(post.page).get_text()


def test_what_is_no_orphan_is_not_found(post: Post) -> None:
    assert post.supervisor.get(f"{LIST}/4711").status_code == 404
    assert post.supervisor.send(f"{LIST}/4711", number=post.number, reason="misread").status_code == 404
