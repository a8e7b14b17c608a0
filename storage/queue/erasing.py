"""What the engine's tables hold of one person, taken out: their events, messages and work, and what was said of them.

At once what is found by its key (`close`); then, a few rows a unit, all that must be walked through (`walk`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

from sqlalchemy import ColumnElement, Table, and_, delete, exists, or_, select, update

from storage.queue.outbox import ONCE, WAITING
from storage.rules.lanes import lane_of
from storage.rules.traces import Traces
from storage.tables.people import accounts, visits
from storage.tables.runtime import dead_letters, inbox, jobs, lanes, schedules
from storage.tables.sending import chat_rates, outbox, slots, takeovers
from storage.tx import Tx

ERASE = "erase_contact"
"""The kind of the job that takes out the rest; what it looks for stands in it until it has ended."""
GONE = {"text": "…"}
"""What stands in the place of what was said."""
AT_ONCE, MOST_LOOKS = 200, 10_000
"""Rows of one step, and rows times what is looked for in each: 10 ms on SQLite (at most 45), for which others wait."""


@dataclass(frozen=True, slots=True)
class Person:
    """One person as the engine knows them. `chats`: their ids at the platforms; `alone`: those of them by which no other
    workspace knows anybody; `staff`: the ids of the chats in which the shop's people are spoken to; `names`, `known`
    (addresses) and `words`: by what they are recognised where others speak of them; `groups`: those in which they ordered among others."""

    workspace: str
    contacts: tuple[str, ...]
    chats: tuple[str, ...]
    alone: tuple[str, ...]
    staff: tuple[str, ...]
    names: tuple[str, ...]
    known: tuple[str, ...]
    words: tuple[str, ...]
    groups: tuple[str, ...] = ()

    @property
    def lanes(self) -> list[str]:
        places = ("", *self.groups)
        return [lane_of(self.workspace, each, group) for each in self.contacts for group in places]

    @property
    def traces(self) -> Traces:
        return Traces(self.names, self.known, self.words)

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        """As it was kept as JSON."""
        lists = {each.name: tuple(kept.get(each.name, ())) for each in fields(cls) if each.name != "workspace"}
        return cls(kept["workspace"], **lists)


@dataclass(frozen=True, slots=True)
class Step:
    """What one step came to. `after`: the id behind which the next one looks, None where the table has ended; `gone`:
    messages that were theirs; `others`: of their files, which another contact has sent too, and under which name."""

    after: int | None
    gone: int = 0
    others: tuple[tuple[str, str, str], ...] = ()


def close(tx: Tx, person: Person) -> None:
    """Nothing more is handled, done or sent for them from here on."""
    # Their lanes first: whoever is at work in one is fenced off, and has written all that it ever will.
    tx.execute(delete(lanes).where(lanes.c.id.in_(person.lanes)))
    tx.execute(delete(jobs).where(jobs.c.status.in_(("queued", "running")), jobs.c.lane.in_(person.lanes)))
    tx.execute(delete(schedules).where(schedules.c.lane.in_(person.lanes)))
    anywhere = outbox.c.account_id.in_(select(accounts.c.id))  # for the index of what waits in a chat
    waits = and_(anywhere, outbox.c.recipient.in_(person.chats), outbox.c.status.in_(WAITING))
    tx.execute(update(outbox).where(_of(outbox, person), waits).values(status="cancelled"))
    theirs = slots.c.slot.startswith(f"{person.workspace}/", autoescape=True)
    tx.execute(delete(slots).where(slots.c.recipient.in_(person.chats), theirs))
    tx.execute(delete(takeovers).where(_of(takeovers, person), takeovers.c.recipient.in_(person.chats)))
    tx.execute(delete(chat_rates).where(chat_rates.c.recipient.in_(person.alone)))
    tx.execute(delete(visits).where(visits.c.workspace_id == person.workspace, visits.c.person.in_(person.chats)))


def walk(tx: Tx, person: Person, table: Table, after: int, files: Sequence[str] = ()) -> Step:
    """Look at the next rows of a table, in the order of their ids: take out what is theirs and what speaks of them.

    What another customer wrote is that one's. A message to staff that has not gone out yet goes with its number or its
    words, not for a name alone, which another may bear. `files`: whose other senders are looked for among the events.
    """
    traces = person.traces
    most = max(20, min(AT_ONCE, MOST_LOOKS // (len(traces) + 1)))
    window = list(tx.execute(select(table.c.id).where(table.c.id > after).order_by(table.c.id).limit(most)).scalars())
    if not window:
        return Step(None)
    here = and_(table.c.id > after, table.c.id <= window[-1], _of(table, person))
    behind = window[-1] if len(window) == most else None
    if table is inbox:
        gone = _take_out(tx, "inbox", inbox, and_(here, _theirs(person)))
        _forget_in_inbox(tx, traces, here)
        return Step(behind, gone, _held_by_others(tx, here, files))
    if table is outbox:
        gone = _take_out(tx, "outbox", outbox, and_(here, outbox.c.recipient.in_(person.chats)))
        _forget_in_outbox(tx, traces, and_(here, outbox.c.recipient.in_(person.staff)))
        return Step(behind, gone)
    if table is jobs:
        _take_out(tx, "job", jobs, and_(here, jobs.c.lane.in_(person.lanes)))
        _forget_in_jobs(tx, traces, here)
    else:
        _forget_in_letters(tx, traces, here)
    return Step(behind)


WALKED = (inbox, outbox, jobs, dead_letters)
"""The tables that are walked through, in their order."""


def forget_plan(tx: Tx, workspace: str, contacts: Sequence[str], done: Mapping[str, int]) -> None:
    """What was looked for is looked for no longer; `done` stands in its place, should the work be taken up once more."""
    planned = select(jobs.c.id, jobs.c.payload).where(jobs.c.kind == ERASE, jobs.c.workspace_id == workspace)
    for row in tx.execute(planned.where(jobs.c.status.in_(("running", "queued")))).all():
        if set((row.payload["value"] or {}).get("contacts", ())) & set(contacts):
            tx.execute(update(jobs).where(jobs.c.id == row.id).values(payload={**row.payload, "value": {"done": done}}))


def _of(table: Table, person: Person) -> ColumnElement[bool]:
    return table.c.workspace_id == person.workspace


def _theirs(person: Person) -> ColumnElement[bool]:
    return or_(inbox.c.contact_id.in_(person.contacts), inbox.c.lane.in_(person.lanes))


def _take_out(tx: Tx, kind: str, table: Table, where: ColumnElement[bool]) -> int:
    """Delete rows, and what the dead letters say of them; returns how many."""
    ids = list(tx.execute(delete(table).where(where).returning(table.c.id)).scalars())
    _settle(tx, kind, ids)
    return len(ids)


def _settle(tx: Tx, kind: str, ids: Sequence[int]) -> None:
    """Nothing of this can be tried again."""
    if ids:
        tx.execute(delete(dead_letters).where(dead_letters.c.kind == kind, dead_letters.c.reference.in_(ids)))


def _held_by_others(tx: Tx, here: ColumnElement[bool], files: Sequence[str]) -> tuple[tuple[str, str, str], ...]:
    """Who else has sent any of these contents: (SHA-256, contact, the name that it had there)."""
    if not files:
        return ()
    results = select(inbox.c.contact_id, inbox.c.payload).where(
        here, inbox.c.kind == "job", inbox.c.contact_id.is_not(None)
    )
    found = []
    for row in tx.execute(results):
        value = row.payload.get("value")
        kept = (value.get("kept") if isinstance(value, dict) else None) or {}
        if kept.get("sha256") in files:
            found.append((kept["sha256"], row.contact_id, str(kept.get("name", ""))))
    return tuple(found)


def _forget_in_inbox(tx: Tx, traces: Traces, here: ColumnElement[bool]) -> None:
    """What staff wrote of them; what nobody has handled yet is staff's word still."""
    unhandled = exists().where(lanes.c.id == inbox.c.lane, lanes.c.done_seq < inbox.c.seq)
    by_staff = select(inbox.c.id, inbox.c.payload).where(here, inbox.c.contact_id.is_(None), ~unhandled)
    ids = [row.id for row in tx.execute(by_staff) if traces.found_in(row.payload)]
    if ids:
        tx.execute(update(inbox).where(inbox.c.id.in_(ids)).values(payload={}, kind="erased"))
        _settle(tx, "inbox", ids)


