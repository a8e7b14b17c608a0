"""Two processes on one database: what one takes in the other handles at once, and without NOTIFY a little later."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path

from bot.demo import cast
from tests.harness import Chat, World, free_port
from tests.postgres import execute
from tests.runtime.several import count, empty_world, part, running, until

EARS = "pg_stat_activity WHERE datname = current_database() AND starts_with(query, 'LISTEN')"


async def _took_ms(world: World, number: int) -> float:
    """Milliseconds from a customer's message to the first answer on his phone."""
    customer = Chat(world, f"whatsapp/9198000001{number:02}", {"name": "Asha"})
    began = time.perf_counter()
    await customer.says("hi")
    await customer.expects("Hello Asha")
    return (time.perf_counter() - began) * 1000


async def test_a_message_is_handled_elsewhere_within_a_moment(
    world_address: str, tmp_path: Path, postgres: str
) -> None:
    """Nobody looks by himself within half a minute: only NOTIFY can explain it."""
    web = part(world_address, tmp_path, postgres, role="web", poll_s=30.0)
    worker = replace(web, role="worker", port=free_port())
    async with empty_world(world_address) as world, running(web), running(worker):
        await world.post("setup", cast(f"http://127.0.0.1:{web.port}/webhooks/whatsapp"))
        await until(lambda: count(web.database, EARS), 1)
        took = sorted([await _took_ms(world, number) for number in range(8)])
        print(
            f"from a customer's message to the answer, through two processes: median {took[4]:.0f} ms, most {took[-1]:.0f} ms"
        )
        assert took[-1] < 10_000, took


async def test_without_its_ears_a_worker_looks_by_itself_and_they_grow_again(
    world_address: str, tmp_path: Path, postgres: str
) -> None:
    web = part(world_address, tmp_path, postgres, role="web", poll_s=6.0)
    worker = replace(web, role="worker", port=free_port())
    async with empty_world(world_address) as world, running(web), running(worker):
        await world.post("setup", cast(f"http://127.0.0.1:{web.port}/webhooks/whatsapp"))
        await until(lambda: count(web.database, EARS), 1)
        gone = await asyncio.to_thread(execute, web.database, f"SELECT pg_terminate_backend(pid) FROM {EARS}")  # noqa: S608
        assert gone == [(True,)]
        assert await _took_ms(world, 10) < 20_000
        await until(lambda: count(web.database, EARS), 1)
        took = sorted([await _took_ms(world, number) for number in range(3)])
        assert took[1] < 3000, took
