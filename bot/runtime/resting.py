"""Accounts that may not send for now: throttled ones for a while, refused ones until the platform takes them again."""

from collections.abc import Collection
from dataclasses import dataclass

LONGEST_MS = 300_000


@dataclass(slots=True)
class _Rest:
    """`strikes` grows with each pause that was not enough; a message that goes out ends it all."""

    until_ms: int = 0
    strikes: int = 0
    refused: bool = False
    told: bool = False


class Resting:
    """What each account may do, learned from what became of its messages. Each process learns for itself."""

    def __init__(self) -> None:
        self._rests: dict[str, _Rest] = {}

    def among(self, accounts: Collection[str], now_ms: int) -> set[str]:
        """Those that may not send now."""
        return {name for name, rest in self._rests.items() if name in accounts and self._rests_now(rest, now_ms)}

    def _rests_now(self, rest: _Rest, now_ms: int) -> bool:
        return rest.refused or rest.until_ms > now_ms

    def wait_ms(self, now_ms: int) -> int | None:
        """How long until the next pause ends; None when no account pauses."""
        ends = [rest.until_ms - now_ms for rest in self._rests.values() if rest.until_ms > now_ms]
        return min(ends, default=None)

    def slow_down(self, account: str, now_ms: int, at_least_ms: int | None = None) -> int:
        """Pause an account: 2 s, 4 s … up to 5 minutes; returns for how long. Those that fail together are one strike."""
        rest = self._rests.setdefault(account, _Rest())
        if rest.until_ms <= now_ms:
            rest.strikes += 1
            rest.until_ms = now_ms + max(at_least_ms or 0, min(1000 * 2**rest.strikes, LONGEST_MS))
        return rest.until_ms - now_ms

    def refuse(self, account: str) -> bool:
        """Stop an account until `allow`; True when it was not stopped."""
        rest = self._rests.setdefault(account, _Rest())
        first, rest.refused = not rest.refused, True
        if first:
            rest.strikes += 1
        return first

    def must_tell(self, account: str) -> bool:
        """True once from the first refusal until something goes out again."""
        rest = self._rests.setdefault(account, _Rest())
        first, rest.told = not rest.told, True
        return first

    def next_look_s(self, account: str) -> float:
        """How long to wait before the platform is asked again."""
        strikes = self._rests[account].strikes
        return float(min(2 ** min(strikes, 10), LONGEST_MS // 1000))

    def allow(self, account: str) -> None:
        """The platform takes our credentials again: send."""
        if account in self._rests:
            self._rests[account].refused = False

    def went_out(self, account: str) -> None:
        """A message of this account was taken: nothing stands against it any more."""
        rest = self._rests.get(account)
        if rest is not None and not rest.refused:
            del self._rests[account]
