"""What the engine's tables hold of one person, taken out: their events, messages and work, and what was said of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, Table, and_, cast, delete, exists, or_, select, update

from storage.queue.outbox import ONCE, WAITING
from storage.rules.traces import Traces
from storage.tables.people import visits
from storage.tables.runtime import dead_letters, inbox, jobs, lanes, schedules
from storage.tables.sending import chat_rates, outbox, slots, takeovers
from storage.tx import Tx

GONE = {"text": "…"}
"""What stands in the place of what was said."""
NAMING = ("/erase", "/merge")
"""Commands behind which a phone number stands however somebody has typed it."""
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Person:
    """One person as the engine knows them. `chats`: their ids at the platforms; `alone`: those of them by which no other
    workspace knows anybody; `staff`: the ids of the chats in which the shop's people are spoken to."""

    workspace: str
    contacts: tuple[str, ...]
    chats: frozenset[str]
    alone: frozenset[str]
    staff: frozenset[str]
    traces: Traces

    @property
    def lanes(self) -> list[str]:
        return [f"contact:{self.workspace}:{each}" for each in self.contacts]


def erase(tx: Tx, person: Person) -> int:
    """Take out all that is theirs, and all that speaks of them to staff; returns how many messages that were.

    What another customer wrote is that one's. A message to staff that has not gone out yet goes with its number or its
    words, not for a name alone, which another may bear.
    """
    # Their lanes first: whoever is at work in one is fenced off, and has written all that it ever will.
    tx.execute(delete(lanes).where(lanes.c.id.in_(person.lanes)))
    heard = _take_out(tx, "inbox", inbox, or_(inbox.c.contact_id.in_(person.contacts), inbox.c.lane.in_(person.lanes)))
    _take_out(tx, "job", jobs, jobs.c.lane.in_(person.lanes))
    said = _take_out(tx, "outbox", outbox, and_(_of(outbox, person), outbox.c.recipient.in_(person.chats)))
    tx.execute(delete(schedules).where(schedules.c.lane.in_(person.lanes)))
    theirs = slots.c.slot.startswith(f"{person.workspace}/", autoescape=True)
    tx.execute(delete(slots).where(slots.c.recipient.in_(person.chats), theirs))
    for table in (chat_rates, takeovers):
        tx.execute(delete(table).where(table.c.recipient.in_(person.alone)))
    tx.execute(delete(visits).where(visits.c.workspace_id == person.workspace, visits.c.person.in_(person.chats)))
    _forget_mentions(tx, person)
    return heard + said


def others_hold(tx: Tx, person: Person, sha256: str) -> tuple[str, str] | None:
    """Another contact who has sent the same content (with the name that it had there), as far as events are kept."""
    of_others = and_(_of(inbox, person), inbox.c.kind == "job", inbox.c.contact_id.not_in(person.contacts))
    chosen = select(inbox.c.contact_id, inbox.c.payload).where(of_others, _text(inbox.c.payload).contains(sha256))
    for row in tx.execute(chosen.order_by(inbox.c.id)):
        kept = (row.payload.get("value") or {}).get("kept") or {}
        if kept.get("sha256") == sha256:
            return row.contact_id, str(kept.get("name", ""))
    return None


def _of(table: Table, person: Person) -> ColumnElement[bool]:
    return table.c.workspace_id == person.workspace


def _take_out(tx: Tx, kind: str, table: Table, where: ColumnElement[bool]) -> int:
    """Delete rows, and what the dead letters say of them; returns how many."""
    ids = list(tx.execute(delete(table).where(where).returning(table.c.id)).scalars())
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        tx.execute(delete(dead_letters).where(dead_letters.c.kind == kind, dead_letters.c.reference.in_(some)))
    return len(ids)


def _forget_mentions(tx: Tx, person: Person) -> None:
    """What speaks of them elsewhere: to staff, by staff, and in the notes on what failed."""
    to_staff = and_(_of(outbox, person), outbox.c.recipient.in_(person.staff))
    for row in _mentioning(tx, person, outbox, to_staff, outbox.c.payload, outbox.c.error):
        waits = row.status in (*WAITING, "claimed")
        if person.traces.found_in([row.payload, row.error], names=not waits):
            status = "cancelled" if row.status in WAITING else row.status
            gone = update(outbox).where(outbox.c.id == row.id)
            tx.execute(gone.values(payload=GONE, error=None, status=status, policy=ONCE))
            _settle(tx, "outbox", [row.id])
    unhandled = exists().where(lanes.c.id == inbox.c.lane, lanes.c.done_seq < inbox.c.seq)
    by_staff = and_(_of(inbox, person), inbox.c.contact_id.is_(None), ~unhandled)
    for row in _mentioning(tx, person, inbox, by_staff, inbox.c.payload, also=NAMING):
        if person.traces.found_in(row.payload):
            tx.execute(update(inbox).where(inbox.c.id == row.id).values(payload={}, kind="erased"))
            _settle(tx, "inbox", [row.id])
    for row in _mentioning(tx, person, jobs, _of(jobs, person), jobs.c.payload, jobs.c.error):
        if person.traces.found_in([row.payload, row.error]):
            _take_out(tx, "job", jobs, jobs.c.id == row.id)
    for row in _mentioning(tx, person, dead_letters, _of(dead_letters, person), dead_letters.c.error):
        if person.traces.found_in(row.error):
            tx.execute(update(dead_letters).where(dead_letters.c.id == row.id).values(error="…"))


def _settle(tx: Tx, kind: str, ids: Sequence[int]) -> None:
    """Nothing of this can be tried again."""
    tx.execute(delete(dead_letters).where(dead_letters.c.kind == kind, dead_letters.c.reference.in_(ids)))


def _mentioning(
    tx: Tx, person: Person, table: Table, where: ColumnElement[bool], *columns: Any, also: Collection[str] = ()
) -> Sequence[Any]:
    """Rows that may speak of them. Reads through the workspace's part of the table, within the database."""
    wanted = (*person.traces.needles, *also)
    held = [_text(column).icontains(each, autoescape=True) for column in columns for each in wanted]
    return tx.execute(select(table).where(where, or_(*held))).all() if held else []


def _text(column: Any) -> ColumnElement[str]:
    return cast(column, String)
