"""Signing in and out. One answer for an unknown name and a wrong password."""

from urllib.parse import urlsplit

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.actions.accounts import Credentials, SignIn, open_session, settle_try, sign_out, try_password
from tracker.store.engine import reading, transaction
from tracker.web.access import ANYONE, actor, cookie_name, public, staff
from tracker.web.forgery import (
    form_token_of_cookie,
    keep_form_token,
    new_form_token,
    refuse_foreign_origin,
    refuse_wrong_token,
)
from tracker.web.house import house
from tracker.web.language import gettext
from tracker.web.navigation import landing_of

LONGEST_NAME, LONGEST_PASSWORD = 60, 128
sign_in = Blueprint("sign_in", __name__)


@sign_in.get("/dang-nhap")
@public
def show() -> Response:
    return _form(errors={}, name="", status=200)


@sign_in.post("/dang-nhap")
@public
def enter() -> Response:
    refuse_foreign_origin()
    refuse_wrong_token(form_token_of_cookie())
    given = Credentials(request.form.get("name", "").strip(), request.form.get("password", ""))
    if errors := _missing(given):
        return _form(errors=errors, name=given.name, status=422)
    opened = _open(given)
    if opened is None:
        return _form(errors={"name": gettext("sign_in.wrong")}, name=given.name, status=401)
    answer = make_response(redirect(_way_back() or landing_of(opened.actor.role), 303))
    answer.set_cookie(cookie_name(), opened.cookie, httponly=True, samesite="Lax", secure=house().is_secure)
    return answer


@sign_in.post("/dang-xuat")
@staff(*ANYONE)
def leave() -> Response:
    with transaction(house().engine) as session:
        sign_out(session, request.cookies.get(cookie_name(), ""), at=house().clock())
    answer = make_response(redirect(url_for("sign_in.show"), 303))
    answer.delete_cookie(cookie_name(), httponly=True, samesite="Lax", secure=house().is_secure)
    return answer


@sign_in.get("/lam-viec")
@staff(*ANYONE)
def welcome() -> Response:
    """The role's first page; a role without one yet is told so."""
    landing = landing_of(actor().role)
    if landing != url_for("sign_in.welcome"):
        return make_response(redirect(landing, 303))
    return make_response(render_template("sign_in/welcome.html"))


def _missing(given: Credentials) -> dict[str, str]:
    errors = {}
    if not 1 <= len(given.name) <= LONGEST_NAME or not given.name.isprintable():
        errors["name"] = gettext("sign_in.name_missing")
    if not 1 <= len(given.password) <= LONGEST_PASSWORD:
        errors["password"] = gettext("sign_in.password_missing")
    return errors


def _open(given: Credentials) -> SignIn | None:
    """A wrong try is counted, so it commits as well. The session that this browser had until now ends."""
    at = house().clock()
    with reading(house().engine) as session:
        tried = try_password(session, given)
    with transaction(house().engine) as session:
        account = settle_try(session, tried, at=at)
        if account is None:
            return None
        sign_out(session, request.cookies.get(cookie_name(), ""), at=at)
        return open_session(session, account, at=at)


def _form(*, errors: dict[str, str], name: str, status: int) -> Response:
    token = new_form_token()
    page = render_template(
        "sign_in/show.html", errors=errors, name=name, form_token=token, next=_way_back(), config=house().config
    )
    return keep_form_token(make_response(page, status), token)


def _way_back() -> str:
    """Only a path of our own: never another site, never a page that ends the session."""
    wanted = request.values.get("next", "")
    parts = urlsplit(wanted)
    is_ours = (
        wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.netloc and wanted.isprintable()
    )
    return wanted if is_ours and parts.path not in {"/dang-xuat", "/dang-nhap"} else ""
