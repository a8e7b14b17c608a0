"""Where files may come from: a hostile platform on loopback gets no token, no second request, and no disk."""

import asyncio
import base64
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.channels import transport
from bot.channels.media import Fetcher, allowed
from bot.channels.telegram import Telegram, TelegramSettings
from bot.channels.transport import Transport
from bot.channels.whatsapp import MEDIA_HOSTS, WhatsApp, WhatsAppSettings
from flows.messages import FileRef
from handlers.jobs.tools import Fetched, NotYet, Unfetched
from storage.files import FileStore
from tests.media.samples import PDF, digest, files_under

TOKEN = "EAA-a-token-that-must-not-leave"
BOT = "7000000001:AA-a-token-of-a-bot-that-is-secret"
FILE = FileRef("77", "document", "application/pdf", "a.pdf")
CAP = 100_000
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """A server on loopback that writes down what it is asked."""

    def __init__(self) -> None:
        self.address = ""
        self.asked: list[tuple[str, str]] = []
        self.answers: dict[str, Answer | Any] = {}

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.path, request.headers.get("Authorization", "")))
        found = self.answers.get(request.path, {"error": {"code": 100, "message": "no such object"}})
        if callable(found):
            response: web.StreamResponse = await found(request)
            return response
        return web.json_response(found, status=400 if "error" in found else 200)


@asynccontextmanager
async def serving() -> AsyncIterator[Server]:
    server = Server()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", server.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()


@pytest.fixture
async def graph() -> AsyncIterator[Server]:
    async with serving() as server:
        yield server


@pytest.fixture
async def elsewhere() -> AsyncIterator[Server]:
    async with serving() as server:
        yield server


@pytest.fixture
async def fetch(graph: Server, tmp_path: Path) -> AsyncIterator[Callable[[FileRef], Awaitable[Fetched]]]:
    transport = Transport(total_s=2)
    settings = WhatsAppSettings("1", TOKEN, "secret", "verify", base_url=graph.address)
    bot = TelegramSettings(BOT, base_url=graph.address)
    channels = {"w": WhatsApp(settings, transport), "t": Telegram(bot, transport)}
    fetcher = Fetcher(channels, transport, FileStore(tmp_path), CAP)

    async def fetched(file: FileRef, account: str = "w") -> Fetched:
        return await fetcher.fetch(account, file)

    yield fetched
    await transport.close()


def located(server: Server, url: str, **more: Any) -> None:
    server.answers["/v26.0/77"] = {"url": url, "mime_type": "application/pdf", "id": "77", **more}


def sends(content: bytes, status: int = 200, **headers: str) -> Answer:
    async def send(request: web.Request) -> web.Response:
        return web.Response(body=content, status=status, headers=headers)

    return send


async def refused(fetch: Any, *more: Any, file: FileRef = FILE) -> str:
    with pytest.raises(Unfetched) as caught:
        await fetch(file, *more)
    assert TOKEN not in str(caught.value)
    assert BOT not in str(caught.value)
    return caught.value.reason


async def test_file_is_fetched_with_the_token_from_its_own_server(graph: Server, fetch: Any) -> None:
    located(graph, f"{graph.address}/file?mid=77", sha256=digest(PDF))
    graph.answers["/file"] = sends(PDF)
    told = base64.b64encode(bytes.fromhex(digest(PDF))).decode()
    found = await fetch(FileRef("77", "document", "application/pdf", "a.pdf", sha256=told))
    assert found == Fetched(digest(PDF), "application/pdf", "a.pdf", len(PDF))
    assert graph.asked == [("/v26.0/77", f"Bearer {TOKEN}"), ("/file", f"Bearer {TOKEN}")]


async def test_another_server_is_not_even_asked(graph: Server, elsewhere: Server, fetch: Any, tmp_path: Path) -> None:
    located(graph, f"{elsewhere.address}/file")
    elsewhere.answers["/file"] = sends(PDF)
    assert await refused(fetch) == "unsupported"
    assert elsewhere.asked == []
    assert files_under(tmp_path) == []


async def test_redirect_is_not_followed(graph: Server, elsewhere: Server, fetch: Any) -> None:
    located(graph, f"{graph.address}/file")
    for target in (f"{elsewhere.address}/file", f"{graph.address}/other", "http://169.254.169.254/latest"):
        graph.answers["/file"] = sends(b"", 302, Location=target)
        assert await refused(fetch) == "unsupported"
    assert elsewhere.asked == []
    assert "/other" not in dict(graph.asked)


@pytest.mark.parametrize("told", ["", "0" * 64, base64.b64encode(bytes(32)).decode()])
async def test_digest_that_does_not_fit_keeps_nothing(graph: Server, fetch: Any, tmp_path: Path, told: str) -> None:
    located(graph, f"{graph.address}/file", sha256=told or "f" * 64)
    graph.answers["/file"] = sends(PDF)
    assert await refused(fetch) == "damaged"
    assert files_under(tmp_path) == []


