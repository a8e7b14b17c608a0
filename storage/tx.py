"""What a unit of work holds."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite

from storage.clock import Ids, milliseconds


@dataclass(slots=True)
class Tx:
    """What a unit of work holds: a connection inside a transaction, the moment, ids, and what happened in it."""

    connection: Connection
    now: datetime
    ids: Ids
    happened: list[object] = field(default_factory=list)

    @property
    def now_ms(self) -> int:
        return milliseconds(self.now)

    @property
    def now_us(self) -> int:
        return round(self.now.timestamp() * 1_000_000)

    @property
    def dialect(self) -> str:
        return self.connection.dialect.name

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        return self.connection.execute(statement, parameters)

    def upsert(self, table: Table) -> "sqlite.Insert | postgresql.Insert":
        """An `INSERT` that understands `ON CONFLICT` on the database in use."""
        return postgresql.insert(table) if self.dialect == "postgresql" else sqlite.insert(table)

    def emit(self, fact: object) -> None:
        """Record a business fact; those who subscribed with `@on` hear of it in the same unit."""
        self.happened.append(fact)
