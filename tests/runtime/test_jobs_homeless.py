"""A message of an account that is not configured here waits for a process that knows it, and not for ever."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.runtime.notices import Notices
from bot.runtime.outcomes import HOMELESS_CLAIMS, HOMELESS_MS, Outcomes
from storage.actions import people
from storage.clock import new_id
from storage.db import Books
from storage.queue import outbox, senders, sending
from storage.queue.outbox import Outgoing
from storage.tables.runtime import dead_letters
from storage.tables.sending import outbox as outbox_table
from storage.tx import Tx
from tests.books import migrated_file

ACCOUNT = "whatsapp:100"


class Hands:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 6, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def _found(tx: Tx) -> None:
    people.found_workspace(tx, "main", name="main", timezone="Asia/Kolkata", currency="INR", language="en")
    people.open_account(tx, ACCOUNT, "whatsapp", "main")
    senders.enrol(tx, [ACCOUNT])
    outbox.put(tx, "main", [Outgoing(ACCOUNT, "+91", {})])


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def books(tmp_path: Path, hands: Hands) -> Iterator[Books]:
    opened = Books(migrated_file(tmp_path / "books.db"), hands, new_id)
    opened.write(_found)
    yield opened
    opened.close()


def test_it_is_tried_for_ten_minutes_and_then_given_up(books: Books, hands: Hands) -> None:
    outcomes = Outcomes(Notices({}), lambda: 0.5)
    for claims in range(1, HOMELESS_CLAIMS + 1):
        [due] = books.write(lambda tx: sending.claim(tx, "me", 5, {}))
        assert due.claims == claims
        assert due.attempts == 1
        books.write(outcomes.homeless(due))
        assert books.write(lambda tx: sending.claim(tx, "me", 5, {})) == []
        hands.now += timedelta(milliseconds=HOMELESS_MS)
    assert books.read(lambda tx: tx.execute(select(outbox_table.c.status)).scalar_one()) == "failed"
    [note] = books.read(lambda tx: list(tx.execute(select(dead_letters.c.error)).scalars()))
    assert note == "The account whatsapp:100 is not configured."
