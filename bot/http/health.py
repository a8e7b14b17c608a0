"""Whether the process lives, and whether it can do its work."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.http.server import json_answer, refuse

Probe = Callable[[], Awaitable[None]]


def routes(probe: Probe) -> list[web.RouteDef]:
    """`/health/live` answers always; `/health/ready` only while the books can be written."""

    async def live(_request: web.Request) -> web.Response:
        return json_answer({"status": "ok"})

    async def ready(_request: web.Request) -> web.Response:
        try:
            await probe()
        except Exception as error:
            return refuse(503, "not_ready", f"The books cannot be written: {type(error).__name__}")
        return json_answer({"status": "ok"})

    return [web.get("/health/live", live), web.get("/health/ready", ready)]
