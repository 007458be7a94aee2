"""The door of every call: who calls, may they, is what they sent in order — in this sequence, and then the view."""

from collections.abc import Callable
from functools import wraps
from typing import get_type_hints

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from pydantic import BaseModel

from tracker.actions.accounts import actor_of_token
from tracker.actions.desk import Desk
from tracker.actions.idempotency import KEY_FIELD
from tracker.api.callers import CALLERS, Roles
from tracker.api.problems import MIMETYPE
from tracker.api.reading import checked, read_body
from tracker.domain.refusal import Cause, Refusal
from tracker.house import house
from tracker.store.engine import reading

PREFIX = "/api/v1"
SCHEME = "bearer"
JSON = "application/json"
DOCUMENTED_PROBLEMS = (400, 401, 403, 404, 405, 409, 413, 415, 422, 500, 503)

ONCE_ONLY = {
    "parameters": [
        {
            "name": KEY_FIELD,
            "in": "header",
            "required": False,
            "description": "Sent again with the same body, the stored answer; with another body, 409.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
        }
    ]
}

View = Callable[..., Response]

api = APIBlueprint(
    "api",
    __name__,
    url_prefix=PREFIX,
    template_folder="templates",
    abp_security=[{SCHEME: []}],
    abp_responses={
        status: {"content": {MIMETYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
        for status in DOCUMENTED_PROBLEMS
    },
)


def public(view: View) -> View:
    """Open to everybody."""
    view.access = ()  # type: ignore[attr-defined]  # a mark on a function, read by the guard test
    return view


def call(name: str) -> Callable[[View], View]:
    """`name` is the call's line in the table of callers. The view gets a Desk, and what its annotations ask for."""
    roles = CALLERS[name]

    def guard(view: View) -> View:
        asked = {
            part: model for part, model in get_type_hints(view).items() if part in {"path", "query", "header", "body"}
        }

        @wraps(view)
        def guarded(**path: str) -> Response:
            by = _desk_of_caller(roles)
            return view(by, **{part: _read(part, model, path) for part, model in asked.items()})

        guarded.access = roles  # type: ignore[attr-defined]  # a mark on a function, read by the guard test
        # The library would check the body without telling a duplicate key or a float.
        guarded.__delay_validate_request__ = True  # type: ignore[attr-defined]  # the library's own mark
        return guarded

    return guard


def _read(part: str, model: type[BaseModel], path: dict[str, str]) -> BaseModel:
    match part:
        case "body":
            return read_body(model)
        case "query":
            return checked(model, request.args.to_dict())
        case "header":
            names = (field.alias or name for name, field in model.model_fields.items())
            return checked(model, {name: request.headers[name] for name in names if name in request.headers})
        case _:
            return _read_path(model, path)


def _read_path(model: type[BaseModel], path: dict[str, str]) -> BaseModel:
    """An address that cannot be one of ours names nothing."""
    try:
        return checked(model, path)
    except Refusal:
        raise Refusal(cause=Cause.NOT_FOUND) from None


def _desk_of_caller(roles: Roles) -> Desk:
    """Raises Refusal unauthenticated for no, a wrong or a dead token alike; forbidden for a role not named."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != SCHEME or not token:
        raise Refusal(cause=Cause.UNAUTHENTICATED)
    with reading(house().engine) as session:
        actor = actor_of_token(session, token.strip())
    if actor is None:
        raise Refusal(cause=Cause.UNAUTHENTICATED)
    if actor.role not in roles:
        raise Refusal(cause=Cause.FORBIDDEN)
    return Desk(actor, house().clock(), house().config)


def told(answer: BaseModel, status: int = 200, location: str | None = None) -> Response:
    body = answer.model_dump_json(by_alias=True)
    return Response(body, status, mimetype=JSON, headers={"Location": location} if location else None)
