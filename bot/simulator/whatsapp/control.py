"""`/sim/whatsapp/...`: be a customer, and read what they see."""

from __future__ import annotations

import asyncio

import orjson
from aiohttp import web

from bot.simulator.whatsapp import statuses
from bot.simulator.whatsapp.customer import compose, echoed
from bot.simulator.whatsapp.state import Chat, Event, Message, Number, Person
from bot.simulator.whatsapp.views import message_view
from bot.simulator.whatsapp.webhooks import announce, contact_of, post
from bot.simulator.wire import BadControl, Json, answer, control_body, waiting_time, whole_number
from bot.simulator.world import WORLD, World

_SILENT = ("edit", "revoke")
"""Kinds that change an earlier message instead of standing in the chat by themselves."""


async def say(request: web.Request) -> web.Response:
    """`POST /sim/whatsapp/{phone}/say`: see `customer.compose` for what may be said.

    Also: "to" (phone_number_id), "name", "username", "bsuid", "hide_phone", "group" (group id), "id", "timestamp",
    "reply_to", "forwarded", "wait" (false: do not wait for the webhook's answer), "marketing" ("stop" | "resume"),
    "echo" (the business wrote from its phone app: see `customer.echoed`).
    Answers {"id", "delivered", "status"}.
    """
    world, body = request.app[WORLD], await control_body(request)
    number = business_number(world, body.get("to"))
    person = _person(world, request.match_info["phone"], body)
    if "marketing" in body:
        return answer(await _prefer(world, number, person, str(body["marketing"])))
    chat = _chat(world, person, body)
    event, message = (echo if "echo" in body else spoken)(world, number, chat, person, body)
    if body.get("wait", True) is False:
        world.courier.spawn(_told(world, chat, event, message))
        return answer({"id": message.id, "delivered": None, "status": None})
    return answer({"id": message.id, **await _told(world, chat, event, message)})


async def _told(world: World, chat: Chat, event: Event, message: Message) -> Json:
    """Tell the application; what it took stands in the customer's phone with two ticks."""
    status = await announce(world, event)
    taken = 200 <= status < 300
    if taken and message.sender == "customer" and not message.status:
        message.status = "delivered"
        if message.id in chat.timeline.entries:
            chat.timeline.mark(message)
    return {"delivered": taken, "status": status}


def spoken(world: World, number: Number, chat: Chat, person: Person, body: Json) -> tuple[Event, Message]:
    """Compose what a customer says and write it into the chat; the caller announces the event."""
    item = compose(world, number, chat, person, body)
    message = Message(
        id=item["id"],
        sender="customer",
        author=person.phone,
        number_id=number.phone_number_id,
        type=item["type"],
        raw=item,
        at=float(item["timestamp"]),
        reply_to=(item.get("context") or {}).get("id"),
    )
    chat.heard[number.phone_number_id] = world.now()
    if message.type not in _SILENT and message.id not in chat.timeline.entries:
        world.whatsapp.keep(chat, message)
    contact = None if message.type == "system" else contact_of(person)
    return Event(number, "messages", item, contact), message


def echo(world: World, number: Number, chat: Chat, person: Person, body: Json) -> tuple[Event, Message]:
    """What the business wrote from its phone app: it stands in the chat and comes as `smb_message_echoes`."""
    item = echoed(world, number, chat, person, body)
    message = Message(
        id=item["id"],
        sender="business",
        author=number.verified_name,
        number_id=number.phone_number_id,
        type=item["type"],
        raw=item,
        at=float(item["timestamp"]),
        status="delivered",
    )
    world.whatsapp.keep(chat, message)
    return Event(number, "message_echoes", item), message


def business_number(world: World, number_id: object) -> Number:
    """The named business number, or the first.

    Raises:
        BadControl: 404, there is none.
    """
    numbers = world.whatsapp.numbers
    found = numbers.get(str(number_id)) if number_id else next(iter(numbers.values()), None)
    if found is None:
        raise BadControl("no such business number; POST /sim/setup first", 404, numbers=list(numbers))
    return found


