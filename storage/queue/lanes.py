"""Whose turn it is: lanes are claimed with a lease and an epoch, and an event is done only for the holder of both."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Select, bindparam, case, null, select, update

from storage.clock import moment
from storage.queue import letters
from storage.queue.patience import USUAL
from storage.statements import Ready
from storage.tables.runtime import inbox, lanes
from storage.tx import Tx

LEASE_MS = USUAL.lane
MOST_ATTEMPTS = 3
JOBS = "jobs"  # the account under which the results of jobs come back
PARKED = 2**52


@dataclass(frozen=True, slots=True)
class Event:
    """One stored arrival, in its turn."""

    id: int
    account: str
    event_id: str
    lane: str
    seq: int
    workspace: str | None
    contact: str | None
    kind: str
    payload: Any
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """A lane in our hands until its lease ends; `attempts` counts how often its next event was taken up."""

    lane: str
    epoch: int
    done_seq: int
    last_seq: int
    attempts: int


class Fenced(Exception):
    """Another worker has taken the lane over; nothing of this unit may stand."""


_FINISH = Ready(
    update(lanes)
    .where(
        lanes.c.id == bindparam("lane"),
        lanes.c.epoch == bindparam("held_epoch"),
        lanes.c.done_seq == bindparam("before"),
    )
    .values(
        done_seq=bindparam("seq"),
        attempts=case((lanes.c.last_seq == bindparam("seq"), 0), else_=1),
        ready_at=case((lanes.c.last_seq == bindparam("seq"), null()), else_=bindparam("lease", type_=BigInteger)),
    )
    .returning(lanes.c.last_seq)
)


def _claiming(ready: Select[Any]) -> Ready:
    taken = update(lanes).where(lanes.c.id.in_(ready.scalar_subquery()))
    values: dict[str, Any] = {"owner": bindparam("owner"), "ready_at": bindparam("lease")}
    taken = taken.values(**values, epoch=lanes.c.epoch + 1, attempts=lanes.c.attempts + 1)
    return Ready(taken.returning(lanes.c.id, lanes.c.epoch, lanes.c.done_seq, lanes.c.last_seq, lanes.c.attempts))


_READY = select(lanes.c.id).where(lanes.c.ready_at <= bindparam("now")).order_by(lanes.c.ready_at)
_UNSUSPECTED = _READY.where(lanes.c.attempts < MOST_ATTEMPTS).limit(bindparam("most"))
_SUSPECTS = _READY.where(lanes.c.attempts >= MOST_ATTEMPTS).limit(bindparam("most"))
_CLAIM = {False: _claiming(_UNSUSPECTED), True: _claiming(_SUSPECTS)}
_CLAIM_SKIPPING = {
    False: _claiming(_UNSUSPECTED.with_for_update(skip_locked=True)),
    True: _claiming(_SUSPECTS.with_for_update(skip_locked=True)),
}
_HEADS = (
    select(inbox)
    .join(lanes, (inbox.c.lane == lanes.c.id) & (inbox.c.seq == lanes.c.done_seq + 1))
    .where(lanes.c.id.in_(bindparam("lanes", expanding=True)))
)


_ANY_SUSPECT = Ready(_SUSPECTS)
_FOLLOWING = Ready(
    select(inbox)
    .where(inbox.c.lane == bindparam("lane"), inbox.c.seq > bindparam("seq"))
    .order_by(inbox.c.seq)
    .limit(bindparam("most"))
)


def claim(
    tx: Tx, owner: str, most: int, lease_ms: int = LEASE_MS, *, suspects: bool = False
) -> list[tuple[Claim, Event]]:
    """Take up to `most` lanes whose turn it is, each with its next event.

    `suspects`: those instead whose event was at work each time that a process ended, which others shared.
    """
    wanted = {"owner": owner, "now": tx.now_ms, "lease": tx.now_ms + lease_ms, "most": most}
    taken = (_CLAIM_SKIPPING if tx.dialect == "postgresql" else _CLAIM)[suspects]
    claims = {
        row.id: Claim(row.id, row.epoch, row.done_seq, row.last_seq, row.attempts) for row in tx.execute(taken, wanted)
    }
    if not claims:
        return []
    return [(claims[row.lane], _event(row)) for row in tx.execute(_HEADS, {"lanes": list(claims)})]


def following(tx: Tx, lane: str, seq: int, most: int = 32) -> list[Event]:
    """The next events of a lane behind number `seq`."""
    return [_event(row) for row in tx.execute(_FOLLOWING, {"lane": lane, "seq": seq, "most": most})]


def suspects_wait(tx: Tx) -> bool:
    """Whether the turn of a suspect has come: `claim` takes it only when it is asked for."""
    return tx.execute(_ANY_SUSPECT, {"now": tx.now_ms, "most": 1}).scalar() is not None


AIMED = ("tap", "job")
"""Kinds of events that mean one workspace, whatever was said before them: where the message stands, where the work was."""


def rehome(tx: Tx, lane: str, workspace: str) -> None:
    """The words that wait in a lane of staff are meant for this workspace. For the holder of the lane, behind `finish`."""
    done = select(lanes.c.done_seq).where(lanes.c.id == lane).scalar_subquery()
    waiting = update(inbox).where(inbox.c.lane == lane, inbox.c.seq > done, inbox.c.contact_id.is_(None))
    tx.execute(waiting.where(inbox.c.kind.not_in(AIMED)).values(workspace_id=workspace))


def finish(tx: Tx, lane: str, seq: int, epoch: int, lease_ms: int = LEASE_MS) -> int:
    """Mark event `seq` done, renew or end the lease; returns the lane's last number. Raises `Fenced`.

    Where events wait behind it, the holder goes on with the next one, which is that one's first attempt.
    """
    held = {"lane": lane, "held_epoch": epoch, "before": seq - 1, "seq": seq, "lease": tx.now_ms + lease_ms}
    last = tx.execute(_FINISH, held).scalar()
    if last is None:
        raise Fenced(lane)
    return int(last)


def give_back(tx: Tx, lane: str, epoch: int, after_ms: int, *, counts: bool = True) -> None:
    """Let a lane go whose event could not be handled now; its turn comes again after `after_ms`.

    `counts`: whether this was one of the event's attempts.
    """
    held = update(lanes).where(lanes.c.id == lane, lanes.c.epoch == epoch, lanes.c.ready_at.is_not(None))
    attempts = lanes.c.attempts if counts else case((lanes.c.attempts > 0, lanes.c.attempts - 1), else_=0)
    tx.execute(held.values(owner=None, ready_at=tx.now_ms + after_ms, attempts=attempts))


def park(tx: Tx, lane: str, epoch: int) -> None:
    """Hold a lane until `unpark`: nothing of it is handled, nothing lost, and its order stays."""
    held = update(lanes).where(lanes.c.id == lane, lanes.c.epoch == epoch, lanes.c.ready_at.is_not(None))
    tx.execute(held.values(owner=None, ready_at=PARKED, attempts=0))


def unpark(tx: Tx, workspace: str) -> None:
    """Let all parked customers' lanes of a workspace go on."""
    parked = update(lanes).where(lanes.c.id.startswith(f"contact:{workspace}:", autoescape=True))
    tx.execute(parked.where(lanes.c.ready_at == PARKED).values(ready_at=tx.now_ms))


def bury(tx: Tx, event: Event, error: str) -> None:
    """Keep a note of an event that could not be handled; the event itself stays in the inbox."""
    letters.write(tx, "inbox", event.id, event.workspace, error)


def release_all(tx: Tx) -> None:
    """After a start as the only process: whatever was held is ready again at once."""
    held = update(lanes).where(lanes.c.ready_at < PARKED)
    tx.execute(held.values(owner=None, ready_at=tx.now_ms))


def working(tx: Tx) -> bool:
    """Whether any lane has something to do now or is at work; parked ones wait for a person."""
    ready = select(lanes.c.id).where(lanes.c.ready_at < PARKED)
    return tx.execute(ready.limit(1)).scalar() is not None


def _event(row: Any) -> Event:
    return Event(
        row.id,
        row.account_id,
        row.event_id,
        row.lane,
        row.seq,
        row.workspace_id,
        row.contact_id,
        row.kind,
        row.payload,
        moment(row.received_at),
    )
