"""Where the platforms knock: the signature over the raw bytes first, then each event on disk, then 200."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import orjson
from aiohttp import web

from bot.channels.base import Split
from bot.channels.json_values import decoded
from bot.channels.telegram import Telegram
from bot.channels.whatsapp import WhatsApp
from bot.http.server import json_answer, refuse

Accept = Callable[[Split, float], Awaitable[int]]
"""Stores what a body holds; waits for it at most so many seconds."""
BODY_TIMEOUT_S = 20
STORE_TIMEOUT_S = 8
"""Longer nobody is kept waiting for his 200: the platforms give up themselves, and come again after a 503."""


def routes(accept: Accept, numbers: Sequence[WhatsApp], bots: Sequence[Telegram]) -> list[web.RouteDef]:
    """Routes for the channels that are configured; a channel without its secret never gets here."""
    found: list[web.RouteDef] = []
    if numbers:
        hook = WhatsAppWebhook(accept, numbers)
        found += [web.get("/webhooks/whatsapp", hook.challenge), web.post("/webhooks/whatsapp", hook.receive)]
    for bot in bots:
        path = f"/webhooks/telegram/{bot.account.partition(':')[2]}"
        found.append(web.post(path, TelegramWebhook(accept, bot).receive))
    return found


async def _body(request: web.Request) -> bytes:
    """The raw body. 413 beyond 4 MiB, 408 when it does not come."""
    if request.content.is_eof():  # it came with its head, as nearly all do: no clock need be set for it
        return await request.read()
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            return await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None


async def _stored(accept: Accept, split: Split) -> web.Response:
    """200 once everything is on disk. Raises `TimeoutError`, and what the database raised."""
    return json_answer({"accepted": await accept(split, STORE_TIMEOUT_S)})


class WhatsAppWebhook:
    """One address for all numbers: the signature tells whose app a body comes from."""

    def __init__(self, accept: Accept, numbers: Sequence[WhatsApp]) -> None:
        self._accept, self._numbers = accept, numbers

    async def challenge(self, request: web.Request) -> web.Response:
        """Meta's check when the address is registered: the challenge is sent back for the right token only."""
        for number in self._numbers:
            answer = number.challenge(request.query)
            if answer is not None:
                return web.Response(text=answer)
        return refuse(403, "forbidden", "The verify token is not ours.")

    async def receive(self, request: web.Request) -> web.Response:
        body = await _body(request)
        header = request.headers.get("X-Hub-Signature-256")
        number = next((each for each in self._numbers if each.verify(body, header)), None)
        if number is None:
            return refuse(401, "bad_signature", "X-Hub-Signature-256 is missing or does not fit the body.")
        try:
            content = decoded(body)
        except orjson.JSONDecodeError as error:
            return refuse(400, "bad_json", f"The body is not JSON: {error.msg} at byte {error.pos}.")
        split = number.split(content)
        if self._speaks_for_others(number, split):
            return refuse(401, "bad_signature", "The body speaks for a number of another app.")
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

    async def receive(self, request: web.Request) -> web.Response:
        if not self._bot.verify(request.headers.get("X-Telegram-Bot-Api-Secret-Token")):
            return refuse(401, "bad_secret", "X-Telegram-Bot-Api-Secret-Token is missing or wrong.")
        try:
            content = decoded(await _body(request))
        except orjson.JSONDecodeError as error:
            return refuse(400, "bad_json", f"The body is not JSON: {error.msg} at byte {error.pos}.")
        return await _stored(self._accept, self._bot.split(content))