def _person(world: World, phone: str, body: Json) -> Person:
    digits = phone.lstrip("+")
    if not digits.isdigit():
        raise BadControl(f"{phone!r} is not a phone number in digits")
    person = world.whatsapp.person(digits)
    person.name = str(body.get("name") or person.name)
    person.username = body.get("username") or person.username
    person.hidden = bool(body.get("hide_phone", person.hidden))
    if body.get("bsuid"):
        world.whatsapp.rename_bsuid(person, str(body["bsuid"]))
    return person


def _chat(world: World, person: Person, body: Json) -> Chat:
    group_id = body.get("group")
    chat = world.whatsapp.chat(str(group_id or person.phone))
    if group_id and chat.group is None:
        raise BadControl(f"there is no WhatsApp group {group_id!r}", 404)
    if chat.group is not None and person.phone not in chat.group.participants:
        raise BadControl(f"{person.phone} is not in the group", 409, participants=chat.group.participants)
    return chat


async def _prefer(world: World, number: Number, person: Person, value: str) -> Json:
    """The customer stops or resumes marketing messages: a `user_preferences` webhook."""
    item = {
        "wa_id": person.phone,
        "user_id": person.bsuid,
        "detail": f"User requested to {value} marketing messages",
        "category": "marketing_messages",
        "value": value,
        "timestamp": int(world.now()),
    }
    status = await announce(world, Event(number, "user_preferences", item, contact_of(person)))
    return {"delivered": 200 <= status < 300, "status": status}


async def messages(request: web.Request) -> web.Response:
    """`GET /sim/whatsapp/{phone or group}/messages?after=N&wait=SECONDS`."""
    world = request.app[WORLD]
    chat = world.whatsapp.chat(request.match_info["phone"].lstrip("+"))
    found = await chat.timeline.wait(whole_number(request, "after"), waiting_time(request))
    views = [message_view(world.whatsapp, message) for message in found]
    return answer({"messages": views, "last": chat.timeline.last})


async def read(request: web.Request) -> web.Response:
    """`POST /sim/whatsapp/{phone}/read {"id"?, "status"?="read"}`: the customer opens the chat.

    Sends that status for one message, or for every business message that has not got it yet.
    """
    world, body = request.app[WORLD], await control_body(request)
    chat = world.whatsapp.chat(request.match_info["phone"].lstrip("+"))
    status, wanted = str(body.get("status", "read")), body.get("id")
    chosen = [
        m
        for m in chat.timeline.entries.values()
        if m.sender == "business" and wanted in (None, m.id) and m.status not in (status, "failed")
    ]
    sent = (statuses.report(world, world.whatsapp.numbers[m.number_id], chat, m, status) for m in chosen)
    answers = await asyncio.gather(*sent)
    return answer({"read": [m.id for m in chosen], "statuses": answers})


async def event(request: web.Request) -> web.Response:
    """`POST /sim/whatsapp/webhook {"to"?, "body": {...}}`: post any body, properly signed, once."""
    world, body = request.app[WORLD], await control_body(request)
    attempt = await post(world, business_number(world, body.get("to")), orjson.dumps(body.get("body")), None)
    return answer(
        {"delivered": attempt.taken, "status": attempt.status, "answer": attempt.body.decode("utf-8", "replace")}
    )


async def shown_media(request: web.Request) -> web.Response:
    """`GET /sim/whatsapp/media/{id}`: the bytes of any stored file, without a token."""
    media = request.app[WORLD].whatsapp.media.get(request.match_info["id"])
    if media is None:
        raise BadControl("no such file", 404)
    headers = {"Content-Type": media.mime, "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
    return web.Response(body=media.data, headers=headers)


ROUTES = (
    web.post("/sim/whatsapp/webhook", event),
    web.get("/sim/whatsapp/media/{id}", shown_media),
    web.post("/sim/whatsapp/{phone}/say", say),
    web.post("/sim/whatsapp/{phone}/read", read),
    web.get("/sim/whatsapp/{phone}/messages", messages),
)
