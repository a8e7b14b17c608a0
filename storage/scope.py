"""The only door to business tables: a workspace is a value that you hold in your hand."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Delete,
    Insert,
    Select,
    Table,
    Update,
    bindparam,
    delete,
    select,
    update,
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Statements that can reach one workspace's rows and no other's."""

    workspace: str

    def select(self, table: Table, *columns: ColumnElement[Any]) -> Select[Any]:
        """`SELECT columns` (all of the table's, when none are named) of this workspace."""
        return _select(table, columns, self.workspace)

    def insert(self, table: Table, **values: Any) -> Insert:
        return table.insert().values(workspace_id=self.workspace, **values)

    def row(self, **values: Any) -> dict[str, Any]:
        """One row's values with this workspace's id, for executemany and upserts."""
        return {"workspace_id": self.workspace, **values}

    def update(self, table: Table) -> Update:
        return update(table).where(table.c.workspace_id == self.workspace)

    def delete(self, table: Table) -> Delete:
        return delete(table).where(table.c.workspace_id == self.workspace)

    def given(self, **values: Any) -> dict[str, Any]:
        """The parameters of a statement that was made by `Prepared`, for this workspace."""
        return {_PREPARED.key: self.workspace, **values}


@dataclass(frozen=True, slots=True)
class PlatformScope:
    """Statements across workspaces: what the installation itself must know or do. `why` says for what; a test lists the
    places, and what is done to a workspace here is written into that workspace's audit log.
    """

    why: str

    def select(self, table: Table, *columns: ColumnElement[Any]) -> Select[Any]:
        return select(*columns) if columns else select(table)

    def delete(self, table: Table) -> Delete:
        return delete(table)


_PREPARED: BindParameter[str] = bindparam("scope_workspace", required=True)


class Prepared:
    """The same door for statements of the hot path, built once at import: building one costs more than running it.

    They cannot run without a workspace: executing one without `Scope.given` is an error of SQLAlchemy's.
    """

    @staticmethod
    def select(table: Table, *columns: ColumnElement[Any]) -> Select[Any]:
        return _select(table, columns, _PREPARED)

    @staticmethod
    def update(table: Table) -> Update:
        return update(table).where(table.c.workspace_id == _PREPARED)


def _select(table: Table, columns: tuple[ColumnElement[Any], ...], workspace: Any) -> Select[Any]:
    chosen = select(*columns) if columns else select(table)
    return chosen.where(table.c.workspace_id == workspace)
