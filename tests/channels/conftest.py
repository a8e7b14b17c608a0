"""The outside world for the channels: a simulator in a process of its own, wiped clean before each test."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.channels.telegram import Telegram, TelegramSettings
from bot.channels.transport import Transport
from bot.channels.whatsapp import WhatsApp, WhatsAppSettings

PHONE, NUMBER = "919812345678", "106540352242922"
ANITA, GROUP = 1001, -4001
STAGE: dict[str, Any] = {
    "whatsapp": [
        {
            "phone_number_id": NUMBER,
            "display_phone_number": "15550783881",
            "waba_id": "102290129340398",
            "token": "EAAG-planted-token",
            "app_secret": "planted-secret",
            "verify_token": "planted-verify",
        }
    ],
    "telegram": [{"token": "7001:AA-planted-bot-token", "username": "TulsiBot", "name": "Tulsi"}],
    "users": [{"id": ANITA, "first_name": "Anita", "started": True}],
    "groups": [{"id": GROUP, "title": "Kitchen", "members": [ANITA], "owner": ANITA}],
    "whatsapp_groups": [{"id": "Y2FwaV9ncm91cA", "subject": "Suppliers", "participants": [PHONE]}],
}


@dataclass(frozen=True)
class World:
    """The simulator's control interface, and the address of both platforms."""

    url: str
    session: aiohttp.ClientSession

    async def post(self, path: str, body: Any) -> Any:
        async with self.session.post(self.url + path, json=body) as response:
            return await response.json()

    async def get(self, path: str) -> Any:
        async with self.session.get(self.url + path) as response:
            return await response.json()

    async def whatsapp_messages(self, chat: str = PHONE) -> list[Any]:
        """What the business has said in a WhatsApp chat."""
        found = await self.get(f"/sim/whatsapp/{chat}/messages?after=0")
        return [message for message in found["messages"] if message["from"] == "business"]

    async def telegram_messages(self, chat: int = ANITA) -> list[Any]:
        """What the bot has said in a Telegram chat."""
        found = await self.get(f"/sim/telegram/{chat}/messages?after=0")
        return [message for message in found["messages"] if message["bot"]]


@pytest.fixture(scope="session")
def simulator() -> Iterator[str]:
    command = [sys.executable, "-m", "bot.simulator", "--port", "0", "--until-stdin-closes"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        port = json.loads(process.stdout.readline())["port"]
        yield f"http://127.0.0.1:{port}"
        process.terminate()


@pytest.fixture
async def world(simulator: str) -> AsyncIterator[World]:
    async with aiohttp.ClientSession() as session:
        world = World(simulator, session)
        await world.post("/sim/reset", {})
        await world.post("/sim/setup", STAGE)
        await world.post("/sim/faults", {"window": "off"})
        yield world


@pytest.fixture
async def transport() -> AsyncIterator[Transport]:
    transport = Transport()
    yield transport
    await transport.close()


@pytest.fixture
def whatsapp(world: World, transport: Transport, tmp_path: Path) -> WhatsApp:
    return WhatsApp(whatsapp_settings(world.url), transport, tmp_path)


@pytest.fixture
async def telegram(world: World, transport: Transport, tmp_path: Path) -> Telegram:
    return Telegram(telegram_settings(world.url), transport, tmp_path)


def whatsapp_settings(url: str) -> WhatsAppSettings:
    number = STAGE["whatsapp"][0]
    return WhatsAppSettings(
        phone_number_id=NUMBER,
        token=number["token"],
        app_secret=number["app_secret"],
        verify_token=number["verify_token"],
        base_url=f"{url}/graph",
    )


def telegram_settings(url: str, **changes: Any) -> TelegramSettings:
    bot = STAGE["telegram"][0]
    return TelegramSettings(
        **{"token": bot["token"], "secret_token": "planted-hook", "base_url": f"{url}/telegram"} | changes
    )
