"""Two shops of one owner on one bot: Annapurna (`main`, with a group), and Meera Sweets, for which Beena alone works."""

from typing import Any

from sqlalchemy import select

from knowledge.loaders.catalogue import load_catalogue
from storage.actions import people
from storage.actions.catalogue import replace_catalogue
from storage.actors import system_actor
from storage.rules.permissions import Role
from storage.scope import Scope
from storage.tables.orders import orders
from tests.harness import MENU, Chat, Shop

SWEETS, GUEST, BEENA = "meera-sweets", 8101, 8301


async def second_shop(shop: Shop) -> Shop:
    """Opened beside the first, of which the owner talks on."""
    owner = shop.owner()
    await owner.says("/workspace new Meera Sweets")
    await owner.expects("Meera Sweets is yours")
    boss = system_actor(Scope(SWEETS))
    who = {"name": "Beena", "role": Role.ADMIN, "telegram_id": str(BEENA)}
    await shop.app.writer.run(lambda tx: people.add_member(tx, **who, actor=boss))
    await shop.world.post("setup", {"users": [{"id": BEENA, "first_name": "Beena", "started": True}]})
    await owner.says("/workspace switch main")
    await owner.expects("We talk about Annapurna")
    return shop


def person(shop: Shop, number: int, chat: int | None = None) -> Chat:
    return Chat(shop.world, f"telegram/{chat or number}", {"from": number}, rests=shop.settles)


def rows(shop: Shop, table: Any, workspace: str) -> list[Any]:
    chosen = select(table).where(table.c.workspace_id == workspace)
    return shop.app.books.read(lambda tx: list(tx.execute(chosen)))


def bot_of(shop: Shop) -> str:
    return next(account for account in shop.app.channels if account.startswith("telegram"))


def statuses(shop: Shop, workspace: str = "main") -> list[str]:
    return [row.status for row in rows(shop, orders, workspace)]


async def stock(shop: Shop) -> None:
    """The second shop sells what the first one does."""
    loaded = load_catalogue(MENU).catalogue
    assert loaded is not None
    await shop.app.writer.run(lambda tx: replace_catalogue(tx, loaded, system_actor(Scope(SWEETS))))
