"""Orders under any sequence of deeds by anybody: what must hold, holds after each."""

import contextlib
import itertools
import shutil
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from storage.actions import orders as actions
from storage.actors import Actor
from storage.clock import new_id
from storage.db import Books
from storage.errors import BadInput, BotError, Conflict, NotAllowed, NotFound
from storage.queries import orders as queries
from storage.queries.orders import Order
from storage.rules.catalogue import Line
from storage.rules.money import line_total
from storage.rules.orders import CUSTOMER_MAY_CANCEL, PERMISSION, Fulfilment, Status, Wish, may_follow
from storage.scope import Scope
from storage.tables.orders import order_events, order_lines, orders
from storage.tx import Tx
from tests.storage.conftest import GOODS, Hands, _furnish, new_contact, owner, shop_of, staff

_TEMPLATE: list[Path] = []
WORKSPACES = st.sampled_from(["main", "other"])
quantities = st.sampled_from(["1", "2", "0.5", "0.333", "12.3456", "0", "-1", "NaN", "1e9"]).map(Decimal)
wanted_lines = st.lists(st.builds(Line, st.sampled_from(["chai", "paneer", "gold"]), quantities), max_size=3)


def _template() -> Path:
    if not _TEMPLATE:
        _TEMPLATE.append(Path(tempfile.mkdtemp()) / "munshi.db")
        _furnish(f"sqlite:///{_TEMPLATE[0]}")
    return _TEMPLATE[0]


class OrderBooks(RuleBasedStateMachine):
    """Two workspaces with two customers each; the model is each order's status and the number of its changes."""

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(_template(), self.folder / "munshi.db")
        self.books = Books(f"sqlite:///{self.folder / 'munshi.db'}", Hands(), new_id)
        self.customers = {
            workspace: [new_contact(self.books, workspace, f"+91{n}") for n in (1, 2)]
            for workspace in ("main", "other")
        }
        self.known: dict[tuple[str, int], tuple[Status, Fulfilment, int, Actor]] = {}

    def teardown(self) -> None:
        if hasattr(self, "books"):
            self.books.close()
            shutil.rmtree(self.folder)

    def _write(self, work: Any) -> Any:
        return self.books.write(work)

    @rule(workspace=WORKSPACES, who=st.integers(0, 1), lines=wanted_lines, pickup=st.booleans(), address=st.booleans())
    def place(self, workspace: str, who: int, lines: list[Line], pickup: bool, address: bool) -> None:
        actor = self.customers[workspace][who]
        kind = Fulfilment.PICKUP if pickup else Fulfilment.DELIVERY
        place = {"address": "12 MG Road", "latitude": 22.7196, "longitude": 75.8577} if address else {}
        wish = Wish(kind, wanted="at nine", instructions="ring twice", **place)
        good = bool(lines) and all(line.product != "gold" for line in lines) and (pickup or address)
        good = good and all(line.quantity.is_finite() and 0 < line.quantity <= 100_000 for line in lines)
        try:
            placed: Order = self._write(
                lambda tx: actions.place(
                    tx, shop_of(tx, actor), GOODS, lines, wish, contact=actor.id, source="test", actor=actor
                )
            )
        except BadInput:
            assert not good
        else:
            assert good
            assert placed == self.books.read(lambda tx: queries.order(tx, actor.scope, placed.id))
            assert (workspace, placed.number) not in self.known
            self.known[(workspace, placed.number)] = (Status.PENDING, kind, 1, actor)

    @rule(workspace=WORKSPACES, who=st.integers(0, 1))
    def nobody_orders_in_anothers_name(self, workspace: str, who: int) -> None:
        actor, wish = self.customers[workspace][who], Wish(Fulfilment.PICKUP)
        neighbour = self.customers[workspace][1 - who].id
        stranger = self.customers["other" if workspace == "main" else "main"][who].id
        lines = [Line("chai")]
        with pytest.raises(NotAllowed):
            self._write(
                lambda tx: actions.place(
                    tx, shop_of(tx, actor), GOODS, lines, wish, contact=neighbour, source="t", actor=actor
                )
            )
        boss = Actor(Scope(workspace), "system", "system", staff().role.SYSTEM, "Munshi")
        with pytest.raises(NotFound):
            self._write(
                lambda tx: actions.place(
                    tx, shop_of(tx, boss), GOODS, lines, wish, contact=stranger, source="t", actor=boss
                )
            )

    @precondition(lambda self: self.known)
    @rule(data=st.data(), new=st.sampled_from(Status), by_owner=st.booleans(), foreign=st.booleans())
    def move(self, data: Any, new: Status, by_owner: bool, foreign: bool) -> None:
        workspace, number = data.draw(st.sampled_from(sorted(self.known)))
        status, kind, changes, who = self.known[(workspace, number)]
        actor = (owner if by_owner else staff)(workspace)
        try:
            moved = self._write(lambda tx: actions.move(tx, number, new, cause="because", actor=actor))
        except NotAllowed:
            assert not actor.may(PERMISSION[new])
        except Conflict:
            assert actor.may(PERMISSION[new])
            assert not may_follow(status, new, kind)
        else:
            assert actor.may(PERMISSION[new])
            assert may_follow(status, new, kind)
            assert moved.status is new
            self.known[(workspace, number)] = (new, kind, changes + 1, who)

    @precondition(lambda self: self.known)
    @rule(data=st.data(), workspace=WORKSPACES, who=st.integers(0, 1))
    def cancel_own(self, data: Any, workspace: str, who: int) -> None:
        _, number = data.draw(st.sampled_from(sorted(self.known)))
        actor = self.customers[workspace][who]
        known = self.known.get((workspace, number))
        try:
            self._write(lambda tx: actions.cancel_own(tx, number, cause="", actor=actor))
        except NotFound:  # somebody else's number is told from none by nobody
            assert known is None or known[3].id != actor.id
        except Conflict:
            assert known is not None
            assert known[0] not in CUSTOMER_MAY_CANCEL
        else:
            assert known is not None
            assert known[3].id == actor.id
            assert known[0] in CUSTOMER_MAY_CANCEL
            self.known[(workspace, number)] = (Status.CANCELLED, known[1], known[2] + 1, known[3])

    @precondition(lambda self: self.known)
    @rule(data=st.data(), new=st.sampled_from(Status), who=st.integers(0, 1))
    def customers_move_nothing(self, data: Any, new: Status, who: int) -> None:
        workspace, number = data.draw(st.sampled_from(sorted(self.known)))
        with pytest.raises(NotAllowed):
            self._write(lambda tx: actions.move(tx, number, new, actor=self.customers[workspace][who]))

    @invariant()
    def the_books_agree(self) -> None:
        if hasattr(self, "books"):
            self.books.read(self._check)

    def _check(self, tx: Tx) -> None:
        for workspace in ("main", "other"):
            scope = Scope(workspace)
            mine = {number for home, number in self.known if home == workspace}
            assert mine == set(range(101, 101 + len(mine)))
            for number in mine:
                self._check_order(queries.order(tx, scope, number), *self.known[(workspace, number)][:3])
            for table in (orders, order_lines, order_events):
                assert {row.workspace_id for row in tx.execute(scope.select(table))} <= {workspace}
        numbers = [number for home, number in self.known if home == "main"]
        foreign = [number for home, number in self.known if home == "other" and number not in numbers]
        for number in foreign:
            with contextlib.suppress(NotFound):
                queries.order(tx, Scope("main"), number)
                raise AssertionError("an order of another workspace was readable")
        total = len(tx.execute(select(order_events)).all())
        assert total == sum(changes for _, _, changes, _ in self.known.values())

    def _check_order(self, found: Order, status: Status, kind: Fulfilment, changes: int) -> None:
        assert (found.status, found.fulfilment, found.version) == (status, kind, changes)
        assert found.total == sum(line.total for line in found.lines)
        assert all(line.total == line_total(line.price, line.quantity) for line in found.lines)
        assert len(found.events) == changes
        steps = [(event.old, event.new) for event in found.events]
        assert steps[0] == ("", "pending")
        for (_, before), (old, new) in itertools.pairwise(steps):
            assert before == old
            assert may_follow(Status(old), Status(new), kind)
        assert steps[-1][1] == status


