"""Looking up many things at once by one parameter: the statement is the same however many they are.

An `IN` with a parameter for each of them is written anew by us and read anew by the database at each run. On the way of
each message that costs more than the looks.
"""

from collections.abc import Collection
from typing import Any

import orjson
from sqlalchemy import Column, ColumnElement, Dialect, String, TypeDecorator, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import TypeEngine


class _Strings(TypeDecorator[Collection[str]]):
    """Strings as one parameter: an array, and JSON where the database knows none."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return ARRAY(String) if dialect.name == "postgresql" else String()

    def process_bind_param(self, value: Collection[str] | None, dialect: Dialect) -> Any:
        strings = list(value or ())
        return strings if dialect.name == "postgresql" else orjson.dumps(strings).decode()


class Among(ColumnElement[bool]):
    """True for the rows whose `column` (of strings) is one of those given under `name`."""

    inherit_cache = False

    def __init__(self, column: Column[str], name: str) -> None:
        self.column, self.given = column, bindparam(name, type_=_Strings(), required=True)


@compiles(Among, "sqlite")
def _in_json(among: Among, compiler: Any, **more: Any) -> str:
    listed = func.json_each(among.given).table_valued("value")
    return str(compiler.process(among.column.in_(select(listed.c.value)), **more))


@compiles(Among, "postgresql")
def _in_array(among: Among, compiler: Any, **more: Any) -> str:
    return str(compiler.process(among.column == func.any(among.given), **more))
