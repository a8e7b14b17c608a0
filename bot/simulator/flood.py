"""`POST /sim/flood`: many customers write at once, as fast as the application answers."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import orjson
from aiohttp import web

from bot.simulator.telegram import people
from bot.simulator.telegram.state import Account, Update
from bot.simulator.whatsapp.control import business_number, spoken
from bot.simulator.whatsapp.state import Event, Number
from bot.simulator.whatsapp.webhooks import envelope, post
from bot.simulator.wire import BadControl, Json, answer, control_body
from bot.simulator.world import WORLD, World

MOST = 100_000
FIRST_PHONE = 919_800_000_000
FIRST_USER = 700_000_000
POLL_PATIENCE_S = 120


@dataclass(slots=True)
class Tally:
    """How the application answered: milliseconds of each webhook that was taken, and how many were not."""

    sent: int = 0
    refused: int = 0
    times: list[float] = field(default_factory=list)

    def view(self, seconds: float) -> Json:
        ordered = sorted(self.times)
        return {
            "sent": self.sent,
            "refused": self.refused,
            "webhooks": len(ordered) + self.refused,
            "seconds": round(seconds, 3),
            "per_second": round(self.sent / seconds, 1) if seconds else None,
            "latency_ms": {name: _percentile(ordered, share) for name, share in _SHARES.items()},
        }


_SHARES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "max": 1.0}


def _percentile(ordered: Sequence[float], share: float) -> float | None:
    if not ordered:
        return None
    return round(ordered[max(0, math.ceil(len(ordered) * share) - 1)], 2)


async def flood(request: web.Request) -> web.Response:
    """Send `count` messages from `senders` people and tell how it went.

    {"channel": "whatsapp"|"telegram", "count" (at most 100,000), "senders"=count, "text" ("{n}" is the message's
    number, "{s}" the sender's), "concurrency"=16, "batch"=1 (messages in one WhatsApp body), "first"=first phone or
    user id, "to"/"bot"}. Answers counts, duration and latency percentiles. Refused webhooks are not sent again.
    """
    world, body = request.app[WORLD], await control_body(request)
    count = int(body.get("count", 1000))
    if not 1 <= count <= MOST:
        raise BadControl(f"count must lie between 1 and {MOST}")
    started = time.perf_counter()
    tally = Tally()
    if body.get("channel", "whatsapp") == "telegram":
        await _flood_telegram(world, body, count, tally)
    else:
        await _flood_whatsapp(world, body, count, tally)
    return answer(tally.view(time.perf_counter() - started))


def _lines(body: Json, count: int, first: int) -> Iterator[tuple[int, str]]:
    senders = max(1, min(int(body.get("senders", count)), count))
    text = str(body.get("text", "hello {n}"))
    for n in range(count):
        yield first + n % senders, text.replace("{n}", str(n)).replace("{s}", str(n % senders))


async def _flood_whatsapp(world: World, body: Json, count: int, tally: Tally) -> None:
    number = business_number(world, body.get("to"))
    batch = min(max(int(body.get("batch", 1)), 1), 1000)
    lines = _lines(body, count, int(body.get("first", FIRST_PHONE)))
    workers = (_send_whatsapp(world, number, lines, batch, tally) for _ in range(int(body.get("concurrency", 16))))
    await asyncio.gather(*workers)


async def _send_whatsapp(
    world: World, number: Number, lines: Iterator[tuple[int, str]], batch: int, tally: Tally
) -> None:
    while True:
        events = [_whatsapp_event(world, number, *line) for line in islice(lines, batch)]
        if not events:
            return
        outcome = await post(world, number, orjson.dumps(envelope(events)), None)
        tally.sent += len(events)
        if outcome.taken:
            tally.times.append(outcome.ms)
        else:
            tally.refused += 1


def _whatsapp_event(world: World, number: Number, phone: int, text: str) -> Event:
    person = world.whatsapp.person(str(phone))
    event, _ = spoken(world, number, world.whatsapp.chat(person.phone), person, {"text": text})
    return event


async def _flood_telegram(world: World, body: Json, count: int, tally: Tally) -> None:
    account = world.telegram.account(body.get("bot"))
    if account is None:
        raise BadControl("no such bot; POST /sim/setup first", 404)
    lines = _lines(body, count, int(body.get("first", FIRST_USER)))
    if account.hook is None:
        await _drain_by_polling(world, account, lines, tally)
        return
    workers = (_send_telegram(world, account, lines, tally) for _ in range(int(body.get("concurrency", 16))))
    await asyncio.gather(*workers)


async def _send_telegram(world: World, account: Account, lines: Iterator[tuple[int, str]], tally: Tally) -> None:
    for user_id, text in lines:
        started = time.perf_counter()
        for update in _telegram_updates(world, account, user_id, text):
            status = await update.answer if update.answer is not None else 0
            tally.sent += 1
            if 200 <= status < 300:
                tally.times.append((time.perf_counter() - started) * 1000)
            else:
                tally.refused += 1


async def _drain_by_polling(world: World, account: Account, lines: Iterator[tuple[int, str]], tally: Tally) -> None:
    for user_id, text in lines:
        tally.sent += len(_telegram_updates(world, account, user_id, text))
    patience = time.monotonic() + POLL_PATIENCE_S
    while account.pending and time.monotonic() < patience:  # noqa: ASYNC110 - measuring, not signalling
        await asyncio.sleep(0.01)
    tally.refused = len(account.pending)


def _telegram_updates(world: World, account: Account, user_id: int, text: str) -> list[Update]:
    world.telegram.user(user_id)
    chat = world.telegram.private_chat(account, user_id)
    return people.speak(world, account, chat, {"text": text})[1]
