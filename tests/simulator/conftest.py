"""The simulator in its own process, a receiver for its webhooks, and the real clients of both platforms."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson
import pytest
from aiohttp import ClientSession, web
from pywa_async import WhatsApp
from telegram import Bot
from telegram.request import HTTPXRequest

NUMBER = "100200300"
WABA = "900800700"
TOKEN = "EAAtoken"
SECRET = "app-secret"
BOT_TOKEN = "4242:AAbot-token"
BOT_ID = 4242
CUSTOMER = "919812345678"
ASHA, RAVI, OWNER = 7001, 7002, 7003
GROUP = -1001234567890


@dataclass(slots=True)
class Received:
    """One webhook as it came."""

    path: str
    raw: bytes
    headers: dict[str, str]

    @property
    def body(self) -> Any:
        return orjson.loads(self.raw)


@dataclass(slots=True)
class Receiver:
    """A small application server: keeps what it is sent, and answers what it is told to."""

    url: str = ""
    got: list[Received] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    reply: bytes = b""
    pause: float = 0.0

    async def take(self, request: web.Request) -> web.Response:
        if request.method == "GET":
            return web.Response(text=request.query.get("hub.challenge", ""))
        self.got.append(Received(request.path, await request.read(), dict(request.headers)))
        if self.pause:
            await asyncio.sleep(self.pause)
        status = self.statuses.pop(0) if self.statuses else 200
        return web.Response(status=status, body=self.reply)

    async def wait_for(self, count: int, seconds: float = 60.0) -> list[Received]:
        async with asyncio.timeout(seconds):
            while len(self.got) < count:
                await asyncio.sleep(0.005)
        return self.got

    def values(self) -> list[dict[str, Any]]:
        """Every `value` of every WhatsApp body, in order of arrival."""
        bodies = [r.body for r in self.got if r.path == "/whatsapp"]
        return [c["value"] for b in bodies for e in b["entry"] for c in e["changes"]]

    def items(self, kind: str) -> list[dict[str, Any]]:
        return [item for value in self.values() for item in value.get(kind, [])]


@dataclass(slots=True)
class Sim:
    """The control interface of the running simulator."""

    base: str
    session: ClientSession

    async def post(self, path: str, body: object = None, expect: int = 200) -> Any:
        async with self.session.post(self.base + path, data=orjson.dumps(body or {})) as response:
            answer = orjson.loads(await response.read())
            assert response.status == expect, answer
            return answer

    async def get(self, path: str, expect: int = 200) -> Any:
        async with self.session.get(self.base + path) as response:
            answer = orjson.loads(await response.read())
            assert response.status == expect, answer
            return answer

    async def customer(self, expect: int = 200, **body: object) -> Any:
        return await self.post(f"/sim/whatsapp/{CUSTOMER}/say", body, expect)

    async def staff(self, expect: int = 200, **body: object) -> Any:
        return await self.post(f"/sim/telegram/{GROUP}/say", {"from": ASHA, **body}, expect)

    async def seen_by_customer(self, after: int = 0) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.get(f"/sim/whatsapp/{CUSTOMER}/messages?after={after}"))["messages"]
        return found

    async def seen_in_group(self, after: int = 0) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.get(f"/sim/telegram/{GROUP}/messages?after={after}"))["messages"]
        return found

    async def faults(self, **plan: object) -> None:
        await self.post("/sim/faults", plan)


def signature(raw: bytes) -> str:
    return "sha256=" + hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()


@pytest.fixture(scope="session")
def simulator() -> Iterator[str]:
    """One simulator process for all tests; each test starts with an empty world."""
    command = [sys.executable, "-m", "bot.simulator", "--port", "0", "--until-stdin-closes"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        port = orjson.loads(process.stdout.readline())["port"]
        yield f"http://127.0.0.1:{port}"
        process.stdin.close()
        assert process.wait(5) == 0


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    found = Receiver()
    app = web.Application(client_max_size=8 * 1024 * 1024)
    app.router.add_route("*", "/{tail:.*}", found.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield found
    await runner.cleanup()


@pytest.fixture
async def sim(simulator: str, receiver: Receiver) -> AsyncIterator[Sim]:
    """A stage with one number, one bot, three people and a supergroup."""
    async with ClientSession() as session:
        sim = Sim(simulator, session)
        await sim.post("/sim/reset")
        await sim.post("/sim/setup", stage(receiver))
        yield sim
        await sim.post("/sim/reset")


def stage(receiver: Receiver) -> dict[str, Any]:
    return {
        "whatsapp": [
            {
                "phone_number_id": NUMBER,
                "display_phone_number": "+91 80000 00001",
                "waba_id": WABA,
                "token": TOKEN,
                "app_secret": SECRET,
                "verify_token": "verify-me",
                "webhook_url": f"{receiver.url}/whatsapp",
                "verified_name": "Sharma Chaat",
            }
        ],
        "telegram": [{"token": BOT_TOKEN, "username": "munshi_bot", "name": "Munshi"}],
        "users": [
            {"id": ASHA, "first_name": "Asha", "username": "asha"},
            {"id": RAVI, "first_name": "Ravi", "username": "ravi"},
            {"id": OWNER, "first_name": "Owner", "started": True},
        ],
        "groups": [{"id": GROUP, "title": "Kitchen", "members": [ASHA, RAVI], "owner": OWNER, "forum": True}],
    }


@pytest.fixture(autouse=True)
def _modern_telegram(monkeypatch: pytest.MonkeyPatch) -> None:
    """python-telegram-bot warns about plain numbers of seconds unless this is set."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
async def wa(sim: Sim) -> AsyncIterator[WhatsApp]:
    """The real pywa client, pointed at the simulator."""
    session = httpx.AsyncClient(verify=False)  # noqa: S501 - plain HTTP; spares the certificate store
    client = WhatsApp(phone_id=NUMBER, token=TOKEN, waba_id=WABA, session=session)
    client.api._session.base_url = httpx.URL(f"{sim.base}/graph/v26.0")
    yield client
    await session.aclose()


@pytest.fixture
async def bot(sim: Sim) -> AsyncIterator[Bot]:
    """The real python-telegram-bot client, pointed at the simulator."""
    async with telegram_bot(sim) as client:
        yield client


def telegram_bot(sim: Sim, token: str = BOT_TOKEN) -> Bot:
    return Bot(
        token,
        base_url=f"{sim.base}/telegram/bot",
        base_file_url=f"{sim.base}/telegram/file/bot",
        request=HTTPXRequest(read_timeout=10, httpx_kwargs={"verify": False}),
        get_updates_request=HTTPXRequest(read_timeout=10, httpx_kwargs={"verify": False}),
    )
