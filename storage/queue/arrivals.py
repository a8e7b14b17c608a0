"""Writing what came in: each event once, in its lane, with its sender resolved to a contact. Nothing else is acknowledged."""

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import JSON, BigInteger, String, bindparam, cast, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.actions.contacts import Twins, contacts_of
from storage.among import Among
from storage.queue.homes import homes_of
from storage.rules.lanes import lane_of
from storage.scope import Scope
from storage.statements import Ready
from storage.tables.runtime import inbox, lanes
from storage.tx import Tx

AT_ONCE = 1_000
"""How many events one statement takes: platforms do not bound what many bodies, stored together, may hold."""
TWINS = "twins"
"""The kind of the event by which the house hears that two contacts may be one person."""
STRAY = "stray"
"""The kind of a tap that must not be carried out: it is not known which workspace it is meant for."""


class Sender(NamedTuple):
    """Who wrote: every address by which the platform names this person, the surest first, as (kind, value)."""

    addresses: tuple[tuple[str, str], ...]
    name: str = ""


class Arrival(NamedTuple):
    """One event as a channel split it out of a body; `payload` is what the platform said, word for word.

    `towards`: the code behind a link or behind `/link`, which leads to a workspace. `about`: the message of ours whose
    button was tapped; `mark`: whose that button says it is.
    """

    account: str
    event_id: str
    kind: str
    chat: str
    payload: Any
    sender: Sender | None = None
    private: bool = True
    towards: str = ""
    about: str = ""
    mark: str = ""


class Place(NamedTuple):
    """Where an arrival belongs: its lane, and the workspace and contact where they are known. `stray`: a tap of which
    nobody knows whose button it was."""

    lane: str
    workspace: str | None = None
    contact: str | None = None
    stray: bool = False


_NOWHERE = Place("")


# Statements built once: on the way of each message building one costs more than running it. What is looked up by pairs
# is looked up by two lists: SQLite walks through a whole index for pairs, and a crossing of the lists harms nobody.
_KNOWN = Ready(
    select(inbox.c.account_id, inbox.c.event_id).where(
        Among(inbox.c.account_id, "accounts"), Among(inbox.c.event_id, "events")
    )
)


_NOW = bindparam("now", type_=BigInteger(), required=True)
_COUNTED = func.json_each(bindparam("counts", type_=JSON(), required=True)).table_valued("key", "value", name="counted")


def _reserving(insert: Any) -> Ready:
    """Of `{lane: count}`, in one statement. A lane at rest becomes ready now; one that is at work keeps its lease.

    In the order of the lanes, so that two replicas that reserve in the same ones wait for each other only once.
    """
    count = cast(cast(_COUNTED.c.value, String), BigInteger)  # both databases' `json_each` can be read so
    rested: tuple[Any, ...] = (literal(0), _NOW, literal(0), literal(0))
    wanted: Any = select(_COUNTED.c.key, count, *rested).order_by(_COUNTED.c.key)
    insert = insert.from_select(["id", "last_seq", "done_seq", "ready_at", "epoch", "attempts"], wanted)
    more = lanes.c.last_seq + insert.excluded.last_seq
    ready = func.coalesce(lanes.c.ready_at, insert.excluded.ready_at)
    upsert = insert.on_conflict_do_update(index_elements=["id"], set_={"last_seq": more, "ready_at": ready})
    return Ready(upsert.returning(lanes.c.id, lanes.c.last_seq))


_RESERVE = {"sqlite": _reserving(sqlite.insert(lanes)), "postgresql": _reserving(postgresql.insert(lanes))}


def accept(tx: Tx, arrivals: Sequence[Arrival]) -> int:
    """Store all that were not stored before; returns how many were new. A duplicate costs one look."""
    waiting = iter(arrivals)
    return sum(_accept(tx, part) for part in iter(lambda: list(itertools.islice(waiting, AT_ONCE)), []))


