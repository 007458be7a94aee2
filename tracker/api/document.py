"""The OpenAPI document: what the library gathered from the views, and what it cannot know."""

import json
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from types import MappingProxyType
from typing import Any

from flask_openapi3.models import OPENAPI3_REF_TEMPLATE, APISpec
from flask_openapi3.models.components import Components
from flask_openapi3.models.info import Info
from flask_openapi3.models.security_scheme import SecurityScheme
from pydantic import BaseModel

from tracker.actions.sent_events import SentEvent
from tracker.api.calls import SCHEME, api
from tracker.api.sent import EventsSent
from tracker.api.told import Problem
from tracker.domain.chain import Json

VERSION = "3.1.0"
TITLE = "Giao nhận"
DESCRIPTION = (
    "Tracks public-service dossiers that travel by post. Bodies are JSON in UTF-8; instants are RFC 3339 with their "
    "offset. Send `Authorization: Bearer <token>`: a token acts for its user's role and office, and another office's "
    "object is as good as unknown. Calls that create take an `Idempotency-Key`."
)
# Schemas that no view names: every call can answer the one, and the other stands behind any entry of a batch.
UNNAMED: tuple[type[BaseModel], ...] = (Problem, SentEvent)
AN_EVENT: Json = {
    "description": "An event as `SentEvent` has it; anything else is answered by a receipt with the outcome malformed.",
    "anyOf": [{"$ref": f"#/components/schemas/{SentEvent.__name__}"}, {}],
}
# The library documents no HEAD; everything but this is as for the PATCH at the same address.
HEADS: Mapping[str, str] = MappingProxyType(
    {"/api/v1/evidence/{sha256}": "`Upload-Offset` bytes are here; `Upload-Complete` is `?1` once the image is stored."}
)

# Let in by their own signature, and by no token.
SIGNED = ("/api/v1/claims",)


@cache
def openapi_text() -> str:
    """Complete only when every view is registered."""
    return json.dumps(openapi_document(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def openapi_document() -> dict[str, object]:
    spec = APISpec(
        openapi=VERSION,
        info=Info(title=TITLE, version="1", description=DESCRIPTION),
        paths=api.paths,
        components=Components(
            schemas=api.components_schemas, securitySchemes={SCHEME: SecurityScheme(type="http", scheme=SCHEME)}
        ),
    )
    whole = spec.model_dump(mode="json", by_alias=True, exclude_unset=True, warnings=False)
    schemas = whole["components"]["schemas"]
    for model in UNNAMED:
        told = model.model_json_schema(ref_template=OPENAPI3_REF_TEMPLATE)
        schemas |= told.pop("$defs", {}) | {model.__name__: told}
    schemas[EventsSent.__name__]["properties"]["events"]["items"] = AN_EVENT
    for path, description in HEADS.items():
        whole["paths"][path]["head"] = _head_of(whole["paths"][path]["patch"], description)
    for path in SIGNED:
        whole["paths"][path]["post"]["security"] = []
    for calls in whole["paths"].values():
        for call in calls.values():
            call.pop("tags", None)  # the library sorts everything under "default"
            for parameter in call.get("parameters", []):
                _forget_null(parameter["schema"])
    document: dict[str, object] = whole
    return document


def _head_of(patch: dict[str, Any], description: str) -> dict[str, Any]:
    return {
        "summary": "Ask how far an upload has come",
        "description": description,
        "operationId": patch["operationId"].replace("patch", "head"),
        "parameters": [deepcopy(one) for one in patch["parameters"] if one["in"] == "path"],
        "security": patch["security"],
        "responses": {status: one for status, one in patch["responses"].items() if status not in {"200", "201"}},
    }


def _forget_null(schema: dict[str, object]) -> None:
    """An address has no null: what is not given is absent."""
    kinds = schema.get("anyOf")
    if isinstance(kinds, list):
        real = [kind for kind in kinds if kind != {"type": "null"}]
        if len(real) == 1:
            schema.pop("anyOf")
            schema.pop("default", None)
            schema |= real[0]
