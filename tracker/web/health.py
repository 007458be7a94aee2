"""Is the process alive, and can it serve."""

from flask import Blueprint
from sqlalchemy.exc import SQLAlchemyError

from tracker.store.migrate import is_at_head
from tracker.web.access import public
from tracker.web.house import house

health = Blueprint("health", __name__)


@health.get("/healthz")
@public
def alive() -> tuple[dict[str, str], int]:
    return {"state": "alive"}, 200


@health.get("/readyz")
@public
def ready() -> tuple[dict[str, str], int]:
    try:
        at_head = is_at_head(house().engine.execution_options(reads_only=True))
    except SQLAlchemyError:
        return {"state": "not ready", "cause": "database"}, 503
    if not at_head:
        return {"state": "not ready", "cause": "migrations"}, 503
    return {"state": "ready"}, 200
