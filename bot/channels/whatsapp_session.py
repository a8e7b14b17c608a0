"""The session that pywa is given: the part of `httpx.AsyncClient` that its API layer uses, over our transport.

httpx's own machinery (URL merging, request, response, cookies) costs more than all the rest of a send. pywa asks a
session for `headers`, `base_url` and `request(method, url, json | params | files)`.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp
import orjson

from bot.channels.base import LineDown, Unknown
from bot.channels.json_values import decoded
from bot.channels.transport import Lost, Transport, Unreachable
from bot.channels.whatsapp_errors import send_error

UPLOAD_S = 120.0


class GraphResponse:
    """The part of `httpx.Response` that pywa reads."""

    __slots__ = ("content", "status_code")

    def __init__(self, status_code: int, content: bytes) -> None:
        self.status_code, self.content = status_code, content

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The decoded body. Raises `Unknown` when it is not JSON: the call was accepted, and nothing more is known."""
        try:
            return decoded(self.content)
        except orjson.JSONDecodeError:
            raise Unknown("not_json", f"HTTP {self.status_code} with an answer that is not JSON") from None


class GraphSession:
    """One account's way to the Graph API. Every failure leaves it as a `SendError`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.headers: dict[str, str] = {}
        self.base_url = ""
        self._json_headers: dict[str, str] = {}

    async def request(
        self,
        method: str,
        url: str,
        *,
        json: Any = None,
        params: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str | None, Any, str] | tuple[None, str]] | None = None,
    ) -> GraphResponse:
        """One call of the Graph API; `url` is the path below the version.

        Raises:
            SendError: an HTTP status of 400 or more, or no answer.
        """
        address = self.base_url + url
        if params:
            address += "?" + urlencode(params)
        if files is not None:
            return await self._call(method, address, self.headers, _form(files), UPLOAD_S)
        if json is None:
            return await self._call(method, address, self.headers)
        if not self._json_headers:
            self._json_headers = {**self.headers, "Content-Type": "application/json"}
        return await self._call(method, address, self._json_headers, orjson.dumps(json))

    async def _call(
        self, method: str, address: str, headers: dict[str, str], data: Any = None, total_s: float | None = None
    ) -> GraphResponse:
        try:
            answer = await self._transport.request(method, address, headers=headers, data=data, total_s=total_s)
        except Unreachable as error:
            raise LineDown("unreachable", str(error)) from None
        except Lost as error:
            raise Unknown("lost", str(error)) from None
        if answer.status >= 300:
            raise send_error(answer.status, answer.body)
        return GraphResponse(answer.status, answer.body)


def _form(files: Mapping[str, tuple[str | None, Any, str] | tuple[None, str]]) -> aiohttp.FormData:
    """Multipart fields in httpx's notation: (file name, content, MIME type) or (None, text)."""
    form = aiohttp.FormData()
    for name, part in files.items():
        if part[0] is None:
            form.add_field(name, part[1])
        else:
            form.add_field(name, part[1], filename=part[0], content_type=part[2])
    return form
