"""Contacts under any sequence of arrivals, merges, partings and moved addresses, on both databases."""

import itertools
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from storage.actions import contacts as contact_actions
from storage.actions import conversations as talks
from storage.actions import merges, orders, people
from storage.actions.catalogue import replace_catalogue
from storage.actors import Actor, system_actor
from storage.db import Books
from storage.errors import Conflict
from storage.queries import contacts as queries
from storage.queries.conversations import latest_of_contact
from storage.queries.order_lists import listed
from storage.queries.orders import order
from storage.queries.people import Chat, contact
from storage.queue.arrivals import Arrival, Sender, accept
from storage.rules.addresses import Address
from storage.rules.catalogue import Line
from storage.rules.orders import Fulfilment, Wish
from storage.rules.permissions import Role
from storage.scope import Scope
from storage.tables.people import addresses, contacts, conversations
from storage.tables.runtime import inbox
from storage.tx import Tx
from tests.storage.conftest import GOODS, owner, shop_of

_serial = itertools.count(1)
ADDRESSES = [("phone", f"+9198{n}") for n in range(4)] + [("bsuid", f"IN.{n}") for n in range(4)] + [("telegram", "7")]
some_addresses = st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=3, unique=True)


class ContactBooks(RuleBasedStateMachine):
    """One workspace for each run. The model: where each address leads, which contact points to which, whose orders."""

    books: Books

    def __init__(self) -> None:
        super().__init__()
        self.workspace, self.account = f"w{next(_serial)}", f"whatsapp:w{next(_serial)}"
        self.scope = Scope(self.workspace)
        self.boss = owner(self.workspace)
        self.books.write(self._found)
        self.led: dict[Address, str] = {}
        self.pointer: dict[str, str | None] = {}
        self.ordered: list[tuple[int, str]] = []
        self.merges: dict[str, tuple[str, str, list[Address], bool]] = {}

    def _found(self, tx: Tx) -> None:
        people.found_workspace(tx, self.workspace, name="w", timezone="Asia/Kolkata", currency="INR", language="en")
        people.open_account(tx, self.account, "whatsapp", self.workspace)
        replace_catalogue(tx, GOODS, system_actor(self.scope))

    def root(self, who: str) -> str:
        while (onward := self.pointer[who]) is not None:
            who = onward
        return who

    def somebody(self, data: Any) -> str:
        who: str = data.draw(st.sampled_from(sorted(self.pointer)))
        return who

    @rule(owned=some_addresses)
    def arrive(self, owned: list[Address]) -> None:
        event = f"e{next(_serial)}"
        self.books.write(
            lambda tx: accept(tx, [Arrival(self.account, event, "text", owned[0][1], {}, Sender(tuple(owned), "A"))])
        )
        chosen = select(inbox.c.contact_id).where(inbox.c.event_id == event)
        found = self.books.read(lambda tx: tx.execute(chosen).scalar_one())
        known = [self.led[each] for each in owned if each in self.led]
        if known:
            assert found == known[0]
        else:
            assert found not in self.pointer
            self.pointer[found] = None
        for each in owned:
            self.led.setdefault(each, found)
        chat = Chat(self.account, owned[0][1])
        lane = f"contact:{self.workspace}:{found}"
        self.books.write(lambda tx: talks.open_conversation(tx, self.scope, lane, contact=found, chat=chat))

    @precondition(lambda self: self.pointer)
    @rule(data=st.data())
    def place(self, data: Any) -> None:
        who = self.root(self.somebody(data))
        actor = Actor(self.scope, "contact", who, Role.CUSTOMER, "A")
        wish, lines = Wish(Fulfilment.PICKUP), [Line("chai", Decimal(1))]
        placed = self.books.write(
            lambda tx: orders.place(tx, shop_of(tx, actor), GOODS, lines, wish, contact=who, source="t", actor=actor)
        )
        self.ordered.append((placed.number, who))

    @precondition(lambda self: self.pointer)
    @rule(data=st.data())
    def merge(self, data: Any) -> None:
        one, other = self.somebody(data), self.somebody(data)
        kept, merged = self.root(one), self.root(other)
        if kept == merged:
            with pytest.raises(Conflict, match="one contact already"):
                self.books.write(lambda tx: merges.merge(tx, one, other, self.boss))
            return
        done = self.books.write(lambda tx: merges.merge(tx, one, other, self.boss))
        assert (done.kept, done.merged) == (kept, merged)
        moved = [each for each, led in self.led.items() if led == merged]
        self.led |= dict.fromkeys(moved, kept)
        self.pointer[merged] = kept
        self.merges[done.id] = (kept, merged, moved, True)

    @precondition(lambda self: self.pointer)
    @rule(data=st.data())
    def merge_and_part_at_once(self, data: Any) -> None:
        one, other = self.somebody(data), self.somebody(data)
        if self.root(one) == self.root(other):
            return
        before = self.books.read(self._snapshot)
        done = self.books.write(lambda tx: merges.merge(tx, one, other, self.boss))
        self.books.write(lambda tx: merges.unmerge(tx, done.id, self.boss))
        assert self.books.read(self._snapshot) == before

    def _snapshot(self, tx: Tx) -> list[list[Any]]:
        tables = (addresses, contacts, conversations)
        return [sorted(map(repr, tx.execute(self.scope.select(table)).all())) for table in tables]

    @precondition(lambda self: self.merges)
    @rule(data=st.data())
    def part(self, data: Any) -> None:
        merge_id = data.draw(st.sampled_from(sorted(self.merges)))
        kept, merged, moved, stands = self.merges[merge_id]
        free = stands and self.pointer[kept] is None and all(self.led.get(each) == kept for each in moved)
        if not free:
            with pytest.raises(Conflict):
                self.books.write(lambda tx: merges.unmerge(tx, merge_id, self.boss))
            return
        self.books.write(lambda tx: merges.unmerge(tx, merge_id, self.boss))
        self.led |= dict.fromkeys(moved, merged)
        self.pointer[merged] = None
        self.merges[merge_id] = (kept, merged, moved, False)

    @precondition(lambda self: self.pointer)
    @rule(data=st.data(), old=st.sampled_from(ADDRESSES), new=st.sampled_from(ADDRESSES))
    def move(self, data: Any, old: Address, new: Address) -> None:
        """The platform says that somebody is called otherwise; only what is theirs is given up."""
        who = self.root(self.somebody(data))
        actor = Actor(self.scope, "contact", who, Role.CUSTOMER, "A")
        self.books.write(lambda tx: contact_actions.move_addresses(tx, who, [old], [new], actor))
        if old != new and self.led.get(old) == who:
            del self.led[old]
        self.led.setdefault(new, who)

    @invariant()
    def the_books_agree(self) -> None:
        self.books.read(self._check)

    def _check(self, tx: Tx) -> None:
        rows = tx.execute(self.scope.select(contacts)).all()
        assert {row.id: row.merged_into for row in rows} == self.pointer
        led = {(row.kind, row.value): row.contact_id for row in tx.execute(self.scope.select(addresses))}
        assert led == self.led
        live = {who for who, onward in self.pointer.items() if onward is None}
        assert set(led.values()) <= live
        for who in self.pointer:
            assert contact(tx, self.scope, who).id == self.root(who)
        shown = {who: self._orders_of(tx, who) for who in live}
        assert sorted(itertools.chain(*shown.values())) == sorted(number for number, _ in self.ordered)
        for number, who in self.ordered:
            assert number in shown[self.root(who)]
            assert order(tx, self.scope, number).contact.id == self.root(who)
        standing = {merge for merge, (_, _, _, stands) in self.merges.items() if stands}
        assert {each.id for each in queries.standing_merges(tx, self.scope, 1_000)} == standing
        for who in live:
            assert queries.order_count(tx, self.scope, who) == len(shown[who])
            talk = latest_of_contact(tx, self.scope, who)
            assert talk is None or self.root(str(talk.contact)) == who

    def _orders_of(self, tx: Tx, who: str) -> list[int]:
        rows, count = listed(tx, self.scope, since=tx.now.replace(year=2000), contact_id=who)
        assert count == len(rows)
        return [row.number for row in rows]


def test_contacts_agree_with_the_model(books: Books) -> None:
    class Machine(ContactBooks):
        pass

    Machine.books = books
    examples = 15 if books.is_sqlite else 6
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
