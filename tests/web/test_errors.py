"""Where an error page leads: staff back to their work, anybody else to the citizens' front page."""

from collections.abc import Callable

from flask import Flask

from tests.web.visitor import Page, Visitor
from tracker.domain.vocabulary import Role

SignIn = Callable[[Role], Visitor]


def _way_on(page: Page) -> str:
    link = page.soup.select_one("main a.btn")
    assert link is not None
    return str(link["href"])


def test_a_clerk_who_loses_the_way_is_led_back_to_work(signed_in: SignIn) -> None:
    clerk = signed_in(Role.CLERK)

    pages = [clerk.get("/khong-co"), clerk.get("/quan-tri/")]

    assert [page.status for page in pages] == [404, 403]
    assert {_way_on(page) for page in pages} == {"/lam-viec"}


def test_a_stranger_who_loses_the_way_is_led_to_the_front_page(app: Flask) -> None:
    page = Visitor(app.test_client()).get("/khong-co")

    assert (page.status, _way_on(page)) == (404, "/")
