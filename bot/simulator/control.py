"""`/sim/*`: set the stage, make weather, read the log, open the floodgates."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.simulator import faults
from bot.simulator.flood import flood
from bot.simulator.telegram import groups
from bot.simulator.telegram.views import chat_view as telegram_chat_view
from bot.simulator.whatsapp import accounts
from bot.simulator.whatsapp.views import chat_view as whatsapp_chat_view
from bot.simulator.wire import BadControl, Json, answer, control_body, whole_number
from bot.simulator.world import WORLD, World


async def setup(request: web.Request) -> web.Response:
    """`POST /sim/setup`: add numbers, bots, people and groups; what is known already is changed in place.

    {"whatsapp": [{"phone_number_id", "display_phone_number", "waba_id", "token", "app_secret", "verify_token",
    "webhook_url", "verified_name", "subscribed", "templates"}], "telegram": [{"token", "username", "name"}], "users": [{"id",
    "first_name", "username", "language_code", "started"}], "groups": [{"id", "title", "members", "administrators",
    "owner", "forum", "bot"}], "whatsapp_groups": [{"id", "subject", "participants"}]}

    A webhook_url is challenged as Meta does; `whatsapp[].challenge` tells whether it passed. The address is kept
    in any case.
    """
    world, body = request.app[WORLD], await control_body(request)
    known = ("whatsapp", "telegram", "users", "groups", "whatsapp_groups")
    unknown = [key for key in body if key not in known]
    if unknown:
        raise BadControl(f"unknown key {unknown[0]!r}", known=list(known))
    try:
        return answer(await _set_stage(world, body))
    except KeyError as error:
        raise BadControl(f"missing key {error}") from None


async def _set_stage(world: World, body: Json) -> Json:
    numbers = [await _add_number(world, item) for item in body.get("whatsapp") or []]
    bots = [groups.add_account(world, item) for item in body.get("telegram") or []]
    people = [groups.add_user(world, item) for item in body.get("users") or []]
    chats = [groups.add_group(world, item) for item in body.get("groups") or []]
    for item in body.get("whatsapp_groups") or []:
        accounts.add_group(world, item)
    return {
        "whatsapp": numbers,
        "telegram": [{"id": bot.id, "username": bot.username} for bot in bots],
        "users": [{"id": user.id} for user in people],
        "groups": [{"id": chat.id, "type": chat.type} for chat in chats],
    }


async def _add_number(world: World, body: Json) -> Json:
    number = accounts.add_number(world, body)
    view: Json = {"phone_number_id": number.phone_number_id}
    if body.get("webhook_url"):
        view["challenge"] = await accounts.challenge(world, number.webhook_url, number.verify_token)
    return view


async def set_faults(request: web.Request) -> web.Response:
    """`POST /sim/faults`: replace the weather; `{}` clears it."""
    world = request.app[WORLD]
    world.faults = faults.plan_from(await control_body(request))
    return answer(faults.plan_view(world.faults))


async def show_faults(request: web.Request) -> web.Response:
    """`GET /sim/faults`: the plan in force, and what each key means."""
    return answer({"faults": faults.plan_view(request.app[WORLD].faults), "help": faults.__doc__})


async def log(request: web.Request) -> web.Response:
    """`GET /sim/log?after=N&kind=api|webhook&channel=...`: the last 10,000 requests and webhooks."""
    journal = request.app[WORLD].journal
    found = journal.newer(whole_number(request, "after"))
    for key in ("kind", "channel"):
        wanted = request.query.get(key)
        if wanted:
            found = [record for record in found if record[key] == wanted]
    return answer({"log": found, "last": request.app[WORLD].counter.value})


async def reset(request: web.Request) -> web.Response:
    """`POST /sim/reset`: forget everything; deliveries under way are dropped."""
    world = request.app[WORLD]
    await world.courier.drop_work()
    world.forget()
    return answer({"reset": True, "last": world.counter.value})


def chat_list(world: World) -> list[Json]:
    """Every chat with its last words, the newest first."""
    views = [whatsapp_chat_view(world.whatsapp, chat) for chat in world.whatsapp.chats.values()]
    telegram = world.telegram
    started = (chat for chat in telegram.private.values() if chat.started or chat.timeline.entries)
    views += [telegram_chat_view(telegram, chat) for chat in (*telegram.groups.values(), *started)]
    return sorted(views, key=lambda view: view["last"], reverse=True)


async def chats(request: web.Request) -> web.Response:
    """`GET /sim/chats`: every chat with its last words, the newest first."""
    world = request.app[WORLD]
    numbers: list[Any] = [accounts.number_view(number) for number in world.whatsapp.numbers.values()]
    bots = [bot.user for bot in world.telegram.accounts.values()]
    users = [user.user for user in world.telegram.users.values()]
    now = {"epoch": world.epoch, "last": world.counter.value}
    return answer({"chats": chat_list(world), "numbers": numbers, "bots": bots, "users": users, **now})


ROUTES = (
    web.post("/sim/setup", setup),
    web.get("/sim/faults", show_faults),
    web.post("/sim/faults", set_faults),
    web.get("/sim/log", log),
    web.post("/sim/flood", flood),
    web.post("/sim/reset", reset),
    web.get("/sim/chats", chats),
)
