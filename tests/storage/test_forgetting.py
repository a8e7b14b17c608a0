"""What is personal goes by itself where the house wants that: the silent, old orders, the audit log."""

from datetime import datetime, timedelta

from sqlalchemy import select

from storage.actions import audit, conversations, merges
from storage.actions.retention import START, Cursor, forget_in_orders, forget_silent
from storage.actors import Actor
from storage.db import Books
from storage.queries.people import Chat, contact
from storage.queue import pruning
from storage.tables.authority import audit as audit_log
from storage.tables.orders import order_events, orders
from storage.tables.people import contacts
from tests.storage.conftest import WHATSAPP, Hands, new_contact, owner

YEAR = timedelta(days=365)


def _writes(books: Books, who: Actor) -> None:
    lane, chat = f"contact:{who.scope.workspace}:{who.id}", Chat(WHATSAPP, who.id)
    books.write(lambda tx: conversations.open_conversation(tx, who.scope, lane, contact=who.id, chat=chat))
    keep = {"chat": chat, "flow": None, "state": {}, "flow_epoch": 0}
    books.write(lambda tx: conversations.keep_turn(tx, who.scope, lane, **keep))


def _orders(books: Books, who: Actor, number: int, status: str, at: datetime) -> None:
    values = {"id": f"o{number}", "number": number, "contact_id": who.id, "status": status, "version": 1}
    values |= {
        "fulfilment": "delivery",
        "address": "12 MG Road",
        "wanted": "asap",
        "instructions": "bell",
        "reason": "",
    }
    values |= {"currency": "INR", "total": 500, "source": "chat", "created_at": at, "updated_at": at}
    event = {"order_id": f"o{number}", "sequence": 1, "at": at, "actor_kind": "contact", "actor_id": who.id}
    event |= {"actor_name": "Asha", "old": "", "new": "pending", "cause": "placed"}
    books.write(lambda tx: tx.execute(orders.insert(), [who.scope.row(**values)]))
    books.write(lambda tx: tx.execute(order_events.insert(), [who.scope.row(**event)]))


def _run(books: Books, before: datetime) -> int:
    gone, after = 0, START
    for _ in range(50):
        count, then = books.write(lambda tx, after=after: forget_silent(tx, before, after))
        gone += count
        if then is None:
            return gone
        after: Cursor = then
    raise AssertionError("it does not come to an end")


def _known(books: Books) -> set[str]:
    return set(books.read(lambda tx: tx.execute(select(contacts.c.id).where(contacts.c.name != "")).scalars()))


def test_the_silent_are_erased_and_nobody_else(books: Books, hands: Hands) -> None:
    silent, writer, waiter, buyer, twin, kept, other = (
        new_contact(books, "other" if n == 7 else "main", f"91980000000{n}") for n in range(1, 8)
    )
    books.write(lambda tx: merges.merge(tx, kept.id, twin.id, owner()))
    for who in (silent, writer, kept, other):
        _writes(books, who)
    _orders(books, waiter, 1, "confirmed", hands.now)
    _orders(books, silent, 2, "completed", hands.now)
    hands.moves(days=300)
    _writes(books, writer)
    _writes(books, twin)
    _orders(books, buyer, 3, "completed", hands.now)
    hands.moves(days=100)
    new = new_contact(books, "main", "919800000009")
    before = hands.now - YEAR
    assert _run(books, before) == 2
    assert _known(books) == {each.id for each in (writer, waiter, buyer, kept, twin, new)}
    assert _run(books, before) == 0
    said = books.read(lambda tx: tx.execute(select(audit_log.c.actor_name, audit_log.c.object)).all())
    assert {("Munshi", silent.id), ("Munshi", other.id)} <= {tuple(row) for row in said}


def test_old_orders_lose_their_words_and_keep_their_figures(books: Books, hands: Hands) -> None:
    asha = new_contact(books, "main", "919800000001")
    _orders(books, asha, 1, "completed", hands.now)
    _orders(books, asha, 2, "confirmed", hands.now)
    hands.moves(days=400)
    _orders(books, asha, 3, "completed", hands.now)
    assert books.write(lambda tx: forget_in_orders(tx, hands.now - YEAR)) == 1
    assert books.write(lambda tx: forget_in_orders(tx, hands.now - YEAR)) == 0
    chosen = select(orders.c.number, orders.c.address, orders.c.total, orders.c.contact_id).order_by(orders.c.number)
    found = [tuple(row) for row in books.read(lambda tx: tx.execute(chosen).all())]
    assert found == [(1, "", 500, asha.id), (2, "12 MG Road", 500, asha.id), (3, "12 MG Road", 500, asha.id)]
    signed = select(order_events.c.actor_name).order_by(order_events.c.order_id)
    assert books.read(lambda tx: tx.execute(signed).scalars().all()) == ["", "Asha", "Asha"]
    assert books.read(lambda tx: contact(tx, asha.scope, asha.id)).name == "Asha"


def test_the_audit_log_goes_a_little_at_a_time(books: Books, hands: Hands) -> None:
    for workspace in ("main", "other"):
        for number in range(3):
            books.write(lambda tx, w=workspace, n=number: audit.note(tx, "test", str(n), owner(w)))
    hands.moves(days=31)
    books.write(lambda tx: audit.note(tx, "test", "new", owner()))
    before = books.read(lambda tx: pruning.before_ms(tx, 30))
    old = books.read(lambda tx: len(tx.execute(select(audit_log).where(audit_log.c.at < hands.now)).all()))
    steps = []
    while not steps or steps[-1].after is not None:
        steps.append(books.write(lambda tx: pruning.prune_audit(tx, before, 0, 4)))
    assert steps[0].gone == 4
    assert sum(step.gone for step in steps) == old
    left = books.read(lambda tx: tx.execute(select(audit_log.c.object)).scalars().all())
    assert left == ["new"]
