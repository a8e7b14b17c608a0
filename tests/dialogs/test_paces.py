"""Who writes too fast reads one polite sentence, then nothing until it clears; nothing that was sent is lost."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.config_sections import Pacing
from bot.demo import demo_config
from storage.rules.throttle import Tempo
from storage.tables.limits import quotas
from storage.tables.people import conversations
from storage.tables.runtime import inbox
from storage.tx import Tx
from tests.books import migrated_database
from tests.harness import MENU, Shop, free_port, open_shop

WAIT = "You are quicker than I am"
Opener = Callable[..., Any]


@pytest.fixture
def limited(world_address: str, tmp_path: Path) -> Opener:
    """A shop with these limits: `async with limited(customer_per_minute=3) as shop`."""

    @asynccontextmanager
    async def opened(database: str = "", **limits: int) -> AsyncIterator[Shop]:
        config = demo_config(world_address, tmp_path, port=free_port(), mode="webhook")
        none = dict.fromkeys(Pacing.model_fields, 0)
        shop = config.shop.model_copy(update={"catalogue": str(MENU)})
        changed: dict[str, Any] = {"shop": shop, "limits": Pacing(**(none | limits))}
        if database:
            changed["database"] = config.database.model_copy(update={"url": database})
        async with open_shop(world_address, tmp_path, config.model_copy(update=changed)) as found:
            yield found

    return opened


async def _time_passes(shop: Shop, seconds: int) -> None:
    """What the books say of paces lies so much further back."""
    by = seconds * 1_000_000

    def unit(tx: Tx) -> None:
        for row in tx.execute(select(conversations.c.lane, conversations.c.pace)).all():
            found = Tempo.read(row.pace)
            tats, told = (tuple((name, at - by) for name, at in each) for each in (found.tats, found.told))
            kept = Tempo(tats, found.silent_until - by, found.missed, told).kept
            tx.execute(update(conversations).where(conversations.c.lane == row.lane).values(pace=kept))
        tx.execute(update(quotas).values(tat_us=quotas.c.tat_us - by))

    await shop.app.writer.run(unit)


def _came_in(shop: Shop, kind: str) -> int:
    return shop.app.books.read(lambda tx: len(tx.execute(select(inbox.c.id).where(inbox.c.kind == kind)).all()))


async def _told_once(said: Callable[[], Awaitable[Any]], chat: Any) -> None:
    await said()
    await chat.expects(WAIT, "in 15 seconds")
    await said()
    await chat.hears_nothing()


@pytest.mark.parametrize("server", [False, True], ids=["sqlite", "postgresql"])
async def test_a_customer_who_writes_too_fast_is_told_once_and_answered_again(
    limited: Opener, server: bool, request: pytest.FixtureRequest
) -> None:
    url = migrated_database(request.getfixturevalue("postgres")) if server else ""
    async with limited(url, customer_per_minute=2) as shop:
        asha, binod, owner = shop.customer(), shop.customer("919800000002", "Binod"), shop.owner()
        await asha.says("hi")
        await asha.expects("Hello Asha")
        await asha.says("2 chai")
        await asha.expects("2 × Adrak Chai")
        await asha.says("5 aloo paratha")
        await asha.expects(WAIT, "in 30 seconds")
        await owner.expects("⚠️ Asha +919800000001 writes faster than I answer")
        await asha.says("5 aloo paratha")
        await asha.taps("Place order")
        await asha.hears_nothing()
        assert _came_in(shop, "text") == 4, "what is passed over stays in the inbox"
        await binod.says("hi")
        await binod.expects("Hello Binod")
        await _time_passes(shop, 31)
        await asha.taps("Place order")
        await asha.expects("Shall we deliver")
        await asha.taps("Pickup")
        await asha.expects(WAIT)
        await owner.hears_nothing()
        await _time_passes(shop, 61)
        await asha.taps("Pickup")
        await asha.expects("When")


async def test_she_reads_it_in_her_language(limited: Opener) -> None:
    async with limited(customer_per_minute=1) as shop:
        asha = shop.customer()
        await asha.says("नमस्ते, मेन्यू दिखाइए")
        await asha.expects("")
        await asha.says("दो चाय भेज दीजिए")
        await asha.expects("आप मुझसे तेज़ हैं", "60 सेकंड")


async def test_an_hour_has_a_limit_of_its_own(limited: Opener) -> None:
    async with limited(customer_per_hour=2) as shop:
        asha = shop.customer()
        for _ in range(2):
            await asha.says("hi")
            await asha.expects("Hello Asha")
        await asha.says("hi")
        await asha.expects(WAIT, "in 30 minutes")


async def test_taps_count_like_words(limited: Opener) -> None:
    async with limited(customer_per_minute=3) as shop:
        asha = shop.customer()
        await asha.says("2 chai")
        await asha.expects("2 × Adrak Chai")
        for _ in range(2):
            await asha.taps("Add more")
            await asha.expects("")
        await asha.taps("Add more")
        await asha.expects(WAIT)


async def test_a_new_number_is_heard_in_silence(limited: Opener) -> None:
    async with limited(customer_per_minute=1) as shop:
        asha, ravi = shop.customer(), shop.member()
        await asha.says("hi")
        await asha.expects("Hello Asha")
        await asha.says("hi")
        await asha.expects(WAIT)
        await asha.sends(change_number="919800000009")
        await ravi.expects("Asha +919800000009 has a new number")


async def test_staff_in_one_group_are_counted_each_for_themselves(limited: Opener) -> None:
    async with limited(staff_per_minute=4) as shop:
        ravi, sunita = shop.member(), shop.member(1)
        for _ in range(6):
            await ravi.says("shall we have tea?")
        for text, answer in (("/today", "No orders today"), ("/nonsense", "There is no command"), ("/me", "Ravi")):
            await ravi.says(text)
            await ravi.expects(answer)
        await ravi.says("/no-such-thing")
        await ravi.expects("There is no command")
        await _told_once(lambda: ravi.says("/today"), ravi)
        await sunita.says("/me")
        await sunita.expects("Sunita")
        await shop.owner().expects("⚠️ Ravi writes faster than I answer")
        await _time_passes(shop, 16)
        await ravi.says("/today")
        await ravi.expects("No orders today")


async def test_heavy_work_is_counted_for_the_shop(limited: Opener) -> None:
    async with limited(heavy_per_minute=1) as shop:
        for phone in ("919800000001", "919800000002"):
            await shop.customer(phone).says("hi")
            await shop.customer(phone).expects("Hello")
        owner = shop.owner()
        await owner.says("/erase 919800000001")
        await owner.expects("Shall I erase")
        await owner.taps("Yes")
        await owner.expects("Erased.")
        await owner.says("/erase 919800000002")
        await owner.expects("Shall I erase")
        await owner.taps("Yes")
        await owner.expects("That is much work", "seconds")
        await owner.taps("Yes")
        await owner.hears_nothing()
        await owner.says("/today")
        await owner.expects("No orders today")
        status, answer = await shop.api("DELETE", "/contacts/919800000002")
        assert status == 409
        status, answer = await shop.api("POST", f"/confirmations/{answer['confirmation']}")
        assert (status, answer["code"]) == (429, "too_many")
        await _time_passes(shop, 61)
        await owner.taps("Yes")
        await owner.expects("Erased.")