TestOrderBooks = OrderBooks.TestCase
TestOrderBooks.settings = settings(
    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_an_order_travels_its_whole_line_on_both_databases(books: Books) -> None:
    asha = new_contact(books, "main", "+911")
    wish = Wish(Fulfilment.DELIVERY, address="12 MG Road")
    lines = [Line("chai", Decimal(2)), Line("paneer", Decimal("0.25"), note="fresh \U0001f600")]
    for number in (101, 102):
        placed = books.write(
            lambda tx: actions.place(
                tx, shop_of(tx, asha), GOODS, lines, wish, contact=asha.id, source="test", actor=asha
            )
        )
        assert (placed.number, placed.total) == (number, 2 * 1500 + 9500)
    for new in ("confirmed", "preparing", "ready", "out_for_delivery", "completed"):
        moved = books.write(lambda tx, new=new: actions.move(tx, 101, Status(new), actor=staff()))
        assert moved.status == new
    with pytest.raises(Conflict, match="What can follow: nothing"):
        books.write(lambda tx: actions.move(tx, 101, Status.CANCELLED, cause="x", actor=staff()))
    assert [e.new for e in moved.events][-1] == "completed"


def test_a_refused_order_leaves_no_hole_in_the_numbers(books: Books) -> None:
    asha = new_contact(books, "main", "+911")
    wish = Wish(Fulfilment.PICKUP)
    for product in ("chai", "gold", "chai"):
        with contextlib.suppress(BotError):
            books.write(
                lambda tx, product=product: actions.place(
                    tx, shop_of(tx, asha), GOODS, [Line(product)], wish, contact=asha.id, source="test", actor=asha
                )
            )
    rows = books.read(lambda tx: tx.execute(select(orders.c.number).order_by(orders.c.number)).scalars().all())
    assert rows == [101, 102]
