"""The one HTTP client under all channels: a shared aiohttp session that tells "nothing was sent" from "it may have been".

Both libraries bring httpx. We put aiohttp under them through their own extension points, for two reasons: it costs a
third of the CPU time, and httpx over aiohttp reports a connection that broke *after* the request as a connect time-out
(httpx_aiohttp 0.2.0, `AIOHTTP_EXC_MAP`), so that a message which went out would be sent again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from yarl import URL

CONNECT_S = 5.0
TOTAL_S = 20.0
KEEP_IDLE_S = 15.0
CONNECTIONS = 256
CHUNK = 64 * 1024
LONGEST_REASON = 4096
MOST_ANSWER = 32 * 1024 * 1024
"""Bytes of one answer, unpacked: far more than a hundred updates hold, and far less than the memory of a small machine."""


class Unreachable(Exception):
    """No connection came about: nothing was sent."""


class Lost(Exception):
    """The connection ended before a whole answer: the request may have been carried out."""


class Oversized(Exception):
    """A body longer than the caller takes; the rest of it was not read."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, read whole."""

    status: int
    body: bytes


class Transport:
    """A lazily opened `aiohttp.ClientSession`, to be shared by all channels of the process and closed once.

    No cookies, no redirects, no proxies from the environment. Errors never carry the address: a bot's holds its token.
    """

    def __init__(self, connect_s: float = CONNECT_S, total_s: float = TOTAL_S) -> None:
        self._connect_s = connect_s
        self._timeout = self._limit(total_s)
        self._session: aiohttp.ClientSession | None = None

    def _limit(self, total_s: float) -> aiohttp.ClientTimeout:
        return aiohttp.ClientTimeout(total=total_s, connect=self._connect_s)

    def _opened(self) -> aiohttp.ClientSession:
        """The session; made on first use, because it belongs to the running loop."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=KEEP_IDLE_S),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=self._timeout,
                auto_decompress=True,
                trust_env=False,
            )
        return self._session

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str], data: Any = None, total_s: float | None = None
    ) -> Answer:
        """Send one request and read the whole answer, whatever its status.

        Args:
            data: bytes, an `aiohttp.FormData`, or nothing.
            total_s: seconds for everything; by default the transport's own.

        Raises:
            Unreachable: nothing was sent.
            Lost: it may have been.
        """
        timeout = self._timeout if total_s is None else self._limit(total_s)
        session = self._opened()
        try:
            async with session.request(
                method, url, headers=headers, data=data, timeout=timeout, allow_redirects=False
            ) as response:
                return Answer(response.status, await _whole(response))
        except Oversized:
            raise Lost(f"an answer of more than {MOST_ANSWER} bytes") from None
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            raise Unreachable(_reason(error)) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Lost(_reason(error)) from None

    async def download(
        self,
        url: URL,
        *,
        headers: Mapping[str, str],
        take: Callable[[bytes], None],
        most_bytes: int,
        total_s: float,
    ) -> tuple[int, bytes]:
        """Hand a file over piece by piece; returns the status, and how the answer begins when it is not 200.

        Raises:
            Oversized: it has more than `most_bytes` (once unpacked).
            Unreachable: there was no connection.
            Lost: the connection ended before the whole file.
        """
        try:
            async with self._opened().get(
                url,
                headers={**headers, "Accept-Encoding": "identity"},
                timeout=self._limit(total_s),
                allow_redirects=False,
            ) as response:
                if response.status != 200:
                    return response.status, await response.content.read(LONGEST_REASON)
                if (response.content_length or 0) > most_bytes:
                    raise Oversized
                await _hand_over(response, take, most_bytes)
                return 200, b""
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            raise Unreachable(_reason(error)) from None
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            raise Lost(_reason(error)) from None

    async def close(self) -> None:
        """Close all connections; a later request opens a new session."""
        if self._session is not None:
            await self._session.close()
            self._session = None


async def _whole(response: aiohttp.ClientResponse) -> bytes:
    """The body; what does not tell its length, or is packed, is measured on the way. Raises `Oversized`."""
    told = response.content_length
    if told is not None and told <= MOST_ANSWER and "Content-Encoding" not in response.headers:
        return await response.read()
    body = bytearray()
    await _hand_over(response, body.extend, MOST_ANSWER)
    return bytes(body)


async def _hand_over(response: aiohttp.ClientResponse, take: Callable[[bytes], None], most_bytes: int) -> None:
    size = 0
    async for chunk in response.content.iter_chunked(CHUNK):
        size += len(chunk)
        if size > most_bytes:
            raise Oversized
        take(chunk)


def _reason(error: Exception) -> str:
    """What went wrong, without anything that the error quotes of the address."""
    cause = getattr(error, "os_error", error)
    strerror = getattr(cause, "strerror", None)
    return f"{type(error).__name__}: {strerror}" if strerror else type(error).__name__
