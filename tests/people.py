"""The people of a shop, in stories of who comes and who goes."""

import re

from storage.actions import people
from storage.actors import system_actor
from storage.queries import people as queries
from storage.rules.permissions import Role
from storage.scope import Scope
from tests.harness import Chat, Shop

MAIN = Scope("main")
NEWCOMER, STRANGER, SECOND = 8002, 8003, 8004


def person(shop: Shop, number: int, chat: int | str | None = None) -> Chat:
    return Chat(shop.world, f"telegram/{chat or number}", {"from": number})


def roles(shop: Shop) -> dict[str, str]:
    return {each.name: each.role for each in shop.app.books.read(lambda tx: queries.members_of(tx, MAIN))}


async def second_owner(shop: Shop) -> Chat:
    """Bina, an owner beside Meera."""
    boss = system_actor(MAIN)
    who = {"name": "Bina", "role": Role.OWNER, "telegram_id": str(SECOND)}
    await shop.app.writer.run(lambda tx: people.add_member(tx, **who, actor=boss))
    await shop.world.post("setup", {"users": [{"id": SECOND, "first_name": "Bina", "started": True}]})
    return person(shop, SECOND)


async def invitation(owner: Chat, role: str = "staff") -> str:
    await owner.says(f"/invite {role}")
    found = re.search(r"start=([0-9a-f]{32})", str((await owner.expects("invite as"))["text"]))
    assert found is not None
    return found.group(1)


async def group_code(owner: Chat) -> str:
    await owner.says("/link")
    found = re.search(r"/link ([0-9a-f]{32})", str((await owner.expects("The code is good for 10 minutes"))["text"]))
    assert found is not None
    return found.group(1)


async def orders_chai(customer: Chat, number: str = "#101") -> None:
    await customer.says("2 chai")
    for waits, tap in (("Adrak Chai", "Place order"), ("pick it up", "Pickup"), ("When", "As soon as possible")):
        await customer.expects(waits)
        await customer.taps(tap)
    await customer.expects("Anything we should know")
    await customer.taps("No")
    await customer.expects("Please check your order")
    await customer.taps("Confirm order")
    await customer.expects(f"Your order {number}")
