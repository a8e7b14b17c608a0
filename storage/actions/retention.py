"""What goes because its time is over, in every workspace of the installation: rows first, then the bytes behind them."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import tuple_

from storage.scope import PlatformScope
from storage.tables.authority import files, passes, pledges
from storage.tx import Tx

_EVERYWHERE = PlatformScope("what is past its time goes in every workspace")
MOST = 1_000
PROMISES_STAY = timedelta(days=7)
"""For so long it can be said of a link or a button that it was used, or came too late."""


def forget_expired(tx: Tx) -> int:
    """Let go of the files that were to be kept until now; returns how many."""
    return tx.execute(_EVERYWHERE.delete(files).where(files.c.keep_until <= tx.now)).rowcount


def held_by_nobody(tx: Tx, digests: Sequence[str]) -> list[str]:
    """Those of these contents that no workspace holds; their bytes may be deleted."""
    held = set(tx.execute(_EVERYWHERE.select(files, files.c.sha256).where(files.c.sha256.in_(digests))).scalars())
    return [each for each in digests if each not in held]


def forget_promises(tx: Tx) -> int:
    """Let go of one-time links, confirmations and undos, used or not, long past their time: up to a thousand of each.

    What came of them is in the audit log. Returns how many.
    """
    past, gone = tx.now - PROMISES_STAY, 0
    for table, key in ((passes, passes.c.secret_hash), (pledges, pledges.c.id)):
        chosen = _EVERYWHERE.select(table, table.c.workspace_id, key).where(table.c.expires_at < past).limit(MOST)
        gone += tx.execute(_EVERYWHERE.delete(table).where(tuple_(table.c.workspace_id, key).in_(chosen))).rowcount
    return gone
