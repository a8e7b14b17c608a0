"""Token buckets: how platforms count messages when `enforce_rates` is on."""

from __future__ import annotations

import math
from dataclasses import dataclass, field


@dataclass(slots=True)
class Pace:
    """At most `burst` at once, refilled at `per_second`; one bucket a key."""

    per_second: float
    burst: float
    _buckets: dict[object, tuple[float, float]] = field(default_factory=dict)

    def wait_for(self, key: object, now: float) -> float:
        """Take one; returns 0, or the seconds to wait when there is none (nothing is taken then)."""
        level, since = self._buckets.get(key, (self.burst, now))
        level = min(self.burst, level + (now - since) * self.per_second)
        if level < 1:
            self._buckets[key] = (level, now)
            return (1 - level) / self.per_second
        self._buckets[key] = (level - 1, now)
        return 0.0


def whole_seconds(seconds: float) -> int:
    """Seconds rounded up, at least 1, as `retry_after` names them."""
    return max(1, math.ceil(seconds))
