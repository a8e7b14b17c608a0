"""The weather: what goes wrong on purpose, set by `POST /sim/faults` and cleared by `{}`.

Each post replaces the whole plan. Keys:

    seed            number; the same seed plays the same misfortunes (default 1)
  webhooks that we send
    duplicate       0..1; an event is sent again after it was taken (at-least-once)
    reorder         n; WhatsApp events are gathered in windows of n and shuffled
    batch           n up to 1,000; WhatsApp events are gathered, up to n in one body
    batch_ms        longest time that a gathered event waits (default 50)
    delay_ms        [lo, hi]; pause before each webhook
    statuses        "none" | "sent" | "delivered" | "read": how far WhatsApp statuses go by themselves
                    (default "delivered": sent, then delivered)
    status_failed   {"code", "times"=1, "to"?}, or a list: accepted, then a `failed` status with that code
  API calls that we answer
    latency_ms      [lo, hi]; pause before each answer
    error_500       0..1; HTTP 500/502, half of them without JSON; nothing was done
    throttle        0..1; WhatsApp 130429 (as HTTP 400), Telegram 429 with retry_after; nothing was done
    retry_after     seconds named in those 429 answers (default 1)
    drop_reply      0..1; the call is carried out, then the connection is closed without an answer
    error           {"channel", "code", "http"?, "times"=1, "method"?, "to"?, "description"?, "details"?,
                    "parameters"?}, or a list: that error for the next matching calls. `times` null is for ever.
                    WhatsApp methods: messages, read, media, media_url, media_download, phone_number, ...
                    Telegram methods: the Bot API's names.
  rules of the platforms
    enforce_rates   true: WhatsApp 80/s a number and 1 per 6 s (burst 45) to one user; Telegram 30/s overall,
                    1/s in a chat (burst 5) and 20/min in a group
    window          "error" (default) | "status" | "off": how a message outside the 24-hour window fails: at
                    once with 131047, by a `failed` status, or not at all
    clock_offset_s  seconds added to the simulator's clock
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, fields
from typing import Any

from bot.simulator.wire import BadControl, Json

STATUS_LEVELS = ("none", "sent", "delivered", "read")
WINDOW_MODES = ("error", "status", "off")
_PROBABILITIES = ("duplicate", "error_500", "throttle", "drop_reply")
_RANGES = ("delay_ms", "latency_ms")


@dataclass(slots=True)
class ErrorRule:
    """One error that is to be played for matching calls, `times` more times (None: always)."""

    channel: str
    code: int
    http: int | None = None
    times: int | None = 1
    method: str | None = None
    to: str | None = None
    description: str | None = None
    details: str | None = None
    parameters: Json | None = None

    def claims(self, channel: str, method: str, to: str) -> bool:
        """True when this rule fits the call; it is then used up once."""
        fits = self.channel == channel and self.method in (None, method) and self.to in (None, to)
        if not fits or self.times == 0:
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass(slots=True)
class FaultPlan:
    """The plan in force. Probabilities are 0..1, ranges are milliseconds."""

    seed: int = 1
    duplicate: float = 0.0
    reorder: int = 0
    batch: int = 0
    batch_ms: float = 50.0
    delay_ms: tuple[float, float] = (0.0, 0.0)
    statuses: str = "delivered"
    status_failed: list[ErrorRule] = field(default_factory=list)
    latency_ms: tuple[float, float] = (0.0, 0.0)
    error_500: float = 0.0
    throttle: float = 0.0
    retry_after: int = 1
    drop_reply: float = 0.0
    error: list[ErrorRule] = field(default_factory=list)
    enforce_rates: bool = False
    window: str = "error"
    clock_offset_s: float = 0.0
    dice: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 - misfortune, not secrets

    def happens(self, probability: float) -> bool:
        """Throw the dice; free of charge when the probability is zero."""
        return probability > 0 and self.dice.random() < probability

    def seconds(self, span: tuple[float, float]) -> float:
        """A pause out of a range of milliseconds, in seconds."""
        return self.dice.uniform(*span) / 1000 if span[1] > 0 else 0.0

    def ordered_error(self, channel: str, method: str, to: str) -> ErrorRule | None:
        """The error that the plan orders for this call, if any."""
        return next((rule for rule in self.error if rule.claims(channel, method, to)), None)

    def ordered_failure(self, to: str) -> ErrorRule | None:
        """The `failed` status that the plan orders for a message to this recipient, if any."""
        return next((rule for rule in self.status_failed if rule.claims("whatsapp", "messages", to)), None)


_KEYS = tuple(f.name for f in fields(FaultPlan) if f.name != "dice")
_RULE_KEYS = tuple(f.name for f in fields(ErrorRule))


def plan_from(body: Json) -> FaultPlan:
    """Read a fault plan.

    Raises:
        BadControl: names the first unknown key or impossible value.
    """
    unknown = [key for key in body if key not in _KEYS]
    if unknown:
        raise BadControl(f"unknown fault {unknown[0]!r}", known=list(_KEYS))
    values: dict[str, Any] = {key: _value(key, value) for key, value in body.items()}
    plan = FaultPlan(**values)
    plan.dice.seed(plan.seed)
    return plan


def plan_view(plan: FaultPlan) -> Json:
    """The plan as JSON, with what is left of each counted error."""
    view: Json = {}
    for key in _KEYS:
        value = getattr(plan, key)
        if key in ("error", "status_failed"):
            value = [{name: getattr(rule, name) for name in _RULE_KEYS} for rule in value]
        view[key] = value
    return view


def _value(key: str, value: Any) -> Any:
    try:
        if key in _PROBABILITIES:
            return _within(key, float(value), 1.0)
        if key in _RANGES:
            low, high = (float(v) for v in value)
            return (low, _within(key, high, 600_000.0, low))
        if key in ("error", "status_failed"):
            return [_rule(key, rule) for rule in (value if isinstance(value, list) else [value])]
        if key in ("statuses", "window"):
            return _one_of(key, value)
        if key in ("batch", "reorder"):
            return int(_within(key, int(value), 1000))
        return type(getattr(FaultPlan(), key))(value)
    except (TypeError, ValueError):
        raise BadControl(f"impossible value for fault {key!r}: {value!r}") from None


def _within(key: str, value: float, top: float, bottom: float = 0.0) -> float:
    if not bottom <= value <= top:
        raise BadControl(f"fault {key!r} must lie between {bottom:g} and {top:g}, not {value:g}")
    return value


def _one_of(key: str, value: object) -> str:
    allowed = STATUS_LEVELS if key == "statuses" else WINDOW_MODES
    if value not in allowed:
        raise BadControl(f"fault {key!r} must be one of {', '.join(allowed)}")
    return str(value)


def _rule(key: str, body: Json) -> ErrorRule:
    unknown = [name for name in body if name not in _RULE_KEYS]
    if unknown:
        raise BadControl(f"unknown key {unknown[0]!r} in fault {key!r}", known=list(_RULE_KEYS))
    values = {"channel": "whatsapp", **body}
    if "to" in values and values["to"] is not None:
        values["to"] = str(values["to"]).lstrip("+")
    return ErrorRule(**values)
