"""The weather: duplicates, shuffles, batches, delays, refusals, lost answers, floods."""

from __future__ import annotations

import time

import httpx
import pytest
from pywa import errors
from pywa_async import WhatsApp
from telegram import Bot
from telegram.error import BadRequest, NetworkError, RetryAfter

from .conftest import CUSTOMER, GROUP, Receiver, Sim


async def hello(sim: Sim) -> None:
    await sim.customer(text="hi")


async def test_a_webhook_that_was_taken_comes_again(sim: Sim, receiver: Receiver) -> None:
    await sim.faults(duplicate=1)
    await hello(sim)
    first, second = await receiver.wait_for(2)
    assert first.raw == second.raw


async def test_events_are_gathered_into_one_body(sim: Sim, receiver: Receiver) -> None:
    await sim.faults(batch=1000, batch_ms=1500)
    for n in range(45):
        await sim.post(f"/sim/whatsapp/91980000{n:04d}/say", {"text": str(n), "wait": False})
    (webhook,) = await receiver.wait_for(1)
    assert len(receiver.items("messages")) == 45
    assert len(webhook.body["entry"][0]["changes"]) > 1
    assert all(len(v["messages"]) == len(v["contacts"]) for v in receiver.values())


async def test_events_are_shuffled_within_a_window(sim: Sim, receiver: Receiver) -> None:
    await sim.faults(reorder=10, seed=3, batch_ms=20_000)
    for n in range(10):
        await sim.customer(text=str(n), wait=False)
    await receiver.wait_for(10)
    texts = [m["text"]["body"] for m in receiver.items("messages")]
    assert texts != sorted(texts)
    assert sorted(texts) == [str(n) for n in range(10)]


async def test_webhooks_are_delayed(sim: Sim, receiver: Receiver) -> None:
    await sim.faults(delay_ms=[80, 90])
    started = time.monotonic()
    await hello(sim)
    assert time.monotonic() - started >= 0.08


async def test_throttling_is_pywas_and_telegrams_own(sim: Sim, wa: WhatsApp, bot: Bot) -> None:
    await hello(sim)
    await sim.faults(throttle=1, retry_after=7)
    with pytest.raises(errors.RateLimitHit) as refused:
        await wa.send_message(CUSTOMER, "hello")
    assert refused.value.status_code == 400
    with pytest.raises(RetryAfter) as later:
        await bot.send_message(GROUP, "hello")
    assert later.value._retry_after.total_seconds() == 7
    assert len(await sim.seen_by_customer()) == 1


async def test_server_failures_do_nothing(sim: Sim, wa: WhatsApp, bot: Bot) -> None:
    await hello(sim)
    await sim.faults(error_500=1)
    for _ in range(4):
        with pytest.raises(errors.WhatsAppError) as failed:
            await wa.send_message(CUSTOMER, "hello")
        assert failed.value.status_code in (500, 502)
        with pytest.raises(NetworkError):
            await bot.send_message(GROUP, "hello")
    assert len(await sim.seen_by_customer()) == 1
    assert await sim.seen_in_group() == []


async def test_a_lost_answer_leaves_the_message_sent(sim: Sim, wa: WhatsApp, bot: Bot) -> None:
    await hello(sim)
    await sim.faults(drop_reply=1)
    with pytest.raises(httpx.RemoteProtocolError):
        await wa.send_message(CUSTOMER, "hello")
    with pytest.raises(NetworkError):
        await bot.send_message(GROUP, "hello")
    assert (await sim.seen_by_customer())[-1]["text"] == "hello"
    assert (await sim.seen_in_group())[-1]["text"] == "hello"


async def test_answers_are_slow_when_told(sim: Sim, bot: Bot) -> None:
    await sim.faults(latency_ms=[80, 90])
    started = time.monotonic()
    await bot.send_message(GROUP, "hello")
    assert time.monotonic() - started >= 0.08


