"""How fast one may send: the generic cell rate algorithm (GCRA), which needs one number for each thing that is paced.

That number is the theoretical arrival time (`tat`): when the bucket will be empty again. Times are whole microseconds,
since at 900 messages a second one is due every 1,111 of them. Source: ITU-T I.371, annex A.
"""

from collections.abc import Callable
from dataclasses import dataclass

SHARE = 0.9
"""How much of a platform's limit is used: its clock is not ours."""
SLACK_US = 10_000_000
"""For so much later than the present one a moment may be taken whose unit came to its turn before."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, then one every `interval_us`. In any span of time T at most burst + T / interval pass."""

    interval_us: int
    burst: int = 1

    def room(self, tat_us: int, now_us: int) -> int:
        """How many may pass now."""
        early = self._begins(tat_us, now_us) - now_us
        return max(0, (self.burst * self.interval_us - early) // self.interval_us)

    def taken(self, tat_us: int, now_us: int, count: int = 1) -> int:
        """The `tat` after `count` have passed."""
        return self._begins(tat_us, now_us) + count * self.interval_us

    def _begins(self, tat_us: int, now_us: int) -> int:
        """Never before now. A `tat` that no burst reaches was written by a clock that has been set back since: were it
        believed, nothing would pass until then."""
        believed = tat_us <= now_us + self.burst * self.interval_us + SLACK_US
        return max(tat_us, now_us) if believed else now_us

    def opens_at(self, tat_us: int) -> int:
        """When the next may pass, in microseconds since the epoch; a time in the past means now."""
        return tat_us - (self.burst - 1) * self.interval_us


@dataclass(frozen=True, slots=True)
class Pace:
    """The rates of one account: over all its chats, and of each chat alone. None: not limited."""

    account: Rate | None = None
    chat: Callable[[str], Rate | None] = lambda recipient: None


UNPACED = Pace()


def per_second(messages: float, burst: int | None = None) -> Rate | None:
    """A platform's limit a second, as a rate; None for 0, which means no limit.

    Without a `burst` it never passes the limit in any second.
    """
    if messages <= 0:
        return None
    return Rate(round(1_000_000 / (messages * SHARE)), burst or max(1, round(messages * (1 - SHARE))))


def per_minute(messages: float, burst: int) -> Rate | None:
    """A platform's limit a minute, as a rate that never passes it in any minute, `burst` at once included."""
    if messages <= 0:
        return None
    burst = min(burst, max(1, round(messages) - 1))
    return Rate(round(60_000_000 / (max(messages, 2) - burst)), burst)