def _accept(tx: Tx, arrivals: Sequence[Arrival]) -> int:
    fresh = _without_known(tx, arrivals)
    if fresh:
        before = len(tx.happened)
        store(tx, list(zip(_places(tx, fresh), fresh, strict=True)))
        _pass_on(tx, [fact for fact in tx.happened[before:] if isinstance(fact, Twins)])
    return len(fresh)


def _pass_on(tx: Tx, facts: Sequence[Twins]) -> None:
    """Nobody listens while arrivals are stored: what was noticed here becomes an event of its own, once for each pair."""
    homes = {fact.surest: Place(f"house:{fact.workspace}", fact.workspace) for fact in facts}
    fresh = _without_known(tx, map(_twins, facts)) if facts else []
    if fresh:
        store(tx, [(homes[arrival.payload["value"]["surest"]], arrival) for arrival in fresh])


def _twins(fact: Twins) -> Arrival:
    payload = {"kind": TWINS, "value": {"surest": fact.surest, "other": fact.other}}
    return Arrival("jobs", f"{TWINS}:{fact.surest}:{fact.other}", "job", "", payload)


def store(tx: Tx, placed: Sequence[tuple[Place, Arrival]]) -> None:
    """Give every event the next number of its lane and wake the lane."""
    numbers = _number(tx, Counter([place.lane for place, _ in placed]))
    rows, now = [], tx.now_ms
    for (lane, workspace, contact, stray), arrival in placed:
        numbers[lane] += 1
        rows.append(
            {
                "account_id": arrival.account,
                "event_id": arrival.event_id,
                "lane": lane,
                "seq": numbers[lane],
                "workspace_id": workspace,
                "contact_id": contact,
                "kind": STRAY if stray else arrival.kind,
                "payload": arrival.payload,
                "received_at": now,
            }
        )
    tx.insert(inbox, rows)


def _without_known(tx: Tx, arrivals: Iterable[Arrival]) -> list[Arrival]:
    """Drop what is on disk already, and what the same body holds twice."""
    unique: dict[tuple[str, str], Arrival] = {}
    for arrival in arrivals:
        unique.setdefault(arrival[:2], arrival)  # its account and id
    accounts, events = map(set, zip(*unique, strict=True))
    wanted = {"accounts": accounts, "events": events}
    for row in tx.execute(_KNOWN, wanted):
        unique.pop((row.account_id, row.event_id), None)
    return list(unique.values())


def _number(tx: Tx, counts: Counter[str]) -> dict[str, int]:
    """Reserve numbers in each lane; returns the last number before the reserved ones. The lane's row is the lock."""
    reserved = tx.execute(_RESERVE[tx.dialect], {"counts": dict(counts), "now": tx.now_ms})
    return {row.id: row.last_seq - counts[row.id] for row in reserved}


def _places(tx: Tx, arrivals: Sequence[Arrival]) -> list[Place]:
    """The lane of each arrival: (workspace, contact) for customers, (chat, user) for staff."""
    places: list[Place] = []
    outside: dict[str, list[int]] = {}
    homes = homes_of(tx, arrivals)
    for at, (arrival, (workspace, is_staffs, is_stray)) in enumerate(zip(arrivals, homes, strict=True)):
        if arrival.sender is None or workspace is None:
            places.append(Place(f"{arrival.account}:system", workspace))
        elif is_staffs:
            lane = f"{arrival.account}:{arrival.chat}:{arrival.sender.addresses[0][1]}"
            places.append(Place(lane, workspace, stray=is_stray))
        else:
            outside.setdefault(workspace, []).append(at)
            places.append(_NOWHERE)  # until the contact is known
    for workspace, theirs in outside.items():
        people = [sender for at in theirs if (sender := arrivals[at].sender)]
        for at, contact in zip(theirs, contacts_of(tx, Scope(workspace), people), strict=True):
            lane = lane_of(workspace, contact, "" if arrivals[at].private else arrivals[at].chat)
            places[at] = Place(lane, workspace, contact, homes[at].is_stray)
    return places
