"""The HTTP face: webhooks, health, and the API generated from the commands, on one aiohttp server."""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import orjson
from aiohttp import web

from storage.outages import is_outage

log = logging.getLogger("munshi.http")

MOST_BODY = 4 * 1024 * 1024
AGAIN_S = 5
"""After which time whoever got a 503 may come again."""
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


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
    """No fault of ours leaves as a bare 500 page; details go to the log with an id, never to the caller."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return refuse(error.status, error.reason.lower().replace(" ", "_"), error.reason)
    except Exception as error:
        if is_outage(error) or isinstance(error, TimeoutError):
            log.warning("%s: the books cannot be written (%s)", _route(request), type(error).__name__)
        else:
            log.exception("%s failed", _route(request))
        return refuse(503, "unavailable", "This could not be handled now. Please try again in a moment.")


def _route(request: web.Request) -> str:
    """What was asked for, as it stands in the table of routes: whom it was about is nothing for a log."""
    resource = request.match_info.route.resource
    return f"{request.method} {resource.canonical if resource else 'no route'}"


def application(routes: list[web.RouteDef]) -> web.Application:
    app = web.Application(middlewares=[errors], client_max_size=MOST_BODY)
    app.add_routes(routes)
    return app


class Server:
    """Listens from `start` to `stop`; `port` is the real one when 0 was asked for."""

    def __init__(self, app: web.Application, host: str, port: int) -> None:
        self._runner = web.AppRunner(
            app, access_log=None, handle_signals=False, keepalive_timeout=75, shutdown_timeout=5
        )
        self._host, self.port = host, port

    async def start(self) -> None:
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self.port, backlog=1024)
        await site.start()
        for address in self._runner.addresses:
            self.port = address[1]

    async def stop(self) -> None:
        await self._runner.cleanup()
