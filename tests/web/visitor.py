"""A browser without a screen: follows forms the way a page offers them."""

from functools import cached_property

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.builders import PASSWORD


class Page:
    """An answer as a person reads it."""

    def __init__(self, answer: TestResponse) -> None:
        self.answer = answer
        self.status = answer.status_code

    @cached_property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.answer.get_data(as_text=True), "html.parser")

    @property
    def heading(self) -> str:
        found = self.soup.find("h1")
        return " ".join(found.get_text(" ", strip=True).split()) if found else ""

    @property
    def words(self) -> str:
        main = self.soup.find("main") or self.soup
        return " ".join(main.get_text(" ", strip=True).split())

    @property
    def title(self) -> str:
        return self.soup.title.get_text() if self.soup.title else ""

    def fields(self, form: str = "form[data-event-form]") -> dict[str, str]:
        """Every value the form would send as it stands."""
        found = self.soup.select_one(form)
        assert isinstance(found, Tag), f"no {form} on this page: {self.words[:200]}"
        boxes = [box for box in found.select("input[name]") if box.get("type") not in {"radio", "checkbox"}]
        picked = found.select("input[name][checked]")
        return {str(box["name"]): str(box.get("value", "")) for box in (*boxes, *picked)}


class Visitor:
    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **headers: str) -> Page:
        return Page(self.client.get(path, headers=headers))

    def post(self, path: str, given: dict[str, str], **headers: str) -> Page:
        return Page(self.client.post(path, data=given, headers=headers))

    def sign_in(self, name: str, password: str = PASSWORD) -> Page:
        given = self.get("/dang-nhap").fields("main form")
        return self.post("/dang-nhap", given | {"name": name, "password": password})

    def form_token(self) -> str:
        """The token that every form of this session carries."""
        return self.get("/ban-quay/quet").fields("#scan-form")["form_token"]

    def scan(self, code: str, path: str = "/ban-quay/quet") -> Page:
        return self.post(path, self.get(path).fields("#scan-form") | {"code": code})

    def record(self, page: Page, path: str = "/ban-quay/quet", **answers: str) -> Page:
        """Sends the form that the page asked, filled in."""
        return self.post(path, page.fields() | {key.replace("__", "-"): value for key, value in answers.items()})
