"""The control: the same recording, served the same way, but the receipt leaves before COMMIT.

It is what a product with an asynchronous commit would do, and it must fail the drill. Nothing imports it.
"""

import json
import os
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from threading import Thread
from typing import TYPE_CHECKING

from granian import Granian
from granian.constants import Interfaces
from sqlmodel import Session
from werkzeug.wrappers import Request, Response

from tracker.actions.accounts import actor_of_token
from tracker.actions.door import Door
from tracker.actions.record import record
from tracker.app import app_from_environment
from tracker.config import config_from_environment
from tracker.store.engine import create_engine

COMMITS_AFTER_SECONDS = 0.1

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class EarlyAck:
    """Takes the events for itself; every other call goes to the product."""

    def __init__(self, product: "WSGIApplication") -> None:
        self.product = product
        self.config = config_from_environment()
        self.engine = create_engine(self.config.database.url)

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        if (request.method, request.path) != ("POST", "/api/v1/events"):
            return self.product(environ, start)
        return self.take_events(request)(environ, start)

    def take_events(self, request: Request) -> Response:
        session = Session(self.engine, expire_on_commit=False)
        actor = actor_of_token(session, request.headers["Authorization"].removeprefix("Bearer "))
        assert actor is not None
        door = Door(actor, datetime.now(UTC), self.config)
        receipts = record(session, json.loads(request.get_data())["events"], door)
        told = json.dumps({"receipts": [receipt.as_json() for receipt in receipts]})
        Thread(target=_commit_later, args=(session,)).start()
        return Response(told, mimetype="application/json")


def _commit_later(session: Session) -> None:
    time.sleep(COMMITS_AFTER_SECONDS)
    session.commit()
    session.close()


def app() -> EarlyAck:
    return EarlyAck(app_from_environment().wsgi_app)


def main() -> None:
    Granian(
        "tests.drills.early_ack:app",
        factory=True,
        interface=Interfaces.WSGI,
        port=int(os.environ["GIAONHAN__SERVER__PORT"]),
        blocking_threads=4,
        log_access=False,
    ).serve()


if __name__ == "__main__":
    main()
