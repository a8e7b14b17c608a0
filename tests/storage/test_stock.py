"""Stock: what orders take, what comes back, and that nothing is sold twice."""

import shutil
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from storage.actions import order_versions, orders
from storage.actions.catalogue import replace_catalogue
from storage.actions.order_versions import Change
from storage.actions.stock import StockLow
from storage.actors import Actor
from storage.clock import new_id
from storage.db import Books
from storage.errors import Conflict
from storage.queries import catalogue as catalogues
from storage.queries.orders import Order
from storage.queries.stock import left_of, sold_out
from storage.rules.catalogue import Catalogue, Line
from storage.rules.orders import OPEN, Fulfilment, Status, Wish, may_follow
from storage.scope import Scope
from storage.tables.stock import stock_holds
from storage.tx import Tx
from tests.storage.conftest import GOODS, Hands, new_contact, owner, shop_of
from tests.storage.test_orders_machine import _template

MAIN = Scope("main")
FIRST = Decimal(10)


def _counted(low: Decimal | None = None) -> Catalogue:
    """Chai is counted, paneer by weight, ten of each; the rest is not."""
    counted = tuple(replace(each, stock=FIRST, low_stock=low) for each in GOODS.products)
    return replace(GOODS, products=counted, version="counted")


def catalogue_of(books: Books) -> Catalogue:
    return books.read(lambda tx: catalogues.catalogue(tx, MAIN))


def _left(books: Books) -> dict[str, Decimal]:
    return books.read(lambda tx: left_of(tx, MAIN, ["chai", "paneer"]))


def _place(tx: Tx, actor: Actor, *lines: Line) -> Order:
    goods, wish = catalogues.catalogue(tx, MAIN), Wish(Fulfilment.PICKUP)
    return orders.place(tx, shop_of(tx, actor), goods, lines, wish, contact=actor.id, source="test-", actor=actor)


def test_an_order_takes_what_it_needs_and_a_cancelled_one_gives_it_back(books: Books) -> None:
    books.write(lambda tx: replace_catalogue(tx, _counted(Decimal(3)), owner()))
    asha = new_contact(books, "main", "+911")
    told: list[object] = []

    def order(tx: Tx) -> Order:
        placed = _place(
            tx, asha, Line("chai", Decimal(6)), Line("chai", Decimal(1), note="hot"), Line("paneer", Decimal("0.25"))
        )
        told.extend(each for each in tx.happened if isinstance(each, StockLow))
        return placed

    number = books.write(order).number
    assert _left(books) == {"chai": Decimal(3), "paneer": Decimal("9.75")}
    assert [(each.product, each.left) for each in told] == [("chai", Decimal(3))]  # type: ignore[attr-defined]
    with pytest.raises(Conflict, match="only 3 piece of Chai left"):
        books.write(lambda tx: _place(tx, asha, Line("paneer"), Line("chai", Decimal(4))))
    books.write(lambda tx: orders.move(tx, number, Status.CANCELLED, cause="x", actor=owner()))
    assert _left(books) == {"chai": FIRST, "paneer": FIRST}
    books.write(lambda tx: _place(tx, asha, Line("chai", FIRST)))
    assert books.read(lambda tx: sold_out(tx, MAIN)) == {"chai"}
    with pytest.raises(Conflict, match="Chai is sold out"):
        books.write(lambda tx: orders.move(tx, number, Status.PENDING, actor=owner()))
    assert _left(books) == {"chai": Decimal(0), "paneer": FIRST}


def test_who_is_refused_inside_a_unit_that_goes_on_has_taken_nothing(books: Books) -> None:
    books.write(lambda tx: replace_catalogue(tx, _counted(), owner()))
    asha = new_contact(books, "main", "+911")

    def refused(tx: Tx) -> None:
        with pytest.raises(Conflict):
            _place(tx, asha, Line("chai", Decimal(2)), Line("paneer", Decimal(11)))
        assert not tx.happened

    books.write(refused)
    assert _left(books) == {"chai": FIRST, "paneer": FIRST}


