"""The application whole: the only module that knows every floor."""

import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, request
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from tracker.api.problems import show_problem
from tracker.api.registration import register as register_api
from tracker.config import Config, config_from_environment
from tracker.log_lines import open_log
from tracker.printing import prepare
from tracker.store.engine import create_engine
from tracker.web.administration import administration
from tracker.web.assets import assets
from tracker.web.auto_print import auto_print
from tracker.web.bags import bags
from tracker.web.board import board
from tracker.web.books import books
from tracker.web.calendar_days import calendar_days
from tracker.web.claims import claims
from tracker.web.counts import counts
from tracker.web.counts_overview import overview
from tracker.web.courier import courier
from tracker.web.deeds import deeds
from tracker.web.discrepancies import discrepancies
from tracker.web.errors import show_error
from tracker.web.evidence_packs import evidence_packs
from tracker.web.exports import exports
from tracker.web.feeds import feeds
from tracker.web.finding import finding
from tracker.web.furnish import furnish
from tracker.web.handovers import handovers
from tracker.web.headers import guard_answers
from tracker.web.health import health
from tracker.web.hotline import hotline
from tracker.web.house import House, open_house
from tracker.web.language import speak
from tracker.web.late import late
from tracker.web.ledger import ledger
from tracker.web.notices import notices
from tracker.web.orders import orders
from tracker.web.orphans import orphans
from tracker.web.own_printers import own_printers
from tracker.web.papers import papers
from tracker.web.posting import posting
from tracker.web.printers import printers
from tracker.web.printing import printing
from tracker.web.procedure_days import procedure_days
from tracker.web.public import public
from tracker.web.quarterly import quarterly
from tracker.web.register import register
from tracker.web.reports import reports
from tracker.web.row_numbers import RowNumber
from tracker.web.runs import runs
from tracker.web.scan import scan
from tracker.web.shares import shares
from tracker.web.sheet_rows import sheet_rows
from tracker.web.sheets import sheets
from tracker.web.siblings import siblings
from tracker.web.sign_in import sign_in

LARGEST_BODY_BYTES = 1_000_000
API_PREFIX = "/api/"
CARRYING = (handovers, bags, counts, siblings, sheets, sheet_rows)
DESK = (
    *(scan, courier, register, finding, notices, evidence_packs, deeds, posting),
    *(printing, own_printers, auto_print, ledger, papers),
    *CARRYING,
)
OVERSIGHT = (
    *(board, exports, books, claims, late, orphans, overview, discrepancies, runs, feeds, orders),
    *(hotline, administration),
)
REPORTS = (quarterly, procedure_days, shares)
INSTALLATION = (printers, calendar_days)
PAGES = (assets, health, reports, sign_in, public, *DESK, *OVERSIGHT, *REPORTS, *INSTALLATION)


def now() -> datetime:
    return datetime.now(UTC)


def app_from_environment() -> Flask:
    """What the web server loads, once in each of its workers."""
    open_log()
    config = config_from_environment()
    app = create_app(config)
    prepare(config)
    app.wsgi_app = _EndedBodies(app.wsgi_app)  # type: ignore[method-assign]  # Flask documents this as the way to wrap it
    return app


class _EndedBodies:
    """Our web server ends a body that comes in chunks; a body of no told length would else be read as empty."""

    def __init__(self, whole: WSGIApplication) -> None:
        self._whole = whole

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["wsgi.input_terminated"] = True
        return self._whole(environ, start_response)


def create_app(config: Config, engine: Engine | None = None, clock: Callable[[], datetime] = now) -> Flask:
    app = Flask("tracker.web", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_BODY_BYTES
    app.url_map.converters["int"] = RowNumber
    open_house(app, House(engine or create_engine(config.database.url), config, clock, secrets.token_bytes))
    speak(app)
    guard_answers(app)
    furnish(app)
    for pages in PAGES:
        app.register_blueprint(pages)
    register_api(app)
    app.register_error_handler(Exception, _answer_error)
    if config.server.behind_tls_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]  # Flask documents this as the way to wrap it
    return app


def _answer_error(error: Exception) -> Response:
    if request.path.startswith(API_PREFIX):
        return show_problem(error)
    return show_error(error)
