"""Error pages: uniform, designed, and silent about what is inside."""

import logging

from flask import g, make_response, render_template, request
from werkzeug.exceptions import BadHost, HTTPException
from werkzeug.wrappers import Response

from tracker.web.access import cookie_name
from tracker.web.language import COOKIE_FREE, gettext

LOG = logging.getLogger("giaonhan.web")
SPOKEN = frozenset({403, 404, 413, 422, 429, 500})
NEAREST = {400: 422, 405: 404, 401: 403, 503: 500}


def show_error(error: Exception) -> Response:
    """One page for every cause; a fault of ours is logged whole and shown as nothing but 500."""
    status = error.code or 500 if isinstance(error, HTTPException) else 500
    if isinstance(error, HTTPException) and status < 400:
        return error.get_response()
    if not isinstance(error, HTTPException):
        LOG.error("a page failed", exc_info=error)
    if isinstance(error, BadHost):
        # Without a host there are no addresses, and a page of ours is full of them.
        return Response(gettext("error.422.title"), status, mimetype="text/plain")
    said = status if status in SPOKEN else NEAREST.get(status, 422 if status < 500 else 500)
    g.pop("sign_in", None)
    return make_response(render_template("errors/error.html", said=said, home=_home()), status)


def _home() -> str:
    """A member of staff goes back to their work, anybody else to the citizens' front page; no book is opened for it."""
    is_staff = request.blueprint not in COOKIE_FREE and cookie_name() in request.cookies
    return "sign_in.welcome" if is_staff else "public.front"
