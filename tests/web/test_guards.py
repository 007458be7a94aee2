"""Who may open what; every route says so itself."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.web.visitor import Visitor
from tracker.domain.vocabulary import Role

PUBLIC = {
    "assets.show",
    "health.alive",
    "health.ready",
    "public.front",
    "public.look_up",
    "public.track",
    "reports.take",
    "sign_in.enter",
    "sign_in.show",
}
SignIn = Callable[[Role], Visitor]


def _pages(app: Flask) -> dict[str, object]:
    """Views of the web floor by endpoint; the API guards its own, and tests it."""
    return {
        rule.endpoint: app.view_functions[rule.endpoint]
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith("/api/")
    }


def test_every_route_says_who_may_open_it(app: Flask) -> None:
    unguarded = {name for name, view in _pages(app).items() if not hasattr(view, "access")}

    assert unguarded == set()


def test_what_is_open_to_everybody_stands_in_this_list(app: Flask) -> None:
    opened = {name for name, view in _pages(app).items() if not getattr(view, "access", ("somebody",))}

    assert opened == PUBLIC


def test_a_stranger_is_sent_to_sign_in_and_back(visitor: Visitor) -> None:
    page = visitor.get("/ban-quay/quet")

    assert page.status == 303
    assert page.answer.location == "/dang-nhap?next=/ban-quay/quet"


@pytest.mark.parametrize("role", [Role.COURIER, Role.AUDITOR])
def test_a_role_that_is_not_named_is_refused(signed_in: SignIn, role: Role) -> None:
    assert signed_in(role).get("/ban-quay/quet").status == 403


def test_a_form_without_its_token_changes_nothing(signed_in: SignIn) -> None:
    clerk = signed_in(Role.CLERK)

    page = clerk.post("/dang-xuat", {})

    assert page.status == 403
    assert clerk.get("/ban-quay/quet").status == 200


def test_a_form_of_another_site_is_refused_even_with_the_token(signed_in: SignIn) -> None:
    clerk = signed_in(Role.CLERK)

    page = clerk.post("/dang-xuat", {"form_token": clerk.form_token()}, **{"Sec-Fetch-Site": "cross-site"})

    assert page.status == 403
    assert clerk.get("/ban-quay/quet").status == 200


def test_a_foreign_origin_is_refused_where_the_browser_tells_no_site(signed_in: SignIn) -> None:
    clerk = signed_in(Role.CLERK)

    page = clerk.post("/dang-xuat", {"form_token": clerk.form_token()}, Origin="https://elsewhere.example")

    assert page.status == 403
