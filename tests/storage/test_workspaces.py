"""Shops in the books: who lets one in, who closes it, and what names and haste cannot do."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import select

from storage.actions import conversations, quotas
from storage.actions import workspaces as actions
from storage.actions.people import add_member
from storage.actions.workspaces import Person
from storage.actors import Actor, system_actor
from storage.db import Books
from storage.errors import BadInput, Conflict, NotAllowed, NotFound
from storage.queries import limits
from storage.queries.people import Chat
from storage.queries.workspaces import Place, place_named, places_of
from storage.rules.permissions import Role
from storage.rules.workspaces import FOLLOWS, House, State
from storage.scope import Scope
from storage.tables.people import visits, workspaces
from storage.tx import Tx
from tests.storage.conftest import TELEGRAM, Hands, new_contact

HOUSE = House(opens="anybody", most=6)
OPERATOR = Actor(Scope("main"), "member", "boss", Role.OWNER, "Meera", operates=True)


def _ask(books: Books, person: str, name: str = "Ravi Sweets", house: House = HOUSE) -> str:
    stranger = Actor(Scope("main"), "contact", person, Role.CUSTOMER, "")
    return books.write(lambda tx: actions.ask_for(tx, name, Person(person, f"P{person}"), house, stranger))


def _states(books: Books) -> dict[str, str]:
    return books.read(lambda tx: {row.id: row.state for row in tx.execute(select(workspaces))})


def _owner_of(shop: str) -> Actor:
    return Actor(Scope(shop), "member", "owner", Role.OWNER, "Owner")


def test_two_who_open_shops_of_one_name_at_once_get_one_each(open_books: Callable[[], Books]) -> None:
    """Not one shop with two owners."""
    people = [str(number) for number in range(9_000, 9_004)]
    made: dict[str, str] = {}
    together = threading.Barrier(len(people))

    def opens(person: str) -> None:
        mine = open_books()
        together.wait()
        made[person] = _ask(mine, person)

    threads = [threading.Thread(target=opens, args=(person,)) for person in people]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(set(made.values())) == len(people)
    books = open_books()
    for person, shop in made.items():
        assert [each.id for each in books.read(lambda tx, who=person: places_of(tx, who))] == [shop]


def test_the_last_room_is_given_once(open_books: Callable[[], Books]) -> None:
    small, refused = House(opens="anybody", most=1), []
    together = threading.Barrier(2)

    def opens(person: str) -> None:
        mine = open_books()
        together.wait()
        try:
            _ask(mine, person, f"Shop {person}", small)
        except Conflict as error:
            refused.append(str(error))

    threads = [threading.Thread(target=opens, args=(person,)) for person in ("9001", "9002")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (len(refused), len(_states(open_books()))) == (1, 3)


def test_conversations_that_begin_at_once_see_each_other(open_books: Callable[[], Books]) -> None:
    """So that the last one that a plan allows is begun once."""
    together, scope = threading.Barrier(4), Scope("main")
    seen: list[int] = []

    def begins(number: int) -> None:
        mine = open_books()
        contact = new_contact(mine, "main", f"91980000000{number}").id
        together.wait()

        def unit(tx: Tx) -> int:
            quotas.hold(tx, scope, "opening")
            open_ = limits.open_conversations(tx, scope)
            lane = f"contact:main:{contact}"
            conversations.open_conversation(tx, scope, lane, contact=contact, chat=Chat(TELEGRAM, str(number)))
            return open_

        seen.append(mine.write(unit))

    threads = [threading.Thread(target=begins, args=(number,)) for number in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(seen) == [0, 1, 2, 3]


def test_those_that_wait_take_no_room_of_those_that_are_open(books: Books) -> None:
    small = House(opens="anybody", most=len(_states(books)))
    asked = _ask(books, "9001", "Asked for", small)
    with pytest.raises(Conflict, match="all of it is taken"):
        books.write(lambda tx: actions.decide(tx, asked, State.ACTIVE, small, OPERATOR))
    larger = House(opens="anybody", most=small.most + 1)
    books.write(lambda tx: actions.decide(tx, asked, State.ACTIVE, larger, OPERATOR))
    assert _states(books)[asked] == State.ACTIVE


def test_who_was_refused_asks_again_the_next_day(books: Books, hands: Hands) -> None:
    first = _ask(books, "9001")
    books.write(lambda tx: actions.decide(tx, first, State.REJECTED, HOUSE, OPERATOR, "no"))
    with pytest.raises(Conflict, match="tomorrow"):
        _ask(books, "9001", "Another")
    hands.moves(days=1, seconds=1)
    assert _ask(books, "9001", "Another") == "another"


@pytest.mark.parametrize("old", State)
def test_operators_let_in_and_owners_close_and_neither_does_the_others(books: Books, old: State) -> None:
    """Whatever a handler looked at before: the action itself asks whose word it is."""

    def puts(state: State) -> None:
        chosen = workspaces.update().where(workspaces.c.id == "other").values(state=state.value)
        books.write(lambda tx: tx.execute(chosen))

    said = {
        State.ACTIVE: lambda tx: actions.decide(tx, "other", State.ACTIVE, HOUSE, OPERATOR),
        State.REJECTED: lambda tx: actions.decide(tx, "other", State.REJECTED, HOUSE, OPERATOR, "no"),
    }
    done = {
        State.ACTIVE: lambda tx: actions.reopen(tx, HOUSE, _owner_of("other")),
        State.ARCHIVED: lambda tx: actions.archive(tx, HOUSE, _owner_of("other")),
    }
    may = {"decide": said, "close": done}
    for by, ways in may.items():
        for new, way in ways.items():
            puts(old)
            allowed = by in str(FOLLOWS.get((old, new), ""))
            if allowed:
                books.write(way)
            else:
                with pytest.raises(Conflict, match=f"is {old} already"):
                    books.write(way)
            assert _states(books)["other"] == (new if allowed else old)


@pytest.mark.parametrize(
    ("said", "name", "shop"),
    [
        ("<b>Ravi</b> *Sweets*", "<b>Ravi</b> *Sweets*", "b-ravi-b-sweets"),
        ("\u202eRavi\u2066\nSweets\t\x00", "Ravi Sweets", "ravi-sweets"),
        ("रवि मिठाई", "रवि मिठाई", "shop"),
        ("12345", "12345", "shop-12345"),
        ("AB", "AB", "shop-ab"),
        ("List", "List", "shop-list"),
        ("Ravi " * 2_000, "Ravi " * 11 + "Ravi", "ravi-ravi-ravi-ravi-ravi-r"),
        ("main", "main", "main-2"),
    ],
)
def test_whatever_a_shop_is_called_it_has_one_line_and_an_id_of_its_own(
    books: Books, said: str, name: str, shop: str
) -> None:
    assert _ask(books, "9001", said) == shop
    assert [each.name for each in books.read(lambda tx: places_of(tx, "9001"))] == [name]


@pytest.mark.parametrize("said", ["", " ", "…", "\u202e\u200d", "🍛"])
def test_a_shop_without_a_name_is_none(books: Books, said: str) -> None:
    with pytest.raises(BadInput, match="Write the name"):
        _ask(books, "9001", said)


def test_a_shop_that_is_called_by_anothers_id_does_not_stand_in_its_way() -> None:
    first, second = (Place(*each, State.ACTIVE, Role.OWNER) for each in (("main", "Annapurna"), ("main-2", "Main")))
    for said, meant in (("main", first), ("annap", first), ("Main-2", second)):
        assert place_named([first, second], said) is meant
    with pytest.raises(NotFound):
        place_named([first, second], "")


def test_nobody_switches_to_a_shop_where_they_do_not_work(books: Books) -> None:
    boss = system_actor(Scope("other"))
    books.write(lambda tx: add_member(tx, name="R", role=Role.STAFF, telegram_id="9001", actor=boss))
    for person, shop in (("9001", "main"), ("", "main"), ("", "other"), ("9001", "nowhere")):
        with pytest.raises(NotAllowed):
            books.write(lambda tx, who=person, to=shop: actions.switch(tx, TELEGRAM, who, to, "lane"))
    books.write(lambda tx: actions.switch(tx, TELEGRAM, "9001", "other", "lane"))
    assert books.read(lambda tx: tx.execute(select(visits.c.person, visits.c.workspace_id)).all()) == [
        ("9001", "other")
    ]


def test_whose_only_shop_waits_opens_no_other_one(books: Books) -> None:
    """They own it, and what they own is not let in."""
    asked = _ask(books, "9001")
    me = Person("9001", "P9001")
    with pytest.raises(NotAllowed, match="Only those who own a shop here"):
        books.write(lambda tx: actions.open_another(tx, "Mine Too", me, HOUSE, _owner_of(asked)))
    books.write(lambda tx: actions.decide(tx, asked, State.ACTIVE, HOUSE, OPERATOR))
    assert books.write(lambda tx: actions.open_another(tx, "Mine Too", me, HOUSE, _owner_of(asked))) == "mine-too"
