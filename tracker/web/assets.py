"""Styles, scripts and fonts of our own; a name carries the hash of its content, so it may be kept for a year."""

import hashlib
import mimetypes
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, abort, request, url_for
from werkzeug.security import safe_join

from tracker.web.access import public

FOLDER = Path(__file__).parent / "static"
KEPT_FOR_A_YEAR = "public, max-age=31536000, immutable"
KEPT_BRIEFLY = "public, max-age=300"
assets = Blueprint("assets", __name__)


@lru_cache(maxsize=256)
def _content_of(name: str) -> bytes | None:
    """None for what is not there, and for a name that leads out of the folder."""
    path = safe_join(str(FOLDER), name)
    return Path(path).read_bytes() if path is not None and Path(path).is_file() else None


@lru_cache(maxsize=256)
def version_of(name: str) -> str:
    return hashlib.sha256(_content_of(name) or b"").hexdigest()[:10]


def asset(name: str) -> str:
    return url_for("assets.show", name=name, v=version_of(name))


@assets.get("/static/<path:name>")
@public
def show(name: str) -> Response:
    content = _content_of(name)
    if content is None:
        abort(404)
    answer = Response(content, mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream")
    is_named_by_content = request.args.get("v") == version_of(name)
    answer.headers["Cache-Control"] = KEPT_FOR_A_YEAR if is_named_by_content else KEPT_BRIEFLY
    return answer
