"""How updates reach a bot: polling with offsets, webhooks in order, presses answered once, hostile senders."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest, Conflict

from .conftest import ASHA, GROUP, OWNER, RAVI, Receiver, Sim

CONFIRM = InlineKeyboardMarkup([[InlineKeyboardButton("Confirm", callback_data="c:17")]])


def updates_of(receiver: Receiver, bot: Bot) -> list[Update]:
    found = [Update.de_json(r.body, bot) for r in receiver.got if r.path == "/telegram"]
    return [update for update in found if update is not None]


async def hook(bot: Bot, receiver: Receiver, **more: Any) -> None:
    await bot.set_webhook(f"{receiver.url}/telegram", secret_token="s3cret_-", **more)


async def test_polling_keeps_what_is_not_confirmed(sim: Sim, bot: Bot) -> None:
    await sim.staff(text="/help")
    await sim.staff(text="/orders today")
    first, second = await bot.get_updates()
    assert first.message is not None
    assert first.message.entities[0].type == "bot_command"
    assert [u.update_id for u in await bot.get_updates(first.update_id)] == [first.update_id, second.update_id]
    assert [u.update_id for u in await bot.get_updates(second.update_id)] == [second.update_id]
    assert await bot.get_updates(second.update_id + 1) == ()


async def test_a_long_poll_wakes_when_somebody_speaks(sim: Sim, bot: Bot) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=40))
    await asyncio.sleep(0.05)
    await sim.staff(text="hello")
    async with asyncio.timeout(20):
        assert (await waiting)[0].effective_user.id == ASHA  # type: ignore[union-attr]


async def test_two_pollers_or_a_webhook_are_a_conflict(sim: Sim, bot: Bot, receiver: Receiver) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=40))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(bot.get_updates(timeout=40))
    with pytest.raises(Conflict, match="terminated by other getUpdates"):
        await first
    await hook(bot, receiver)
    with pytest.raises(Conflict):
        await second
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_a_webhook_gets_what_waited_with_its_secret(sim: Sim, bot: Bot, receiver: Receiver) -> None:
    await sim.staff(text="before")
    await hook(bot, receiver)
    said = await sim.staff(text="after")
    assert (said["delivered"], said["status"]) == (True, 200)
    assert [u.effective_message.text for u in updates_of(receiver, bot)] == ["before", "after"]  # type: ignore[union-attr]
    assert {r.headers["X-Telegram-Bot-Api-Secret-Token"] for r in receiver.got} == {"s3cret_-"}
    info = await bot.get_webhook_info()
    assert (info.pending_update_count, info.url) == (0, f"{receiver.url}/telegram")


async def test_one_chat_waits_for_its_refused_update_while_another_goes_on(
    sim: Sim, bot: Bot, receiver: Receiver
) -> None:
    await hook(bot, receiver)
    receiver.statuses = [500]
    assert (await sim.staff(text="one"))["status"] == 500
    await sim.staff(text="two", wait=False)
    assert (await sim.post(f"/sim/telegram/{OWNER}/say", {"text": "elsewhere"}))["status"] == 200
    await receiver.wait_for(4)
    texts = [u.effective_message.text for u in updates_of(receiver, bot)]  # type: ignore[union-attr]
    assert texts == ["one", "elsewhere", "one", "two"]
    assert "500" in ((await bot.get_webhook_info()).last_error_message or "")


async def test_a_webhook_answer_may_carry_a_method(sim: Sim, bot: Bot, receiver: Receiver) -> None:
    await hook(bot, receiver)
    receiver.reply = b'{"method":"sendMessage","chat_id":%d,"text":"at once"}' % GROUP
    await sim.staff(text="hi")
    assert (await sim.get(f"/sim/telegram/{GROUP}/messages?wait=2&after=1"))["messages"][-1]["text"] == "at once"


async def test_a_press_carries_its_message_and_is_answered_once(sim: Sim, bot: Bot) -> None:
    card = await bot.send_message(GROUP, "Order 17", reply_markup=CONFIRM)
    await sim.staff(tap="Confirm")
    query = (await bot.get_updates())[0].callback_query
    assert query is not None
    assert query.message is not None
    assert (query.data, query.message.message_id, query.from_user.id) == ("c:17", card.message_id, ASHA)
    await query.answer("Confirmed", show_alert=True)
    with pytest.raises(BadRequest, match=r"[Qq]uery is too old"):
        await query.answer()
    shown = (await sim.get(f"/sim/telegram/{GROUP}/answers"))["answers"]
    assert [(a["text"], a["alert"], a["user"]) for a in shown] == [("Confirmed", True, ASHA)]
    refused = await sim.staff(409, tap="Reject")
    assert refused["choices"][0]["data"] == "c:17"


async def test_edits_reactions_and_comings_and_goings_are_updates(sim: Sim, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["message", "edited_message", "message_reaction", "chat_member"])
    said = (await sim.staff(text="first"))["message_id"]
    await sim.staff(edit={"message_id": said, "text": "second"})
    await sim.staff(reaction={"to": said, "emoji": "👍"})
    await sim.post(f"/sim/telegram/{GROUP}/members", {"remove": [RAVI]})
    _, edited, reacted, member, left = await bot.get_updates()
    assert edited.edited_message is not None
    assert edited.edited_message.text == "second"
    assert reacted.message_reaction is not None
    assert member.chat_member is not None
    assert member.chat_member.new_chat_member.status == "left"
    assert left.message is not None
    assert left.message.left_chat_member is not None


async def test_hostile_senders_look_as_they_do_on_telegram(sim: Sim, bot: Bot) -> None:
    await sim.staff(text="/cancel 17", anonymous=True)
    await sim.staff(text="/cancel 17", channel_post=True)
    await sim.staff(text="/cancel 17", forward=True)
    await sim.staff(text="/cancel 17", via_bot=True)
    anonymous, channel, forward, via = [u.message for u in await bot.get_updates()]
    assert anonymous is not None
    assert anonymous.from_user is not None
    assert anonymous.sender_chat is not None
    assert (anonymous.from_user.id, anonymous.sender_chat.id) == (1087968824, GROUP)
    assert channel is not None
    assert channel.is_automatic_forward
    assert forward is not None
    assert forward.forward_origin is not None
    assert via is not None
    assert via.via_bot is not None


async def test_privacy_mode_hides_small_talk_from_a_mere_member(sim: Sim, bot: Bot) -> None:
    await sim.post("/sim/setup", {"groups": [{"id": GROUP, "bot": "member"}]})
    mine = await bot.send_message(GROUP, "I am here")
    for text in ("small talk", "/orders", "/orders@other_bot", "/orders@munshi_bot"):
        await sim.staff(text=text)
    await sim.staff(text="thanks", reply_to=mine.message_id)
    seen = [u.message.text for u in await bot.get_updates() if u.message]
    assert seen == ["/orders", "/orders@munshi_bot", "thanks"]
