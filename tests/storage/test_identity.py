"""Who somebody is: addresses that lead to one contact, merges by people, and the way back."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from bot.runtime.writer import PostgresWriter
from storage.actions import contacts as actions
from storage.actions import conversations as talks
from storage.actions import merges
from storage.actions.contacts import AddressMoved, Suspected
from storage.actors import Actor, system_actor
from storage.db import Books
from storage.errors import BotError, Conflict, NotAllowed, NotFound
from storage.queries import contacts as queries
from storage.queries.conversations import latest_of_contact
from storage.queries.people import Chat, contact
from storage.queue import outbox, sending
from storage.queue.arrivals import Arrival, Sender, accept
from storage.queue.outbox import Outgoing
from storage.rules.addresses import Address
from storage.scope import Scope
from storage.tables.authority import audit
from storage.tables.people import addresses, contacts
from storage.tables.runtime import inbox
from storage.tx import Tx
from tests.storage.conftest import WHATSAPP, Hands, new_contact, owner, staff

MAIN = Scope("main")


def addressed(books: Books, who: str) -> list[Address]:
    return list(books.read(lambda tx: queries.addresses_of(tx, MAIN, who)))


def named(books: Books, said: str, phone: str | None = None) -> str:
    return books.read(lambda tx: queries.named(tx, MAIN, said, phone).id)


def heard(books: Books, who: Actor, chat: str, account: str = WHATSAPP) -> None:
    lane = f"contact:main:{who.id}"
    at = Chat(account, chat)

    def turn(tx: Tx) -> None:
        talks.open_conversation(tx, MAIN, lane, contact=who.id, chat=at)
        talks.keep_turn(tx, MAIN, lane, chat=at, flow="ordering", state={"a": 1}, flow_epoch=1)

    books.write(turn)


def answered_at(books: Books, who: str) -> str:
    talk = books.read(lambda tx: latest_of_contact(tx, MAIN, who))
    assert talk is not None
    return talk.chat.recipient


def test_addresses_have_one_spelling(books: Books) -> None:
    first = books.write(lambda tx: actions.contacts_of(tx, MAIN, [((("phone", "+91 98000-00001"),), "Asha")]))
    again = books.write(lambda tx: actions.contacts_of(tx, MAIN, [((("phone", "0091 9800000001"),), "Asha")]))
    assert first == again
    assert addressed(books, first[0]) == [("phone", "+919800000001")]


def test_addresses_of_two_contacts_merge_nobody_and_are_told_once(books: Books) -> None:
    asha, binod = new_contact(books, "main", "+911"), new_contact(books, "main", "+912")
    both = Sender((("phone", "+911"), ("phone", "+912"), ("bsuid", "IN.new")))
    for event in ("a", "b"):
        books.write(lambda tx, event=event: accept(tx, [Arrival(WHATSAPP, event, "text", "+911", {}, both)]))
    rows = books.read(lambda tx: tx.execute(select(inbox).order_by(inbox.c.id)).all())
    assert [(row.kind, row.contact_id, row.lane) for row in rows] == [
        ("text", asha.id, f"contact:main:{asha.id}"),
        ("job", None, "house:main"),
        ("text", asha.id, f"contact:main:{asha.id}"),
    ]
    assert rows[1].payload == {"kind": "twins", "value": {"surest": asha.id, "other": binod.id}}
    assert addressed(books, asha.id) == [("phone", "+911"), ("bsuid", "IN.new")]
    assert addressed(books, binod.id) == [("phone", "+912")]


def test_a_suspicion_is_told_once_in_either_order_and_never_of_merged_ones(books: Books) -> None:
    asha, binod, chand = (new_contact(books, "main", f"+91{n}") for n in (1, 2, 3))

    def told(one: Actor, other: Actor) -> list[object]:
        def work(tx: Tx) -> list[object]:
            actions.suspect(tx, one.id, other.id, system_actor(MAIN))
            return tx.happened

        return books.write(work)

    assert told(asha, binod) == [Suspected(asha.id, binod.id)]
    assert told(asha, binod) == told(binod, asha) == []
    books.write(lambda tx: merges.merge(tx, asha.id, chand.id, owner()))
    assert told(asha, chand) == told(chand, binod) == []


def test_a_new_number_takes_the_talk_along_and_frees_the_old(books: Books) -> None:
    asha = new_contact(books, "main", "+911")
    heard(books, asha, "+911")
    books.write(lambda tx: outbox.put(tx, "main", [Outgoing(WHATSAPP, "+911", {"text": "news"})]))
    old, new = (("phone", "+911"), ("bsuid", "IN.1")), (("phone", "+912"), ("bsuid", "IN.2"))

    def work(tx: Tx) -> list[object]:
        actions.move_addresses(tx, asha.id, old, new, asha)
        return tx.happened

    assert books.write(work) == [AddressMoved(asha.id, (("phone", "+911"),), new)]
    assert addressed(books, asha.id) == list(new)
    assert answered_at(books, asha.id) == "+912"
    assert [due.recipient for due in books.write(lambda tx: sending.claim(tx, "me", 10, {}))] == ["+912"]
    assert new_contact(books, "main", "+911").id != asha.id
    rows = books.read(lambda tx: tx.execute(MAIN.select(audit)).all())
    assert [(row.action, row.object) for row in rows] == [("move address", asha.id)]
    assert books.write(work) == []


def test_nobody_moves_anothers_address(books: Books) -> None:
    asha, binod = new_contact(books, "main", "+911"), new_contact(books, "main", "+912")
    with pytest.raises(NotAllowed):
        books.write(lambda tx: actions.move_addresses(tx, asha.id, [("phone", "+911")], [("phone", "+913")], binod))
    books.write(lambda tx: actions.move_addresses(tx, binod.id, [("phone", "+911")], [("phone", "+913")], binod))
    assert addressed(books, asha.id) == [("phone", "+911")]
    assert addressed(books, binod.id) == [("phone", "+912"), ("phone", "+913")]


def test_a_contact_is_named_by_phone_name_id_or_order(books: Books) -> None:
    asha = new_contact(books, "main", "+919800000001")
    assert named(books, asha.id) == named(books, "asha") == named(books, "+919800000001") == asha.id
    assert named(books, "98000 00001", "+919800000001") == asha.id
    new_contact(books, "main", "+919800000002")
    with pytest.raises(BotError, match="fits several contacts: Asha \\+919800000001, Asha \\+919800000002"):
        named(books, "Asha")
    for nobody in ("#101", "#", "", "101", "Nobody", "#" + "9" * 40):
        with pytest.raises(NotFound):
            named(books, nobody)


def test_contacts_of_two_workspaces_never_meet(books: Books) -> None:
    here, there = new_contact(books, "main", "+911"), new_contact(books, "other", "+912")
    for one, other in ((here, there), (there, here)):
        with pytest.raises(NotFound):
            books.write(lambda tx, one=one, other=other: merges.merge(tx, one.id, other.id, owner()))
    with pytest.raises(NotFound):
        named(books, there.id)
    second = new_contact(books, "other", "+913")
    done = books.write(lambda tx: merges.merge(tx, there.id, second.id, owner("other")))
    with pytest.raises(NotFound):
        books.write(lambda tx: merges.unmerge(tx, done.id, owner("main")))


def test_merging_needs_authority(books: Books) -> None:
    asha, binod = new_contact(books, "main", "+911"), new_contact(books, "main", "+912")
    for actor in (staff(), asha):
        with pytest.raises(NotAllowed):
            books.write(lambda tx, actor=actor: merges.merge(tx, asha.id, binod.id, actor))
    done = books.write(lambda tx: merges.merge(tx, asha.id, binod.id, owner()))
    with pytest.raises(NotAllowed):
        books.write(lambda tx: merges.unmerge(tx, done.id, staff()))
    rows = books.read(lambda tx: tx.execute(MAIN.select(audit)).all())
    assert [(row.action, row.object, row.actor_name) for row in rows] == [("merge contacts", asha.id, "Meera")]


def test_a_message_after_a_merge_is_the_kept_contacts_and_one_before_is_handled_as_theirs(books: Books) -> None:
    asha, binod = new_contact(books, "main", "+911"), new_contact(books, "main", "+912")
    books.write(lambda tx: merges.merge(tx, asha.id, binod.id, owner()))
    sender = Sender((("phone", "+912"), ("bsuid", "IN.2")))
    books.write(lambda tx: accept(tx, [Arrival(WHATSAPP, "a", "text", "+912", {}, sender)]))
    row = books.read(lambda tx: tx.execute(select(inbox)).one())
    assert (row.lane, row.contact_id) == (f"contact:main:{asha.id}", asha.id)
    assert books.read(lambda tx: contact(tx, MAIN, binod.id)).id == asha.id


def test_merges_are_parted_in_turn(books: Books) -> None:
    asha, binod, chand = (new_contact(books, "main", f"+91{n}") for n in (1, 2, 3))
    first = books.write(lambda tx: merges.merge(tx, binod.id, chand.id, owner()))
    second = books.write(lambda tx: merges.merge(tx, asha.id, chand.id, owner()))
    assert (second.kept, second.merged) == (asha.id, binod.id)
    with pytest.raises(Conflict, match=f"First: /unmerge {second.id}"):
        books.write(lambda tx: merges.unmerge(tx, first.id, owner()))
    books.write(lambda tx: merges.unmerge(tx, second.id, owner()))
    books.write(lambda tx: merges.unmerge(tx, first.id, owner()))
    assert [addressed(books, each.id) for each in (asha, binod, chand)] == [[("phone", f"+91{n}")] for n in (1, 2, 3)]
    with pytest.raises(Conflict, match="undone already"):
        books.write(lambda tx: merges.unmerge(tx, first.id, owner()))


def test_parting_names_whose_address_it_is_now(books: Books) -> None:
    asha, binod = new_contact(books, "main", "+911"), new_contact(books, "main", "+912")
    done = books.write(lambda tx: merges.merge(tx, asha.id, binod.id, owner()))
    books.write(lambda tx: actions.move_addresses(tx, asha.id, [("phone", "+912")], [("phone", "+915")], asha))
    with pytest.raises(Conflict, match="\\+912 came with this merge and has been given up since"):
        books.write(lambda tx: merges.unmerge(tx, done.id, owner()))
    new_contact(books, "main", "+912")
    with pytest.raises(Conflict, match="\\+912 came with this merge and belongs to Asha now"):
        books.write(lambda tx: merges.unmerge(tx, done.id, owner()))


def test_blanks_are_filled_and_emptied_again(books: Books) -> None:
    nameless = books.write(lambda tx: actions.contacts_of(tx, MAIN, [((("phone", "+911"),), "")]))[0]
    asha = new_contact(books, "main", "+912")
    books.write(lambda tx: actions.change_contact(tx, asha.id, {"language": "hi", "last_address": {"a": 1}}, asha))
    done = books.write(lambda tx: merges.merge(tx, nameless, asha.id, owner()))
    kept = books.read(lambda tx: contact(tx, MAIN, nameless))
    assert (kept.name, kept.language, kept.last_address) == ("Asha", "hi", {"a": 1})
    books.write(lambda tx: merges.unmerge(tx, done.id, owner()))
    kept = books.read(lambda tx: contact(tx, MAIN, nameless))
    assert (kept.name, kept.language, kept.last_address) == ("", None, None)


def test_after_parting_nobody_is_answered_in_the_others_chat(books: Books, hands: Hands) -> None:
    asha, binod = new_contact(books, "main", "+911"), new_contact(books, "main", "+912")
    heard(books, asha, "+911")
    hands.moves(minutes=1)
    heard(books, binod, "+912")
    done = books.write(lambda tx: merges.merge(tx, asha.id, binod.id, owner()))
    assert answered_at(books, asha.id) == "+912"
    hands.moves(minutes=1)
    heard(books, asha, "+912")  # the lane of the kept contact, written to from the merged one's phone
    books.write(lambda tx: merges.unmerge(tx, done.id, owner()))
    assert (answered_at(books, asha.id), answered_at(books, binod.id)) == ("+911", "+912")
    talk = books.read(lambda tx: latest_of_contact(tx, MAIN, asha.id))
    assert talk is not None
    assert (talk.flow, talk.state) == (None, {})


def _merge(own: Books, one: str, other: str, refused: list[BaseException]) -> None:
    writer = PostgresWriter(own, connections=1)
    try:
        writer.attempt(lambda tx: merges.merge(tx, one, other, owner()))
    except BaseException as error:
        refused.append(error)
    finally:
        writer.close()


def test_merges_at_once_close_no_circle(books: Books, open_books: Callable[[], Books]) -> None:
    """A into B, B into C, C into A, all at the same moment: somebody waits, or is told to look again."""
    for turn in range(6):
        people = [new_contact(books, "main", f"+91{turn}{n}").id for n in range(3)]
        refused: list[BaseException] = []
        pairs = zip(people, [*people[1:], people[0]], strict=True)
        threads = [threading.Thread(target=_merge, args=(open_books(), *pair, refused)) for pair in pairs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert all(isinstance(error, Conflict) for error in refused), refused
        roots = {books.read(lambda tx, who=who: contact(tx, MAIN, who).id) for who in people}
        assert len(roots) == len(refused) or len(roots) == 1


def test_arrivals_beside_merges_always_lead_to_a_live_contact(books: Books, open_books: Callable[[], Books]) -> None:
    asha, binod = new_contact(books, "main", "+911"), new_contact(books, "main", "+912")
    failures: list[BaseException] = []

    def run(work: Callable[[Tx, int], Any]) -> None:
        own = open_books()
        writer = PostgresWriter(own, connections=1)
        try:
            for n in range(15):
                writer.attempt(lambda tx, n=n: work(tx, n))
        except BaseException as error:
            failures.append(error)
        finally:
            writer.close()

    def arrive(tx: Tx, n: int) -> None:
        sender = Sender((("phone", "+912"), ("bsuid", f"IN.{n}")))
        accept(tx, [Arrival(WHATSAPP, f"{n}", "text", "+912", {}, sender)])

    def merge_and_part(tx: Tx, n: int) -> None:
        standing = queries.standing_merges(tx, MAIN)
        if standing:
            merges.unmerge(tx, standing[0].id, owner())
        else:
            merges.merge(tx, asha.id, binod.id, owner())

    threads = [threading.Thread(target=run, args=(work,)) for work in (arrive, merge_and_part)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures, failures
    found = books.read(lambda tx: tx.execute(MAIN.select(addresses)).all())
    assert len(found) == 17
    live = books.read(lambda tx: tx.execute(MAIN.select(contacts, contacts.c.id)).scalars().all())
    assert {books.read(lambda tx, row=row: contact(tx, MAIN, row.contact_id)).id for row in found} <= set(live)
