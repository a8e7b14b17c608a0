"""`kill -9` in the middle of a flood: what was acknowledged is handled after the restart, and each thing once."""

import asyncio
import contextlib
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import orjson
from sqlalchemy import create_engine, text

from bot.demo import cast
from tests.faults.wire import envelope, post
from tests.faults.wire import text as message
from tests.harness import World, free_port

MESSAGES = 160


@contextmanager
def _shop(world: str, folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tests.runtime.shop_process", world, str(folder), str(port)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()  # a story that fails must not wait for ever


async def _ready(session: aiohttp.ClientSession, address: str) -> None:
    async with asyncio.timeout(60):
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(f"{address}/health/ready") as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.05)


async def _send(session: aiohttp.ClientSession, address: str, number: int) -> bool:
    """Message `number`, which asks for the order of that number; True when it was acknowledged."""
    phone = f"91980000{number % 9:04}"
    body = envelope(message(f"wamid.{number}", f"/order {number}", phone), phone=phone)
    with contextlib.suppress(aiohttp.ClientError, TimeoutError):
        return (await post(session, address, body))[0] == 200
    return False


def _handled(folder: Path) -> tuple[Counter[int], int, list[int]]:
    """(how often each number was answered, lanes with work left, numbers in the order of their rows)."""
    engine = create_engine(f"sqlite:///{folder / 'munshi.db'}")
    with engine.connect() as connection:
        answers = text("SELECT payload FROM outbox WHERE account_id LIKE 'whatsapp:%' ORDER BY id")
        rows = connection.execute(answers).scalars().all()
        left = connection.execute(text("SELECT count(*) FROM lanes WHERE done_seq < last_seq")).scalar_one()
    engine.dispose()
    said = [orjson.loads(row)["text"] for row in rows]
    numbers = [int(each.partition("#")[2].partition(".")[0]) for each in said if "#" in each]
    return Counter(numbers), left, numbers


async def _drained(folder: Path) -> tuple[Counter[int], list[int]]:
    async with asyncio.timeout(60):
        while True:
            counts, left, numbers = _handled(folder)
            if not left:
                return counts, numbers
            await asyncio.sleep(0.1)


async def test_killed_twice_in_a_flood_everything_acknowledged_is_handled_once(
    world_address: str, tmp_path: Path
) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    acknowledged: set[int] = set()
    async with aiohttp.ClientSession() as session:
        world = World(world_address, session)
        await world.post("reset", {})
        setup = cast("")
        setup["whatsapp"][0].pop("webhook_url")
        await world.post("setup", setup)
        numbers = iter(range(1000, 1000 + MESSAGES))
        for kill_after in (40, 90):
            with _shop(world_address, tmp_path, port) as process:
                await _ready(session, address)
                while process.poll() is None:
                    wave = [next(numbers) for _ in range(10)]
                    sending = [asyncio.create_task(_send(session, address, number)) for number in wave]
                    if len(acknowledged) >= kill_after:
                        await asyncio.sleep(0.004)
                        process.kill()
                        await asyncio.to_thread(process.wait)
                    done = await asyncio.gather(*sending)
                    acknowledged |= {number for number, good in zip(wave, done, strict=True) if good}
        with _shop(world_address, tmp_path, port) as process:
            await _ready(session, address)
            counts, _ = await _drained(tmp_path)
            assert acknowledged <= set(counts), "an acknowledged message was lost"
            assert set(counts.values()) == {1}, "a message was handled twice"
            again = [await _send(session, address, number) for number in range(1000, 1000 + MESSAGES)]
            assert all(again)
            counts, _ = await _drained(tmp_path)
            process.terminate()
            await asyncio.to_thread(process.wait)
    assert len(acknowledged) >= 90
    assert counts == Counter(range(1000, 1000 + MESSAGES))
    assert process.returncode == 0
