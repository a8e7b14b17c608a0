"""History goes by age, a little at a time; what is not done, and what something still needs, stays."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Table, func, insert, select, update

from storage.actions.retention import forget_promises
from storage.db import Books
from storage.queue import jobs, lanes, outcomes, pruning, sending
from storage.queue.arrivals import Arrival, Place, accept
from storage.queue.outbox import Outgoing, put
from storage.queue.pruning import DAY_MS, Step
from storage.tables.authority import pledges
from storage.tables.runtime import dead_letters, inbox
from storage.tables.runtime import jobs as jobs_table
from storage.tables.sending import outbox, slots
from storage.tx import Tx
from tests.storage.conftest import WHATSAPP, Hands
from tests.storage.test_arrivals import said


def _accept(books: Books, *events: Arrival) -> None:
    books.write(lambda tx: accept(tx, events))


def handle_all(books: Books) -> None:
    def unit(tx: Tx) -> None:
        for claim, _ in lanes.claim(tx, "me", 1000):
            for seq in range(claim.done_seq + 1, claim.last_seq + 1):
                lanes.finish(tx, claim.lane, seq, claim.epoch)

    books.write(unit)


def prune_step(books: Books, what: str, days: int, after: int = 0, most: int = 1000) -> Step:
    prune = pruning.PRUNES[what]
    return books.write(lambda tx: prune(tx, pruning.before_ms(tx, days), after, most))


def _all(books: Books, column: Any) -> list[Any]:
    return books.read(lambda tx: list(tx.execute(select(column).order_by(column)).scalars()))


def bury(books: Books, kind: str, reference: int, **more: Any) -> None:
    letter = {"kind": kind, "reference": reference, "workspace_id": "main", "error": "x"} | more
    books.write(lambda tx: tx.execute(insert(dead_letters).values(at=tx.now_ms, **letter)))


def test_handled_events_go_when_they_are_old_and_a_platform_can_no_longer_repeat_them(
    books: Books, hands: Hands
) -> None:
    _accept(books, said("a"), said("b", "+912"))
    handle_all(books)
    hands.moves(days=7.9)
    assert prune_step(books, "events", 8).gone == 0
    _accept(books, said("a"))
    assert _all(books, inbox.c.event_id) == ["a", "b"]
    hands.moves(days=0.2)
    _accept(books, said("c"))
    handle_all(books)
    assert prune_step(books, "events", 8) == Step(2, None)
    assert _all(books, inbox.c.event_id) == ["c"]
    _accept(books, said("d"))
    [(claim, event)] = books.write(lambda tx: lanes.claim(tx, "me", 9))
    assert (event.event_id, event.seq) == ("d", claim.done_seq + 1)  # the lane goes on counting


def test_events_of_a_lane_that_waits_or_is_held_stay(books: Books, hands: Hands) -> None:
    _accept(books, said("held"), said("held too"), said("waits", "+912"))
    claims = {event.event_id: claim for claim, event in books.write(lambda tx: lanes.claim(tx, "me", 9))}
    books.write(lambda tx: lanes.park(tx, claims["held"].lane, claims["held"].epoch))
    hands.moves(days=400)
    assert prune_step(books, "events", 8) == Step(0, None)
    books.write(lambda tx: lanes.unpark(tx, "main"))
    handle_all(books)
    assert prune_step(books, "events", 8).gone == 3


def test_a_dead_letter_keeps_what_it_speaks_of_until_it_is_settled(books: Books, hands: Hands) -> None:
    _accept(books, said("bad"))
    handle_all(books)
    books.write(lambda tx: jobs.put(tx, "k", "report", Place("l"), {}))
    books.write(lambda tx: tx.execute(update(jobs_table).values(status="failed")))
    books.write(lambda tx: put(tx, "main", [Outgoing(WHATSAPP, "+911", {"text": "x"})]))
    books.write(lambda tx: tx.execute(update(outbox).values(status="failed")))
    for kind, table in (("inbox", inbox), ("job", jobs_table), ("outbox", outbox)):
        bury(books, kind, _all(books, table.c.id)[0])
    hands.moves(days=100)
    assert [prune_step(books, each, 30).gone for each in pruning.PRUNES] == [0, 0, 0, 0, 0]
    books.write(lambda tx: tx.execute(update(dead_letters).values(settled_at=tx.now_ms)))
    assert [prune_step(books, each, 30).gone for each in pruning.PRUNES] == [1, 1, 1, 0, 0]
    hands.moves(days=31)
    assert prune_step(books, "dead_letters", 30).gone == 3


def test_letters_that_nobody_can_settle_go_with_their_age(books: Books, hands: Hands) -> None:
    bury(books, "job", 1, workspace_id=None)
    bury(books, "job", 2)
    hands.moves(days=31)
    assert prune_step(books, "dead_letters", 30).gone == 1
    assert _all(books, dead_letters.c.reference) == [2]


def test_the_question_whether_two_are_one_person_is_remembered(books: Books, hands: Hands) -> None:
    where = {"lane": "house:main", "kind": "job", "payload": {}, "account_id": "jobs", "received_at": 0}
    rows = [where | {"event_id": each, "seq": n} for n, each in enumerate(("twins:a:b", "report:1"), 1)]
    books.write(lambda tx: tx.execute(insert(inbox), rows))
    assert prune_step(books, "events", 8).gone == 1
    assert _all(books, inbox.c.event_id) == ["twins:a:b"]


STATUSES = ("scheduled", "queued", "claimed", "unknown", *pruning.FINAL)


def test_messages_go_only_when_nothing_can_become_of_them(books: Books, hands: Hands) -> None:
    books.write(lambda tx: put(tx, "main", [Outgoing(WHATSAPP, f"+{n}", {}) for n in range(len(STATUSES))]))
    for row, status in zip(_all(books, outbox.c.id), STATUSES, strict=True):
        values: dict[str, Any] = {"status": status}
        if row == 4:
            values["claimed_at"] = 1  # a receipt may still tell what became of it
        change = update(outbox).where(outbox.c.id == row).values(values)
        books.write(lambda tx, change=change: tx.execute(change))
    hands.moves(days=91)
    assert prune_step(books, "messages", 90).gone == len(pruning.FINAL)
    assert _all(books, outbox.c.status) == ["claimed", "queued", "scheduled", "unknown"]


def test_what_waited_long_before_it_went_is_kept_from_when_it_went(books: Books, hands: Hands) -> None:
    books.write(lambda tx: put(tx, "main", [Outgoing(WHATSAPP, "+911", {})]))
    hands.moves(days=100)
    _send_all(books, "p1")
    hands.moves(days=89)
    assert prune_step(books, "messages", 90).gone == 0
    hands.moves(days=2)
    assert prune_step(books, "messages", 90).gone == 1


def _send_all(books: Books, provider: str) -> None:
    def unit(tx: Tx) -> None:
        for due in sending.claim(tx, "me", 100, {}):
            outcomes.mark_sent(tx, due, due.edits or provider)

    books.write(unit)


def test_a_slot_stays_for_as_long_as_a_version_of_its_message(books: Books, hands: Hands) -> None:
    def card() -> None:
        books.write(lambda tx: put(tx, "main", [Outgoing(WHATSAPP, "+911", {}, slot="order:1")]))
        _send_all(books, "p1")

    card()
    hands.moves(days=60)
    card()  # edits the first
    hands.moves(days=31)
    assert prune_step(books, "messages", 90).gone == 1
    assert _all(books, slots.c.provider_id) == ["p1"]
    hands.moves(days=60)
    assert prune_step(books, "messages", 90).gone == 1
    assert _all(books, slots.c.provider_id) == []


def test_jobs_that_are_to_be_done_stay(books: Books, hands: Hands) -> None:
    for name in ("queued", "running", "done", "failed"):
        books.write(lambda tx, name=name: jobs.put(tx, name, "report", Place("l"), {}))
        change = update(jobs_table).where(jobs_table.c.key == name).values(status=name)
        books.write(lambda tx, change=change: tx.execute(change))
    hands.moves(days=31)
    assert prune_step(books, "jobs", 30).gone == 2
    assert _all(books, jobs_table.c.status) == ["queued", "running"]


@pytest.mark.parametrize("what", ["events", "messages", "jobs"])
def test_it_goes_a_little_at_a_time_and_the_oldest_first(books: Books, hands: Hands, what: str) -> None:
    table = {"events": inbox, "messages": outbox, "jobs": jobs_table}[what]
    _history(books, table, 25)
    after, left = 0, []
    while True:
        step = prune_step(books, what, 8, after, most=10)
        left.append(_count(books, table))
        if step.after is None:
            break
        after = step.after
    assert left == [15, 5, 0]


def _count(books: Books, table: Table) -> int:
    return books.read(lambda tx: tx.execute(select(func.count()).select_from(table)).scalar_one())


def _history(books: Books, table: Table, count: int) -> None:
    """Rows of a year ago that are over, in one lane."""

    def row(tx: Tx, n: int) -> dict[str, Any]:
        at = tx.now_ms - 365 * DAY_MS + n
        if table is inbox:
            return {
                **{"account_id": WHATSAPP, "event_id": f"h{n}", "lane": "h", "seq": n},
                **{"kind": "text", "payload": {}, "received_at": at},
            }
        if table is outbox:
            return {
                **{"workspace_id": "main", "account_id": WHATSAPP, "recipient": "+1", "policy": "prompt"},
                **{"payload": {}, "status": "read", "not_before": at, "attempts": 1, "created_at": at, "sent_at": at},
            }
        return {
            **{"key": f"k{n}", "kind": "x", "lane": "", "payload": {}, "status": "done", "run_at": at},
            **{"attempts": 1, "lease_until": 0},
        }

    def unit(tx: Tx) -> None:
        rows: Sequence[dict[str, Any]] = [row(tx, n) for n in range(1, count + 1)]
        tx.execute(insert(table), rows)

    books.write(unit)


def test_promises_go_a_week_after_their_time(books: Books, hands: Hands) -> None:
    kept = {"workspace_id": "main", "kind": "undo", "command": "c", "arguments": {}, "version": "", "actor_id": "a"}
    rows = [
        kept | {"id": str(n), "chat": "x", "made_at": hands.now, "expires_at": hands.now + timedelta(days=n)}
        for n in range(3)
    ]
    books.write(lambda tx: tx.execute(insert(pledges), rows))
    hands.moves(days=8.5)
    assert books.write(forget_promises) == 2
    assert _all(books, pledges.c.id) == ["2"]
