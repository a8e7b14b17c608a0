"""What comes in is stored once, in its lane and in its order, whatever comes with it."""

import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from bot.runtime.writer import PostgresWriter
from storage.db import Books
from storage.queue.arrivals import Arrival, Sender, accept
from storage.tables.people import addresses, contacts
from storage.tables.runtime import inbox, lanes
from tests.storage.conftest import TELEGRAM, WHATSAPP


def said(event: str, phone: str = "+911", account: str = WHATSAPP, **more: Any) -> Arrival:
    """A customer's message."""
    sender = Sender((("phone", phone), ("bsuid", f"IN.{phone}")), "Asha")
    return Arrival(account, event, "text", phone, {"id": event}, sender, **more)


def stored(books: Books) -> list[tuple[str, int, str]]:
    chosen = select(inbox.c.lane, inbox.c.seq, inbox.c.event_id).order_by(inbox.c.id)
    return books.read(lambda tx: [tuple(row) for row in tx.execute(chosen)])


def test_an_event_is_stored_once_within_a_body_and_across_bodies(books: Books) -> None:
    assert books.write(lambda tx: accept(tx, [said("a"), said("b"), said("a")])) == 2
    assert books.write(lambda tx: accept(tx, [said("b"), said("c"), said("a")])) == 1
    assert [(seq, event) for _, seq, event in stored(books)] == [(1, "a"), (2, "b"), (3, "c")]


def test_the_same_id_of_two_accounts_is_two_events(books: Books) -> None:
    assert books.write(lambda tx: accept(tx, [said("a"), said("a", account="whatsapp:999")])) == 2


def test_what_nobody_knows_is_kept_without_a_workspace(books: Books) -> None:
    strange = [Arrival(WHATSAPP, "x", "unknown", "", {}), said("y", account="whatsapp:999")]
    assert books.write(lambda tx: accept(tx, strange)) == 2
    rows = books.read(lambda tx: tx.execute(select(inbox.c.lane, inbox.c.workspace_id).order_by(inbox.c.id)).all())
    assert [tuple(row) for row in rows] == [(f"{WHATSAPP}:system", "main"), ("whatsapp:999:system", None)]


def test_a_person_is_one_contact_by_any_of_their_addresses(books: Books) -> None:
    both = Sender((("phone", "+911"), ("bsuid", "IN.1")))
    later = [Sender((("bsuid", "IN.1"),)), Sender((("phone", "+911"),)), Sender((("bsuid", "IN.1"), ("phone", "+912")))]
    people = [both, *later]
    books.write(lambda tx: accept(tx, [Arrival(WHATSAPP, str(n), "text", "", {}, who) for n, who in enumerate(people)]))
    assert len({lane for lane, _, _ in stored(books)}) == 1
    assert len(books.read(lambda tx: tx.execute(select(contacts.c.id)).all())) == 1
    assert len(books.read(lambda tx: tx.execute(select(addresses.c.value)).all())) == 3


def test_staff_have_a_lane_for_each_chat_and_customers_one_for_all(books: Books) -> None:
    ravi, guest = Sender((("telegram", "main-7002"),)), Sender((("telegram", "42"),))
    books.write(
        lambda tx: accept(
            tx,
            [
                Arrival(TELEGRAM, "1", "text", "main-7002", {}, ravi),
                Arrival(TELEGRAM, "2", "text", "-100", {}, ravi, private=False),
                Arrival(TELEGRAM, "3", "text", "-100", {}, guest, private=False),
                Arrival(TELEGRAM, "4", "text", "-555", {}, ravi, private=False),
                Arrival(TELEGRAM, "5", "text", "42", {}, guest),
            ],
        )
    )
    found = {event: lane for lane, _, event in stored(books)}
    assert found["1"] == f"{TELEGRAM}:main-7002:main-7002"
    assert found["2"] == f"{TELEGRAM}:-100:main-7002"
    assert found["3"] == f"{TELEGRAM}:-100:42"
    assert found["5"].startswith("contact:main:")
    chosen = select(inbox.c.workspace_id).where(inbox.c.event_id == "4")
    # a group that is not linked yet is the account's workspace's: its owner may link it from there
    assert books.read(lambda tx: tx.execute(chosen).scalar()) == "main"


def test_a_flood_in_one_unit_is_stored_whole(books: Books) -> None:
    """A body of 4 MiB can hold 40,000 events; no statement may grow with them."""
    count = 40_000 if books.is_sqlite else 2_500
    many = [Arrival(WHATSAPP, f"e{n}", "unknown", "", n) for n in range(count)]
    assert books.write(lambda tx: accept(tx, [*many, said("last")])) == count + 1
    assert books.write(lambda tx: accept(tx, many[:100])) == 0
    lane = select(lanes.c.last_seq).where(lanes.c.id == f"{WHATSAPP}:system")
    assert books.read(lambda tx: tx.execute(lane).scalar()) == count


def test_the_same_bodies_from_many_threads_are_stored_once(books: Books, open_books: Callable[[], Books]) -> None:
    """Deliveries that overlap: each process sees its own transaction only, and none answers with an error."""
    failures: list[BaseException] = []
    counts: list[int] = []

    def deliver(own: Books, shift: int) -> None:
        writer = PostgresWriter(own, connections=1)
        try:
            for n in range(12):
                body = [said(f"{n}-{k}", phone=f"+91{(k + shift) % 5}") for k in range(5)]
                counts.append(writer.attempt(lambda tx, body=body: accept(tx, body)))
        except BaseException as error:
            failures.append(error)
        finally:
            writer.close()

    doors = [open_books() for _ in range(4)]
    threads = [threading.Thread(target=deliver, args=(door, 0)) for door in doors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not failures, failures[0]
    assert sum(counts) == 60
    rows = stored(books)
    assert len(rows) == 60
    for lane in {lane for lane, _, _ in rows}:
        numbers = [seq for other, seq, _ in rows if other == lane]
        assert sorted(numbers) == list(range(1, len(numbers) + 1))
