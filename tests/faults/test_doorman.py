"""Bytes at the door of the webhooks: what is ordinary is answered at once, all else is aiohttp's, and nothing is lost between."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator

import orjson
import pytest
from sqlalchemy import func, select

from bot.demo import APP_SECRET
from storage.tables.runtime import inbox
from tests.faults.wire import envelope, text
from tests.harness import Shop


class Wire:
    """A connection of a client that writes its bytes itself."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def answer(self) -> tuple[int, dict[str, str], bytes]:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        return int(head[0].split()[1]), headers, await self.reader.readexactly(int(headers["content-length"]))

    async def ask(self, *pieces: bytes) -> tuple[int, bytes]:
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            await asyncio.sleep(0.01)  # so that each comes by itself
        status, _, body = await self.answer()
        return status, body

    async def is_closed(self) -> bool:
        return await self.reader.read() == b""


@pytest.fixture
async def wire(shop: Shop) -> AsyncIterator[Wire]:
    wire = Wire(*await asyncio.open_connection("127.0.0.1", shop.app.server.port))
    yield wire
    wire.writer.close()


def _request(event: str, *more: str, path: str = "/webhooks/whatsapp", version: str = "1.1") -> bytes:
    body = orjson.dumps(envelope(text(event, "hi")))
    signature = hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
    sized = () if any(line.startswith("Transfer") for line in more) else (f"Content-Length: {len(body)}",)
    head = (f"POST {path} HTTP/{version}", "Host: shop", f"x-hub-SIGNATURE-256: sha256={signature}", *sized, *more)
    return "\r\n".join((*head, "", "")).encode() + body


def _kept(shop: Shop) -> int:
    count = select(func.count()).select_from(inbox).where(inbox.c.kind == "text")
    return int(shop.app.books.read(lambda tx: tx.execute(count).scalar_one()))


async def test_a_connection_serves_one_request_after_the_other(shop: Shop, wire: Wire) -> None:
    for number in range(5):
        assert await wire.ask(_request(f"wamid.{number}")) == (200, b'{"accepted":1}')
    assert await wire.ask(_request("wamid.4")) == (200, b'{"accepted":0}')
    assert _kept(shop) == 5


async def test_an_answer_has_its_date_and_what_is_refused_its_reason(shop: Shop, wire: Wire) -> None:
    wire.writer.write(_request("wamid.1"))
    _, headers, _ = await wire.answer()
    assert headers["content-type"] == "application/json"
    assert headers["date"].endswith(" GMT")
    status, said = await wire.ask(_request("wamid.2").replace(b"sha256=", b"sha256=0"))
    assert (status, orjson.loads(said)["code"]) == (401, "bad_signature")
    assert await wire.ask(_request("wamid.3")) == (200, b'{"accepted":1}')
    assert _kept(shop) == 2


async def test_what_is_not_ordinary_is_answered_all_the_same(shop: Shop, wire: Wire) -> None:
    """In pieces, in chunks, after one another without waiting, with a question in its address: each on its own connection."""
    whole = _request("wamid.1")
    assert await wire.ask(whole[:30], whole[30:-20], whole[-20:]) == (200, b'{"accepted":1}')
    chunked = _request("wamid.2", "Transfer-Encoding: chunked")
    head, _, body = chunked.partition(b"\r\n\r\n")
    wholly = head + b"\r\n\r\n%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n"
    for number, (request, status) in enumerate(
        [
            (wholly, 200),
            (_request("wamid.3", path="/webhooks/whatsapp?a=1"), 200),
            (_request("wamid.4", "Expect: 100-continue").replace(b"Expect: 100-continue\r\n", b""), 200),
            (_request("wamid.5", "Connection: close"), 200),
            (_request("wamid.6", version="1.0"), 200),
            (_request("wamid.7", path="/webhooks/other"), 404),
            (b"GET /webhooks/whatsapp HTTP/1.1\r\nHost: shop\r\n\r\n", 403),
            (b"PUT /webhooks/whatsapp HTTP/1.1\r\nHost: shop\r\nContent-Length: 0\r\n\r\n", 405),
            (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
        ]
    ):
        own = Wire(*await asyncio.open_connection("127.0.0.1", shop.app.server.port))
        assert (await own.ask(request))[0] == status, number
        if number in (3, 4):
            assert await own.is_closed()
        own.writer.close()
    assert _kept(shop) == 6


async def test_requests_sent_without_waiting_are_all_answered_in_order(shop: Shop, wire: Wire) -> None:
    wire.writer.write(_request("wamid.1"))
    await wire.writer.drain()
    wire.writer.write(_request("wamid.2") + _request("wamid.2") + _request("wamid.3"))
    assert [(await wire.answer())[2] for _ in range(4)] == [b'{"accepted":%d}' % each for each in (1, 1, 0, 1)]


async def test_an_end_closes_who_is_silent_and_answers_who_has_asked(shop: Shop, wire: Wire) -> None:
    assert (await wire.ask(_request("wamid.1")))[0] == 200
    other = Wire(*await asyncio.open_connection("127.0.0.1", shop.app.server.port))
    other.writer.write(_request("wamid.2"))
    await asyncio.sleep(0)
    await other.writer.drain()
    answer = asyncio.create_task(other.answer())
    while not any(each.answer for each in shop.app.server._door.doormen):  # type: ignore[union-attr]
        await asyncio.sleep(0)
    await shop.app.server.stop()
    assert (await answer)[0] == 200
    assert await wire.is_closed()
    assert await other.is_closed()
    other.writer.close()
