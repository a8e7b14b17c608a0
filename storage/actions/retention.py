"""What goes because its time is over, in every workspace of the installation: rows first, then the bytes behind them."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, select, tuple_

from storage.tables.authority import files, passes, pledges
from storage.tx import Tx

MOST = 1_000
PROMISES_STAY = timedelta(days=7)
"""For so long it can be said of a link or a button that it was used, or came too late."""


def forget_expired(tx: Tx) -> int:
    """Let go of the files that were to be kept until now; returns how many."""
    return tx.execute(delete(files).where(files.c.keep_until <= tx.now)).rowcount


def held_by_nobody(tx: Tx, digests: Sequence[str]) -> list[str]:
    """Those of these contents that no workspace holds; their bytes may be deleted."""
    held = set(tx.execute(select(files.c.sha256).where(files.c.sha256.in_(digests))).scalars())
    return [each for each in digests if each not in held]


def forget_promises(tx: Tx) -> int:
    """Let go of one-time links, confirmations and undos, used or not, long past their time: up to a thousand of each.

    What came of them is in the audit log. Returns how many.
    """
    past, gone = tx.now - PROMISES_STAY, 0
    for table, key in ((passes, passes.c.secret_hash), (pledges, pledges.c.id)):
        chosen = select(table.c.workspace_id, key).where(table.c.expires_at < past).limit(MOST)
        gone += tx.execute(delete(table).where(tuple_(table.c.workspace_id, key).in_(chosen))).rowcount
    return gone
