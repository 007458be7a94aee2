"""Pages of citizens: no cookie, no script, nothing fetched; the style stands in the page and is known by its hash."""

import gzip
from dataclasses import dataclass
from pathlib import Path

from flask import make_response, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from tracker.web.headers import hash_of_style, public_policy

FOLDER = Path(__file__).parent / "static"
GZIP_LEVEL = 5
WORTH_PACKING_BYTES = 600


@dataclass(frozen=True, slots=True)
class Style:
    text: Markup
    policy: str


def _read_style(name: str) -> Style:
    text = (FOLDER / name).read_text(encoding="utf-8").strip()
    return Style(Markup(text), public_policy([hash_of_style(text)]))  # noqa: S704  our own file


FRONT = _read_style("front.css")
TRACKING = _read_style("public.css")


def public_page(template: str, style: Style, *, status: int = 200, **shown: object) -> Response:
    answer = make_response(render_template(template, style=style.text, **shown), status)
    answer.headers["Content-Security-Policy"] = style.policy
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Vary"] = "Accept-Encoding"
    return _packed(answer)


def _packed(answer: Response) -> Response:
    body = answer.get_data()
    if len(body) < WORTH_PACKING_BYTES or "gzip" not in request.headers.get("Accept-Encoding", ""):
        return answer
    # No secret shares this body with anything a stranger can put into it, so its length tells nothing.
    answer.set_data(gzip.compress(body, GZIP_LEVEL, mtime=0))
    answer.headers["Content-Encoding"] = "gzip"
    return answer
