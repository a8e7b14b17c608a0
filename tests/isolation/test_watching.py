"""The listening lint sees what it should: a statement without its workspace is found, whichever way it is run."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import and_, bindparam, exists, or_, select, update

from storage.clock import new_id, utc_now
from storage.db import Books
from storage.queries import order_lists as order_queries
from storage.scope import PlatformScope, Prepared, Scope
from storage.statements import Ready
from storage.tables.orders import order_lines, orders
from storage.tables.people import contacts, workspaces
from tests.books import migrated_file
from tests.isolation import watching
from tests.isolation.watching import unscoped

A = Scope("a")
GOOD: dict[str, Any] = {
    "select": A.select(orders),
    "prepared": Prepared.select(orders),
    "update": A.update(orders).values(total=1),
    "delete": A.delete(orders).where(orders.c.total > 0),
    "joined": A.select(orders).join(contacts, and_(contacts.c.workspace_id == orders.c.workspace_id)),
    "nested": A.select(orders).where(orders.c.id.in_(A.select(order_lines, order_lines.c.order_id))),
    "correlated": A.select(orders).where(
        exists().where(order_lines.c.workspace_id == orders.c.workspace_id, order_lines.c.order_id == orders.c.id)
    ),
    "own row": select(workspaces).join(orders, orders.c.workspace_id == workspaces.c.id).where(workspaces.c.id == "a"),
    "insert": A.insert(orders, id="1"),
}
BAD: dict[str, Any] = {
    "select": select(orders),
    "by id": select(orders).where(orders.c.id == "1"),
    "either": select(orders).where(or_(orders.c.workspace_id == "a", orders.c.total > 0)),
    "unlike": select(orders).where(orders.c.workspace_id != "a"),
    "update": update(orders).values(total=1),
    "platform": PlatformScope("a test").delete(orders),
    "joined": A.select(orders).join(order_lines, order_lines.c.order_id == orders.c.id),
    "nested": A.select(orders).where(orders.c.id.in_(select(order_lines.c.order_id))),
    "only each other": select(orders).join(contacts, contacts.c.workspace_id == orders.c.workspace_id),
    "alias": A.select(orders).where(orders.alias("other").c.total > 0),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_statement_that_names_its_workspace_is_let_through(name: str) -> None:
    assert not unscoped(GOOD[name])


@pytest.mark.parametrize("name", BAD)
def test_a_statement_that_does_not_is_seen(name: str) -> None:
    assert unscoped(BAD[name])


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    opened = Books(migrated_file(tmp_path / "munshi.db"), utc_now, new_id)
    yield opened
    opened.close()


def test_what_is_ready_and_what_is_written_in_bulk_are_heard(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are handed straight to the driver where nobody listens; here a module of ours says them."""
    monkeypatch.setattr(watching, "speaker", lambda: "storage/queries/orders.py")
    loose = Ready(select(orders.c.id).where(orders.c.number == bindparam("number")))
    with watching.watching() as watch:
        books.read(lambda tx: tx.execute(loose, {"number": 1}).all())
        books.read(lambda tx: tx.execute(select(contacts)).all())
    assert len(watch.escapes) == 2
    with watching.watching() as watch:
        books.read(lambda tx: order_queries.listed(tx, A, since=tx.now))
    assert not watch.escapes
    assert "orders" in watch.heard["storage/queries/orders.py"]


def test_raw_words_about_a_business_table_are_seen(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "speaker", lambda: "storage/actions/orders.py")
    with watching.watching() as watch, books.connect() as connection:
        connection.exec_driver_sql("SELECT id FROM orders WHERE workspace_id = 'a'")
        connection.exec_driver_sql("PRAGMA user_version")
    assert len(watch.escapes) == 1
