"""Who may speak to the simulator: programs of this machine, and the page that it serves itself.

Any web site that somebody opens beside the demo can make their browser post to 127.0.0.1, and a name of its own that it
points there lets it read the answers too. The control interface reads files by path, so both are refused.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

from bot.simulator.wire import answer

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def is_loopback(host: str) -> bool:
    """Whether a host, without its port, names this machine by something that nobody else can define."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@web.middleware
async def refuse_strangers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """403 for a name that is not loopback's, and for a request that another site's page has made."""
    if not is_loopback(_host_of(f"//{request.headers.get('Host', '')}")):
        return answer({"error": "the simulator answers to 127.0.0.1 and localhost only"}, 403)
    if not _is_of_our_page(request):
        return answer({"error": "another site's page may not speak to the simulator"}, 403)
    return await handler(request)


def _is_of_our_page(request: web.Request) -> bool:
    """Programs send neither header; a link that somebody follows to the page is welcome from anywhere."""
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin.lower() == f"http://{request.headers.get('Host', '')}".lower()
    foreign = request.headers.get("Sec-Fetch-Site", "none") in ("cross-site", "same-site")
    return not foreign or request.path == "/"


def _host_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
