"""One row of a table as one line of JSON, the same for both databases.

A line is an object; a column that is NULL is left out, so that JSON's own null stays what it is. JSON columns stand in
it as they are, without being read. Tables are taken as the database has them, not as this code has them: a backup of
an older schema is written and read by the same functions.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson
from sqlalchemy import JSON, Boolean, Column, Connection, Float, Integer, MetaData, String, Table, Text, cast, select
from sqlalchemy import type_coerce as taken_as
from sqlalchemy.dialects.postgresql import JSONB

SIMPLE = (Integer, Float, Boolean, String)
"""Besides JSON, the types that a column may have: others would change on their way."""
HISTORY = "alembic_version"


def tables_of(connection: Connection) -> list[Table]:
    """The tables that the database has, those first to which others point; the schema's own history is none of them."""
    found = MetaData()
    found.reflect(connection)
    tables = [table for table in found.sorted_tables if table.name != HISTORY]
    for table in tables:
        for column in table.columns:
            if isinstance(column.type, JSON):
                plain: Any = (
                    JSONB(none_as_null=True) if connection.dialect.name == "postgresql" else JSON(none_as_null=True)
                )
                column.type = plain
            elif isinstance(column.type, Float):
                column.type = Float(53)  # as a number, not as a decimal
            elif not isinstance(column.type, SIMPLE):
                raise TypeError(f"{table.name}.{column.name}: a backup cannot carry {column.type!r}")
    return tables


def lines(connection: Connection, table: Table, at_once: int = 1_000) -> Iterator[bytes]:
    """Every row, in the order of the key, each with its line end. Nothing is held but `at_once` rows."""
    names = [str(column.name) for column in table.columns]  # the database's own names are of a class of their own
    json = [isinstance(column.type, JSON) for column in table.columns]
    chosen = select(*(_plain(connection, column) for column in table.columns)).order_by(*table.primary_key.columns)
    for row in connection.execution_options(yield_per=at_once).execute(chosen):
        cells = zip(names, json, row, strict=True)
        line = {name: _embedded(value) if is_json else value for name, is_json, value in cells if value is not None}
        yield orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)


def _embedded(value: str) -> orjson.Fragment:
    """JSON as it stands, in one line."""
    return orjson.Fragment(orjson.dumps(orjson.loads(value)) if "\n" in value else value)


def _plain(connection: Connection, column: Column[Any]) -> Any:
    """JSON as the text that it is."""
    if not isinstance(column.type, JSON):
        return column
    if connection.dialect.name == "postgresql":
        return cast(column, Text).label(column.name)
    return taken_as(column, String).label(column.name)


def reader_of(connection: Connection, table: Table) -> Callable[[bytes], dict[str, Any]]:
    """What makes of a line the values of a row, all columns named. Raises `ValueError` for a column that is not there."""
    empty: dict[str, Any] = dict.fromkeys(column.name for column in table.columns)
    json = {column.name for column in table.columns if isinstance(column.type, JSON)}
    clean = _without_nul if connection.dialect.name == "postgresql" else None

    def read(line: bytes) -> dict[str, Any]:
        values: Mapping[str, Any] = orjson.loads(line)
        if strange := values.keys() - empty.keys():
            raise ValueError(f"{table.name} has no {', '.join(sorted(strange))}")
        row = {name: JSON.NULL if value is None and name in json else value for name, value in values.items()}
        return empty | {name: clean(value) if clean else value for name, value in row.items()}

    return read


def _without_nul(value: Any) -> Any:
    """PostgreSQL holds no NUL in text; SQLite does."""
    if isinstance(value, str):
        return value.replace("\0", "�") if "\0" in value else value
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(each) for key, each in value.items()}
    return [_without_nul(each) for each in value] if isinstance(value, list) else value
