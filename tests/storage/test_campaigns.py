"""A campaign of many thousands waits, and nothing that is done each second costs more for it: counted in the steps of
SQLite's own machine, which are the same on every computer."""

from collections.abc import Callable
from typing import Any

import pytest

from storage.db import Books
from storage.queue import doubts, outbox, sending
from storage.queue.outbox import Outgoing
from storage.rules.pacing import Pace, Rate
from storage.tx import Tx
from tests.storage.conftest import TELEGRAM, WHATSAPP

MANY = 20_000
FULL = {WHATSAPP: Pace(Rate(60_000_000, 1))}
ROWS = (
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < ?)"
    " INSERT INTO outbox (workspace_id, account_id, recipient, policy, payload, priority, automatic, attempts,"
    " created_at, status, not_before) SELECT 'main', 'whatsapp:100', '+9' || x, 'once', '{}', 1, 1, 0, 0, ?, ? FROM n"
)
LATER_MS = 4_000_000_000_000

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


def _wait(books: Books, count: int, status: str, not_before: int = 0) -> None:
    with books.connect() as connection, books.transaction(connection):
        connection.exec_driver_sql(ROWS, (count, status, not_before))


def _steps(books: Books, work: Callable[[Tx], Any]) -> int:
    """How many steps SQLite makes for it, by tens."""
    count = 0

    def step() -> int:
        nonlocal count
        count += 10
        return 0

    with books.connect() as connection, books.transaction(connection):
        driver: Any = connection.connection.driver_connection
        driver.set_progress_handler(step, 10)
        work(books.tx(connection))
        driver.set_progress_handler(None, 0)
    return count


def _claims_for_another(tx: Tx) -> None:
    """The campaign's account has had its room; what the other one sends is found all the same."""
    outbox.put(tx, "main", [Outgoing(TELEGRAM, tx.ids(), {})])
    assert TELEGRAM in {each.account for each in sending.claim(tx, "me", 64, FULL)}


def _cancels_strays(tx: Tx) -> None:
    outbox.take_over(tx, "main", WHATSAPP, "+1")
    outbox.cancel_strays(tx)


@pytest.mark.parametrize(
    ("status", "not_before", "work"),
    [
        ("queued", 0, _claims_for_another),
        ("queued", 0, lambda tx: sending.next_due_ms(tx, FULL)),
        ("queued", 0, _cancels_strays),
        ("scheduled", LATER_MS, outbox.release_scheduled),
        ("unknown", 0, doubts.settle_unknown),
    ],
    ids=["claim", "next due", "strays", "release", "settle"],
)
def test_what_waits_behind_costs_nothing(books: Books, status: str, not_before: int, work: Callable[[Tx], Any]) -> None:
    _wait(books, 100, status, not_before)
    books.write(lambda tx: sending.claim(tx, "me", 1, FULL))  # the account's room is used
    few = _steps(books, work)
    _wait(books, MANY, status, not_before)
    assert _steps(books, work) < 2 * few + 1000
