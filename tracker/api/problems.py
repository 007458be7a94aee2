"""Every error as RFC 9457 has it: a stable cause for programs, a sentence for people, and nothing of what is inside."""

import logging
from collections.abc import Mapping
from types import MappingProxyType

from flask import Response, request
from flask_babel import force_locale, gettext
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from tracker.api.told import FieldFault, Problem
from tracker.domain.refusal import Cause, Refusal
from tracker.phrases import refusal_phrase

LOG = logging.getLogger("giaonhan.api")
MIMETYPE = "application/problem+json"
LANGUAGES = ("vi", "en")
TYPE_PREFIX = "/api/v1/docs#"
USUAL_STATUS = 422
RETRY_SECONDS = "1"

STATUS: Mapping[Cause, int] = MappingProxyType(
    {
        Cause.UNAUTHENTICATED: 401,
        Cause.BAD_SIGNATURE: 401,
        Cause.FORBIDDEN: 403,
        Cause.CSRF: 403,
        Cause.WRONG_ROLE: 403,
        Cause.WRONG_OFFICE: 403,
        Cause.NOT_FOUND: 404,
        # Another office's dossier or item named in a body is as unknown as one in an address.
        Cause.UNKNOWN_NUMBER: 404,
        Cause.UNKNOWN_DOSSIER: 404,
        Cause.METHOD_NOT_ALLOWED: 405,
        Cause.DOSSIER_EXISTS: 409,
        Cause.OPEN_ITEM_EXISTS: 409,
        Cause.RANGE_EXHAUSTED: 409,
        Cause.REUSE_TOO_EARLY: 409,
        Cause.NUMBER_RESERVED: 409,
        Cause.EARLY_LABEL_WAITS: 409,
        Cause.BATCH_WAITS: 409,
        Cause.BATCH_TOO_OLD: 409,
        Cause.NO_COPY_TO_DRAW: 409,
        Cause.NOT_ALLOWED_NOW: 409,
        Cause.ALREADY_ADOPTED: 409,
        Cause.ALREADY_CLOSED: 409,
        Cause.ALREADY_REVIEWED: 409,
        Cause.ID_CONFLICT: 409,
        Cause.IDEMPOTENCY_CONFLICT: 409,
        Cause.NAME_TAKEN: 409,
        Cause.UPLOAD_OFFSET_DIFFERS: 409,
        Cause.TOO_LARGE: 413,
        Cause.EVIDENCE_TOO_LARGE: 413,
        Cause.UNSUPPORTED_MEDIA_TYPE: 415,
        Cause.TOO_MANY_TRIES: 429,
        Cause.INTERNAL_FAULT: 500,
        Cause.BUSY: 503,
    }
)
# What the framework itself raises.
CAUSES: Mapping[int, Cause] = MappingProxyType(
    {
        400: Cause.MALFORMED,
        401: Cause.UNAUTHENTICATED,
        403: Cause.FORBIDDEN,
        404: Cause.NOT_FOUND,
        405: Cause.METHOD_NOT_ALLOWED,
        413: Cause.TOO_LARGE,
        415: Cause.UNSUPPORTED_MEDIA_TYPE,
        429: Cause.TOO_MANY_TRIES,
        503: Cause.BUSY,
    }
)
HEADERS: Mapping[int, Mapping[str, str]] = MappingProxyType(
    {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": RETRY_SECONDS}}
)
# Facts that programs read from a header; people find them in the sentence.
FACT_HEADERS: Mapping[str, str] = MappingProxyType({"offset": "Upload-Offset"})


def language_asked() -> str:
    """The first of ours by the caller's preference, regions aside."""
    preferred = (tag.partition("-")[0].lower() for tag in request.accept_languages.values())
    return next((tag for tag in preferred if tag in LANGUAGES), LANGUAGES[0])


def status_of(cause: Cause) -> int:
    return STATUS.get(cause, USUAL_STATUS)


def show_problem(error: Exception) -> AnyResponse:
    """A fault of ours is logged whole and shown as nothing but 500."""
    if isinstance(error, Refusal):
        if error.cause is Cause.IDEMPOTENCY_CONFLICT:
            LOG.warning("a key was sent again with another body: a caller's program mixes up its calls")
        return _of_refusal(error, status_of(error.cause))
    if isinstance(error, HTTPException):
        return _of_framework(error)
    if isinstance(error, OperationalError):
        LOG.warning("the database does not answer", exc_info=error)
        return _of_refusal(Refusal(cause=Cause.BUSY), 503)
    LOG.error("a call failed", exc_info=error)
    return _of_refusal(Refusal(cause=Cause.INTERNAL_FAULT), 500)


def _of_framework(error: HTTPException) -> AnyResponse:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    if status >= 500:
        LOG.error("a call failed", exc_info=error)
    cause = CAUSES.get(status, Cause.MALFORMED if status < 500 else Cause.INTERNAL_FAULT)
    answer = _of_refusal(Refusal(cause=cause), status)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            answer.headers[name] = value
    return answer


def _of_refusal(refusal: Refusal, status: int) -> Response:
    with force_locale(language_asked()):
        problem = _problem(refusal, status)
    headers = {**HEADERS.get(status, {})}
    headers |= {header: refusal.facts[fact] for fact, header in FACT_HEADERS.items() if fact in refusal.facts}
    answer = Response(problem.model_dump_json(), status, mimetype=MIMETYPE, headers=headers)
    return spoken(answer)


def _problem(refusal: Refusal, status: int) -> Problem:
    return Problem(
        type=f"{TYPE_PREFIX}{refusal.cause}",
        title=sentence(refusal.cause),
        status=status,
        detail=sentence(refusal.facts.get("fault", refusal.cause), refusal.facts),
        cause=refusal.cause,
        errors=[
            FieldFault(field=field, cause=cause, detail=sentence(cause, refusal.facts))
            for field, cause in refusal.fields.items()
        ],
    )


def sentence(code: str, facts: Mapping[str, str] = MappingProxyType({})) -> str:
    """In the language in force."""
    phrase, told = refusal_phrase(code, facts)
    return str(gettext(phrase, **told))


def spoken(answer: Response) -> Response:
    """Marked with the language it speaks."""
    answer.headers["Content-Language"] = language_asked()
    answer.headers["Vary"] = "Accept-Language"
    return answer
