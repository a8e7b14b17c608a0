"""Deciding what becomes of what failed for good: it is tried again, or let be."""

from typing import Any

from sqlalchemy import Row, select, update

from storage.actions import audit
from storage.actors import Actor
from storage.errors import Conflict, NotFound
from storage.queue import arrivals, jobs, outbox
from storage.queue.arrivals import Arrival, Place
from storage.rules.permissions import Permission
from storage.tables.runtime import dead_letters, inbox
from storage.tx import Tx


def retry_failure(tx: Tx, number: int, actor: Actor) -> str:
    """Try it again from the beginning; returns its kind. A message that came in is handled behind what came since."""
    actor.require(Permission.FAILURES_SETTLE)
    letter = _settle(tx, number, actor, "retry failure")
    again = {"outbox": _send_again, "job": _work_again, "inbox": _hear_again}[letter.kind]
    if not again(tx, letter):
        raise Conflict(
            "#{number} can no longer be tried again: it has been cleared away or has gone on meanwhile. /dismiss {number} takes it off the list.",
            number=number,
        )
    return str(letter.kind)


def dismiss_failure(tx: Tx, number: int, actor: Actor) -> None:
    """Take it off the list; nothing of it will happen any more."""
    actor.require(Permission.FAILURES_SETTLE)
    _settle(tx, number, actor, "dismiss failure")


def _settle(tx: Tx, number: int, actor: Actor, action: str) -> Row[Any]:
    """Take the letter for oneself: of two who press at once, one wins."""
    mine = (dead_letters.c.id == number) & (dead_letters.c.workspace_id == actor.scope.workspace)
    open_ = update(dead_letters).where(mine, dead_letters.c.settled_at.is_(None))
    taken = tx.execute(open_.values(settled_at=tx.now_ms).returning(dead_letters)).one_or_none()
    if taken is not None:
        audit.note(tx, action, f"#{number}", actor, kind=taken.kind)
        return taken
    if tx.execute(select(dead_letters.c.id).where(mine)).scalar() is None:
        raise NotFound("There is no #{number} among what failed. /dead lists it.", number=number)
    raise Conflict("#{number} has been settled already. /dead lists what is left.", number=number)


def _send_again(tx: Tx, letter: Row[Any]) -> bool:
    return outbox.revive(tx, letter.reference)


def _work_again(tx: Tx, letter: Row[Any]) -> bool:
    return jobs.revive(tx, letter.reference)


def _hear_again(tx: Tx, letter: Row[Any]) -> bool:
    """The event comes once more, under a name of its own, at the end of its lane."""
    row = tx.execute(select(inbox).where(inbox.c.id == letter.reference)).one_or_none()
    if row is None:
        return False
    again = Arrival(row.account_id, f"{row.event_id}:again:{letter.id}", row.kind, "", row.payload)
    arrivals.store(tx, [(Place(row.lane, row.workspace_id, row.contact_id), again)])
    return True
