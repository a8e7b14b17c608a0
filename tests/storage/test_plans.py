"""What is done for each message costs the same however long the history is: no plan walks through a whole table.

The statements are those that the code itself runs, over books that hold a history; each is explained by the database.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event

from storage.db import Books
from storage.queue import doubts, jobs, lanes, outbox, outcomes, pruning, receipts, schedules, sending
from storage.queue.arrivals import Place, accept
from storage.queue.outbox import Outgoing, Receipt
from storage.rules.pacing import Pace, Rate
from storage.tx import Tx
from tests.storage.conftest import WHATSAPP, Hands
from tests.storage.test_arrivals import said

GROWS = {"inbox", "lanes", "outbox", "jobs", "schedules", "slots", "chat_rates", "contacts", "addresses"}
"""Tables that grow with history or with the number of customers."""
ROWS = 20_000
PACES = {WHATSAPP: Pace(Rate(1000, 100), lambda _: Rate(1, 10))}
NUMBERS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 20000)"
HISTORY = {
    "inbox (account_id, event_id, lane, seq, workspace_id, kind, payload, received_at)": (
        "'whatsapp:100', 'old' || x, 'contact:main:' || x, 1, 'main', 'text', '{}', x"
    ),
    "lanes (id, last_seq, done_seq, ready_at, epoch, attempts)": "'contact:main:' || x, 1, 1, NULL, 1, 0",
    "outbox (workspace_id, account_id, recipient, policy, payload, status, not_before, attempts, slot, provider_id,"
    " created_at, sent_at)": "'main', 'whatsapp:100', '+9' || x, 'prompt', '{}', 'read', x, 1, 's', 'p' || x, x, x",
    "jobs (key, kind, lane, payload, status, run_at, attempts, lease_until)": "'old' || x, 'x', '', '{}', 'done', x, 1, 0",
    "slots (account_id, recipient, slot, provider_id)": "'whatsapp:100', '+9' || x, 's', 'p' || x",
    "chat_rates (account_id, recipient, tat_us)": "'whatsapp:100', '+9' || x, 0",
    "schedules (name, expression, zone, lane, kind, payload, next_fire)": (
        "'old' || x, '0 9 * * *', 'UTC', '', 'x', '{}', 4000000000000 + x"
    ),
}


@pytest.fixture
def grown(books: Books) -> Books:
    """Books with twenty thousand rows of history in each table of the engine."""
    with books.connect() as connection, books.transaction(connection):
        for columns, values in HISTORY.items():
            connection.exec_driver_sql(" ".join(("INSERT INTO", columns, NUMBERS, "SELECT", values, "FROM n")))
        if not books.is_sqlite:  # PostgreSQL counts its rows by itself; SQLite does when it is asked, which nobody does
            connection.exec_driver_sql("ANALYZE")
    return books


Said = tuple[str, Any]


@pytest.fixture
def statements(grown: Books) -> Iterator[list[Said]]:
    """Everything that is run from here on, with its parameters."""
    heard: list[Said] = []

    def hear(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if not statement.startswith(("INSERT", "BEGIN", "EXPLAIN", "PRAGMA")):
            heard.append((statement, parameters[0] if many else parameters))

    event.listen(grown.engine, "before_cursor_execute", hear)
    yield heard
    event.remove(grown.engine, "before_cursor_execute", hear)


def _full_walks(books: Books, statement: str, parameters: Any) -> set[str]:
    """The growing tables through all of which the database would go."""
    with books.connect() as connection:
        if books.is_sqlite:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            words = [row[3].split() for row in plan]
            return {each[1] for each in words if each[0] == "SCAN"} & (GROWS | {"other", "later"})
        plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
        return {node["Relation Name"] for node in _nodes(plan[0]["Plan"]) if _walks(node)} & GROWS


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


def _walks(node: dict[str, Any]) -> bool:
    """A whole table, or a whole index without a condition: unless a `LIMIT` above ends the walk in order."""
    return (
        "Relation Name" in node
        and (node["Node Type"] == "Seq Scan" or "Index Cond" not in node)
        and (node["Node Type"] not in ("ModifyTable", "Bitmap Heap Scan", "Tid Scan") and node["Plan Rows"] > ROWS / 10)
    )


def _arrive_and_handle(tx: Tx) -> None:
    accept(tx, [said("new"), said("new too", "+912"), said("old7")])
    accept(tx, [said("new")])
    for claim, first in lanes.claim(tx, "me", 100):
        lanes.following(tx, claim.lane, first.seq)
        lanes.finish(tx, claim.lane, first.seq, claim.epoch)
    lanes.claim(tx, "me", 100, suspects=True)
    lanes.suspects_wait(tx)


def _send(tx: Tx) -> None:
    outbox.put(tx, "main", [Outgoing(WHATSAPP, f"+9{n}", {}, slot="s", automatic=True) for n in range(1, 5)])
    outbox.release_scheduled(tx)
    outbox.cancel_strays(tx)
    for due in sending.claim(tx, "me", 100, PACES):
        outcomes.mark_sent(tx, due, f"new{due.id}")
    sending.next_due_ms(tx, PACES)
    outbox.take_over(tx, "main", WHATSAPP, "+91")


def _receive_receipts(tx: Tx) -> None:
    for status in ("delivered", "failed"):
        receipts.apply_receipts(tx, [Receipt(WHATSAPP, "p77", status), Receipt(WHATSAPP, "p78", status, reference=78)])
    doubts.settle_unknown(tx)
    doubts.expire_claims(tx, "me")


def _work(tx: Tx) -> None:
    jobs.put(tx, "new", "x", Place("l"), {})
    for task in jobs.claim(tx, "me", 8):
        jobs.finish(tx, task, None)


def _fire(tx: Tx) -> None:
    schedules.plan(tx, "new", "* * * * *", "UTC", "x")
    schedules.fire_due(tx)


def _prune(tx: Tx) -> None:
    """The next step of each, however long the history before and behind it."""
    for prune in pruning.PRUNES.values():
        prune(tx, ROWS // 2, 100, 50)


HOT: list[Callable[[Tx], None]] = [_arrive_and_handle, _send, _receive_receipts, _work, _fire, _prune]


def test_no_hot_statement_walks_through_a_table(grown: Books, statements: list[Said], hands: Hands) -> None:
    for path in HOT:
        statements.clear()
        grown.write(path)
        heard = list(statements)
        assert len(heard) > 2, path.__name__
        found = {statement: walks for statement, given in heard if (walks := _full_walks(grown, statement, given))}
        assert not found, path.__name__ + "\n\n".join(f"{walks}: {each}" for each, walks in found.items())
    _notices_one_that_does(grown)


def _notices_one_that_does(grown: Books) -> None:
    assert _full_walks(grown, "SELECT * FROM inbox WHERE kind = 'text'", ()) == {"inbox"}
    assert _full_walks(grown, "SELECT id FROM outbox ORDER BY id", ()) == {"outbox"}


def test_a_card_finds_its_earlier_version_among_all_that_wait_in_its_chat(grown: Books, statements: list[Said]) -> None:
    cards = [Outgoing(WHATSAPP, "group", {}, slot=f"order:{n}") for n in range(3_000)]
    grown.write(lambda tx: outbox.put(tx, "main", cards))
    if not grown.is_sqlite:
        grown.write(lambda tx: tx.connection.exec_driver_sql("ANALYZE outbox"))
    statements.clear()
    grown.write(lambda tx: outbox.put(tx, "main", cards[7:8]))
    (found,) = [each for each in statements if each[0].startswith("UPDATE outbox")]
    explain = "EXPLAIN QUERY PLAN" if grown.is_sqlite else "EXPLAIN"
    with grown.connect() as connection:
        assert "ix_outbox_slot" in str(connection.exec_driver_sql(f"{explain} {found[0]}", found[1]).all())