def _forget_in_outbox(tx: Tx, traces: Traces, to_staff: ColumnElement[bool]) -> None:
    said = select(outbox.c.id, outbox.c.status, outbox.c.payload, outbox.c.error).where(to_staff)
    for row in tx.execute(said).all():
        waits = row.status in (*WAITING, "claimed")
        if traces.found_in([row.payload, row.error], names=not waits):
            status = "cancelled" if row.status in WAITING else row.status
            gone = update(outbox).where(outbox.c.id == row.id)
            tx.execute(gone.values(payload=GONE, error=None, status=status, policy=ONCE))
            _settle(tx, "outbox", [row.id])


def _forget_in_jobs(tx: Tx, traces: Traces, here: ColumnElement[bool]) -> None:
    """But for this work itself, which ends with what it looks for."""
    planned = select(jobs.c.id, jobs.c.payload, jobs.c.error).where(here, jobs.c.kind != ERASE)
    ids = [row.id for row in tx.execute(planned) if traces.found_in([row.payload, row.error])]
    if ids:
        _take_out(tx, "job", jobs, jobs.c.id.in_(ids))


def _forget_in_letters(tx: Tx, traces: Traces, here: ColumnElement[bool]) -> None:
    notes = select(dead_letters.c.id, dead_letters.c.error).where(here)
    ids = [row.id for row in tx.execute(notes) if traces.found_in(row.error)]
    if ids:
        tx.execute(update(dead_letters).where(dead_letters.c.id.in_(ids)).values(error="…"))
