"""The HTTP server that carries all of it on one port."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web

from bot.simulator import control, events, openai, page
from bot.simulator.strangers import refuse_strangers
from bot.simulator.telegram import control as telegram_control
from bot.simulator.telegram.bot_api import bot_api
from bot.simulator.telegram.files import download
from bot.simulator.whatsapp import control as whatsapp_control
from bot.simulator.whatsapp.graph import graph
from bot.simulator.wire import MALFORMED, BadControl, answer
from bot.simulator.world import WORLD, World

LARGEST_BODY = 110 * 1024 * 1024
"""WhatsApp documents go up to 100 MB."""
_METHODS = ("GET", "POST", "DELETE")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _explained(handler: Handler) -> Handler:
    """Turn a `BadControl` into its JSON answer."""

    async def wrapped(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except BadControl as trouble:
            return answer(trouble.answer, trouble.status)
        except MALFORMED as trouble:
            return answer({"error": f"malformed request: {type(trouble).__name__}: {trouble}"}, 400)

    return wrapped


def make_app(world: World) -> web.Application:
    """Routes of both platforms, the control interface and the page, around one world."""
    app = web.Application(client_max_size=LARGEST_BODY, middlewares=[refuse_strangers])
    app[WORLD] = world
    for method in _METHODS:
        app.router.add_route(method, "/graph/{version}/{tail:.+}", graph)
    for method in ("GET", "POST"):
        app.router.add_route(method, "/telegram/bot{token:[^/]+}/{method}", bot_api)
    app.router.add_get("/telegram/file/bot{token:[^/]+}/{path:.+}", download)
    for route in (
        *control.ROUTES,
        *events.ROUTES,
        *whatsapp_control.ROUTES,
        *telegram_control.ROUTES,
        *openai.ROUTES,
        *page.ROUTES,
    ):
        app.router.add_route(route.method, route.path, _explained(route.handler))
    return app


@contextlib.asynccontextmanager
async def running_server(host: str, port: int) -> AsyncIterator[int]:
    """Listen until the block ends; yields the port that was taken."""
    world = World()
    runner = web.AppRunner(make_app(world), access_log=None, shutdown_timeout=0.5, keepalive_timeout=75)
    await runner.setup()
    site = web.TCPSite(runner, host, port, backlog=1024)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await world.courier.close()
        await runner.cleanup()
