"""Settings in the books: who may change them, and that no order passes by them, whoever writes it."""

import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from storage.actions import orders
from storage.actions.settings import Change, change_setting
from storage.actors import Actor
from storage.db import Books
from storage.errors import BadInput, Conflict, NotAllowed, NotFound
from storage.queries.orders import Order, number_of, order
from storage.queries.people import workspace
from storage.rules.catalogue import Line
from storage.rules.orders import Fulfilment, Wish
from storage.rules.permissions import Role
from storage.scope import Scope
from storage.tables.authority import audit
from storage.tables.orders import series
from tests.storage.conftest import GOODS, new_contact, owner, shop_of, staff

DELIVERY = Wish(Fulfilment.DELIVERY, address="12 MG Road 560001")


def _change(books: Books, key: str, words: str, actor: Actor | None = None) -> Change:
    return books.write(lambda tx: change_setting(tx, key, words, actor or owner()))


def _place(books: Books, asha: Actor, wish: Wish = DELIVERY, quantity: int = 2) -> Order:
    lines = [Line("chai", Decimal(quantity))]
    return books.write(
        lambda tx: orders.place(tx, shop_of(tx, asha), GOODS, lines, wish, contact=asha.id, source="t", actor=asha)
    )


def test_a_change_is_kept_audited_and_nobody_elses(books: Books) -> None:
    _change(books, "delivery.fee", "30")
    done = _change(books, "delivery.fee", "₹1,250.50")
    assert (done.was, done.now, done.undo) == ("30", "1250.5", "30")
    _change(books, "hours", "daily 9-17")
    found = books.read(lambda tx: workspace(tx, Scope("main")))
    assert found.settings.delivery.fee == Decimal("1250.5")
    assert found.settings.hours.week is not None
    assert books.read(lambda tx: workspace(tx, Scope("other"))).settings.delivery.fee is None
    noted = books.read(lambda tx: tx.execute(select(audit).order_by(audit.c.id)).all())
    assert [(each.workspace_id, each.object, each.detail) for each in noted][:2] == [
        ("main", "delivery.fee", {"was": "none", "now": "30"}),
        ("main", "delivery.fee", {"was": "30", "now": "1250.5"}),
    ]
    _change(books, "delivery.fee", "default")
    assert books.read(lambda tx: workspace(tx, Scope("main"))).settings.delivery.fee is None


def test_two_who_change_settings_at_once_lose_none(open_books: Callable[[], Books]) -> None:
    keys = ("delivery.fee", "minimum", "delivery.free_above")

    def change(key: str) -> None:
        mine = open_books()
        for amount in range(1, 9):
            mine.write(lambda tx, amount=amount: change_setting(tx, key, str(amount), owner()))

    threads = [threading.Thread(target=change, args=(key,)) for key in keys]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    found = open_books().read(lambda tx: workspace(tx, Scope("main"))).settings
    assert (found.delivery.fee, found.orders.minimum, found.delivery.free_above) == (8, 8, 8)


def test_columns_of_the_workspace_are_settings_too(books: Books) -> None:
    assert _change(books, "timezone", "europe/berlin").undo == "Asia/Kolkata"
    assert books.read(lambda tx: workspace(tx, Scope("main"))).timezone == "Europe/Berlin"
    for key in ("timezone", "name", "currency", "language"):  # as founded, which nobody wrote down
        with pytest.raises(BadInput, match="expected"):
            _change(books, key, "Default")


