"""`munshi bench webhooks`: durable acknowledgements a second, and their p99, beside a bare aiohttp handler.

Every request is one signed body with one event, over 200 keep-alive connections, from a driver in another process: Meta
sends up to 1,000 messages a second and wants a median answer within 250 ms, which is 250 requests at a time. The bare
handler is what one writes with aiohttp: it checks the HMAC, parses with orjson, answers 200 and keeps nothing. Ours
answers 200 once the event is on disk in its lane. "acknowledging" is a process that only takes in; in "and answering"
the lanes handle the events meanwhile (what they say stays in the outbox).
"""

import asyncio
import hashlib
import hmac
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson
from aiohttp import web

from bot.bench import report
from bot.bench.driver import Job, Tally
from bot.bench.quiet import quiet_shop
from bot.demo import APP_SECRET, NUMBER
from bot.http.server import Server, application, json_answer, refuse

ROUNDS = 3
CONNECTIONS = 200
PEOPLE = 500
BAR = 0.7
PEER = "peer: bare handler"


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """One round: what the driver saw, and our CPU milliseconds for each event."""

    tally: Tally
    cpu_ms: float


async def run(count: int, rounds: int = ROUNDS) -> None:
    """Measure in turn, round by round, and print medians and ratios."""
    found: dict[str, list[Acknowledged]] = {}
    for _ in range(rounds):
        found.setdefault(PEER, []).append(await _bare(count))
        found.setdefault("acknowledging", []).append(await _ours(count, answering=False))
        found.setdefault("and answering", []).append(await _ours(count, answering=True))
    _print(found, f"munshi bench webhooks: {count} events, {CONNECTIONS} connections, {rounds} rounds; medians")


async def _bare(count: int) -> Acknowledged:
    async def receive(request: web.Request) -> web.Response:
        raw = await request.read()
        expected = "sha256=" + hmac.new(APP_SECRET.encode(), raw, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, request.headers.get("X-Hub-Signature-256", "")):
            return refuse(401, "bad_signature", "")
        orjson.loads(raw)
        return json_answer({"accepted": 1})

    server = Server(application([web.post("/webhooks/whatsapp", receive)]), "127.0.0.1", 0)
    await server.start()
    try:
        return await _acknowledged(server.port, count)
    finally:
        await server.stop()


async def _ours(count: int, answering: bool) -> Acknowledged:
    with tempfile.TemporaryDirectory() as folder:
        async with quiet_shop(Path(folder)) as app:
            if not answering:
                await app.lanes.stop()
            await app.server.start()
            try:
                return await _acknowledged(app.server.port, count)
            finally:
                await app.server.stop()


async def _acknowledged(port: int, count: int) -> Acknowledged:
    """After a warm-up in which every customer has written once."""
    people = min(PEOPLE, count)
    await _drive(Job(port, APP_SECRET, NUMBER, people, 0, people, CONNECTIONS))
    cpu = time.process_time()
    tally = await _drive(Job(port, APP_SECRET, NUMBER, count, people, people, CONNECTIONS))
    return Acknowledged(tally, (time.process_time() - cpu) / count * 1000)


async def _drive(job: Job) -> Tally:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.bench.driver"), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate(orjson.dumps(asdict(job)))
    tally = Tally(**orjson.loads(told))
    if tally.refused:
        raise RuntimeError(f"{tally.refused} of {job.count} webhooks were refused")
    return tally


def _print(found: dict[str, list[Acknowledged]], title: str) -> None:
    middle = {name: report.median(each, lambda one: one.tally.per_second) for name, each in found.items()}
    peer = middle[PEER].tally.per_second
    rows = []
    for name, one in middle.items():
        ratio = one.tally.per_second / peer
        shown = report.held(ratio, BAR, f"{ratio:.2f}") if name == "acknowledging" else f"{ratio:.2f}"
        tally = one.tally
        figures = (f"{one.cpu_ms:.3f}", f"{tally.per_second:.0f}", f"{tally.p50_ms:.1f}", f"{tally.p99_ms:.1f}")
        rows.append((name, *figures, shown))
    report.show(f"{title} (bar: {BAR})", ("", "CPU ms", "acks/s", "p50 ms", "p99 ms", "ratio (rate / peer's)"), rows)
