"""SQL is compiled once in a test process, not anew for each of its thousand databases.

SQLAlchemy keeps what it compiled by the dialect's object, of which each engine has its own. All engines of a test
process speak to databases of one making, so dialects of one class are the same to it, and share one memory.
"""

from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.util import LRUCache

COMPILED: LRUCache[object, object] = LRUCache(5000)


def compile_once() -> None:
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        dialect.__eq__ = _is_of_one_class  # type: ignore[method-assign,assignment]  # of dialects only
        dialect.__hash__ = _hash_of_class  # type: ignore[method-assign,assignment]  # of dialects only
    event.listen(Engine, "engine_connect", _share)


def _is_of_one_class(one: Dialect, other: object) -> bool:
    return type(one) is type(other)


def _hash_of_class(one: Dialect) -> int:
    return hash(type(one))


def _share(connection: Connection) -> None:
    connection.execution_options(compiled_cache=COMPILED)
