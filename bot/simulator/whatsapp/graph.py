"""The Graph API's front door: token, weather, object, edge."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import web

from bot.simulator.whatsapp import accounts, media, sending
from bot.simulator.whatsapp.errors import GraphError, bad_parameter, bad_token, unknown_object
from bot.simulator.whatsapp.state import Number
from bot.simulator.wire import MALFORMED, Json, answer
from bot.simulator.world import WORLD, World


@dataclass(slots=True)
class Call:
    """One Graph request on its way: `parts` are the path below the version, `body` its JSON."""

    world: World
    request: web.Request
    parts: list[str]
    token: str
    body: Any = None
    method: str = ""

    @property
    def object_id(self) -> str:
        return self.parts[0]

    def number(self) -> Number:
        """The phone number that the path names, when the token may use it.

        Raises:
            GraphError: 100/33.
        """
        found = self.world.whatsapp.numbers.get(self.object_id)
        if found is None or found.token != self.token:
            raise unknown_object(self.object_id)
        return found


async def graph(request: web.Request) -> web.StreamResponse:
    """Answer one Graph API request, with the weather of the fault plan."""
    world = request.app[WORLD]
    started = time.perf_counter()
    call = Call(world, request, request.match_info["tail"].strip("/").split("/"), _token(request))
    error: Json | None = None
    try:
        response = await _answer(call)
    except GraphError as refusal:
        error = refusal.body(f"A{world.whatsapp.next_serial():x}")
        response = answer(error, refusal.http)
    except MALFORMED as trouble:
        error = bad_parameter(f"Invalid parameter: {type(trouble).__name__} {trouble}").body("A0")
        response = answer(error, 400)
    spent = (time.perf_counter() - started) * 1000
    path = f"{request.method} /{'/'.join(call.parts)}"
    world.journal.api("whatsapp", path, response.status, spent, call.body, error and error["error"])
    if (
        request.method != "GET"
        and call.method
        and world.faults.happens(world.faults.drop_reply)
        and request.transport is not None
    ):
        request.transport.close()
    return response


def _token(request: web.Request) -> str:
    header = request.headers.get("Authorization", "")
    return header[7:] if header.startswith("Bearer ") else request.query.get("access_token", "")


async def _answer(call: Call) -> web.Response:
    whatsapp = call.world.whatsapp
    if not any(number.token == call.token for number in whatsapp.numbers.values()):
        raise bad_token()
    handler, call.method = _route(call)
    if call.request.method == "POST" and not call.request.content_type.startswith("multipart/"):
        call.body = await _json(call.request)
    trouble = await _weather(call)
    if trouble is not None:
        return trouble
    result = await handler(call)
    return result if isinstance(result, web.Response) else answer(result)


async def _json(request: web.Request) -> Json:
    raw = await request.read()
    try:
        body = orjson.loads(raw or b"{}")
    except orjson.JSONDecodeError:
        raise bad_parameter("Invalid JSON in the request body") from None
    if not isinstance(body, dict):
        raise bad_parameter("The request body must be a JSON object")
    return body


async def _weather(call: Call) -> web.Response | None:
    """Latency, ordered errors, throttling and server failures, in that order."""
    faults = call.world.faults
    pause = faults.seconds(faults.latency_ms)
    if pause:
        await asyncio.sleep(pause)
    if faults.error:
        to = sending.recipient_of(call.body) if isinstance(call.body, dict) else ""
        rule = faults.ordered_error("whatsapp", call.method, to)
        if rule is not None:
            raise GraphError(rule.code, rule.details, http=rule.http, message=rule.description)
    if faults.happens(faults.throttle):
        raise GraphError(130429)
    if faults.happens(faults.error_500):
        if faults.happens(0.5):
            return web.Response(status=502, text="<html><body>Bad Gateway</body></html>", content_type="text/html")
        raise GraphError(131000)
    return None


Handler = Callable[[Call], Awaitable[Any]]


def _route(call: Call) -> tuple[Handler, str]:
    """The handler of a path and its name for fault rules.

    Raises:
        GraphError: 100/33 for an unknown object or edge.
    """
    verb, edge = call.request.method, call.parts[1] if len(call.parts) > 1 else ""
    if call.object_id == "attachments" and verb == "GET":
        return _download, "media_download"
    if (verb, edge) in _EDGES:
        return _EDGES[verb, edge]
    if edge == "" and verb in ("GET", "POST", "DELETE"):
        return _object(call, verb)
    raise unknown_object(call.object_id)


def _object(call: Call, verb: str) -> tuple[Handler, str]:
    whatsapp = call.world.whatsapp
    if call.object_id in whatsapp.media:
        return (_delete_media, "media_delete") if verb == "DELETE" else (_media_url, "media_url")
    if call.object_id in whatsapp.numbers:
        return (_phone_number, "phone_number") if verb == "GET" else (_phone_settings, "phone_settings")
    if verb == "GET" and accounts.knows_account(call.world, call.object_id):
        return _account, "account"
    chat = whatsapp.chats.get(call.object_id)
    if verb == "GET" and chat is not None and chat.group is not None:
        return _group, "group"
    raise unknown_object(call.object_id)


async def _messages(call: Call) -> Json:
    if "status" in call.body:
        call.method = "read"
    return sending.accept(call.world, call.number(), call.body)


async def _upload(call: Call) -> Json:
    call.number()
    return await media.upload(call.world, call.request)


async def _media_url(call: Call) -> Json:
    return media.describe(call.world, call.request, media.find(call.world, call.object_id))


async def _download(call: Call) -> web.Response:
    return media.download(call.world, call.request)


async def _delete_media(call: Call) -> Json:
    del call.world.whatsapp.media[media.find(call.world, call.object_id).id]
    return {"success": True}


async def _phone_number(call: Call) -> Json:
    return accounts.number_view(call.number())


async def _phone_settings(call: Call) -> Json:
    return await accounts.set_callback(call.world, [call.number()], call.body.get("webhook_configuration") or {})


async def _account(call: Call) -> Json:
    return {"id": call.object_id, "name": "Test Account", "currency": "INR", "timezone_id": "71"}


async def _group(call: Call) -> Json:
    return accounts.group_view(call.world, call.object_id)


async def _phone_numbers(call: Call) -> Json:
    numbers = accounts.numbers_of(call.world, call.object_id, call.token)
    return {"data": [accounts.number_view(number) for number in numbers]}


async def _subscribe(call: Call) -> Json:
    numbers = accounts.numbers_of(call.world, call.object_id, call.token)
    return await accounts.set_callback(call.world, numbers, call.body)


async def _subscriptions(call: Call) -> Json:
    return accounts.subscriptions(accounts.numbers_of(call.world, call.object_id, call.token))


async def _templates(call: Call) -> Json:
    accounts.numbers_of(call.world, call.object_id, call.token)
    return accounts.template_page(call.world, call.object_id, dict(call.request.query))


async def _create_template(call: Call) -> Json:
    accounts.numbers_of(call.world, call.object_id, call.token)
    return accounts.create_template(call.world, call.object_id, call.body)


_EDGES: dict[tuple[str, str], tuple[Handler, str]] = {
    ("POST", "messages"): (_messages, "messages"),
    ("POST", "media"): (_upload, "media"),
    ("GET", "phone_numbers"): (_phone_numbers, "phone_numbers"),
    ("POST", "subscribed_apps"): (_subscribe, "subscribed_apps"),
    ("GET", "subscribed_apps"): (_subscriptions, "subscribed_apps"),
    ("GET", "message_templates"): (_templates, "message_templates"),
    ("POST", "message_templates"): (_create_template, "message_templates"),
}
