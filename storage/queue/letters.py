"""Dead letters: what failed for good, so that somebody sees it and decides. What they speak of stays where it was."""

from sqlalchemy import select

from storage.tables.people import workspaces
from storage.tables.runtime import dead_letters
from storage.tx import Tx


def write(tx: Tx, kind: str, reference: int, workspace: str | None, error: str) -> None:
    """`kind`: `inbox`, `outbox` or `job`; `reference`: the row's id there. What belongs to no workspace is the
    installation's own, and goes to the first one: whoever runs the installation has that."""
    letter = {"kind": kind, "reference": reference, "workspace_id": workspace or _first(tx)}
    tx.execute(dead_letters.insert().values(**letter, error=error[:2000], at=tx.now_ms))


def _first(tx: Tx) -> str | None:
    """None before there is any."""
    return tx.execute(select(workspaces.c.id).order_by(workspaces.c.created_at, workspaces.c.id).limit(1)).scalar()
