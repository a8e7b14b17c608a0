"""A shop at its first start, and how its owner comes in, in stories of setting it up."""

import re

from bot.config import Config
from bot.founding import owner_link
from tests.harness import GROUP, Chat, Shop

NEW_OWNER = 8001


def bare_config(config: Config, **changed: object) -> Config:
    """No owner, no goods, no group."""
    none = {"catalogue": "", "name": "My shop", "people": (), "admin_group": ""} | changed
    return config.model_copy(update={"shop": config.shop.model_copy(update=none)})


def person(shop: Shop, number: int, chat: int | str | None = None) -> Chat:
    return Chat(shop.world, f"telegram/{chat or number}", {"from": number}, rests=shop.settles)


async def redeems(shop: Shop, number: int = NEW_OWNER) -> Chat:
    """Somebody opens the owner's link."""
    link = await shop.app.writer.run(lambda tx: owner_link(tx, shop.app.config.shop, "SwadCornerBot"))
    assert link is not None
    owner = person(shop, number)
    await owner.says(f"/start {link.partition('start=')[2]}")
    await owner.expects("You are now owner of My shop")
    return owner


async def links_group(shop: Shop, shown: str) -> None:
    code = re.search(r"/link ([0-9a-f]{32})", shown)
    assert code is not None
    group = person(shop, NEW_OWNER, GROUP)
    await group.says(f"/link {code[1]}")
    await group.expects("This is now the staff group")
