"""The headers of every answer. One place, by hand: what is not listed here is not allowed."""

import base64
import hashlib
import secrets
from collections.abc import Iterable

from flask import Flask, g, request
from werkzeug.wrappers import Response

from tracker.web.house import house

REPORTS_PATH = "/csp-reports"
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"
YEAR_SECONDS = 31_536_000
NEVER = (
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
    f"report-uri {REPORTS_PATH}",
    "report-to csp",
)


def nonce() -> str:
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def staff_policy() -> str:
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce()}'",
            f"style-src 'self' 'nonce-{nonce()}'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            *NEVER,
        )
    )


def printing_policy() -> str:
    """A staff page that also holds a paper of ours, so that its print dialogue can open."""
    return f"{staff_policy()}; frame-src 'self'"


def public_policy(style_hashes: Iterable[str]) -> str:
    """Nothing is fetched and nothing runs; the styles that stand in the page are known by their hashes."""
    styles = " ".join(f"'{one}'" for one in style_hashes)
    return "; ".join(("default-src 'none'", f"style-src {styles}", "img-src 'self'", *NEVER))


def hash_of_style(style: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", staff_policy())
    headers.setdefault("Reporting-Endpoints", f'csp="{REPORTS_PATH}"')
    headers.setdefault("X-Content-Type-Options", "nosniff")
    # "no-referrer" would make browsers hide the origin of our own forms as well; citizens' pages have none.
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", PERMISSIONS)
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Cache-Control", "no-store")
    if request.path != "/":
        headers.setdefault("X-Robots-Tag", "noindex")
    if house().is_secure:
        headers.setdefault("Strict-Transport-Security", f"max-age={YEAR_SECONDS}; includeSubDomains")
    return response


def guard_answers(app: Flask) -> None:
    app.after_request(_add_headers)
