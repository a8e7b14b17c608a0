"""A clock that was wrong and is right again, on both databases: what it wrote keeps nobody waiting for the time it told."""

from typing import Any

import pytest
from sqlalchemy import select

from storage.clock import moment
from storage.db import Books
from storage.queue import outbox, schedules, senders, sending
from storage.queue.outbox import Outgoing
from storage.queue.senders import LONGEST_NAMED_MS
from storage.rules.pacing import Pace, Rate
from storage.tables.runtime import schedules as schedules_table
from tests.storage.conftest import WHATSAPP, Hands

PACES = {
    "account": {WHATSAPP: Pace(Rate(100_000, 2))},
    "chat": {WHATSAPP: Pace(None, lambda chat: Rate(100_000, 2))},
}


def _put(books: Books, count: int) -> None:
    messages = [Outgoing(WHATSAPP, f"+{n}", {}) for n in range(count)]
    books.write(lambda tx: outbox.put(tx, "main", messages))


def _claim(books: Books, paces: Any = None) -> int:
    return len(books.write(lambda tx: sending.claim(tx, "me", 50, paces or {})))


@pytest.mark.parametrize("paced", PACES)
def test_a_pace_is_taken_up_anew(books: Books, hands: Hands, paced: str) -> None:
    hands.moves(days=1)
    _put(books, 2)
    assert _claim(books, PACES[paced]) == 2
    hands.moves(days=-1)
    books.write(lambda tx: outbox.cancel_waiting(tx, WHATSAPP, "+0"))
    _put(books, 2)
    books.write(lambda tx: senders.went_out(tx, [WHATSAPP]))
    for due in range(2):
        books.write(lambda tx, chat=f"+{due}": tx.execute(_gone(chat)))
    assert _claim(books, PACES[paced]) == 2


def _gone(chat: str) -> Any:
    table = outbox.outbox
    return table.update().where(table.c.recipient == chat, table.c.status == "claimed").values(status="sent")


def _pause(books: Books, named_ms: int | None = None) -> int:
    return books.write(lambda tx: senders.slow_down(tx, WHATSAPP, named_ms))


def test_a_pause_is_over(books: Books, hands: Hands) -> None:
    _put(books, 1)
    hands.moves(days=1)
    assert _pause(books) == 2000
    hands.moves(days=-1)
    assert _pause(books) == 4000
    assert _claim(books) == 0
    hands.moves(seconds=4)
    assert _claim(books) == 1


def test_who_waits_already_waits_for_the_longest_that_is_named(books: Books, hands: Hands) -> None:
    assert _pause(books) == 2000
    assert _pause(books, 60_000) == 60_000
    hands.moves(seconds=1)
    assert _pause(books, 5000) == 59_000
    hands.moves(seconds=59)
    assert _pause(books) == 4000  # one strike, not three
    assert _pause(books, 10 * LONGEST_NAMED_MS) == LONGEST_NAMED_MS


def _plan(books: Books) -> str:
    books.write(lambda tx: schedules.plan(tx, "every:x", "*/10 * * * *", "UTC", "every:x"))
    found = books.read(lambda tx: tx.execute(select(schedules_table.c.next_fire)).scalar_one())
    return moment(found).isoformat()[:16]


def test_a_moment_in_the_far_future_comes_back_at_the_next_start(books: Books, hands: Hands) -> None:
    hands.moves(days=400)
    _plan(books)
    hands.moves(days=-400)
    assert _plan(books) == "2026-03-01T06:40"
    hands.moves(minutes=15)
    assert _plan(books) == "2026-03-01T06:40"  # missed, and still due
