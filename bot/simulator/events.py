"""Everything that happens in the chats, as one stream for the page: what is new, edited, ticked, answered, typed.

A chat is named `whatsapp:PHONE`, `whatsapp:GROUP` or `telegram:ID` (the private chats of the first bot).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from operator import itemgetter

from aiohttp import web

from bot.simulator.telegram.state import Chat as TelegramChat
from bot.simulator.telegram.views import chat_view as telegram_chat_view
from bot.simulator.telegram.views import message_view as telegram_view
from bot.simulator.timeline import Entry
from bot.simulator.whatsapp.state import Chat as WhatsAppChat
from bot.simulator.whatsapp.views import chat_view as whatsapp_chat_view
from bot.simulator.whatsapp.views import message_view as whatsapp_view
from bot.simulator.wire import BadControl, Json, answer, waiting_time, whole_number
from bot.simulator.world import WORLD, World

Chat = WhatsAppChat | TelegramChat
GATHERING_S = 0.03
"""How long one answer waits for company after the first event, so that a flood is not one answer a message."""
MOST = 500
MOST_CHATS = 200


async def events(request: web.Request) -> web.Response:
    """`GET /sim/events?after=N&wait=SECONDS&limit=500&chat=KEY&chat=...`: what happened after number N.

    {"epoch", "last", "events": [...], "chats": [...]}. Each event is {"n", "chat"} and one of "message" (with "made",
    its place in the chat), "answer" (to a pressed button) and "action" (typing). Without `chat`, all chats are told;
    `chats` names every chat that changed, told or not. Ask next for `after=last`: nothing is lost in between, and an
    entry that changed twice comes once, as it is now. Another `epoch` means that the world began anew.
    """
    world, after = request.app[WORLD], whole_number(request, "after")
    limit = min(max(whole_number(request, "limit", MOST), 1), MOST)
    wanted = {_checked(key) for key in request.query.getall("chat", [])}
    until = time.monotonic() + waiting_time(request)
    while after <= world.counter.value and not any(_changed(world, after)):
        left = until - time.monotonic()
        if left <= 0 or not await world.counter.rung(left):
            break
        await asyncio.sleep(GATHERING_S)
    return answer(_news(world, after, wanted, limit))


def _news(world: World, after: int, wanted: set[str], limit: int) -> Json:
    changed = list(_changed(world, after))
    found = [event for key, chat in changed if not wanted or key in wanted for event in _told(world, key, chat, after)]
    found.sort(key=itemgetter("n"))
    last = found[limit - 1]["n"] if len(found) > limit else world.counter.value
    newest = sorted(changed, key=lambda pair: pair[1].timeline.marked, reverse=True)[:MOST_CHATS]
    summaries = [summary(world, chat) for _, chat in newest]
    return {"epoch": world.epoch, "last": last, "events": found[:limit], "chats": summaries}


def _changed(world: World, after: int) -> Iterator[tuple[str, Chat]]:
    for key, chat in _places(world):
        if chat.timeline.marked > after:
            yield key, chat


def _places(world: World) -> Iterator[tuple[str, Chat]]:
    for phone, customer in world.whatsapp.chats.items():
        yield f"whatsapp:{phone}", customer
    for group_id, group in world.telegram.groups.items():
        yield f"telegram:{group_id}", group
    first = world.telegram.account()
    for (bot_id, user_id), private in world.telegram.private.items():
        if first is not None and bot_id == first.id:
            yield f"telegram:{user_id}", private


def summary(world: World, chat: Chat) -> Json:
    """A chat in one line: its title and last words."""
    if isinstance(chat, WhatsAppChat):
        return whatsapp_chat_view(world.whatsapp, chat)
    return telegram_chat_view(world.telegram, chat)


def _told(world: World, key: str, chat: Chat, after: int) -> Iterator[Json]:
    yield from _messages(world, key, chat, lambda entry: entry.marked > after)
    if isinstance(chat, WhatsAppChat):
        return
    for kind, happenings in (("answer", chat.answers), ("action", chat.actions)):
        for happening in reversed(happenings):
            if happening["n"] <= after:
                break
            yield {"n": happening["n"], "chat": key, kind: happening}


def _messages(world: World, key: str, chat: Chat, wanted: Callable[[Entry], bool]) -> Iterator[Json]:
    if isinstance(chat, WhatsAppChat):
        for message in filter(wanted, chat.timeline.entries.values()):
            yield _event(key, message, whatsapp_view(world.whatsapp, message))
    else:
        for entry in filter(wanted, chat.timeline.entries.values()):
            yield _event(key, entry, telegram_view(world.telegram, entry))


def _event(key: str, entry: Entry, view: Json) -> Json:
    return {"n": entry.marked, "made": entry.made, "chat": key, "message": view}


async def history(request: web.Request) -> web.Response:
    """`GET /sim/history?chat=KEY&before=MADE&limit=200`: the newest messages of a chat, or those before a place.

    {"epoch", "last", "events", "earlier"}: in the order of the chat; `earlier` says whether there are more before
    them. `GET /sim/events?after=last` goes on from here. A phone that nobody used yet has an empty chat.
    """
    world, key = request.app[WORLD], _checked(request.query.get("chat", ""))
    limit = min(max(whole_number(request, "limit", 200), 1), MOST)
    before = whole_number(request, "before") or world.counter.value + 1
    chat = _find(world, key)
    places = [entry.made for entry in chat.timeline.entries.values() if entry.made < before] if chat else []
    shown = set(places[-limit:])
    told = list(_messages(world, key, chat, lambda entry: entry.made in shown)) if chat else []
    earlier = len(places) > limit
    return answer({"epoch": world.epoch, "last": world.counter.value, "events": told, "earlier": earlier})


def _checked(key: str) -> str:
    channel, _, name = key.partition(":")
    number = name.removeprefix("-") if channel == "telegram" else name
    if channel not in ("whatsapp", "telegram") or not number or (channel == "telegram" and not number.isdigit()):
        raise BadControl(f"a chat is named whatsapp:PHONE or telegram:ID, not {key!r}")
    return key


def _find(world: World, key: str) -> Chat | None:
    channel, _, name = key.partition(":")
    found = next((chat for known, chat in _places(world) if known == key), None)
    untouched = name.isdigit() if channel == "whatsapp" else name.isdigit() and int(name) in world.telegram.users
    if found is None and not untouched:
        raise BadControl(f"no such chat: {key}", 404)
    return found


ROUTES = (
    web.get("/sim/events", events),
    web.get("/sim/history", history),
)
