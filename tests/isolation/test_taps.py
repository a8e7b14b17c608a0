"""A tapped button acts in the shop that sent it, whatever the books know, or do not know any more, of its message."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import delete, select, update

from storage.actions import people
from storage.actors import system_actor
from storage.queue.arrivals import STRAY
from storage.rules.workspaces import mark_of
from storage.scope import Scope
from storage.tables.runtime import inbox
from storage.tables.sending import outbox
from tests.harness import GROUP, OWNER, Chat, Shop, on_both
from tests.isolation.neighbours import GUEST, SWEETS, bot_of, person, statuses, stock
from tests.people import orders_chai

pytestmark = pytest.mark.usefixtures("watched")


async def _unnoted(shop: Shop) -> None:
    """As it stands between the moment at which a platform has taken a message and the one at which the books know of it,
    and for good where a process ended in between: what has gone out has no name yet."""
    await shop.settles()
    nameless = update(outbox).values(provider_id=None, status="unknown", claimed_at=None)
    await shop.app.writer.run(lambda tx: tx.execute(nameless))


async def _forgotten(shop: Shop) -> None:
    """As it stands when the messages are older than what is kept of them."""
    await shop.settles()
    await shop.app.writer.run(lambda tx: tx.execute(delete(outbox)))


@pytest.mark.parametrize("as_if", [_unnoted, _forgotten])
@on_both
async def test_a_tap_acts_in_the_shop_of_its_card_whatever_the_books_know_of_the_message(
    two: Shop, as_if: Callable[[Shop], Awaitable[None]]
) -> None:
    """The owner talks about Annapurna, and both shops have an order 101."""
    bot = bot_of(two)
    owner, guest = two.owner(), person(two, GUEST)
    await orders_chai(two.customer())
    await two.member().expects("#101")
    await stock(two)
    await guest.says(f"/start shop-{SWEETS}")
    await guest.expects("Welcome to Meera Sweets!")
    await orders_chai(guest)
    await owner.expects("Meera Sweets", "#101")
    await as_if(two)
    await owner.taps("Confirm")
    await guest.expects("the shop has confirmed your order #101")
    assert (statuses(two), statuses(two, SWEETS)) == (["pending"], ["confirmed"])
    await two.app.writer.run(lambda tx: people.unbind_group(tx, Scope("main"), account=bot, chat=GROUP))
    sweets = system_actor(Scope(SWEETS))
    await two.app.writer.run(lambda tx: people.bind_group(tx, account=bot, chat=GROUP, kind="admin", actor=sweets))
    await Chat(two.world, f"telegram/{GROUP}", {"from": int(OWNER)}, rests=two.settles).taps("Confirm")
    await two.toasts("This group is not linked to a shop")
    assert statuses(two) == ["pending"]


async def test_a_button_that_does_not_say_whose_it_is_acts_by_its_message_or_not_at_all(two: Shop) -> None:
    """Cards of an earlier version, and forged ones: known by what went out, and stray where nothing is known of it."""
    customer, owner = two.customer(), two.owner()
    await orders_chai(customer)
    card = await owner.expects("#101")
    await owner.says("/workspace switch meera")
    await owner.expects("We talk about Meera Sweets")
    await two.settles()
    bot = two.app.channels[bot_of(two)]

    async def comes(data: str, event: int) -> None:
        under = {"message_id": card["message_id"], "chat": {"id": int(OWNER), "type": "private"}}
        tap = {"id": str(event), "from": {"id": int(OWNER)}, "message": under, "data": data}
        await two.app.inbox.accept(bot.split({"update_id": event, "callback_query": tap}))
        await two.settles()

    await comes("zzzz|/confirm 101", 900_001)
    await comes("/confirm 101", 900_002)
    assert statuses(two) == ["confirmed"]
    await owner.expects("cannot become confirmed")  # the second of them, in the same shop
    await _forgotten(two)
    for number, data in enumerate(("/cancel 101 x", "zzzz|/cancel 101 x", "|/cancel 101 x"), start=900_003):
        await comes(data, number)
    assert statuses(two) == ["confirmed"]
    await owner.hears_nothing()  # a toast alone
    assert two.app.books.read(lambda tx: tx.execute(select(inbox.c.kind)).scalars().all()).count(STRAY) == 3
    await comes(f"{mark_of('main')}|/cancel 101 x", 900_009)
    assert statuses(two) == ["cancelled"]
