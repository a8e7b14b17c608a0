"""Where the platforms knock: the signature over the raw bytes first, then each event on disk, then 200."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

import orjson
from aiohttp import web

from bot.channels.base import Split
from bot.channels.json_values import decoded
from bot.channels.telegram import Telegram
from bot.channels.whatsapp import WhatsApp
from bot.http.doorman import Header, Post
from bot.http.server import Refusal

Accept = Callable[[Split, float], Awaitable[int]]
"""Stores what a body holds; waits for it at most so many seconds."""
WHATSAPP = "/webhooks/whatsapp"
BODY_TIMEOUT_S = 20
STORE_TIMEOUT_S = 8
"""Longer nobody is kept waiting for his 200: the platforms give up themselves, and come again after a 503."""


def challenges(numbers: Sequence[WhatsApp]) -> list[web.RouteDef]:
    """Meta's check when an address is registered."""
    return [web.get(WHATSAPP, Challenge(numbers).answer)] if numbers else []


def posts(accept: Accept, numbers: Sequence[WhatsApp], bots: Sequence[Telegram]) -> dict[str, Post]:
    """By path, for the channels that are configured; a channel without its secret never gets here."""
    found: dict[str, Post] = {WHATSAPP: WhatsAppWebhook(accept, numbers).receive} if numbers else {}
    for bot in bots:
        found[f"/webhooks/telegram/{bot.account.partition(':')[2]}"] = TelegramWebhook(accept, bot).receive
    return found


def unhurried(posts: Mapping[str, Post]) -> list[web.RouteDef]:
    """The same for what comes in pieces, in chunks, slowly, or as no webhook does."""
    return [web.post(path, partial(_receive, post)) for path, post in posts.items()]


async def _receive(post: Post, request: web.Request) -> web.Response:
    """413 beyond 4 MiB, 408 when the body does not come."""
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            body = await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    return web.Response(body=await post(request.headers.get, body), content_type="application/json")


async def _stored(accept: Accept, split: Split) -> bytes:
    """What is answered once everything is on disk. Raises `TimeoutError`, and what the database raised."""
    return b'{"accepted":%d}' % await accept(split, STORE_TIMEOUT_S)


def _content(body: bytes) -> Any:
    try:
        return decoded(body)
    except orjson.JSONDecodeError as error:
        raise Refusal(400, "bad_json", f"The body is not JSON: {error.msg} at byte {error.pos}.") from None


class Challenge:
    """The challenge is sent back for the right token only."""

    def __init__(self, numbers: Sequence[WhatsApp]) -> None:
        self._numbers = numbers

    async def answer(self, request: web.Request) -> web.Response:
        for number in self._numbers:
            answer = number.challenge(request.query)
            if answer is not None:
                return web.Response(text=answer)
        raise Refusal(403, "forbidden", "The verify token is not ours.")


class WhatsAppWebhook:
    """One address for all numbers: the signature tells whose app a body comes from."""

    def __init__(self, accept: Accept, numbers: Sequence[WhatsApp]) -> None:
        self._accept, self._numbers = accept, numbers

    async def receive(self, header: Header, body: bytes) -> bytes:
        signature = header("X-Hub-Signature-256")
        number = next((each for each in self._numbers if each.verify(body, signature)), None)
        if number is None:
            raise Refusal(401, "bad_signature", "X-Hub-Signature-256 is missing or does not fit the body.")
        split = number.split(_content(body))
        if self._speaks_for_others(number, split):
            raise Refusal(401, "bad_signature", "The body speaks for a number of another app.")
        return await _stored(self._accept, split)

    def _speaks_for_others(self, number: WhatsApp, split: Split) -> bool:
        """Each app signs for its own numbers: it may say nothing in the name of another shop's."""
        if len(self._numbers) == 1:
            return False
        secret = number.settings.app_secret
        others = {each.account for each in self._numbers if each.settings.app_secret != secret}
        named = {each.account for each in split.arrivals} | {each.account for each in split.receipts}
        return bool(others & named)


class TelegramWebhook:
    def __init__(self, accept: Accept, bot: Telegram) -> None:
        self._accept, self._bot = accept, bot

    async def receive(self, header: Header, body: bytes) -> bytes:
        if not self._bot.verify(header("X-Telegram-Bot-Api-Secret-Token")):
            raise Refusal(401, "bad_secret", "X-Telegram-Bot-Api-Secret-Token is missing or wrong.")
        return await _stored(self._accept, self._bot.split(_content(body)))
