"""The real python-telegram-bot client against the simulated Bot API: sending, editing, files, refusals."""

from __future__ import annotations

import asyncio

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    ReplyParameters,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter

from .conftest import ASHA, BOT_ID, GROUP, OWNER, RAVI, Sim, telegram_bot


def keyboard(data: str = "confirm:17") -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("Confirm", callback_data=data)]])


async def test_a_card_is_sent_edited_and_taken_away(sim: Sim, bot: Bot) -> None:
    card = await bot.send_message(
        GROUP, "<b>Order 17</b> &lt;new&gt; 😀 <i>x</i>", parse_mode="HTML", reply_markup=keyboard()
    )
    assert card.text == "Order 17 <new> 😀 x"
    assert {e.type: card.parse_entity(e) for e in card.entities} == {"bold": "Order 17", "italic": "x"}
    seen = (await sim.seen_in_group())[-1]
    assert seen["buttons"] == [[{"text": "Confirm", "data": "confirm:17"}]]
    await bot.edit_message_text("Order 17 confirmed", GROUP, card.message_id)
    edited = (await sim.seen_in_group(seen["n"]))[-1]
    assert (edited["text"], edited["edited"], edited["buttons"]) == ("Order 17 confirmed", True, [])
    await bot.edit_message_reply_markup(GROUP, card.message_id, reply_markup=keyboard("undo"))
    await bot.delete_message(GROUP, card.message_id)
    assert (await sim.seen_in_group(edited["n"]))[-1]["deleted"]


async def test_what_telegram_refuses_is_refused_in_its_words(sim: Sim, bot: Bot) -> None:
    card = await bot.send_message(GROUP, "Order 17", reply_markup=keyboard())
    foreign = (await sim.staff(text="mine"))["message_id"]
    unchanged = bot.edit_message_text("Order 17", GROUP, card.message_id, reply_markup=keyboard())
    cases = [
        (bot.send_message(GROUP, " "), "Message text is empty"),
        (bot.send_message(GROUP, "x" * 4097), "Message is too long"),
        (bot.send_message(GROUP, "x", reply_markup=keyboard("x" * 65)), "Button_data_invalid"),
        (bot.send_message(GROUP, "x", reply_markup=keyboard("")), "Button_data_invalid"),
        (bot.send_message(-100999, "x"), "Chat not found"),
        (unchanged, "Message is not modified"),
        (bot.edit_message_text("x", GROUP, 1), "Message to edit not found"),
        (bot.edit_message_text("x", GROUP, foreign), "Message can't be edited"),
        (bot.delete_message(GROUP, 1), "Message to delete not found"),
        (bot.send_message(GROUP, "<b>x", parse_mode="HTML"), "Can't find end tag"),
        (bot.send_message(GROUP, "<b>x</i>", parse_mode="HTML"), 'expected "</b>", found "</i>"'),
        (bot.send_message(GROUP, "ab <h1>x</h1>", parse_mode="HTML"), 'start tag "h1" at byte offset 3'),
        (bot.send_message(GROUP, "x", reply_parameters=ReplyParameters(1)), "Message to be replied not found"),
        (bot.send_message(GROUP, "x", message_thread_id=5), "Message thread not found"),
        (bot.get_file("nothing"), "Wrong file_id"),
    ]
    for call, words in cases:
        with pytest.raises(BadRequest) as refused:
            await call
        assert words.lower() in str(refused.value).lower()


async def test_a_wrong_token_is_unauthorized(sim: Sim) -> None:
    with pytest.raises(InvalidToken):
        async with telegram_bot(sim, "9:not-known"):
            pass


async def test_files_go_up_and_come_down(sim: Sim, bot: Bot) -> None:
    await sim.post(f"/sim/telegram/{OWNER}/say", {"text": "/start"})
    sent = await bot.send_document(OWNER, b"a,b\n1,2", filename="menu.csv", caption="The menu")
    assert sent.document is not None
    fetched = await bot.get_file(sent.document.file_id)
    assert await fetched.download_as_bytearray() == b"a,b\n1,2"
    again = await bot.send_document(OWNER, sent.document.file_id)
    assert again.document is not None
    assert again.document.file_name == "menu.csv"
    await bot.send_photo(OWNER, b"\xff\xd8photo", caption="<i>hot</i>", parse_mode="HTML")
    await bot.send_voice(OWNER, b"OggS")
    album = await bot.send_media_group(OWNER, [InputMediaPhoto(b"1", caption="one"), InputMediaPhoto(b"2")])
    assert len({m.media_group_id for m in album}) == 1
    seen = (await sim.get(f"/sim/telegram/{OWNER}/messages"))["messages"]
    assert [m["file"]["kind"] for m in seen[1:]] == ["document", "document", "photo", "voice", "photo", "photo"]


