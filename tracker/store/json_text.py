"""What a delivery says was collected, read inside its text of JSON as each engine reads it."""

from typing import Any

from sqlalchemy import ColumnElement, Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class fees_collected(GenericFunction[int]):  # noqa: N801  # a function of SQL, and written like one
    """In đồng; NULL where the body tells none."""

    type = Integer()
    inherit_cache = True

    def __init__(self, body: ColumnElement[str]) -> None:
        super().__init__(body)


@compiles(fees_collected)
def _read(function: fees_collected, compiler: SQLCompiler, **options: Any) -> str:
    body = compiler.process(function.clauses, **options)
    return f"CAST(json_extract({body}, '$.details.fees_collected') AS INTEGER)"


@compiles(fees_collected, "postgresql")
def _read_on_postgresql(function: fees_collected, compiler: SQLCompiler, **options: Any) -> str:
    body = compiler.process(function.clauses, **options)
    return f"CAST(CAST({body} AS json) -> 'details' ->> 'fees_collected' AS INTEGER)"
