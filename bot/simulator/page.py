"""The page: a customer's phone, the staff group and the owner's chat side by side. Nothing is loaded from elsewhere."""

from __future__ import annotations

from importlib.resources import files

from aiohttp import web

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; media-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
_HEADERS = {"Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
_TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript"}
_PAGES = files("bot.simulator").joinpath("pages")
_NAMES = frozenset(item.name for item in _PAGES.iterdir() if item.name.rpartition(".")[2] in _TYPES)


def _asset(name: str) -> web.Response:
    text = _PAGES.joinpath(name).read_text("utf-8")
    return web.Response(text=text, content_type=_TYPES[name.rpartition(".")[2]], headers=_HEADERS)


async def index(_: web.Request) -> web.StreamResponse:
    """`GET /`: the page."""
    return _asset("index.html")


async def asset(request: web.Request) -> web.StreamResponse:
    """`GET /pages/{name}`: the style sheets and the scripts."""
    name = request.match_info["name"]
    if name not in _NAMES:
        raise web.HTTPNotFound
    return _asset(name)


ROUTES = (
    web.get("/", index),
    web.get("/pages/{name}", asset),
)
