"""The API's own page: every call, every schema, every cause, without a script."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Response, render_template
from flask_babel import force_locale, gettext
from markupsafe import Markup, escape

from tracker.api.callers import CALLERS
from tracker.api.calls import JSON, PREFIX, api, public
from tracker.api.document import openapi_document, openapi_text
from tracker.api.problems import status_of
from tracker.domain.refusal import Cause
from tracker.phrases import phrase_of

LANGUAGE = "en"
REFERENCE = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class CallShown:
    """`operation` as the OpenAPI document has it."""

    method: str
    path: str
    roles: tuple[str, ...]
    operation: Mapping[str, object]


@api.get("/openapi.json", doc_ui=False)
@public
def document() -> Response:
    return Response(openapi_text(), mimetype=JSON)


@api.get("/docs", doc_ui=False)
@public
def docs() -> Response:
    """In English alone: it is read by programmers, beside names that are English."""
    whole = openapi_document()
    page = render_template(
        "api/docs.html",
        calls=list(_calls_of(whole)),
        schemas=_schemas_of(whole),
        causes=_causes(),
        kind_of=kind_of,
        in_code=in_code,
        prefix=PREFIX,
    )
    return Response(page, mimetype="text/html")


def _calls_of(whole: Mapping[str, object]) -> Iterator[CallShown]:
    paths = whole["paths"]
    assert isinstance(paths, dict)
    for line, roles in CALLERS.items():
        method, _, rule = line.partition(" ")
        path = PREFIX + rule.replace("<", "{").replace(">", "}")
        yield CallShown(method, path, tuple(sorted(roles)), paths[path][method.lower()])


def _schemas_of(whole: Mapping[str, object]) -> Mapping[str, object]:
    components = whole["components"]
    assert isinstance(components, dict)
    return dict(sorted(components["schemas"].items()))


def _causes() -> list[tuple[Cause, int, str]]:
    with force_locale(LANGUAGE):
        return [(cause, status_of(cause), str(gettext(phrase_of(cause)))) for cause in sorted(Cause)]


def kind_of(schema: Mapping[str, object]) -> tuple[str, str | None]:
    """A few words for a schema, and the name of the one it refers to."""
    reference = schema.get("$ref")
    if isinstance(reference, str):
        return "", reference.removeprefix(REFERENCE)
    several = schema.get("anyOf")
    if isinstance(several, list):
        kinds = [kind_of(one) for one in several]
        words = " or ".join(word for word, _ in kinds if word)
        return words, next((name for _, name in kinds if name), None)
    items = schema.get("items")
    if isinstance(items, dict):
        word, name = kind_of(items)
        return f"list of {word}".rstrip(), name
    return str(schema.get("format") or schema.get("type") or "any"), None


def in_code(text: str) -> Markup:
    """Names stand between backticks, as the OpenAPI document has them."""
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if index % 2 else escape(part)
        for index, part in enumerate(text.split("`"))
    )
