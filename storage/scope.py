"""The only door to business tables: a workspace is a value that you hold in your hand."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Delete, Insert, Select, Table, Update, delete, select, update


@dataclass(frozen=True, slots=True)
class Scope:
    """Statements that can reach one workspace's rows and no other's."""

    workspace: str

    def select(self, table: Table, *columns: ColumnElement[Any]) -> Select[Any]:
        """`SELECT columns` (all of the table's, when none are named) of this workspace."""
        chosen = select(*columns) if columns else select(table)
        return chosen.where(table.c.workspace_id == self.workspace)

    def insert(self, table: Table, **values: Any) -> Insert:
        return table.insert().values(workspace_id=self.workspace, **values)

    def row(self, **values: Any) -> dict[str, Any]:
        """One row's values with this workspace's id, for executemany and upserts."""
        return {"workspace_id": self.workspace, **values}

    def update(self, table: Table) -> Update:
        return update(table).where(table.c.workspace_id == self.workspace)

    def delete(self, table: Table) -> Delete:
        return delete(table).where(table.c.workspace_id == self.workspace)
