"""Where browsers report what the content policy stopped. Kept: the rule and the host, never an address with a token."""

import logging
from urllib.parse import urlsplit

from flask import Blueprint, request

from tracker.web.access import public

LOG = logging.getLogger("giaonhan.csp")
LONGEST_REPORT = 16_384
LONGEST_WORD = 60
reports = Blueprint("reports", __name__)


@reports.post("/csp-reports")
@public
def take() -> tuple[str, int]:
    if (request.content_length or 0) <= LONGEST_REPORT:
        for report in _reports(request.get_json(force=True, silent=True)):
            LOG.warning("stopped %s from %s", _word(report, "effective"), _host(report))
    return "", 204


def _reports(sent: object) -> list[dict[str, object]]:
    """Two shapes: the old one holds one report, the newer one a list."""
    found = sent if isinstance(sent, list) else [sent]
    inner = [one.get("csp-report") or one.get("body") for one in found if isinstance(one, dict)]
    return [one for one in inner if isinstance(one, dict)]


def _word(report: dict[str, object], start: str) -> str:
    found = next((str(value) for key, value in report.items() if key.lower().startswith(start)), "?")
    return "".join(sign for sign in found if sign.isprintable())[:LONGEST_WORD]


def _host(report: dict[str, object]) -> str:
    return urlsplit(_word(report, "blocked")).hostname or "inline"
