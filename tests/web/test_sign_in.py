"""Signing in and out."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlmodel import Session, col, select

from tests.builders import PASSWORD, the_config
from tests.web.conftest import Town
from tests.web.visitor import Visitor
from tracker.app import create_app
from tracker.domain.vocabulary import Role
from tracker.store.engine import reading
from tracker.store.models import AuditRow

SignIn = Callable[[Role], Visitor]


def _cookie(visitor: Visitor) -> str:
    found = visitor.client.get_cookie("giaonhan_session")
    return found.value if found else ""


@pytest.mark.parametrize(
    ("role", "landing"),
    [(Role.OFFICER, "/ban-quay/quet"), (Role.POSTCLERK, "/ban-quay/quet"), (Role.COURIER, "/buu-ta/")],
)
def test_a_person_lands_at_the_work_of_the_role(visitor: Visitor, town: Town, role: Role, landing: str) -> None:
    page = visitor.sign_in(role.value)

    assert (page.status, page.answer.location) == (303, landing)


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(app: Flask) -> None:
    stranger, known = Visitor(app.test_client()), Visitor(app.test_client())

    pages = [stranger.sign_in("nobody", "wrong password"), known.sign_in("clerk", "wrong password")]

    assert [page.status for page in pages] == [401, 401]
    assert pages[0].words == pages[1].words
    assert "Tên đăng nhập hoặc mật khẩu không đúng" in pages[0].words
    assert pages[0].title.startswith("Lỗi:")


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor: Visitor, town: Town) -> None:
    header = visitor.sign_in("clerk").answer.headers["Set-Cookie"]

    assert header.startswith("giaonhan_session=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(header.split("; "))


def test_behind_tls_the_cookie_is_bound_to_the_host(town: Town) -> None:
    plain = the_config()
    server = plain.server.model_copy(update={"behind_tls_proxy": True})
    app = create_app(plain.model_copy(update={"server": server}), town.engine, town.clock)
    client = app.test_client()
    client.environ_base.update(HTTP_X_FORWARDED_PROTO="https", HTTP_X_FORWARDED_HOST="giaonhan.example")
    given = Visitor(client).get("/dang-nhap").fields("main form")
    client.set_cookie("__Host-giaonhan-form", given["form_token"], secure=True, domain="giaonhan.example")

    answer = client.post("/dang-nhap", data=given | {"name": "clerk", "password": PASSWORD})

    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("__Host-giaonhan="))
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def test_each_sign_in_gets_a_session_of_its_own(visitor: Visitor, town: Town) -> None:
    visitor.sign_in("clerk")
    first = _cookie(visitor)
    visitor.sign_in("clerk")

    assert _cookie(visitor) not in {"", first}


def test_an_old_cookie_is_dead_after_signing_out(signed_in: SignIn, app: Flask) -> None:
    clerk = signed_in(Role.CLERK)
    cookie = _cookie(clerk)
    clerk.post("/dang-xuat", {"form_token": clerk.form_token()})
    thief = Visitor(app.test_client())
    thief.client.set_cookie("giaonhan_session", cookie)

    assert thief.get("/ban-quay/quet").status == 303


def test_a_session_left_alone_ends(signed_in: SignIn, town: Town) -> None:
    clerk = signed_in(Role.CLERK)
    town.clock.at += timedelta(minutes=the_config().session.idle_minutes, seconds=1)

    assert clerk.get("/ban-quay/quet").status == 303


def test_a_session_in_use_stays(signed_in: SignIn, town: Town) -> None:
    clerk = signed_in(Role.CLERK)
    step = timedelta(minutes=the_config().session.idle_minutes - 1)
    town.clock.at += step
    clerk.get("/ban-quay/quet")
    town.clock.at += step

    assert clerk.get("/ban-quay/quet").status == 200


@pytest.mark.parametrize(
    "next_page", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "/dang-xuat"]
)
def test_signing_in_never_leads_to_another_site(visitor: Visitor, town: Town, next_page: str) -> None:
    given = visitor.get("/dang-nhap").fields("main form")

    page = visitor.post("/dang-nhap", given | {"name": "officer", "password": PASSWORD, "next": next_page})

    assert page.answer.location == "/ban-quay/quet"


def test_signing_in_leads_back_to_the_page_that_was_asked_for(visitor: Visitor, town: Town) -> None:
    given = visitor.get("/dang-nhap?next=/ban-quay/quet?a=1").fields("main form")

    page = visitor.post("/dang-nhap", given | {"name": "clerk", "password": PASSWORD})

    assert page.answer.location == "/ban-quay/quet?a=1"


def test_the_sign_in_form_of_another_site_is_refused(visitor: Visitor, town: Town) -> None:
    visitor.get("/dang-nhap")

    page = visitor.post("/dang-nhap", {"name": "clerk", "password": PASSWORD, "form_token": "guessed"})

    assert page.status == 403


@pytest.mark.parametrize(
    ("given", "field"), [({"name": ""}, "name"), ({"name": "a" * 300}, "name"), ({"password": ""}, "password")]
)
def test_what_is_missing_is_named_on_top_and_beside_the_field(
    visitor: Visitor, town: Town, given: dict[str, str], field: str
) -> None:
    form = visitor.get("/dang-nhap").fields("main form")

    page = visitor.post("/dang-nhap", form | {"name": "clerk", "password": PASSWORD} | given)

    assert page.status == 422
    assert page.soup.select_one(f"#errors a[href='#{field}']") is not None
    assert page.soup.select_one(f"#{field}-error") is not None


def test_opening_pages_writes_no_audit_row(signed_in: SignIn, town: Town) -> None:
    clerk = signed_in(Role.CLERK)
    before = _audited(town)
    clerk.get("/ban-quay/quet")

    assert _audited(town) == before


def _audited(town: Town) -> int:
    with reading(town.engine) as session:
        return len(_rows(session))


def _rows(session: Session) -> list[int | None]:
    return list(session.exec(select(col(AuditRow.id))))
