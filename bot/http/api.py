"""The HTTP API: one route for each command, made from its mark; the same parser, the same gate, the same unit."""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from aiohttp import web

from bot.http.server import json_answer, refuse
from handlers.registry import Command, View
from storage.errors import BotError

PREFIX = "/api/v1"
# What a command may still need before anything happens, as HTTP says it.
STATUS = {"confirmation": 409, "reason": 422}
Perform = Callable[[Command, Mapping[str, Any], str], Awaitable[View]]
WORKSPACE = "X-Workspace"
"""The header that names the workspace; without it the first one is meant."""


def routes(commands: Mapping[str, Command], perform: Perform, token: str) -> list[web.RouteDef]:
    """All routes, or none while no token is configured."""
    if not token:
        return []
    api = Api(perform, token)
    found = []
    for command in commands.values():
        method, _, path = command.mark.route.partition(" ")
        found.append(web.route(method, PREFIX + path, api.handler(command)))
    return found


class Api:
    """Answers `{"text", "data"}`: what chat would show, and the same as data."""

    def __init__(self, perform: Perform, token: str) -> None:
        self._perform, self._token = perform, token.encode()

    def handler(self, command: Command) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            if not self._knows(request):
                return refuse(401, "unauthorized", "Send your token as “Authorization: Bearer TOKEN”.")
            try:
                workspace = request.headers.get(WORKSPACE, "").strip()
                view = await self._perform(command, await _arguments(request), workspace)
            except BotError as error:
                return refuse(error.status, error.code, str(error))
            if view.missing:
                return refuse(STATUS[view.missing], f"{view.missing}_needed", view.reply.text, **view.data)
            return json_answer({"text": view.reply.text, "data": view.data})

        return answer

    def _knows(self, request: web.Request) -> bool:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        found = given.strip().encode("utf-8", "surrogateescape")
        return scheme.casefold() == "bearer" and hmac.compare_digest(found, self._token)


async def _arguments(request: web.Request) -> dict[str, Any]:
    """Path, query and JSON body together; the path has the last word."""
    given: dict[str, Any] = dict(request.query)
    if request.can_read_body:
        try:
            body = orjson.loads(await request.read())
        except orjson.JSONDecodeError as error:
            raise web.HTTPBadRequest(reason="The body is not JSON") from error
        if not isinstance(body, dict):
            raise web.HTTPBadRequest(reason="The body is not a JSON object")
        given |= body
    return given | dict(request.match_info)