async def test_what_people_upload_can_be_fetched_unless_it_is_too_big(sim: Sim, bot: Bot) -> None:
    await sim.post(f"/sim/telegram/{OWNER}/say", {"file": {"name": "faq.txt", "text": "open 9-5"}, "text": "knowledge"})
    await sim.post(f"/sim/telegram/{OWNER}/say", {"file": {"name": "big.bin", "size": 20 * 1024 * 1024 + 1}})
    small, big = [u.message for u in await bot.get_updates()]
    assert small is not None
    assert big is not None
    assert small.document is not None
    assert big.document is not None
    assert small.caption == "knowledge"
    assert await (await small.document.get_file()).download_as_bytearray() == b"open 9-5"
    with pytest.raises(BadRequest, match=r"[Ff]ile is too big"):
        await big.document.get_file()


async def test_location_contact_and_reactions(sim: Sim, bot: Bot) -> None:
    said = (await sim.staff(text="ok"))["message_id"]
    await bot.send_location(GROUP, 12.9, 77.5)
    await bot.send_contact(GROUP, "+9198", "Ravi")
    await bot.set_message_reaction(GROUP, said, "👍")
    first, place, contact = await sim.seen_in_group()
    assert first["reactions"] == [{"type": "emoji", "emoji": "👍"}]
    assert place["location"] == {"latitude": 12.9, "longitude": 77.5}
    assert contact["contact"] == {"phone_number": "+9198", "first_name": "Ravi"}
    await bot.send_chat_action(GROUP, "typing")
    await bot.pin_chat_message(GROUP, said)
    assert (await bot.get_chat(GROUP)).pinned_message is not None


async def test_command_menus_are_kept_by_scope_and_language(sim: Sim, bot: Bot) -> None:
    await bot.set_my_commands([BotCommand("help", "What I can do")])
    await bot.set_my_commands([BotCommand("order", "One order")], scope=BotCommandScopeChat(GROUP), language_code="hi")
    assert [c.command for c in await bot.get_my_commands()] == ["help"]
    menus = (await sim.get("/sim/telegram/commands"))["menus"]
    assert [(m["scope"]["type"], m["language_code"]) for m in menus] == [("default", ""), ("chat", "hi")]
    await bot.delete_my_commands()
    assert await bot.get_my_commands() == ()
    with pytest.raises(BadRequest):
        await bot.set_my_commands([BotCommand("Bad-Name", "x")])


async def test_a_group_knows_its_members(sim: Sim, bot: Bot) -> None:
    assert {m.user.id for m in await bot.get_chat_administrators(GROUP)} == {OWNER, BOT_ID}
    assert (await bot.get_chat_member(GROUP, ASHA)).status == "member"
    await sim.post(f"/sim/telegram/{GROUP}/members", {"remove": ["ravi"], "promote": ["asha"]})
    assert (await bot.get_chat_member(GROUP, RAVI)).status == "left"
    assert (await bot.get_chat_member(GROUP, ASHA)).status == "administrator"
    await sim.post(f"/sim/telegram/{GROUP}/say", {"from": RAVI, "text": "still here"}, expect=409)


async def test_topics_open_close_and_carry_messages(sim: Sim, bot: Bot) -> None:
    topic = await bot.create_forum_topic(GROUP, "Customer 5678")
    await bot.send_message(GROUP, "in the topic", message_thread_id=topic.message_thread_id)
    await bot.edit_forum_topic(GROUP, topic.message_thread_id, name="Asha")
    await bot.close_forum_topic(GROUP, topic.message_thread_id)
    said = await sim.seen_in_group()
    assert said[1]["thread"] == topic.message_thread_id
    assert [m.get("service") for m in said] == ["forum_topic_created", None, "forum_topic_edited", "forum_topic_closed"]
    with pytest.raises(BadRequest, match=r"[Tt]opic_not_modified|TOPIC_NOT_MODIFIED"):
        await bot.close_forum_topic(GROUP, topic.message_thread_id)


async def test_a_blocked_kicked_or_unknown_bot_is_forbidden(sim: Sim, bot: Bot) -> None:
    with pytest.raises(Forbidden, match="can't initiate"):
        await bot.send_message(ASHA, "psst")
    await sim.post(f"/sim/telegram/{OWNER}/say", {"block": True})
    with pytest.raises(Forbidden, match="blocked by the user"):
        await bot.send_message(OWNER, "hello")
    await sim.post(f"/sim/telegram/{GROUP}/members", {"kick": ["@munshi_bot"]})
    with pytest.raises(Forbidden, match="kicked from the supergroup"):
        await bot.send_message(GROUP, "hello")


async def test_a_group_that_became_a_supergroup_names_its_heir(sim: Sim, bot: Bot) -> None:
    await sim.post("/sim/setup", {"groups": [{"id": -55, "title": "Small", "members": [ASHA]}]})
    await sim.post("/sim/telegram/-55/members", {"migrate": -10055})
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(-55, "hello")
    assert moved.value.new_chat_id == -10055
    await bot.send_message(-10055, "hello again")


async def test_rates_are_enforced_when_asked(sim: Sim, bot: Bot) -> None:
    await sim.faults(enforce_rates=True)
    for n in range(5):
        await bot.send_message(GROUP, f"line {n}")
    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(GROUP, "one too many")
    assert refused.value._retry_after.total_seconds() >= 1
    await asyncio.gather(*(bot.get_me() for _ in range(3)))
