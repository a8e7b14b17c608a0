"""The page: who talks to whom, and one live chat at a time. Nothing is loaded from elsewhere."""

from __future__ import annotations

from importlib.resources import files

from aiohttp import web

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; media-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
_HEADERS = {"Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
_TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript"}


def _asset(name: str) -> web.Response:
    text = files("bot.simulator").joinpath("pages", name).read_text("utf-8")
    return web.Response(text=text, content_type=_TYPES[name.rsplit(".", 1)[1]], headers=_HEADERS)


async def chats(_: web.Request) -> web.StreamResponse:
    """`GET /`: the list of chats."""
    return _asset("chats.html")


async def chat(_: web.Request) -> web.StreamResponse:
    """`GET /chat/{channel}/{id}`: one chat, live."""
    return _asset("chat.html")


async def asset(request: web.Request) -> web.StreamResponse:
    """`GET /pages/{name}`: the style sheet and the scripts."""
    name = request.match_info["name"]
    if name not in ("page.css", "chats.js", "chat.js"):
        raise web.HTTPNotFound
    return _asset(name)


ROUTES = (
    web.get("/", chats),
    web.get("/chat/{channel}/{id}", chat),
    web.get("/pages/{name}", asset),
)
