"""What goes because its time is over, in every workspace of the installation: rows first, then the bytes behind them."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from storage.tables.authority import files
from storage.tx import Tx


def forget_expired(tx: Tx) -> int:
    """Let go of the files that were to be kept until now; returns how many."""
    return tx.execute(delete(files).where(files.c.keep_until <= tx.now)).rowcount


def held_by_nobody(tx: Tx, digests: Sequence[str]) -> list[str]:
    """Those of these contents that no workspace holds; their bytes may be deleted."""
    held = set(tx.execute(select(files.c.sha256).where(files.c.sha256.in_(digests))).scalars())
    return [each for each in digests if each not in held]
