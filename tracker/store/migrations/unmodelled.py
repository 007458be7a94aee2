"""What migrations make beside the models, because no model can say it; comparisons leave it alone."""

from collections.abc import MutableMapping
from typing import Literal

_Place = Literal["schema_name", "table_name", "schema_qualified_table_name"]
# The index over people's names: a virtual table with its own tables on SQLite, an index on PostgreSQL.
NAMES = "person_words"


def is_modelled(name: str | None, kind: str, _: MutableMapping[_Place, str | None]) -> bool:
    """Asked by Alembic for each thing it meets in a database."""
    return kind not in {"table", "index"} or not (name or "").startswith(NAMES)
