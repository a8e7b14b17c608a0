"""Telegram sends on the real wire, against the simulator that refuses what the Bot API refuses."""

import logging
from pathlib import Path

import pytest

from bot.channels.base import MessageGone, Moved, Refused, TokenRefused, Transient, Unknown
from bot.channels.telegram import Telegram
from bot.channels.transport import Transport
from flows.messages import Button, Choice, File, Location, Reply, Row, Section
from tests.channels.conftest import ANITA, GROUP, World, telegram_settings

TO = str(ANITA)


async def send_all(channel: Telegram, reply: Reply, to: str = TO) -> list[str]:
    return [await channel.send(to, part, reference=7, edits=None) for part in channel.fit(reply, to)]


async def test_text_buttons_and_a_choice_arrive(world: World, telegram: Telegram) -> None:
    await send_all(telegram, Reply("Namaste <b>_you_</b>"))
    buttons = tuple(Button(name, f"/{name.lower()} 12") for name in ("Confirm", "Reject", "Later"))
    await send_all(telegram, Reply("Order 12", buttons=buttons))
    rows = (Row("Masala Dosa", "dosa", "Rs 110"), Row("Idli", "idli"))
    await send_all(telegram, Reply("Menu", choice=Choice("Open", (Section("South", rows),))))
    text, order, menu = await world.telegram_messages()
    assert text["text"] == "Namaste <b>_you_</b>"
    assert [[button["data"] for button in row] for row in order["buttons"]] == [
        ["/confirm 12", "/reject 12", "/later 12"]
    ]
    assert menu["text"] == "Menu\n\nSouth\n• Masala Dosa – Rs 110\n• Idli"
    assert [len(row) for row in menu["buttons"]] == [2]


async def test_a_card_is_edited_in_place(world: World, telegram: Telegram) -> None:
    [card] = await send_all(telegram, Reply("Pending", buttons=(Button("Confirm", "ok"),)))
    assert await telegram.send(TO, Reply("Confirmed"), reference=8, edits=card) == card
    assert await telegram.send(TO, Reply("Confirmed"), reference=9, edits=card) == card
    [message] = await world.telegram_messages()
    assert (message["text"], message["buttons"], message["edited"]) == ("Confirmed", [], True)


async def test_a_card_that_is_gone_is_told_apart(telegram: Telegram) -> None:
    for missing in ("999999", "not-a-number"):
        with pytest.raises(MessageGone):
            await telegram.send(TO, Reply("Confirmed"), reference=8, edits=missing)


