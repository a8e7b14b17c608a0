"""Erasing a contact, where the dialogues do not look: merges, other workspaces, shared files, and what is classified."""

from functools import partial
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from storage.actions import contacts, files, merges, people
from storage.actions.erasure import CLEARED, FORGET_FILES, ContactErased, Erased, Walk, erase, go_on
from storage.actors import Actor, system_actor
from storage.db import Books
from storage.errors import NotAllowed, NotFound
from storage.queries.contacts import addresses_of, named
from storage.queries.files import kept_file
from storage.queue import arrivals, jobs, lanes, outbox
from storage.queue.arrivals import Arrival, Place, Sender
from storage.queue.erasing import ERASE
from storage.queue.outbox import Outgoing
from storage.rules.permissions import Role
from storage.scope import Scope
from storage.tables import metadata
from storage.tables.orders import orders
from storage.tables.personal import COLUMNS
from storage.tables.runtime import inbox
from storage.tables.runtime import jobs as jobs_table
from storage.tables.runtime import lanes as lanes_table
from storage.tables.sending import outbox as outbox_table
from storage.tables.sending import slots
from storage.tx import Tx
from tests.storage.conftest import WHATSAPP, new_contact, owner, staff

ENGINES = {"inbox", "jobs", "outbox", "schedules", "slots", "chat_rates", "takeovers", "visits", "dead_letters"}


def _erased(books: Books, contact: str, actor: Actor) -> Erased:
    """From the command to the end of the work that it plans."""
    books.write(lambda tx: erase(tx, contact, actor))
    return _finished(books)


def _finished(books: Books) -> Erased:
    """A worker takes up what is planned, from its beginning."""
    (task,) = books.write(lambda tx: jobs.claim(tx, "worker", 1, kinds=[ERASE]))
    plan = task.payload["value"]
    if "done" in plan:
        return Erased(**plan["done"])
    step: Walk | Erased = Walk()
    while isinstance(step, Walk):
        step = books.write(partial(go_on, plan=plan, walk=step, actor=system_actor(Scope(plan["workspace"]))))
    books.write(lambda tx: jobs.finish(tx, task, {}))
    return step


def _everything(books: Books) -> str:
    with books.connect() as connection:
        rows = [list(row) for table in metadata.sorted_tables for row in connection.execute(select(table))]
    return orjson.dumps(rows, default=str).decode()


def test_every_column_is_classified() -> None:
    """A new column, or a new table, says what kind of data it holds: storage/tables/personal.py."""
    real = {name: sorted(column.name for column in table.columns) for name, table in metadata.tables.items()}
    said = {name: sorted(kinds.all) for name, kinds in COLUMNS.items()}
    assert said == real


def test_every_table_that_holds_something_personal_is_cleared() -> None:
    assert {name for name, kinds in COLUMNS.items() if kinds.personal} == CLEARED | ENGINES


def test_all_that_was_merged_into_a_contact_goes_with_it(books: Books) -> None:
    asha, twin, bina = (new_contact(books, "main", f"91980000000{n}") for n in (1, 2, 3))
    books.write(lambda tx: merges.merge(tx, asha.id, twin.id, owner()))
    parted = books.write(lambda tx: merges.merge(tx, asha.id, bina.id, owner()))
    books.write(lambda tx: merges.unmerge(tx, parted.id, owner()))
    books.write(lambda tx: contacts.change_contact(tx, bina.id, {"name": "Bina"}, bina))
    books.write(
        lambda tx: contacts.move_addresses(
            tx, asha.id, [("phone", "+919800000001")], [("phone", "+917777777777")], asha
        )
    )
    happened: list[object] = []

    def work(tx: Tx) -> None:
        erase(tx, twin.id, owner())
        happened.extend(tx.happened)

    books.write(work)
    _finished(books)
    (fact,) = (each for each in happened if isinstance(each, ContactErased))
    assert (fact.contact, set(fact.ids)) == (asha.id, {asha.id, twin.id})
    left = _everything(books)
    assert not [each for each in ("9800000001", "9800000002", "7777777777", "Asha") if each in left]
    assert books.read(lambda tx: named(tx, bina.scope, "+919800000003")).name == "Bina"


def test_another_workspace_keeps_whom_it_knows_by_the_same_number(books: Books) -> None:
    here, there = new_contact(books, "main", "919800000001"), new_contact(books, "other", "919800000001")

    def chat(tx: Tx) -> None:
        for workspace in ("main", "other"):
            slot = {"recipient": "+919800000001", "slot": outbox.own_slot(workspace, "basket")}
            outbox.put(tx, workspace, [Outgoing(WHATSAPP, payload={"text": workspace}, **slot)])
            tx.execute(slots.insert().values(account_id=WHATSAPP, provider_id="p", **slot))

    books.write(chat)
    _erased(books, here.id, owner())
    assert books.read(lambda tx: addresses_of(tx, there.scope, there.id)) == (("phone", "+919800000001"),)
    assert books.read(lambda tx: tx.execute(select(outbox_table.c.workspace_id)).scalars().all()) == ["other"]
    assert books.read(lambda tx: tx.execute(select(slots.c.slot)).scalars().all()) == ["other/basket"]
    _erased(books, there.id, owner("other"))
    assert "9800000001" not in _everything(books)


