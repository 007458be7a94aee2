"""Many ids as one parameter: a list of parameters as long as they are would cost more than what is asked of them."""

import json
from collections.abc import Iterable

from sqlalchemy import ARRAY, Integer, Select, func, literal, select
from sqlmodel import Session


def given_ids(session: Session, ids: Iterable[int]) -> Select[tuple[int]]:
    """To be put behind an IN."""
    told = list(ids)
    if session.get_bind().dialect.name == "sqlite":
        return select(func.json_each(json.dumps(told)).table_valued("value").c.value)
    return select(func.unnest(literal(told, ARRAY(Integer))).column_valued("value"))
