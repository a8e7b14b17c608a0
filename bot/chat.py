"""`munshi chat`: talk with the shop in the terminal, on this machine's database and without any network."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.app import App, open_books
from bot.channels.console import Console
from bot.config import Config, ConfigError
from storage import migrations
from storage.clock import new_id
from storage.occupancy import occupied
from storage.queries import people
from storage.queries.people import Member
from storage.queue import lanes, outbox
from storage.rules.permissions import Role
from storage.scope import Scope
from storage.tx import Tx

PATIENCE_S = 20.0
WORKERS = (Role.STAFF, Role.ADMIN, Role.OWNER)


@dataclass(frozen=True, slots=True)
class Who:
    """As whom the operator of this machine talks: a customer of that name, or a member of the shop."""

    customer: str = "guest"
    member: str | None = None
    owner: bool = False


async def run(config: Config, who: Who) -> int:
    """Talk until `/quit` or the end of the input; each line is answered before the next one is read.

    Raises:
        ConfigError: there is no such member.
        Occupied: another process works on this SQLite file.
    """
    console = Console(("console", who.customer.casefold()), who.customer, _show)
    if who.owner or who.member is not None:
        member = await asyncio.to_thread(_member, config, who)
        console = Console(("telegram", member.telegram_id), member.name, _show)
    app = App(config, console=console)
    await app.start()
    try:
        async for line in _lines():
            if line.strip() == "/quit":
                break
            if line.strip():
                await app.inbox.accept(console.split(console.typed(line, new_id())))
                await _answered(app, console.account)
    finally:
        await app.stop()
    return 0


def _show(text: str) -> None:
    sys.stdout.write(text + "\n\n")
    sys.stdout.flush()


def _member(config: Config, who: Who) -> Member:
    """The member whose authority was asked for by name, or the first that fits."""
    books, scope = open_books(config), Scope(config.shop.id)
    try:
        with occupied(books, "munshi chat"):
            migrations.upgrade(books)
        everybody = books.read(lambda tx: people.members_of(tx, scope))
    finally:
        books.close()
    wanted = (Role.OWNER,) if who.owner else WORKERS
    name = (who.member or "").casefold()
    found = [each for role in wanted for each in everybody if each.role is role]
    if name:
        found = [each for each in everybody if name in (each.name.casefold(), each.telegram_id)]
    if not found:
        names = ", ".join(f"{each.name} ({each.role})" for each in everybody)
        nobody = "nobody yet; open the owner's link that the first `munshi run` prints, or name people in shop.people"
        raise ConfigError(f"munshi chat: there is no such member. In the books: {names or nobody}")
    return found[0]


async def _lines() -> AsyncIterator[str]:
    """Lines of the standard input, read in a thread of their own that ends with the process."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str | None] = asyncio.Queue()

    def tell(line: str | None) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(lines.put_nowait, line)

    def read() -> None:
        for line in sys.stdin:
            tell(line)
        tell(None)

    threading.Thread(target=read, name="stdin", daemon=True).start()
    while (line := await lines.get()) is not None:
        yield line


async def _answered(app: App, account: str) -> None:
    """Wait until nothing is under way any more."""

    def at_rest(tx: Tx) -> bool:
        return not outbox.unsent(tx, account) and not lanes.working(tx)

    try:
        async with asyncio.timeout(PATIENCE_S):
            while app.lanes.busy or app.outbox.busy or not await app.writer.run(at_rest):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    except TimeoutError:
        _show("(still at work; the answer may come later)")
