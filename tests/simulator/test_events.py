"""The stream behind the page: everything once, in order, through reconnects, restarts and floods."""

from __future__ import annotations

import asyncio
from typing import Any

from pywa_async import WhatsApp
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from .conftest import ASHA, CUSTOMER, GROUP, Sim

PHONE = f"whatsapp:{CUSTOMER}"
STAFF = f"telegram:{GROUP}"


async def news(sim: Sim, after: int = 0, **query: object) -> Any:
    more = "".join(f"&{key}={value}" for key, value in query.items())
    return await sim.get(f"/sim/events?after={after}{more}")


def words(told: Any) -> list[tuple[str, str]]:
    return [(event["chat"], event["message"]["text"]) for event in told["events"] if "message" in event]


async def test_both_platforms_come_in_one_stream_in_order(sim: Sim, wa: WhatsApp, bot: Bot) -> None:
    await sim.customer(text="hi")
    await bot.send_message(GROUP, "a card")
    await wa.send_message(CUSTOMER, "hello")
    await asyncio.sleep(0.1)
    told = await news(sim)
    assert sorted(words(told)) == sorted([(PHONE, "hi"), (STAFF, "a card"), (PHONE, "hello")])
    numbers = [event["n"] for event in told["events"]]
    assert numbers == sorted(numbers)
    places = [e["made"] for e in sorted(told["events"], key=lambda e: e["made"])]
    by_place = {e["made"]: e["message"]["text"] for e in told["events"]}
    assert [by_place[made] for made in places] == ["hi", "a card", "hello"]
    assert (await news(sim, told["last"]))["events"] == []


async def test_a_waiting_reader_is_woken_by_an_edit(sim: Sim, bot: Bot) -> None:
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Confirm", callback_data="c:1")]])
    sent = await bot.send_message(GROUP, "order 1", reply_markup=keys)
    last = (await news(sim))["last"]
    reader = asyncio.create_task(news(sim, last, wait=20))
    await asyncio.sleep(0.05)
    await bot.edit_message_text("order 1: confirmed", GROUP, sent.message_id)
    told = await asyncio.wait_for(reader, 15)
    (event,) = told["events"]
    assert (event["message"]["text"], event["message"]["edited"]) == ("order 1: confirmed", True)
    assert event["made"] < event["n"]


async def test_ticks_and_reactions_come_too_but_not_as_news_for_readers_of_messages(sim: Sim, wa: WhatsApp) -> None:
    await sim.customer(text="hi")
    sent = await wa.send_message(CUSTOMER, "hello")
    await asyncio.sleep(0.1)
    seen, last = (await sim.seen_by_customer())[-1]["n"], (await news(sim))["last"]
    await sim.post(f"/sim/whatsapp/{CUSTOMER}/read")
    told = [(e["message"]["id"], e["message"]["status"]) for e in (await news(sim, last))["events"]]
    assert (sent.id, "read") in told
    assert await sim.seen_by_customer(after=seen) == []


async def test_answers_to_presses_and_typing_are_told(sim: Sim, bot: Bot) -> None:
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Confirm", callback_data="c:1")]])
    await bot.send_message(GROUP, "order 1", reply_markup=keys)
    last = (await news(sim))["last"]
    pressed = await sim.staff(tap="Confirm")
    await bot.answer_callback_query(pressed["callback_query_id"], "Done")
    await bot.send_chat_action(GROUP, "typing")
    events = (await news(sim, last))["events"]
    (answer,) = (e["answer"] for e in events if "answer" in e)
    assert (answer["user"], answer["text"]) == (ASHA, "Done")
    assert [e["action"]["action"] for e in events if "action" in e] == ["typing"]


async def test_nothing_is_lost_or_told_twice_across_reconnects(sim: Sim) -> None:
    async def talk() -> None:
        for n in range(60):
            await sim.customer(text=f"word {n}", wait=False)

    talking = asyncio.create_task(talk())
    after, heard = 0, dict[int, str]()
    for _ in range(200):
        told = await news(sim, after, wait=1, limit=7, chat=PHONE)
        assert len(told["events"]) <= 7
        heard.update({e["made"]: e["message"]["text"] for e in told["events"]})
        after = told["last"]
        if talking.done() and not told["events"]:
            break
    await talking
    assert [heard[made] for made in sorted(heard)] == [f"word {n}" for n in range(60)]


async def test_chats_that_are_not_watched_are_only_named(sim: Sim) -> None:
    await sim.customer(text="hi", name="Asha")
    await sim.staff(text="/today")
    told = await news(sim, chat=STAFF)
    assert words(told) == [(STAFF, "/today")]
    assert {chat["title"] for chat in told["chats"]} == {"Asha", "Kitchen"}


async def test_the_history_of_a_chat_is_paged_backwards(sim: Sim) -> None:
    for n in range(5):
        await sim.customer(text=str(n))
    page = await sim.get(f"/sim/history?chat={PHONE}&limit=2")
    assert ([e["message"]["text"] for e in page["events"]], page["earlier"]) == (["3", "4"], True)
    before = page["events"][0]["made"]
    page = await sim.get(f"/sim/history?chat={PHONE}&limit=3&before={before}")
    assert ([e["message"]["text"] for e in page["events"]], page["earlier"]) == (["0", "1", "2"], False)


async def test_a_world_that_began_anew_says_so_at_once(sim: Sim) -> None:
    epoch = (await news(sim))["epoch"]
    ahead = await asyncio.wait_for(news(sim, 10**12, wait=20), 15)
    assert (ahead["epoch"], ahead["events"]) == (epoch, [])
    await sim.post("/sim/reset")
    assert (await news(sim))["epoch"] != epoch


async def test_unknown_chats_are_refused_with_a_reason(sim: Sim) -> None:
    assert "named" in (await sim.get("/sim/history?chat=nonsense", 400))["error"]
    assert "named" in (await sim.get("/sim/events?chat=telegram:abc", 400))["error"]
    assert "no such chat" in (await sim.get("/sim/history?chat=telegram:-42", 404))["error"]
    assert "no such chat" in (await sim.get("/sim/history?chat=whatsapp:<b>", 404))["error"]
    assert (await sim.get("/sim/history?chat=whatsapp:919000000009"))["events"] == []
    assert "unknown key" in (await sim.post("/sim/setup", {"people": []}, 400))["error"]
    assert "whole number" in (await sim.get("/sim/events?after=soon", 400))["error"]
