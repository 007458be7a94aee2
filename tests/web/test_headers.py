"""What every answer carries, good or bad."""

from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from flask import Flask

from tests.builders import the_config
from tests.web.conftest import Town
from tests.web.visitor import Page, Visitor
from tracker.app import create_app
from tracker.domain.vocabulary import Role
from tracker.web.access import public

SignIn = Callable[[Role], Visitor]
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
WALLS = (
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
    "report-uri /csp-reports",
)


class Inline(HTMLParser):
    """Collects what a strict policy would stop: style attributes, handlers, scripts without a nonce."""

    def __init__(self, nonce: str) -> None:
        super().__init__()
        self.nonce = nonce
        self.stopped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.stopped += [f"{tag} {name}" for name in told if name == "style" or name.startswith("on")]
        if tag == "script" and told.get("nonce") != self.nonce:
            self.stopped.append("script")


def _stopped(page: Page) -> list[str]:
    policy = page.answer.headers["Content-Security-Policy"]
    nonce = policy.partition("'nonce-")[2].partition("'")[0]
    reader = Inline(nonce)
    reader.feed(page.answer.get_data(as_text=True))
    return reader.stopped


@pytest.mark.parametrize("path", ["/", "/khong-co", "/healthz", "/static/base.css"])
def test_every_answer_is_walled_in(visitor: Visitor, town: Town, path: str) -> None:
    headers = visitor.get(path).answer.headers

    assert EVERYWHERE.items() <= dict(headers).items()
    policy = headers["Content-Security-Policy"]
    assert [wall for wall in WALLS if wall not in policy] == []
    assert "unsafe" not in policy
    assert "Server" not in headers


def test_pages_of_staff_keep_to_their_own_policy(signed_in: SignIn) -> None:
    officer = signed_in(Role.OFFICER)

    pages = [officer.get("/ban-quay/quet"), officer.get("/khong-co"), officer.scan("not a code")]

    assert [_stopped(page) for page in pages] == [[], [], []]
    assert {page.answer.headers["Cache-Control"] for page in pages} == {"no-store"}


def test_a_nonce_is_used_once(visitor: Visitor, town: Town) -> None:
    policies = {visitor.get("/dang-nhap").answer.headers["Content-Security-Policy"] for _ in range(2)}

    assert len(policies) == 2


def test_a_file_named_by_its_content_may_be_kept(visitor: Visitor, town: Town) -> None:
    sheets = [str(link["href"]) for link in visitor.get("/dang-nhap").soup.select("link[rel=stylesheet]")]

    kept = {visitor.get(sheet).answer.headers["Cache-Control"] for sheet in sheets}

    assert kept == {"public, max-age=31536000, immutable"}


def test_a_body_over_one_megabyte_is_refused(visitor: Visitor, town: Town) -> None:
    page = visitor.post("/dang-nhap", {"name": "a" * 1_100_000})

    assert page.status == 413
    assert page.heading == "Nội dung gửi lên quá lớn"


@pytest.fixture
def own_app(town: Town) -> Flask:
    """The routes of the others are shared."""
    return create_app(the_config(), town.engine, town.clock)


def test_a_fault_of_ours_shows_nothing_of_the_inside(own_app: Flask) -> None:
    def fail() -> str:
        raise RuntimeError("secret of the house: /a/path/inside")

    own_app.add_url_rule("/fails", "fails", public(fail))

    page = Visitor(own_app.test_client()).get("/fails")

    assert (page.status, page.heading) == (500, "Hệ thống gặp lỗi")
    assert "secret" not in page.answer.get_data(as_text=True)
    assert "Traceback" not in page.answer.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/fails", "/api/v1/fails"])
def test_a_fault_of_ours_is_walled_in_like_everything_else(own_app: Flask, path: str) -> None:
    def fail() -> str:
        raise RuntimeError

    own_app.add_url_rule(path, "fails", public(fail))

    answer = own_app.test_client().get(path)

    assert answer.status_code == 500
    assert EVERYWHERE.items() <= dict(answer.headers).items()
    assert [wall for wall in WALLS if wall not in answer.headers["Content-Security-Policy"]] == []


@pytest.mark.parametrize(
    ("method", "path", "status"), [("PUT", "/", 405), ("GET", "/dang-xuat", 405), ("GET", "/static/../app.py", 404)]
)
def test_every_error_is_the_same_designed_page(app: Flask, method: str, path: str, status: int) -> None:
    page = Page(app.test_client().open(path, method=method))

    assert page.status == status
    assert page.heading == "Không có trang này"


@pytest.mark.parametrize(
    "sent",
    [
        '{"csp-report":{"effective-directive":"script-src","blocked-uri":"https://evil.example/x?token=SECRET"}}',
        '[{"type":"csp-violation","body":{"effectiveDirective":"script-src","blockedURL":"https://evil.example/SECRET"}}]',
    ],
)
def test_a_report_names_the_host_and_never_the_address(
    visitor: Visitor, town: Town, sent: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = visitor.client.post("/csp-reports", data=sent, content_type="application/csp-report")

    assert answer.status_code == 204
    assert "stopped script-src from evil.example" in caplog.text
    assert "SECRET" not in caplog.text


def test_what_is_no_report_is_taken_without_a_word(visitor: Visitor, town: Town) -> None:
    assert visitor.client.post("/csp-reports", data="\x00 not json").status_code == 204


def test_it_says_when_it_cannot_serve(visitor: Visitor, town: Town) -> None:
    assert visitor.get("/readyz").status == 200
    with town.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'older'")

    assert (visitor.get("/readyz").status, visitor.get("/healthz").status) == (503, 200)