def test_a_changed_order_holds_what_it_needs_now(books: Books) -> None:
    books.write(lambda tx: replace_catalogue(tx, _counted(), owner()))
    asha = new_contact(books, "main", "+911")
    placed = books.write(lambda tx: _place(tx, asha, Line("chai", Decimal(8)), Line("paneer", Decimal(1))))

    def change(version: int, *lines: Line) -> None:
        goods, wanted = catalogue_of(books), Change(lines)
        books.write(
            lambda tx: order_versions.change(
                tx, shop_of(tx, owner()), goods, placed.number, wanted, version=version, actor=owner()
            )
        )

    with pytest.raises(Conflict, match="only 2 piece of Chai left"):
        change(1, Line("chai", Decimal(11)))
    change(1, Line("chai", FIRST))
    assert _left(books) == {"chai": Decimal(0), "paneer": FIRST}
    change(2, Line("paneer", Decimal("2.5")))
    assert _left(books) == {"chai": FIRST, "paneer": Decimal("7.5")}


def test_many_who_order_the_last_ones_at_once_never_get_more_than_there_are(
    books: Books, open_books: Callable[[], Books]
) -> None:
    books.write(lambda tx: replace_catalogue(tx, _counted(), owner()))
    asha = new_contact(books, "main", "+911")
    served: list[int] = []

    def order(own: Books, first: str, second: str) -> None:
        lines = Line(first, Decimal(2)), Line(second, Decimal(1))
        for _ in range(3):
            with suppress(Conflict):
                served.append(own.write(lambda tx: _place(tx, asha, *lines)).number)

    pairs = [("chai", "paneer"), ("paneer", "chai")] * 2
    threads = [threading.Thread(target=order, args=(open_books(), *pair)) for pair in pairs]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    left = _left(books)
    assert min(left.values()) >= 0
    assert sum(left.values()) == 2 * FIRST - 3 * len(served)
    assert len(served) == len(set(served)) >= 5


class StockBooks(RuleBasedStateMachine):
    """What is left and what open orders hold is always what there was."""

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(_template(), self.folder / "munshi.db")
        self.books = Books(f"sqlite:///{self.folder / 'munshi.db'}", Hands(), new_id)
        self.books.write(lambda tx: replace_catalogue(tx, _counted(), owner()))
        self.asha = new_contact(self.books, "main", "+911")
        self.known: dict[int, tuple[Status, Decimal]] = {}

    def teardown(self) -> None:
        if hasattr(self, "books"):
            self.books.close()
            shutil.rmtree(self.folder)

    def _gone(self) -> Decimal:
        """What orders have and will not give back, and what they hold."""
        return sum((much for status, much in self.known.values() if status in (*OPEN, Status.COMPLETED)), Decimal(0))

    @rule(much=st.integers(1, 12_000))
    def place(self, much: int) -> None:
        amount = Decimal(much) / 1000
        try:
            placed = self.books.write(lambda tx: _place(tx, self.asha, Line("paneer", amount)))
        except Conflict:
            assert self._gone() + amount > FIRST
        else:
            self.known[placed.number] = (Status.PENDING, amount)

    @precondition(lambda self: self.known)
    @rule(data=st.data(), new=st.sampled_from(Status))
    def move(self, data: Any, new: Status) -> None:
        number = data.draw(st.sampled_from(sorted(self.known)))
        status, much = self.known[number]
        try:
            self.books.write(lambda tx: orders.move(tx, number, new, cause="x", actor=owner()))
        except Conflict:
            reopens = new is Status.PENDING and self._gone() + much > FIRST
            assert reopens or not may_follow(status, new, Fulfilment.PICKUP)
        else:
            self.known[number] = (new, much)

    @invariant()
    def nothing_is_lost(self) -> None:
        if hasattr(self, "books"):
            left = self.books.read(lambda tx: left_of(tx, MAIN, ["paneer"]))["paneer"]
            assert left == FIRST - self._gone()
            assert left >= 0
            held = self.books.read(lambda tx: tx.execute(select(stock_holds.c.quantity)).scalars().all())
            assert Decimal(sum(held)) / 1000 == self._gone()


TestStockBooks = StockBooks.TestCase
TestStockBooks.settings = settings(
    max_examples=15, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
