"""What waits for somebody's word: once, in time, by the one who was asked and where they were asked."""

import pytest

from storage.actions import pledges
from storage.actors import Actor
from storage.db import Books
from storage.errors import Conflict, NotAllowed, NotFound
from tests.storage.conftest import Hands, owner, staff

CHAT = "-100"


def asked(books: Books, kind: str, by: Actor) -> str:
    return books.write(
        lambda tx: pledges.make(tx, kind, "remove", {"member": "2"}, version="2:staff", chat=CHAT, actor=by)  # type: ignore[arg-type]
    )


def taken(books: Books, pledge: str, by: Actor, kind: str = "confirm", chat: str = CHAT) -> pledges.Pledge:
    return books.write(lambda tx: pledges.take(tx, pledge, kind=kind, chat=chat, actor=by))


def test_what_was_stored_is_what_runs_once(books: Books) -> None:
    pledge = asked(books, "confirm", owner())
    assert taken(books, pledge, owner()) == pledges.Pledge("confirm", "remove", {"member": "2"}, "2:staff")
    with pytest.raises(Conflict, match="used or too late"):
        taken(books, pledge, owner())


@pytest.mark.parametrize(("kind", "minutes"), [("confirm", 5), ("undo", 1)])
def test_a_word_comes_in_time_or_not_at_all(books: Books, hands: Hands, kind: str, minutes: int) -> None:
    early, late = asked(books, kind, owner()), asked(books, kind, owner())
    hands.moves(minutes=minutes, milliseconds=-1)
    taken(books, early, owner(), kind)
    hands.moves(milliseconds=1)
    with pytest.raises(Conflict, match="used or too late"):
        taken(books, late, owner(), kind)


def test_nobody_else_nowhere_else_and_not_as_something_else(books: Books) -> None:
    pledge = asked(books, "confirm", owner())
    with pytest.raises(NotAllowed, match="Only the person who was asked"):
        taken(books, pledge, staff())
    with pytest.raises(NotAllowed, match="in the same chat"):
        taken(books, pledge, owner(), chat="-200")
    with pytest.raises(NotFound):
        taken(books, pledge, owner(), kind="undo")
    with pytest.raises(NotFound):
        taken(books, pledge, owner("other"))
    taken(books, pledge, owner())
