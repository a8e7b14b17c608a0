"""`munshi demo`: a whole shop on this machine, with the simulator as its outside world."""

import asyncio
import contextlib
import importlib
import logging
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from bot.config import Config, validate
from bot.config_sections import Pacing

OWNER, STAFF, GROUP = "7001", ("7002", "7003"), "-1001000000001"
NUMBER, BOT_TOKEN = "106540352242922", "7000000001:AAdemo-token-of-the-simulated-bot-000"
APP_SECRET, VERIFY_TOKEN, GRAPH_TOKEN = "demo-app-secret", "demo-verify-token", "EAAdemo-token"
API_TOKEN = "demo"  # noqa: S105  (opens the API of the demo only, on loopback)
SAMPLE = Path(__file__).parents[1] / "knowledge" / "samples" / "restaurant.yaml"


def demo_config(world: str, data: Path, port: int, mode: str = "polling", hears: bool = False) -> Config:
    """The demo's configuration: like a real one, with the simulator's address in the place of the platforms'.

    `hears`: voice notes are written down. The simulator hears the name of the file (`2_masala_dosa.txt.ogg`).
    """
    people: list[dict[str, str]] = [
        {"name": "Meera (owner)", "telegram_id": OWNER, "role": "owner"},
        {"name": "Ravi", "telegram_id": STAFF[0], "role": "staff"},
        {"name": "Sunita", "telegram_id": STAFF[1], "role": "staff"},
    ]
    raw = {
        "server": {"port": port, "public_url": f"http://127.0.0.1:{port}", "api_token": API_TOKEN},
        "database": {"url": f"sqlite:///{data / 'munshi.db'}"},
        "shop": {
            "name": "Swad Corner",
            "catalogue": str(SAMPLE),
            "admin_group": GROUP,
            "people": people,
            "plan": "unlimited",
        },
        "files": {"folder": str(data / "files")},
        "whatsapp": {
            "phone_number_id": NUMBER,
            "token": GRAPH_TOKEN,
            "app_secret": APP_SECRET,
            "verify_token": VERIFY_TOKEN,
            "base_url": f"{world}/graph",
            "per_second": 1000,
            "pair_limit": False,
        },
        "telegram": {
            "token": BOT_TOKEN,
            "mode": mode,
            "secret_token": "demo-secret",
            "base_url": f"{world}/telegram",
            # The simulated platform takes what a real one would hold back; nobody who tries the shop wants to wait.
            "per_second": 1000,
            "per_second_in_chat": 0,
            "per_minute_in_group": 0,
        },
        "limits": dict.fromkeys(Pacing.model_fields, 0),  # whoever tries the shop, or measures it, is in a hurry
        "transcription": {"base_url": f"{world}/openai/v1" if hears else "", "api_key": "sk-demo"},
    }
    return validate(raw, {}, source="the demo")


def cast(webhook_url: str) -> dict[str, Any]:
    """The people and accounts of the simulated world."""
    return {
        "whatsapp": [
            {
                "phone_number_id": NUMBER,
                "display_phone_number": "+91 90000 00000",
                "waba_id": "102290129340398",
                "token": GRAPH_TOKEN,
                "app_secret": APP_SECRET,
                "verify_token": VERIFY_TOKEN,
                "webhook_url": webhook_url,
            }
        ],
        "telegram": [{"token": BOT_TOKEN, "username": "SwadCornerBot", "name": "Swad Corner"}],
        "users": [
            {"id": int(OWNER), "first_name": "Meera", "username": "meera", "started": True},
            {"id": int(STAFF[0]), "first_name": "Ravi", "username": "ravi", "started": True},
            {"id": int(STAFF[1]), "first_name": "Sunita", "username": "sunita", "started": True},
        ],
        "groups": [
            {
                "id": int(GROUP),
                "title": "Swad Corner · staff",
                "members": [int(OWNER), int(STAFF[0]), int(STAFF[1])],
                "administrators": [int(OWNER)],
            }
        ],
    }


@contextlib.asynccontextmanager
async def simulated_world(port: int = 0) -> AsyncIterator[str]:
    """The simulator in a process of its own, which ends with us; yields its address."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.simulator", "--port", str(port), "--until-stdin-closes"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        await asyncio.to_thread(importlib.import_module, "bot.app")  # we load ourselves while it starts
        assert process.stdout is not None  # noqa: S101  (it was asked for above)
        line = await process.stdout.readline()
        if not line:
            raise RuntimeError(f"The simulator could not start on port {port}. Is the port in use? Try --port.")
        yield f"http://127.0.0.1:{orjson.loads(line)['port']}"
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()


async def set_up(world: str, app_port: int | None = None) -> None:
    """Tell the simulator who is there and, once we listen, where our webhook is."""
    wanted = cast("")
    if app_port is None:
        del wanted["whatsapp"][0]["webhook_url"]
    else:
        wanted["whatsapp"][0]["webhook_url"] = f"http://127.0.0.1:{app_port}/webhooks/whatsapp"
    async with aiohttp.ClientSession() as session, session.post(f"{world}/sim/setup", json=wanted) as answer:
        answer.raise_for_status()


async def run(port: int, data: Path) -> None:
    """Serve until SIGINT or SIGTERM, then stop cleanly."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with simulated_world(port) as world:
        from bot.app import App

        await set_up(world)
        app = App(demo_config(world, data, port=port + 1 if port else 0, hears=True))
        await app.start()
        await set_up(world, app.server.port)
        _greet(world, app.server.port)
        await stop.wait()
        sys.stdout.write("Stopping…\n")
        await app.stop()


def _greet(world: str, port: int) -> None:
    sys.stdout.write(
        f"Munshi is open.\n"
        f"  The chats:  {world}/        a customer's phone, the staff group, the owner's chat\n"
        f"  The API:    http://127.0.0.1:{port}/api/v1/orders   (Authorization: Bearer {API_TOKEN})\n"
        f'  By hand:    curl -s -X POST {world}/sim/whatsapp/919800000001/say -d \'{{"text": "hi"}}\'\n'
        f"Ctrl-C stops it.\n"
    )
    sys.stdout.flush()
