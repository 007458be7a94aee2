"""Applications for tests: routes and templates are put up once a process, the house behind them is each test's."""

import secrets
from collections.abc import Callable
from copy import copy
from datetime import datetime
from functools import cache

from flask import Flask
from sqlalchemy import Engine

from tests.builders import the_config
from tracker.app import create_app
from tracker.config import Config
from tracker.house import House, open_house
from tracker.store.engine import create_engine


def an_app(engine: Engine, clock: Callable[[], datetime], config: Config | None = None) -> Flask:
    """As `create_app` makes it, which takes a tenth of a second; `config` is one that changes no route."""
    app = copy(_built())
    app.extensions = dict(app.extensions)
    open_house(app, House(engine, config or the_config(), clock, secrets.token_bytes))
    return app


@cache
def _built() -> Flask:
    return create_app(the_config(), create_engine("sqlite://"))
