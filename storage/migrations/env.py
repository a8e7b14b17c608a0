"""Run by alembic: migrates on the connection, and inside the transaction, that `upgrade` opened."""

from typing import Any, Literal

from alembic import context

from storage.tables import metadata
from storage.tables.base import Instant


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Migrations spell our column types out, so that they never change under them."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.BigInteger()"
    if kind == "type" and str(item) == "JSON":
        return "JSON"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=render_item,
)
context.run_migrations()
