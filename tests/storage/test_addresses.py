"""All that somebody is called by is one set, and leads to one contact of a workspace."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from storage.actions import contacts as actions
from storage.actions import people
from storage.db import Books
from storage.queries.contacts import addresses_of
from storage.queue.arrivals import Arrival, Sender, accept
from storage.scope import Scope
from storage.tables.people import addresses
from storage.tables.runtime import inbox
from tests.storage.conftest import WHATSAPP

MAIN = Scope("main")


def test_one_set_of_all_kinds_leads_to_one_contact_in_its_own_workspace(books: Books) -> None:
    owned = (("phone", "+911"), ("bsuid", "IN.a"), ("lid", "123:4@lid"), ("telegram", "42"), ("email", "A@B.in"))
    asha = books.write(lambda tx: actions.contacts_of(tx, MAIN, [(owned, "Asha")]))[0]
    for kind, value in (*owned, ("lid", "123"), ("email", " a@b.IN")):
        found = books.write(lambda tx, one=(kind, value): actions.contacts_of(tx, MAIN, [((one,), "X")]))
        assert found == [asha], kind
    for stranger in (("telegram", "+911"), ("bsuid", "in.A"), ("email", "42"), ("lid", "1234")):
        found = books.write(lambda tx, one=stranger: actions.contacts_of(tx, MAIN, [((one,), "X")]))
        assert found != [asha], stranger
    there = books.write(lambda tx: actions.contacts_of(tx, Scope("other"), [((("phone", "+911"),), "X")]))
    assert there != [asha]
    with pytest.raises(IntegrityError):
        books.write(lambda tx: tx.execute(MAIN.insert(addresses, kind="phone", value="+911", contact_id=asha)))


def test_one_phone_on_two_channels_is_one_contact_in_one_lane(books: Books) -> None:
    books.write(lambda tx: people.open_account(tx, "gateway:1", "gateway", "main"))
    cloud = Arrival(WHATSAPP, "a", "text", "+911", {}, Sender((("phone", "+911"), ("bsuid", "IN.a")), "Asha"))
    web = Arrival("gateway:1", "b", "text", "123@lid", {}, Sender((("phone", "00911"), ("lid", "123@lid")), "Asha"))
    for arrival in (cloud, web):
        books.write(lambda tx, arrival=arrival: accept(tx, [arrival]))
    rows = books.read(lambda tx: tx.execute(select(inbox).order_by(inbox.c.id)).all())
    assert len({(row.lane, row.contact_id) for row in rows}) == 1
    found = books.read(lambda tx: addresses_of(tx, MAIN, rows[0].contact_id))
    assert found == (("phone", "+911"), ("bsuid", "IN.a"), ("lid", "123"))
