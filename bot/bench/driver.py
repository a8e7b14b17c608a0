"""The platform's side of `munshi bench webhooks`, in a process of its own: signed bodies over keep-alive connections.

`python -m bot.bench.driver` reads one JSON object from stdin (the fields of `Job`) and writes one to stdout (`Tally`).
It speaks HTTP over bare streams, so that it is never the slower side.
"""

import asyncio
import hashlib
import hmac
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import orjson

from bot.bench.bodies import body, said


@dataclass(frozen=True, slots=True)
class Job:
    """Post `count` events, numbered from `start` on, of `people` customers to the webhook on that port."""

    port: int
    secret: str
    number: str
    count: int
    start: int
    people: int
    connections: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Acknowledgements a second; milliseconds from a request to its 200."""

    per_second: float
    p50_ms: float
    p99_ms: float
    refused: int


async def drive(job: Job) -> Tally:
    """Post everything, one request at a time on each connection."""
    requests = iter([_request(job, job.start + n, n % job.people) for n in range(job.count)])
    streams = [await asyncio.open_connection("127.0.0.1", job.port) for _ in range(job.connections)]
    times: list[float] = []
    began = time.perf_counter()
    refused = sum(await asyncio.gather(*(_post_all(*stream, requests, times) for stream in streams)))
    took = time.perf_counter() - began
    for _, writer in streams:
        writer.close()
    times.sort()
    return Tally(len(times) / took, _share(times, 0.5), _share(times, 0.99), refused)


def _request(job: Job, number: int, person: int) -> bytes:
    content = orjson.dumps(body(job.number, f"wamid.bench.{number}", person, said("thanks")))
    signature = hmac.new(job.secret.encode(), content, hashlib.sha256).hexdigest()
    lines = (
        "POST /webhooks/whatsapp HTTP/1.1",
        f"Host: 127.0.0.1:{job.port}",
        "Content-Type: application/json",
        f"Content-Length: {len(content)}",
        f"X-Hub-Signature-256: sha256={signature}",
    )
    return "\r\n".join((*lines, "", "")).encode() + content


async def _post_all(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, requests: Iterator[bytes], times: list[float]
) -> int:
    """Returns how many were refused."""
    refused = 0
    for request in requests:
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.partition(b":")[2]))
        if head.startswith(b"HTTP/1.1 200 "):
            times.append((time.perf_counter() - began) * 1000)
        else:
            refused += 1
    return refused


def _share(times: list[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))] if times else 0.0


if __name__ == "__main__":
    sys.stdout.buffer.write(orjson.dumps(asdict(asyncio.run(drive(Job(**orjson.loads(sys.stdin.buffer.read())))))))
