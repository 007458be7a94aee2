"""No other site may make a browser act for its user: own origin, and a token that only our pages know."""

import hmac
import secrets

from flask import abort, request
from werkzeug.wrappers import Response

from tracker.web.house import house

FIELD = "form_token"
OWN_SITES = frozenset({"same-origin", "none"})
TOKEN_BYTES = 32


def refuse_foreign_origin() -> None:
    """Browsers tell where a request comes from; older ones tell at least the origin."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in OWN_SITES:
            abort(403)
        return
    origin = request.headers.get("Origin")
    if origin is not None and origin.rstrip("/") != request.host_url.rstrip("/"):
        abort(403)


def refuse_wrong_token(token: str) -> None:
    given = request.form.get(FIELD) or request.headers.get("X-Form-Token", "")
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        abort(403)


# Before a session exists the token stands in a cookie of its own and in the form: another site can set neither.
def form_cookie_name() -> str:
    return "__Host-giaonhan-form" if house().is_secure else "giaonhan_form"


def form_token_of_cookie() -> str:
    return request.cookies.get(form_cookie_name(), "")


def new_form_token() -> str:
    return form_token_of_cookie() or secrets.token_urlsafe(TOKEN_BYTES)


def keep_form_token(response: Response, token: str) -> Response:
    response.set_cookie(form_cookie_name(), token, httponly=True, samesite="Strict", secure=house().is_secure)
    return response