@pytest.mark.parametrize(
    "code", [1, 4, 33, 100, 190, 80007, 130429, 130472, 131016, 131026, 131048, 131049, 131050, 131056]
)
async def test_every_documented_code_can_be_played(code: int, sim: Sim, wa: WhatsApp) -> None:
    await hello(sim)
    await sim.faults(error={"code": code, "to": CUSTOMER, "method": "messages"})
    with pytest.raises(errors.WhatsAppError) as refused:
        await wa.send_message(CUSTOMER, "hello")
    assert refused.value.code == code
    await wa.send_message(CUSTOMER, "hello again")


async def test_telegram_errors_can_be_ordered_by_method_and_chat(sim: Sim, bot: Bot) -> None:
    rule = {"channel": "telegram", "code": 400, "description": "Bad Request: TOPIC_CLOSED", "times": None}
    await sim.faults(error=[{**rule, "method": "sendMessage", "to": GROUP}])
    for _ in range(2):
        with pytest.raises(BadRequest, match=r"(?i)topic_closed"):
            await bot.send_message(GROUP, "hello")
    await bot.get_me()


async def test_the_closed_window_can_fail_late(sim: Sim, wa: WhatsApp, receiver: Receiver) -> None:
    await sim.faults(window="status")
    await wa.send_message(CUSTOMER, "hello stranger")
    await receiver.wait_for(1)
    assert receiver.items("statuses")[0]["errors"][0]["code"] == 131047


async def test_the_pair_limit_holds_when_rates_are_enforced(sim: Sim, wa: WhatsApp) -> None:
    await hello(sim)
    await sim.faults(enforce_rates=True, statuses="none")
    for n in range(45):
        await wa.send_message(CUSTOMER, str(n))
    with pytest.raises(errors.TooManyMessages):
        await wa.send_message(CUSTOMER, "one too many")
    assert len(await sim.seen_by_customer()) == 46


async def test_nonsense_faults_are_refused_by_name(sim: Sim) -> None:
    assert "unknown fault" in (await sim.post("/sim/faults", {"gremlins": 1}, expect=400))["error"]
    assert "duplicate" in (await sim.post("/sim/faults", {"duplicate": 2}, expect=400))["error"]
    assert "status_failed" in (await sim.get("/sim/faults"))["help"]


async def test_a_flood_is_counted_and_timed(sim: Sim, receiver: Receiver, bot: Bot) -> None:
    flood = {"channel": "whatsapp", "count": 500, "senders": 50, "batch": 7, "concurrency": 4, "text": "{s} says {n}"}
    told = await sim.post("/sim/flood", flood)
    assert (told["sent"], told["refused"]) == (500, 0)
    assert told["latency_ms"]["p95"] >= told["latency_ms"]["p50"] > 0
    assert len({m["id"] for m in receiver.items("messages")}) == 500
    assert len({m["from"] for m in receiver.items("messages")}) == 50
    await bot.set_webhook(f"{receiver.url}/telegram")
    told = await sim.post("/sim/flood", {"channel": "telegram", "count": 200, "senders": 20})
    assert (told["sent"], told["refused"], len(told["latency_ms"])) == (200, 0, 5)


async def test_the_log_tells_what_went_over_the_wire(sim: Sim, wa: WhatsApp, bot: Bot) -> None:
    await hello(sim)
    await wa.send_message(CUSTOMER, "hello")
    with pytest.raises(BadRequest):
        await bot.send_message(GROUP, "")
    log = (await sim.get("/sim/log"))["log"]
    refused = next(r for r in log if r["channel"] == "telegram" and r["status"] == 400)
    assert refused["error"]["description"] == "Bad Request: message text is empty"
    assert {"api", "webhook"} <= {r["kind"] for r in log}
    assert not any("AAbot-token" in r["path"] for r in log)
    assert (await sim.get(f"/sim/log?after={log[-1]['n']}&kind=api"))["log"] == []
