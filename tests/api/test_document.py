"""The API's own description: complete, in the repository, and on a page without a script."""

import json
import re

from bs4 import BeautifulSoup

from tests.callers import Api
from tests.house.tree import ROOT
from tracker.api.callers import CALLERS
from tracker.api.document import openapi_text
from tracker.domain.refusal import Cause


def the_document() -> dict[str, object]:
    whole: dict[str, object] = json.loads(openapi_text())
    return whole


def test_the_document_in_the_repository_is_the_one_that_is_served(api: Api) -> None:
    served = api.client.get("/api/v1/openapi.json")

    assert served.text == (ROOT / "docs/openapi.json").read_text(encoding="utf-8")


def test_the_document_names_every_call() -> None:
    paths = the_document()["paths"]
    assert isinstance(paths, dict)

    named = {
        f"{method.upper()} {path.removeprefix('/api/v1').replace('{', '<').replace('}', '>')}"
        for path, calls in paths.items()
        for method in calls
    }

    assert named == set(CALLERS)


def test_every_reference_of_the_document_leads_somewhere() -> None:
    text = openapi_text()
    components = the_document()["components"]
    assert isinstance(components, dict)

    assert set(re.findall(r'"#/components/schemas/(\w+)"', text)) <= set(components["schemas"])


def test_every_call_names_its_problems_and_its_token() -> None:
    paths = the_document()["paths"]
    assert isinstance(paths, dict)
    calls = [call for calls in paths.values() for call in calls.values()]

    assert {tuple(sorted(set(call["responses"]) - {"200", "201", "202", "204"})) for call in calls} == {
        ("400", "401", "403", "404", "405", "409", "413", "415", "422", "500", "503")
    }
    by_signature = [call["summary"] for call in calls if call["security"] != [{"bearer": []}]]
    assert by_signature == ["Say what a dossier's status is now"]


def test_the_page_runs_no_script_and_asks_no_other_host(api: Api) -> None:
    page = BeautifulSoup(api.client.get("/api/v1/docs").text, "html.parser")

    assert page.find_all(["script", "iframe", "object", "style"]) == []
    assert [
        tag for tag in page.find_all(True) if any(name.startswith("on") or name == "style" for name in tag.attrs)
    ] == []
    assert {link["href"] for link in page.find_all("link")} == {
        "/static/fonts.css",
        "/static/tokens.css",
        "/static/base.css",
        "/static/docs.css",
    }
    assert {str(link["href"]).partition("#")[0] for link in page.find_all("a")} == {"", "/", "/api/v1/openapi.json"}


def test_the_page_shows_every_call_schema_and_cause_and_its_links_lead_there(api: Api) -> None:
    page = BeautifulSoup(api.client.get("/api/v1/docs").text, "html.parser")
    components = the_document()["components"]
    assert isinstance(components, dict)
    places = {str(tag["id"]) for tag in page.find_all(id=True)}

    assert set(components["schemas"]) | {cause.value for cause in Cause} <= places
    assert len([place for place in places if place.startswith("call-")]) == len(CALLERS)
    assert {str(link["href"])[1:] for link in page.find_all("a") if str(link["href"]).startswith("#")} <= places


def test_styles_of_the_page_exist(api: Api) -> None:
    page = BeautifulSoup(api.client.get("/api/v1/docs").text, "html.parser")

    assert {api.client.get(str(link["href"])).status_code for link in page.find_all("link")} == {200}
