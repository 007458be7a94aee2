"""A province to pack something of."""

from tests.province import books, province, shared_postgresql, shared_sqlite

__all__ = ["books", "province", "shared_postgresql", "shared_sqlite"]
