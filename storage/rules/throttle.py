"""How fast somebody may write before they are asked to wait: one sentence, then silence until it clears.

Within a limit of `count` in a span nobody is ever silenced, however they spread it. Beyond it silence lasts until a
quarter of the limit is free again, so that whoever goes on writing does not read the sentence with every second message.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from storage.rules.pacing import SLACK_US, Rate

MINUTE_S, HOUR_S, DAY_S = 60, 3_600, 86_400


class Heavy(StrEnum):
    """Work whose pace a workspace keeps as a whole."""

    COMMANDS = "heavy"
    MODEL = "model"


def allowance(count: int, span_s: int) -> Rate | None:
    """A rate that never refuses who stays within `count` in every span of that many seconds; None for 0: no limit."""
    return Rate(span_s * 1_000_000 // count, count) if count > 0 else None


@dataclass(frozen=True, slots=True)
class Limits:
    """How many messages, commands and pieces of heavy work are taken; 0 is no limit."""

    customer_per_minute: int = 0
    customer_per_hour: int = 0
    staff_per_minute: int = 0
    heavy_per_minute: int = 0
    model_per_minute: int = 0

    def of_sender(self, is_member: bool) -> dict[str, Rate]:
        """The rates that one person's messages must keep, by name. Who is nobody's member writes like a customer."""
        if is_member:
            return _rates(("minute", self.staff_per_minute, MINUTE_S))
        return _rates(("minute", self.customer_per_minute, MINUTE_S), ("hour", self.customer_per_hour, HOUR_S))

    def of_work(self, kind: Heavy) -> Rate | None:
        """The rate of a workspace's heavy work of that kind."""
        count = self.heavy_per_minute if kind is Heavy.COMMANDS else self.model_per_minute
        return allowance(count, MINUTE_S)


def _rates(*given: tuple[str, int, int]) -> dict[str, Rate]:
    found = {name: allowance(count, span_s) for name, count, span_s in given}
    return {name: rate for name, rate in found.items() if rate is not None}


UNLIMITED = Limits()


@dataclass(frozen=True, slots=True)
class Tempo:
    """How fast one person has written, in microseconds since the epoch.

    `tats`: by the name of the rate. `silent_until`: when they are answered again. `missed`: how many of their messages
    were passed over in this silence. `told`: until when each other refusal ("heavy", "full") has been said, or when the
    owners heard of them ("alert").
    """

    tats: tuple[tuple[str, int], ...] = ()
    silent_until: int = 0
    missed: int = 0
    told: tuple[tuple[str, int], ...] = ()

    @classmethod
    def read(cls, kept: dict[str, Any] | None) -> "Tempo":
        """As it stands in the books; `None` or `{}` of somebody new."""
        if not kept:
            return cls()
        tats, told = kept.get("tats", {}), kept.get("told", {})
        return cls(tuple(tats.items()), kept.get("until", 0), kept.get("missed", 0), tuple(told.items()))

    @property
    def kept(self) -> dict[str, Any]:
        """What the books keep of it."""
        found = {"tats": dict(self.tats), "until": self.silent_until, "missed": self.missed, "told": dict(self.told)}
        return {name: value for name, value in found.items() if value}

    def was_told(self, what: str, now_us: int) -> bool:
        return dict(self.told).get(what, 0) > now_us

    def telling(self, what: str, until_us: int, now_us: int) -> "Tempo":
        """With `what` said until then; what was said until a time that is over is forgotten."""
        still = {name: until for name, until in self.told if until > now_us and name != what}
        return Tempo(self.tats, self.silent_until, self.missed, tuple((still | {what: until_us}).items()))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a message is answered. `tells`: it begins a silence, and its writer is told so."""

    tempo: Tempo
    passes: bool
    tells: bool = False


def heard(tempo: Tempo, rates: dict[str, Rate], at_us: int) -> Verdict:
    """One more message, that came at this time. Those that are passed over do not lengthen the silence."""
    tats = dict(tempo.tats)
    if at_us < tempo.silent_until <= at_us + _longest(rates.values()):
        return Verdict(Tempo(tempo.tats, tempo.silent_until, tempo.missed + 1, tempo.told), passes=False)
    full = [name for name, rate in rates.items() if rate.room(tats.get(name, 0), at_us) < 1]
    if full:
        until = max(_quarter_free(rates[name], tats[name]) for name in full)
        return Verdict(Tempo(tempo.tats, until, 1, tempo.told), passes=False, tells=True)
    taken = tuple((name, rate.taken(tats.get(name, 0), at_us)) for name, rate in rates.items())
    return Verdict(Tempo(taken, told=tempo.told), passes=True)


def _quarter_free(rate: Rate, tat_us: int) -> int:
    """When a quarter of the burst may pass again, but at least one."""
    return tat_us - (rate.burst - max(1, rate.burst // 4)) * rate.interval_us


def _longest(rates: Iterable[Rate]) -> int:
    """No silence lasts longer; one that seems to was begun by a clock that has been set back since, or under limits
    that have been lifted."""
    return max((rate.burst * rate.interval_us for rate in rates), default=-SLACK_US) + SLACK_US
