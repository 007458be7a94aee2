"""Whom an envelope goes to, version by version."""

from sqlmodel import Field

from tracker.store.models.base import Table


class Addressee(Table, table=True):
    """Version 1 is the one registered; each later one is named by the redirection that brought it."""

    item_id: int = Field(primary_key=True, foreign_key="item.id")
    version: int = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id")
