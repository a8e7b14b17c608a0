"""python-telegram-bot over our transport: its `BaseRequest` (the official extension point), and its `Bot` without objects.

`Bot.send_message` builds a `Message` object out of each answer, of which we need one number; `get_updates` builds an
`Update` out of each update, which we store word for word. `RawBot.call` stops one step earlier: the same parameters,
addresses, uploads and errors, and the plain JSON as the result.
"""

from typing import Any, Final

import aiohttp
import orjson
from telegram import Bot
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.channels.json_values import decoded, mapping, whole
from bot.channels.transport import TOTAL_S, Lost, Transport, Unreachable

UPLOAD_S = 120.0
JSON_HEADERS: Final = {"Content-Type": "application/json", "User-Agent": BaseRequest.USER_AGENT}
PLAIN_HEADERS: Final = {"User-Agent": BaseRequest.USER_AGENT}


class NoConnection(NetworkError):
    """Nothing was sent."""

    __slots__ = ()


class Flood(TelegramError):
    """HTTP 429. Our own class: the library's `RetryAfter` warns of a deprecation whenever one is made."""

    __slots__ = ("retry_after_s",)

    def __init__(self, message: str, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class TelegramRequest(BaseRequest):
    """Requests of the Bot API over the shared transport."""

    __slots__ = ("_transport",)

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    @property
    def read_timeout(self) -> float:
        """Seconds; the library adds the waiting time of long polling to it."""
        return TOTAL_S

    async def initialize(self) -> None:
        """Nothing to do: the transport opens on first use."""

    async def shutdown(self) -> None:
        """Nothing to do: the transport is closed by whoever made it."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One HTTP request; the status and the body.

        Raises:
            NoConnection: nothing was sent.
            TimedOut: it may have been carried out.
            Flood: HTTP 429.
        """
        total_s = read_timeout if isinstance(read_timeout, int | float) else None
        headers = JSON_HEADERS
        data: bytes | aiohttp.FormData | None = None
        if request_data is not None and request_data.contains_files:
            headers, data, total_s = PLAIN_HEADERS, _form(request_data), UPLOAD_S
        elif request_data is not None:
            data = orjson.dumps(request_data.parameters)
        try:
            answer = await self._transport.request(method, url, headers=headers, data=data, total_s=total_s)
        except Unreachable as error:
            raise NoConnection(str(error)) from None
        except Lost as error:
            raise TimedOut(str(error)) from None
        if answer.status == 429:
            raise _flood(answer.body)
        return answer.status, answer.body

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The JSON object of an answer. Raises `TelegramError` when it is none."""
        try:
            value = decoded(payload)
        except orjson.JSONDecodeError:
            value = None
        if not isinstance(value, dict):
            raise TelegramError("The answer is not a JSON object")
        return value


def _form(request_data: RequestData) -> aiohttp.FormData:
    """Multipart fields: the parameters as text, then the files as (name, content, MIME type).

    Names go as browsers write them, in UTF-8: percent signs would stand in the name that people see.
    """
    form = aiohttp.FormData(quote_fields=False)
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, part in request_data.multipart_data.items():
        form.add_field(name, part[1], filename=part[0], content_type=part[2])
    return form


def _flood(body: bytes) -> Flood:
    try:
        said = mapping(orjson.loads(body))
    except orjson.JSONDecodeError:
        said = {}
    after_s = whole(mapping(said.get("parameters")).get("retry_after"), default=1, least=1, most=86_400)
    return Flood(str(said.get("description") or "Too Many Requests"), after_s)


class RawBot(Bot):
    """A `Bot` with one more method, which returns what the Bot API answers as plain JSON."""

    __slots__ = ()

    async def call(self, endpoint: str, parameters: dict[str, Any], wait_s: int = 0) -> Any:
        """The `result` of a Bot API method.

        Args:
            endpoint: the method's name as the documentation writes it, e.g. "sendMessage".
            parameters: by their documented names; those that are None are left out.
            wait_s: how many seconds the server itself may wait before it answers.

        Raises:
            TelegramError: and its subclasses, as from every method of the library.
        """
        if wait_s:
            return await self._post(endpoint, parameters, read_timeout=TOTAL_S + wait_s)
        return await self._post(endpoint, parameters)