async def test_files_and_places_arrive(world: World, telegram: Telegram, tmp_path: Path) -> None:
    (tmp_path / "menu.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "dosa.jpg").write_bytes(b"\xff\xd8\xff")
    await send_all(telegram, Reply("The menu", file=File("menu.pdf", "application/pdf", "Menu.pdf")))
    picture = File("dosa.jpg", "image/jpeg", "dosa.jpg")
    await send_all(telegram, Reply("Dosa?", file=picture, buttons=(Button("Yes", "yes"),)))
    await send_all(telegram, Reply("", location=Location(12.97, 77.59)))
    menu, dosa, place = await world.telegram_messages()
    assert (menu["text"], menu["file"]["name"], menu["file"]["size"]) == ("The menu", "Menu.pdf", 8)
    assert (dosa["file"]["kind"], dosa["buttons"][0][0]["data"]) == ("photo", "yes")
    assert place["location"]["latitude"] == pytest.approx(12.97)


async def test_what_cannot_be_sent_is_told_by_kind(world: World, telegram: Telegram) -> None:
    cases = (
        ({"code": 429, "parameters": {"retry_after": 3}}, Transient),
        ({"code": 403, "description": "Forbidden: bot was blocked by the user"}, Refused),
        ({"code": 400, "description": "Bad Request: chat not found"}, Refused),
        ({"code": 401, "description": "Unauthorized"}, TokenRefused),
        ({"code": 500, "description": "Internal Server Error"}, Transient),
    )
    for error, kind in cases:
        await world.post("/sim/faults", {"error": {"channel": "telegram", "method": "sendMessage", **error}})
        with pytest.raises(kind):
            await send_all(telegram, Reply("hi"))


async def test_a_429_says_when_to_come_back(world: World, telegram: Telegram) -> None:
    await world.post("/sim/faults", {"throttle": 1, "retry_after": 17})
    with pytest.raises(Transient) as refusal:
        await send_all(telegram, Reply("hi"))
    assert refusal.value.after_ms == 17_000


async def test_a_group_that_became_a_supergroup_says_where_it_went(world: World, telegram: Telegram) -> None:
    await world.post(f"/sim/telegram/{GROUP}/members", {"migrate": -1004001})
    with pytest.raises(Moved) as refusal:
        await send_all(telegram, Reply("hi"), str(GROUP))
    assert refusal.value.recipient == "-1004001"
    await send_all(telegram, Reply("hi"), refusal.value.recipient)


async def test_a_lost_answer_is_unknown_and_no_server_is_transient(world: World, telegram: Telegram) -> None:
    await world.post("/sim/faults", {"drop_reply": 1})
    with pytest.raises(Unknown):
        await send_all(telegram, Reply("hi"))
    assert len(await world.telegram_messages()) == 1
    transport = Transport()
    with pytest.raises(Transient):
        await send_all(Telegram(telegram_settings("http://127.0.0.1:9"), transport), Reply("hi"))
    await transport.close()


async def test_server_errors_with_and_without_json_are_transient(world: World, telegram: Telegram) -> None:
    await world.post("/sim/faults", {"error_500": 1})
    for _ in range(8):
        with pytest.raises(Transient):
            await send_all(telegram, Reply("hi"))


async def test_updates_are_polled_and_a_tap_is_answered(world: World, telegram: Telegram) -> None:
    await telegram.start()
    await send_all(telegram, Reply("Order 12", buttons=(Button("Confirm", "/confirm 12"),)), str(GROUP))
    await world.post(f"/sim/telegram/{GROUP}/say", {"from": ANITA, "text": "/orders@TulsiBot today", "wait": False})
    await world.post(f"/sim/telegram/{GROUP}/say", {"from": ANITA, "tap": "Confirm", "wait": False})
    arrivals = telegram.split(await telegram.poll(0, 1)).arrivals
    command, tap = (telegram.read(arrival.payload) for arrival in arrivals[-2:])
    assert (command.text, command.user, command.private) == ("/orders today", TO, False)
    assert (tap.kind, tap.data, tap.chat) == ("tap", "/confirm 12", str(GROUP))
    await telegram.acknowledge(tap, "Confirmed")
    await telegram.acknowledge(tap, "Confirmed")
    assert (await world.get(f"/sim/telegram/{GROUP}/answers?after=0"))["answers"][0]["text"] == "Confirmed"
    assert await telegram.poll(int(arrivals[-1].event_id) + 1, 0) == []


async def test_the_menu_of_commands_is_set(world: World, telegram: Telegram) -> None:
    await telegram.set_commands([("orders", "List orders")], {"type": "all_group_chats"})
    menus = (await world.get("/sim/telegram/commands"))["menus"]
    assert menus[0]["commands"] == [{"command": "orders", "description": "List orders"}]


async def test_a_webhook_is_set_and_taken_away(world: World, transport: Transport) -> None:
    hook = telegram_settings(world.url, mode="webhook", webhook_url="https://shop.example/telegram")
    await Telegram(hook, transport).start()
    polling = Telegram(telegram_settings(world.url), transport)
    with pytest.raises(Transient):
        await polling.poll(0, 0)
    await polling.start()
    assert await polling.poll(0, 0) == []
    assert polling.username == "TulsiBot"


async def test_no_secret_is_ever_logged_or_shown(
    world: World, transport: Transport, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    telegram = Telegram(telegram_settings(world.url, mode="webhook", webhook_url="https://shop.example/t"), transport)
    await telegram.start()
    await send_all(telegram, Reply("hi"))
    nobody = Telegram(telegram_settings("http://127.0.0.1:9"), transport)
    with pytest.raises(Transient) as refusal:
        await send_all(nobody, Reply("hi"))
    written = caplog.text + repr(telegram.settings) + repr(refusal.value)
    assert "planted" not in written
