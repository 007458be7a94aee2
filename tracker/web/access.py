"""Who may open a page. Every route bears `@public` or `@staff(…)`; a test fails for one without."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import abort, g, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker.actions.accounts import SignIn, session_of, touch_session
from tracker.actions.desk import Desk
from tracker.domain.actor import Actor
from tracker.domain.vocabulary import Role
from tracker.store.engine import reading, transaction
from tracker.web.forgery import refuse_foreign_origin, refuse_wrong_token
from tracker.web.house import house

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

ANYONE = tuple(Role)
DESK_ROLES = (Role.CLERK, Role.POSTCLERK, Role.OFFICER)
# Every page view would else cost a durable write.
SEEN_AGAIN_AFTER = timedelta(minutes=1)
UNSAFE_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def cookie_name() -> str:
    return "__Host-giaonhan" if house().is_secure else "giaonhan_session"


def public(view: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Open to everybody; what such a route changes it must guard by itself."""
    view.access = ()  # type: ignore[attr-defined]  # a mark on a function, read by the guard test
    return view


def staff(*roles: Role) -> Callable[[Callable[Given, Answer]], Callable[Given, Answer | Response]]:
    """Signed in with one of these roles; whatever is not a plain read needs the session's token and our own origin."""

    def guard(view: Callable[Given, Answer]) -> Callable[Given, Answer | Response]:
        @wraps(view)
        def guarded(*args: Given.args, **kwargs: Given.kwargs) -> Answer | Response:
            found = _sign_in_of_request()
            if found is None:
                return redirect(url_for("sign_in.show", next=_way_back()), 303)
            if found.actor.role not in roles:
                abort(403)
            if request.method in UNSAFE_METHODS:
                refuse_foreign_origin()
                refuse_wrong_token(found.csrf_token)
            return view(*args, **kwargs)

        guarded.access = roles  # type: ignore[attr-defined]  # a mark on a function, read by the guard test
        return guarded

    return guard


def _way_back() -> str:
    return request.full_path.rstrip("?") if request.method == "GET" else request.path


def _sign_in_of_request() -> SignIn | None:
    """Looked up once per request and kept in `g`; being seen is written at most once a minute."""
    if "sign_in" in g:
        return signed_in()
    g.sign_in = None
    cookie = request.cookies.get(cookie_name())
    if not cookie:
        return None
    at, limits = house().clock(), house().config.session
    with reading(house().engine) as session:
        found = session_of(session, cookie, at=at, limits=limits)
    if found is not None and at - found.last_seen_at > SEEN_AGAIN_AFTER:
        with transaction(house().engine) as session:
            touch_session(session, cookie, at=at)
    g.sign_in = found
    return found


def signed_in() -> SignIn | None:
    found = g.get("sign_in")
    return found if isinstance(found, SignIn) else None


def sign_in_of_guarded() -> SignIn:
    """Raises LookupError on a route that is not guarded."""
    found = signed_in()
    if found is None:
        raise LookupError("only a guarded route knows who acts")
    return found


def actor() -> Actor:
    return sign_in_of_guarded().actor


def desk() -> Desk:
    """What actions want to know of a guarded route: by whom, when, under which configuration."""
    return Desk(actor(), house().clock(), house().config)


def form_token_value() -> str:
    """What every form of a guarded page sends back."""
    return sign_in_of_guarded().csrf_token
