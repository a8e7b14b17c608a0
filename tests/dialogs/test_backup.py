"""`/backup`: an operator has everything kept, and gets it in private."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.config_sections import Backup
from bot.demo import demo_config
from handlers.jobs.backups import SCHEDULED
from storage.backup.copies import copies
from storage.backup.reading import check
from storage.backup.sealing import new_key
from storage.queue import jobs, leases
from storage.queue.arrivals import Place
from tests.harness import MENU, Chat, Shop, free_port, open_shop
from tests.media.samples import DOCUMENT, bytes_of

KEY = new_key()


def _backups(folder: Path, **more: Any) -> Backup:
    return Backup(key=SecretStr(KEY.public), folder=str(folder / "backups"), keep=2, **more)


@pytest.fixture
async def kept_shop(request: pytest.FixtureRequest, world_address: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """A shop that makes backups; with a parameter, under these settings."""
    config = demo_config(world_address, tmp_path, port=free_port(), mode="webhook")
    shop = config.shop.model_copy(update={"catalogue": str(MENU), "name": "Annapurna"})
    config = config.model_copy(update={"shop": shop, "backup": _backups(tmp_path)})
    async with open_shop(world_address, tmp_path, config) as opened:
        yield opened


async def test_an_operator_gets_a_backup_in_private(kept_shop: Shop, tmp_path: Path) -> None:
    shop = kept_shop
    asha, owner = shop.customer(), shop.owner()
    await asha.sends(file=DOCUMENT)
    await asha.expects("the shop has your file")
    await owner.says("/backup")
    await owner.expects("making a backup")
    sent, said = await _both(owner)
    (made,) = copies(tmp_path / "backups")
    assert sent["file"]["name"] == made.name
    assert await bytes_of(shop.world, sent) == made.read_bytes()
    head = check(made, KEY.secret)
    assert (head.files, head.workspaces) == (1, (("main", "Annapurna"),))
    assert f"{sum(head.tables.values()):,} rows and 1 files of main" in said["text"]
    await owner.says("/audit what=backup")
    await owner.expects("make backup", "Meera")


async def _both(chat: Chat) -> tuple[dict[str, Any], dict[str, Any]]:
    """The file and the sentence, in whichever order they come."""
    found: dict[bool, dict[str, Any]] = {}
    async with asyncio.timeout(10):
        while len(found) < 2:
            for message in await chat.news():
                chat.seen = message["n"]
                if message.get("file") or "sent it to you" in str(message.get("text")):
                    found[bool(message.get("file"))] = message
    return found[True], found[False]


async def test_in_the_group_only_the_news_is_shown(kept_shop: Shop) -> None:
    shop = kept_shop
    owner, group = shop.owner(), Chat(shop.world, shop.member().path, {"from": shop.owner().person["from"]})
    await owner.says("/start")
    await owner.expects("What you can do here")
    await group.says("/backup")
    await group.expects("making a backup")
    await group.expects("Backup munshi-", "sent it to you in private")
    assert not [message for message in await group.history() if message.get("file")]
    async with asyncio.timeout(10):
        while not [message for message in await owner.history() if message.get("file")]:
            await asyncio.sleep(0.05)


async def test_who_may_not(kept_shop: Shop) -> None:
    shop = kept_shop
    ravi, asha = shop.member(), shop.customer()
    await ravi.says("/backup")
    await ravi.expects("You may not make backups", "operator")
    await asha.says("/backup")
    await asha.expects("You may not make backups")


async def test_one_at_a_time(kept_shop: Shop) -> None:
    shop, owner = kept_shop, kept_shop.owner()
    await shop.app.writer.run(lambda tx: leases.take(tx, "backup", "somebody", 60_000))
    await owner.says("/backup")
    await owner.expects("A backup is being made already")
    await shop.app.writer.run(lambda tx: leases.let_go(tx, "backup", "somebody"))
    await owner.says("/backup")
    await owner.expects("Backup munshi-")


async def test_over_http_it_is_made_and_stays_on_the_server(kept_shop: Shop, tmp_path: Path) -> None:
    status, answer = await kept_shop.api("POST", "/backups")
    assert (status, list(answer["data"])) == (200, ["backup"])
    async with asyncio.timeout(10):
        while not copies(tmp_path / "backups"):
            await asyncio.sleep(0.05)
    assert not [message for message in await kept_shop.owner().history() if message.get("file")]


async def test_without_a_key_it_says_how_to_get_one(shop: Shop) -> None:
    owner = shop.owner()
    await owner.says("/backup")
    await owner.expects("No backup was made", "munshi backup --new-key")
    await owner.says("/backup")
    await owner.expects("No backup was made", "munshi backup --new-key")


async def test_by_itself_and_the_oldest_go(kept_shop: Shop, tmp_path: Path) -> None:
    for at in range(3):
        await kept_shop.app.writer.run(lambda tx, at=at: jobs.put(tx, f"{SCHEDULED}:{at}", SCHEDULED, Place(""), {}))
        kept_shop.app.jobs.wake()
        await _until_done(kept_shop, at + 1)
    assert len(copies(tmp_path / "backups")) == 2


async def _until_done(shop: Shop, count: int) -> None:
    def done() -> int:
        with shop.app.books.connect() as connection:
            asked = "SELECT count(*) FROM jobs WHERE kind = 'every:scheduled_backup' AND status = 'done'"
            return int(connection.exec_driver_sql(asked).scalar_one())

    async with asyncio.timeout(10):
        while done() < count:
            await asyncio.sleep(0.05)


async def test_owners_hear_of_a_backup_that_was_not_made_by_itself(kept_shop: Shop, tmp_path: Path) -> None:
    shop, owner = kept_shop, kept_shop.owner()
    await owner.says("/start")
    await owner.expects("What you can do here")
    (tmp_path / "backups").write_text("a file where a folder should be")
    await shop.app.writer.run(lambda tx: jobs.put(tx, SCHEDULED, SCHEDULED, Place(""), {}))
    shop.app.jobs.wake()
    await owner.expects("No backup was made today", within_s=30)
    await owner.says("/backup")
    await owner.expects("No backup was made:", "File exists")