def test_of_two_owners_one_keeps_a_way_for_orders_to_come(open_books: Callable[[], Books]) -> None:
    """Delivery off and pickup off at once: whoever comes second is refused."""
    refused = []

    def off(key: str) -> None:
        try:
            _change(open_books(), key, "off")
        except Conflict as error:
            refused.append(str(error))

    threads = [threading.Thread(target=off, args=(key,)) for key in ("delivery", "pickup")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    found = open_books().read(lambda tx: workspace(tx, Scope("main"))).settings.delivery
    assert (len(refused), found.offered + found.pickup) == (1, 1)


@pytest.mark.parametrize(
    ("role", "may"), [(Role.STAFF, set()), (Role.ADMIN, {"hours"}), (Role.OWNER, {"hours", "tax"})]
)
def test_each_role_changes_what_is_its_own(books: Books, role: Role, may: set[str]) -> None:
    actor = Actor(Scope("main"), "member", "m", role, "M")
    for key, words in (("hours", "always"), ("tax", "GST 5 added")):
        if key in may:
            _change(books, key, words, actor)
        else:
            with pytest.raises(NotAllowed):
                _change(books, key, words, actor)


def test_what_does_not_fit_changes_nothing(books: Books) -> None:
    for key, words, error in (
        ("tax", "GST", BadInput),
        ("colour", "red", NotFound),
        ("minimum", "1" + "," * 8_000, BadInput),
        ("currency", "USD", Conflict),
    ):
        with pytest.raises(error):
            _change(books, key, words)
    assert books.read(lambda tx: tx.execute(select(audit)).all()) == []


@pytest.mark.parametrize(
    ("settings", "wish", "told"),
    [
        ({"hours": "daily 3:00-3:01", "hours.outside": "refuse"}, DELIVERY, "closed now"),
        ({"delivery": "off"}, DELIVERY, "do not deliver;"),
        ({"pickup": "off"}, Wish(Fulfilment.PICKUP), "only deliver"),
        ({"minimum": "30.01"}, DELIVERY, "less than the least"),
        ({"delivery.pins": "560002"}, DELIVERY, "do not deliver there"),
        ({"location": "12,77", "delivery.radius": "5 km"}, DELIVERY, "send your location"),
        (
            {"location": "12,77", "delivery.radius": "5 km"},
            Wish(Fulfilment.DELIVERY, "", 13.0, 77.0),
            "not deliver there",
        ),
    ],
)
def test_no_order_passes_by_the_settings_and_a_refusal_takes_no_number(
    books: Books, settings: dict[str, str], wish: Wish, told: str
) -> None:
    asha = new_contact(books, "main", "+911")
    for key, words in settings.items():
        _change(books, key, words)
    with pytest.raises(Conflict, match=told):
        _place(books, asha, wish)
    assert books.read(lambda tx: tx.execute(select(series)).all()) == []


def test_the_action_computes_what_is_to_be_paid(books: Books) -> None:
    asha = new_contact(books, "main", "+911")
    for key, words in (("delivery.fee", "30"), ("tax", "CGST 2.5, SGST 2.5 added"), ("number_format", "T-{number}")):
        _change(books, key, words)
    placed = _place(books, asha)
    assert (placed.goods, [each.amount for each in placed.charges], placed.total) == (3000, [3000, 150, 150], 6300)
    assert (placed.label, books.read(lambda tx: number_of(tx, asha.scope, "t-101"))) == ("T-101", 101)
    assert _place(books, asha, Wish(Fulfilment.PICKUP)).total == 3150
    _change(books, "tax", "none")
    assert books.read(lambda tx: order(tx, asha.scope, 101)).total == 6300


def test_an_order_is_placed_on_the_terms_of_its_own_shop_only(books: Books) -> None:
    asha = new_contact(books, "main", "+911")

    def work(tx: Any) -> Order:
        strange = workspace(tx, Scope("other"))
        return orders.place(tx, strange, GOODS, [Line("chai")], DELIVERY, contact=asha.id, source="t", actor=asha)

    with pytest.raises(ValueError, match="on the terms of other"):
        books.write(work)


def test_an_order_from_before_there_were_labels_is_known_by_its_number(books: Books) -> None:
    asha = new_contact(books, "main", "+911")
    placed = _place(books, asha)
    assert placed.label == "#101"
    for said in (101, "#101"):
        assert books.read(lambda tx, said=said: number_of(tx, asha.scope, said)) == 101
    with pytest.raises(NotFound, match="There is no order T-101"):
        books.read(lambda tx: number_of(tx, staff().scope, "T-101"))