async def test_cap_holds_for_what_is_announced_streamed_and_unpacked(graph: Server, fetch: Any, tmp_path: Path) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(1000):
            await response.write(bytes(10_000))
            await asyncio.sleep(0)
        return response

    located(graph, f"{graph.address}/file", file_size=CAP + 1)
    assert await refused(fetch) == "too_big"
    located(graph, f"{graph.address}/file")
    for answer in (
        sends(bytes(CAP + 1)),
        endless,
        sends(gzip.compress(bytes(50 * CAP)), **{"Content-Encoding": "gzip"}),
    ):
        graph.answers["/file"] = answer
        assert await refused(fetch) == "too_big"
    assert files_under(tmp_path) == []


async def test_empty_file_and_expired_address_are_told_apart(graph: Server, fetch: Any) -> None:
    assert await refused(fetch) == "gone"
    located(graph, f"{graph.address}/file")
    graph.answers["/file"] = sends(b"")
    assert await refused(fetch) == "empty"
    graph.answers["/file"] = sends(b"Not found", 404)
    assert await refused(fetch) == "gone"


@pytest.mark.parametrize("status", [401, 408, 429, 500, 503])
async def test_passing_trouble_is_tried_again(graph: Server, fetch: Any, status: int) -> None:
    located(graph, f"{graph.address}/file")
    graph.answers["/file"] = sends(b"<html>", status)
    with pytest.raises(NotYet):
        await fetch(FILE)


async def test_half_a_file_is_tried_again_and_not_kept(graph: Server, fetch: Any, tmp_path: Path) -> None:
    async def half(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"half")
        assert request.transport is not None
        request.transport.close()
        return response

    located(graph, f"{graph.address}/file")
    graph.answers["/file"] = half
    with pytest.raises(NotYet):
        await fetch(FILE)
    assert files_under(tmp_path) == []


@pytest.mark.parametrize("media_id", ["../me", "77/../1", "77?fields=x", "me/accounts#", "77%2f1", " "])
async def test_id_that_is_a_path_asks_for_nothing(graph: Server, fetch: Any, media_id: str) -> None:
    assert await refused(fetch, file=FileRef(media_id, "document")) == "unsupported"
    assert graph.asked == []


@pytest.mark.parametrize("length", ["4", "1000000"])
async def test_length_that_lies_gives_no_wrong_file(graph: Server, fetch: Any, tmp_path: Path, length: str) -> None:
    """Announced shorter than it is, the digest tells; longer, the file never ends."""

    async def lie(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.write(f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n".encode() + PDF)
        request.transport.close()
        return web.Response()

    located(graph, f"{graph.address}/file", sha256=digest(PDF), file_size=0)
    graph.answers["/file"] = lie
    with pytest.raises((NotYet, Unfetched)):
        await fetch(FILE)
    assert files_under(tmp_path) == []


async def test_answer_without_end_is_not_read_into_memory(graph: Server, fetch: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(transport, "MOST_ANSWER", CAP)
    body = b'{"url": "' + b"x" * (2 * CAP) + b'"}'
    for answer in (sends(body), sends(gzip.compress(body), **{"Content-Encoding": "gzip"})):
        graph.answers["/v26.0/77"] = answer
        with pytest.raises(NotYet):
            await fetch(FILE)


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "", None, "documents/../../x"])
async def test_path_of_telegram_stays_below_the_bot(graph: Server, fetch: Any, path: str | None) -> None:
    graph.answers[f"/bot{BOT}/getFile"] = {"ok": True, "result": {"file_id": "77", "file_path": path}}
    assert await refused(fetch, "t") == "unsupported"
    assert len(graph.asked) == 1


async def test_telegram_file_is_fetched_by_its_path(graph: Server, fetch: Any, caplog: Any) -> None:
    caplog.set_level("DEBUG")
    graph.answers[f"/bot{BOT}/getFile"] = {"ok": True, "result": {"file_path": "voice/a b?#.oga"}}
    graph.answers[f"/file/bot{BOT}/voice/a b?#.oga"] = sends(b"OggS")
    found = await fetch(FileRef("77", "voice"), "t")
    assert (found.name, found.mime, found.size) == ("voice.ogg", "audio/ogg", 4)
    assert BOT not in caplog.text


@pytest.mark.parametrize(
    "url",
    [
        "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1",
        "https://mmg.whatsapp.net/d/f/a.enc",
        "https://scontent.xx.fbcdn.net/v/1",
        "https://graph.facebook.com/v26.0/1",
    ],
)
def test_hosts_of_meta_are_allowed(url: str) -> None:
    assert str(allowed(url, "https://graph.facebook.com", MEDIA_HOSTS)) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://lookaside.fbsbx.com/x",
        "https://lookaside.fbsbx.com:8443/x",
        "https://lookaside.fbsbx.com.evil.example/x",
        "https://evil.example/lookaside.fbsbx.com",
        "https://lookaside.fbsbx.com@evil.example/x",
        "https://user:secret@lookaside.fbsbx.com/x",
        "https://whatsapp.net/x",
        "https://notwhatsapp.net/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "http://169.254.169.254/latest/meta-data",
        "http://graph.facebook.com/x",
        "file:///etc/passwd",
        "//lookaside.fbsbx.com/x",
        "https://lookaside.fbsbx.com:99999/x",
        "https://evil.example\\@lookaside.fbsbx.com/x",
        "",
        "not an address",
    ],
)
def test_every_other_host_is_refused(url: str) -> None:
    with pytest.raises(Unfetched):
        allowed(url, "https://graph.facebook.com", MEDIA_HOSTS)