def test_a_file_that_another_has_sent_too_stays_as_theirs(books: Books) -> None:
    asha, bina = new_contact(books, "main", "919800000001"), new_contact(books, "main", "919800000002")
    both, alone = "a" * 64, "b" * 64

    def send(tx: Tx) -> None:
        for digest in (both, alone):
            what: dict[str, Any] = {"sha256": digest, "mime": "image/png", "name": "asha.png", "size": 1}
            files.keep_file(tx, **what, contact=asha.id, keep_days=0, actor=asha)
        result = {"kind": "fetch_media", "value": {"kept": {"sha256": both, "name": "bina.png"}}}
        place = Place(f"contact:main:{bina.id}", "main", bina.id)
        arrivals.store(tx, [(place, Arrival("jobs", "fetch", "job", "", result))])

    books.write(send)
    done = _erased(books, asha.id, owner())
    assert done.file_count == 1
    kept = books.read(lambda tx: kept_file(tx, asha.scope, both))
    assert (kept.contact, kept.name) == (bina.id, "bina.png")
    with pytest.raises(NotFound):
        books.read(lambda tx: kept_file(tx, asha.scope, alone))
    planned = select(jobs_table.c.payload).where(jobs_table.c.kind == FORGET_FILES)
    assert books.read(lambda tx: tx.execute(planned).scalar_one())["value"] == {"digests": [alone]}


def test_whoever_is_at_work_in_their_lane_writes_nothing_more(books: Books) -> None:
    sender = Sender((("phone", "919800000001"),), "Asha")
    for event in ("e1", "e2"):
        books.write(lambda tx, event=event: arrivals.accept(tx, [Arrival(WHATSAPP, event, "text", "1", {}, sender)]))
    ((claim, at_work),) = books.write(lambda tx: lanes.claim(tx, "worker", 10))
    books.write(lambda tx: jobs.put(tx, "k", "fetch", Place(claim.lane, "main", at_work.contact), {"caption": "Asha"}))
    (task,) = books.write(lambda tx: jobs.claim(tx, "worker", 1, kinds=["fetch"]))
    books.write(lambda tx: erase(tx, str(at_work.contact), owner()))
    with pytest.raises(lanes.Fenced):
        books.write(lambda tx: lanes.finish(tx, claim.lane, at_work.seq, claim.epoch))
    books.write(lambda tx: jobs.finish(tx, task, {"kept": "Asha"}))
    _finished(books)
    for table in (inbox, lanes_table):
        assert books.read(lambda tx, table=table: tx.execute(select(table)).all()) == []
    books.write(lambda tx: arrivals.accept(tx, [Arrival(WHATSAPP, "e3", "text", "1", {}, sender)]))
    (again,) = books.read(lambda tx: tx.execute(select(inbox.c.contact_id)).scalars().all())
    assert again != at_work.contact


@pytest.mark.parametrize("steps", [0, 1, 5, 12])
def test_an_erasure_that_is_stopped_anywhere_begins_anew_and_ends(books: Books, steps: int) -> None:
    """Most of the messages are of others: it walks on past them, a part in each unit."""
    asha = new_contact(books, "main", "919800000001")
    sent = [Outgoing(WHATSAPP, "+919800000001", {"text": "Asha"}), Outgoing(WHATSAPP, "+91", {"text": "Bina"})] * 700
    books.write(lambda tx: outbox.put(tx, "main", sent))
    books.write(lambda tx: contacts.change_contact(tx, asha.id, {"name": "Asha"}, asha))
    books.write(lambda tx: erase(tx, asha.id, owner()))
    (task,) = books.write(lambda tx: jobs.claim(tx, "worker", 1, kinds=[ERASE]))
    walk: Walk | Erased = Walk()
    for _ in range(steps):
        if isinstance(walk, Walk):
            walk = books.write(partial(go_on, plan=task.payload["value"], walk=walk, actor=system_actor(Scope("main"))))
    with pytest.raises(NotFound):
        books.read(lambda tx: named(tx, owner().scope, "+919800000001"))
    books.write(jobs.release_all)
    assert _finished(books).message_count <= 700
    left = _everything(books)
    assert not [each for each in ("9800000001", "Asha") if each in left]
    assert left.count("Bina") == 700


def test_whoever_wrote_very_much_can_be_erased_too(books: Books) -> None:
    """More different words than a database takes in one question."""
    asha = new_contact(books, "main", "919800000001")

    def orders_often(tx: Tx) -> None:
        for number in range(1, 1_300):
            row = {
                "id": f"o{number}",
                "number": number,
                "contact_id": asha.id,
                "address": f"{number} MG Road, door {number}",
            }
            fixed = {
                "status": "completed",
                "fulfilment": "delivery",
                "currency": "INR",
                "source": "whatsapp",
                "version": 1,
            }
            figures = {"total": 1, "created_at": tx.now, "updated_at": tx.now} | dict.fromkeys(
                ("wanted", "instructions", "reason"), ""
            )
            tx.execute(asha.scope.insert(orders).values(asha.scope.row(**row, **fixed, **figures)))
        outbox.put(tx, "main", [Outgoing(WHATSAPP, "7002", {"text": "to 1299 MG Road, door 1299"})])

    books.write(orders_often)
    books.write(lambda tx: people.add_member(tx, name="Ravi", role=Role.STAFF, telegram_id="7002", actor=owner()))
    _erased(books, asha.id, owner())
    assert "MG Road" not in _everything(books)


def test_only_those_who_may_erase(books: Books) -> None:
    asha = new_contact(books, "main", "919800000001")
    for actor in (staff(), asha):
        with pytest.raises(NotAllowed):
            books.write(lambda tx, actor=actor: erase(tx, asha.id, actor))
    with pytest.raises(NotFound):
        books.write(lambda tx: erase(tx, asha.id, owner("other")))
