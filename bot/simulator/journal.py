"""The log behind `GET /sim/log`: every API request received and every webhook sent."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.timeline import Counter

KEPT = 10_000


@dataclass(slots=True)
class Journal:
    """A bounded ring of log records; old ones fall out."""

    counter: Counter
    records: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=KEPT))

    def api(self, channel: str, path: str, status: int, ms: float, body: object = None, error: object = None) -> None:
        """Note a request that the application made of us. Tokens are never part of `path`."""
        self._note("api", channel, path, status, ms, body, error)

    def webhook(
        self, channel: str, path: str, status: int, ms: float, body: object = None, error: object = None
    ) -> None:
        """Note a webhook that we sent; status 0 means that nobody answered."""
        self._note("webhook", channel, path, status, ms, body, error)

    def newer(self, after: int) -> list[dict[str, Any]]:
        """Records with a number above `after`, oldest first."""
        return [record for record in self.records if record["n"] > after]

    def _note(self, kind: str, channel: str, path: str, status: int, ms: float, body: object, error: object) -> None:
        record: dict[str, Any] = {
            "n": self.counter.next(),
            "kind": kind,
            "channel": channel,
            "path": path,
            "status": status,
            "ms": round(ms, 2),
        }
        if body is not None:
            record["body"] = body
        if error is not None:
            record["error"] = error
        self.records.append(record)
