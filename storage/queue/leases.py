"""What only one process may do at a time: a lease that is renewed, and taken over once its holder does not come back."""

from typing import Any

from sqlalchemy import delete, func, or_, select

from storage.tables.runtime import leases
from storage.tx import Tx

_PROOF = "x" * 8192


def take(tx: Tx, name: str, owner: str, for_ms: int) -> bool:
    """Take or renew a lease for `for_ms` by the database's clock; False while another owner holds it."""
    until = tx.now_ms + for_ms
    statement: Any = tx.upsert(leases).values(name=name, owner=owner, until=until)
    statement = statement.on_conflict_do_update(
        index_elements=["name"],
        set_={"owner": owner, "until": until},
        where=or_(leases.c.owner == owner, leases.c.until <= tx.now_ms),
    )
    return tx.execute(statement.returning(leases.c.name)).scalar() is not None


def let_go(tx: Tx, name: str, owner: str) -> None:
    """End a lease, so that the next process need not wait for its end."""
    tx.execute(delete(leases).where(leases.c.name == name, leases.c.owner == owner))


def release_all(tx: Tx) -> None:
    """After a start as the only process: nobody holds anything."""
    tx.execute(delete(leases))


def queue_up(tx: Tx, name: str) -> None:
    """From here to the end of the unit no other process is in a unit of that name (on SQLite none is anyway)."""
    if tx.dialect == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))


def prove(tx: Tx, owner: str) -> None:
    """Write something and take it away again: whoever can do that has a disk that takes more."""
    name = f"proof:{owner}"
    tx.execute(leases.insert().values(name=name, owner=_PROOF, until=0))
    tx.execute(delete(leases).where(leases.c.name == name))
