"""/bot stop holds everything automatic for customers; /bot start answers what is fresh and lists what is old."""

import asyncio

from sqlalchemy import text

from handlers.commands.bot import MOST_LISTED
from storage.queries.waiting import waiting
from storage.scope import Scope
from tests.harness import Shop


async def test_stopped_bot_keeps_messages_and_answers_them_at_start(shop: Shop) -> None:
    asha, owner, ravi = shop.customer(), shop.owner(), shop.member()
    await owner.says("/bot")
    await owner.expects("I am answering customers")
    await owner.says("/bot stop")
    await owner.expects("I have stopped answering customers")
    await asha.says("hi")
    await asha.says("2 aloo paratha")
    await asha.hears_nothing()
    await ravi.says("/today")
    await ravi.expects("No orders today yet")
    await owner.says("/bot status")
    await owner.expects("stopped since", "2 messages wait")
    await owner.says("/bot start")
    await owner.expects("I am answering customers again")
    await asha.expects("Hello Asha")
    await asha.expects("2 × Aloo Paratha")


async def test_what_waited_over_half_an_hour_is_listed_and_not_answered(shop: Shop) -> None:
    asha, binod, owner = shop.customer(), shop.customer("919800000002", "Binod"), shop.owner()
    await owner.says("/bot stop")
    await owner.expects("I have stopped")
    await asha.says("hi")
    await shop.settles()
    late = text("UPDATE inbox SET received_at = received_at - 2400000 WHERE contact_id IS NOT NULL")
    await shop.app.writer.run(lambda tx: tx.execute(late).rowcount)
    await binod.says("hi")
    await shop.settles()
    await owner.says("/bot start")
    await owner.expects("These wrote earlier", "Asha +919800000001 · 1")
    await binod.expects("Hello Binod")
    await asha.hears_nothing()
    await asha.says("2 chai")
    await asha.expects("2 × Adrak Chai")


async def test_the_list_names_who_hides_their_number_and_counts_those_it_leaves_out(shop: Shop) -> None:
    asha, owner = shop.customer(), shop.owner()
    asha.person["hide_phone"] = True
    await owner.says("/bot stop")
    await owner.expects("I have stopped")
    await asha.says("hi")
    for at in range(MOST_LISTED + 1):
        await shop.customer(f"9198000100{at:02d}", f"Guest {at}").says("hi", wait=False)
    await _wait_for(shop, MOST_LISTED + 2)
    late = text("UPDATE inbox SET received_at = received_at - 2400000 WHERE contact_id IS NOT NULL")
    await shop.app.writer.run(lambda tx: tx.execute(late).rowcount)
    await owner.says("/bot start")
    listed = str((await owner.expects("These wrote earlier", "And 2 more."))["text"]).splitlines()
    assert len(listed) == 2 + MOST_LISTED + 1
    assert any("Asha (no number) · 1" in line for line in listed)


async def _wait_for(shop: Shop, messages: int) -> None:
    async with asyncio.timeout(60):
        while sum(each.messages for each in shop.app.books.read(lambda tx: waiting(tx, Scope("main")))) < messages:
            await asyncio.sleep(0.05)


async def test_a_new_number_told_while_stopped_is_known_after(shop: Shop) -> None:
    asha, owner, ravi = shop.customer(), shop.owner(), shop.member()
    await asha.says("hi")
    await asha.expects("Hello")
    await owner.says("/bot stop")
    await owner.expects("I have stopped")
    await asha.sends(change_number="919800000009")
    await shop.settles()
    late = text("UPDATE inbox SET received_at = received_at - 2400000 WHERE contact_id IS NOT NULL")
    await shop.app.writer.run(lambda tx: tx.execute(late).rowcount)
    await owner.says("/bot start")
    await ravi.expects("has a new number", "+919800000001")


async def test_staff_may_look_but_not_switch_and_twice_is_said(shop: Shop) -> None:
    ravi, owner = shop.member(), shop.owner()
    await ravi.says("/bot status")
    await ravi.expects("I am answering customers")
    await ravi.says("/bot stop")
    await ravi.expects("You may not start and stop the bot")
    await owner.says("/bot start")
    await owner.expects("I am answering already")
    await owner.says("/bot dance")
    await owner.expects("action is “dance”; expected status or start or stop")


async def test_a_restart_leaves_the_bot_stopped(shop: Shop) -> None:
    from storage.queue import lanes

    asha, owner = shop.customer(), shop.owner()
    await owner.says("/bot stop")
    await owner.expects("I have stopped")
    await asha.says("hi")
    await shop.settles()
    await shop.app.writer.run(lanes.release_all)
    shop.app.lanes.wake()
    await asha.hears_nothing()
    await owner.says("/bot start")
    await asha.expects("Hello Asha")


async def test_what_was_prepared_and_waits_does_not_go_out_after_the_stop(shop: Shop) -> None:
    """Their number rests after a throttle; meanwhile the owner stops the bot."""
    asha, owner = shop.customer(), shop.owner()
    longer = text("UPDATE senders SET paused_until = paused_until + 600000 WHERE paused_until > 0")
    await shop.world.post(
        "faults", {"error": [{"code": 130429, "method": "messages", "to": "919800000001", "times": 1}]}
    )
    await asha.says("hi", wait=False)
    async with asyncio.timeout(60):
        while not await shop.app.writer.run(lambda tx: tx.execute(longer).rowcount):
            await asyncio.sleep(0.03)
    await owner.says("/bot stop")
    await owner.expects("I have stopped")
    await shop.app.writer.run(lambda tx: tx.execute(text("UPDATE senders SET paused_until = 0")).rowcount)
    shop.app.outbox.wake()
    await asha.hears_nothing()
