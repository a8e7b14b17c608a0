"""Erasing a contact by command, and what follows from it."""

from collections.abc import Iterator

from flows.engine import Outcome
from flows.messages import Reply, Tell
from flows.turn import Turn
from handlers.commands.contacts import described, named, version_of
from handlers.marks import Question, command, on
from handlers.order_cards import card, slot
from handlers.parameters import Rest
from handlers.registry import View
from storage.actions import erasure
from storage.actions.erasure import ContactErased
from storage.queries.deliveries import standing_slots
from storage.queries.orders import order
from storage.rules.permissions import Permission


def _ask(turn: Turn, contact: str) -> Question:
    found = named(turn, contact)
    text = turn.say(
        "Shall I erase {name}? Their name, addresses, messages and files go for good; orders stay as figures. Nothing brings them back.",
        name=described(turn, found),
    )
    return Question(text, version=version_of(turn, found))


@command(
    "erase",
    permission=Permission.CONTACTS_ERASE,
    route="DELETE /contacts/{contact}",
    example="/erase 9800000001",
    asks=_ask,
    heavy=True,
)
def erase(turn: Turn, contact: Rest) -> View:
    """Erase a customer for good, by phone, name, id or order: all that is personal goes, the figures stay."""
    done = erasure.erase(turn.tx, named(turn, contact).id, turn.actor)
    text = turn.say(
        "Erased: {messages} messages, {files} files, and all that was personal in {orders} orders. Backups that were made before still hold it.",
        messages=done.message_count,
        files=done.file_count,
        orders=done.order_count,
    )
    return View(Reply(text), {"messages": done.message_count, "files": done.file_count, "orders": done.order_count})


@on(ContactErased)
def forget_on_cards(turn: Turn, erased: ContactErased) -> Iterator[Outcome]:
    """The cards that still stand in staff chats are shown anew, without a name."""
    found = [order(turn.tx, turn.scope, number) for number in erased.numbers]
    standing = standing_slots(turn.tx, turn.scope, [slot(each) for each in found])
    for each in found:
        if slot(each) in standing:
            shown = card(each, turn.workspace.language, turn.workspace.zone)
            yield Tell("admins", shown)
            yield Tell("owners", shown)
