"""The HTTP face: webhooks, health, and the API generated from the commands, on one aiohttp server."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import orjson
from aiohttp import web

from bot.http.doorman import Door, Doorman, Post
from storage.outages import is_outage

log = logging.getLogger("munshi.http")

MOST_BODY = 4 * 1024 * 1024
AGAIN_S = 5
"""After which time whoever got a 503 may come again."""
PATIENCE_S = 5
"""How long an end waits for what is being answered."""
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Refusal(Exception):
    """What is answered instead: a status, a code for machines, a sentence for people."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail


def json_answer(value: object, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(value, default=str), status=status, content_type="application/json")


def refuse(status: int, code: str, detail: str, **more: object) -> web.Response:
    """The one shape of errors: `{"detail", "code", "timestamp"}`, and what one needs to proceed."""
    answer = json_answer({"detail": detail, "code": code, "timestamp": datetime.now(UTC).isoformat(), **more}, status)
    if status == 503:
        answer.headers["Retry-After"] = str(AGAIN_S)
    return answer


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Exception as error:
        # As it stands in the table of routes: whom it was about is nothing for a log.
        resource = request.match_info.route.resource
        return explained(error, f"{request.method} {resource.canonical if resource else 'no route'}")


def explained(error: Exception, what: str) -> web.Response:
    """No fault of ours leaves as a bare 500 page; details go to the log with an id, never to the caller."""
    if isinstance(error, Refusal):
        return refuse(error.status, error.code, error.detail)
    if isinstance(error, web.HTTPException):
        if error.status < 400:
            raise error
        return refuse(error.status, error.reason.lower().replace(" ", "_"), error.reason)
    if is_outage(error) or isinstance(error, TimeoutError):
        log.warning("%s: the books cannot be written (%s)", what, type(error).__name__)
    else:
        log.error("%s failed", what, exc_info=error)
    return refuse(503, "unavailable", "This could not be handled now. Please try again in a moment.")


def application(routes: list[web.RouteDef]) -> web.Application:
    app = web.Application(middlewares=[errors], client_max_size=MOST_BODY)
    app.add_routes(routes)
    return app


class Server:
    """Listens from `start` to `stop`; `port` is the real one when 0 was asked for. `posts`: those of the application's
    routes that are asked so often that they are answered without it."""

    def __init__(
        self, app: web.Application, host: str, port: int, posts: Mapping[str, Post] = MappingProxyType({})
    ) -> None:
        self._runner = web.AppRunner(
            app, access_log=None, handle_signals=False, keepalive_timeout=75, shutdown_timeout=PATIENCE_S
        )
        self._host, self.port, self._posts = host, port, posts
        self._door: Door | None = None
        self._socket: asyncio.Server | None = None

    async def start(self) -> None:
        await self._runner.setup()
        usual: Any = self._runner.server
        door = self._door = Door(self._posts, explained, usual)
        loop = asyncio.get_running_loop()
        self._socket = await loop.create_server(lambda: Doorman(door), self._host, self.port, backlog=1024)
        self.port = self._socket.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._socket is not None and self._door is not None:
            self._socket.close()
            await self._door.close(PATIENCE_S)
        await self._runner.cleanup()
