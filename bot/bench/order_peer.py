"""The peer of the lanes: the rows of one placed order by hand-written statements, one commit for each."""

import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from bot.bench.report import Figure
from storage.clock import new_id
from storage.db import Books
from storage.tables import metadata
from storage.tx import Tx

_T = metadata.tables
_LANE = update(_T["lanes"]).where(_T["lanes"].c.id == bindparam("row")).values(epoch=_T["lanes"].c.epoch + 1)
_SERIES = _T["series"]
_NEXT = (
    update(_SERIES)
    .where(_SERIES.c.workspace_id == bindparam("home"), _SERIES.c.name == "peer")
    .values(last=_SERIES.c.last + 1)
    .returning(_SERIES.c.last)
)
_ORDER, _LINES, _EVENT = insert(_T["orders"]), insert(_T["order_lines"]), insert(_T["order_events"])
_CONTACT = update(_T["contacts"]).where(
    _T["contacts"].c.workspace_id == bindparam("home"), _T["contacts"].c.id == bindparam("row")
)
_CONTACT = _CONTACT.values(last_address=bindparam("address"))
_OUTBOX = insert(_T["outbox"])
_TALK = update(_T["conversations"]).where(
    _T["conversations"].c.workspace_id == bindparam("home"), _T["conversations"].c.lane == bindparam("row")
)
_TALK = _TALK.values(flow=None, state=bindparam("now_state"), last_inbound_at=bindparam("heard"))
_NAMES = ("customer", "group", "owner")


def write_orders(books: Books, count: int) -> Figure:
    """Write that many orders for the customers who are in the books, one after the other."""
    talks = _T["conversations"]
    chosen = select(talks.c.workspace_id, talks.c.lane, talks.c.contact_id)
    people: Sequence[Any] = books.read(lambda tx: tx.execute(chosen).all())
    books.write(lambda tx: tx.execute(insert(_SERIES), {"workspace_id": people[0][0], "name": "peer", "last": 10**6}))
    began, cpu = time.perf_counter(), time.process_time()
    with books.connect() as connection:
        for at in range(count):
            with books.transaction(connection):
                _write(books.tx(connection), *people[at % len(people)])
    took, used = time.perf_counter() - began, time.process_time() - cpu
    return Figure(used / count * 1000, count / took)


def _write(tx: Tx, home: str, lane: str, contact: str) -> None:
    """11 rows: lane, number, order, 2 lines, event, address, 3 messages, conversation."""
    order = new_id()
    tx.execute(_LANE, {"row": lane})
    number = tx.execute(_NEXT, {"home": home}).scalar_one()
    tx.execute(_ORDER, _order(tx, home, order, contact, number))
    tx.execute(_LINES, [_line(home, order, at) for at in (1, 2)])
    who = {"actor_kind": "contact", "actor_id": contact, "actor_name": "Peer"}
    event = {"order_id": order, "sequence": 1, "at": tx.now, "old": "", "new": "pending", "cause": "placed"}
    tx.execute(_EVENT, {"workspace_id": home, **event, **who})
    tx.execute(_CONTACT, {"home": home, "row": contact, "address": {"address": "12 MG Road"}})
    tx.execute(_OUTBOX, [_message(tx, home, name, number) for name in _NAMES])
    tx.execute(_TALK, {"home": home, "row": lane, "now_state": {}, "heard": tx.now})


def _order(tx: Tx, home: str, order: str, contact: str, number: int) -> dict[str, Any]:
    place = {"fulfilment": "delivery", "address": "12 MG Road, near the temple, Indore", "wanted": "asap"}
    told = {"instructions": "", "reason": "", "currency": "INR", "total": 24500, "source": "peer"}
    times = {"created_at": tx.now, "updated_at": tx.now}
    who = {"workspace_id": home, "id": order, "number": number, "contact_id": contact}
    return {**who, "status": "pending", "version": 1, **place, **told, **times}


def _line(home: str, order: str, at: int) -> dict[str, Any]:
    goods = {"product": "dosa_masala", "title": "Masala Dosa", "unit": "plate", "quantity": 2000}
    money = {"price": 11000, "total": 22000, "options": {}, "without": [], "note": ""}
    return {"workspace_id": home, "order_id": order, "position": at, **goods, **money}


def _message(tx: Tx, home: str, name: str, number: int) -> dict[str, Any]:
    where = {"workspace_id": home, "account_id": "peer", "recipient": name, "slot": None, "policy": "once"}
    payload = {"text": f"Thank you! Your order #{number} is with the shop. I will write to you when they confirm it."}
    state = {"status": "sent", "not_before": tx.now_ms, "attempts": 0, "created_at": tx.now_ms}
    return {**where, "payload": payload, **state}
