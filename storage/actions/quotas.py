"""How often a workspace does what must not be done without end: one number for each kind, kept by GCRA."""

from storage.rules.pacing import Rate
from storage.scope import Scope
from storage.tables.limits import quotas
from storage.tx import Tx


def take(tx: Tx, scope: Scope, kind: str, rate: Rate | None) -> int:
    """Take one of that kind if there is one: 0, or else when there will be one, in microseconds since the epoch.

    The row is the lock, so that two who ask at once do not both take the last one.
    """
    if rate is None:
        return 0
    tat_us = hold(tx, scope, kind)
    if rate.room(tat_us, tx.now_us) < 1:
        return rate.opens_at(tat_us)
    taken = scope.update(quotas).where(quotas.c.kind == kind)
    tx.execute(taken.values(tat_us=rate.taken(tat_us, tx.now_us)))
    return 0


def hold(tx: Tx, scope: Scope, kind: str) -> int:
    """Let whoever comes for the same wait until this unit ends, so that each sees what the one before has taken."""
    row = scope.row(kind=kind, tat_us=0)
    tx.execute(tx.upsert(quotas).values(row).on_conflict_do_nothing())
    held = scope.select(quotas, quotas.c.tat_us).where(quotas.c.kind == kind)
    return int(tx.execute(held.with_for_update()).scalar_one())
