"""Wanted times in messages, read in the shop's zone and preferring the future.

A first reading: clock times, parts of the day, today/tomorrow, weekdays, durations; in all languages of the lexicons.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from knowledge.language.lexicon import lexicon
from knowledge.language.numbers import read_value
from knowledge.language.tokens import Kind, Token, tokenize

PART_HOURS = {"morning": 9, "noon": 12, "afternoon": 14, "evening": 18, "night": 20}
MAX_WAIT = timedelta(days=60)
Clock = tuple[int, int, bool]  # hour, minute, and whether the half of the day is settled


@dataclass(frozen=True, slots=True)
class When:
    """`at` is aware, in the zone of `now` (None for as soon as possible); `has_date` and `has_time` say what was
    named. With a `part` of the day only (morning, noon, afternoon, evening, night), `at` has its usual hour."""

    at: datetime | None
    asap: bool = False
    has_date: bool = False
    has_time: bool = False
    part: str = ""


def read_when(text: str, now: datetime) -> When | None:
    """The wanted time in `text`, None when none is named. `now` must be aware (ValueError otherwise)."""
    if now.tzinfo is None:
        raise ValueError("now must be aware")
    tokens = [token for token in tokenize(text) if token.kind is not Kind.BREAK or token.text in ".:"]
    wait = _find_wait(tokens)
    if wait is not None:
        return When(now + wait, has_date=True, has_time=True) if wait <= MAX_WAIT else None
    part, days = _find_part(tokens), _find_days(tokens, now)
    clock = _find_clock(tokens)
    if clock is not None:
        return When(_place_clock(clock, part, days, now), has_date=days is not None, has_time=True, part=part)
    if days is not None or part:
        return When(_place_part(part, days, now), has_date=days is not None, part=part)
    return When(None, asap=True) if _has(tokens, "now") else None


def _has(tokens: Sequence[Token], meaning: str) -> bool:
    return any(_match(tokens, at, meaning) for at in range(len(tokens)))


def _match(tokens: Sequence[Token], at: int, meaning: str) -> int:
    """Length of the longest phrase of `meaning` at `at`; 0 for none."""
    phrases = lexicon().times.get(meaning, frozenset())
    for length in range(min(5, len(tokens) - at), 0, -1):
        if tuple(token.text for token in tokens[at : at + length]) in phrases:
            return length
    return 0


def _find_wait(tokens: Sequence[Token]) -> timedelta | None:
    """ "in 30 minutes", "aadhe ghante me", "2 ghante baad"."""
    for at in range(len(tokens)):
        value, end = read_value(tokens, at)
        if value is None or end >= len(tokens):
            continue
        if (tokens[end].text,) in lexicon().roles["pauses"] and end + 1 < len(tokens):
            end += 1
        minutes, hours = _match(tokens, end, "minutes"), _match(tokens, end, "hours")
        if not (minutes or hours) or not 0 < value < 10_000:
            continue
        before = at > 0 and _match(tokens, at - 1, "within")
        behind = end + (minutes or hours) < len(tokens) and _match(tokens, end + (minutes or hours), "within_after")
        if before or behind:
            return timedelta(minutes=float(value * (60 if hours else 1)))
    return None


def _find_part(tokens: Sequence[Token]) -> str:
    for part in ("noon", "afternoon", "night", "evening", "morning"):
        for at, token in enumerate(tokens):
            if token.text not in ("am", "a.m") and _match(tokens, at, part) and not _greets(tokens, at):
                return part
    return ""


def _greets(tokens: Sequence[Token], at: int) -> bool:
    """ "good morning" names no time."""
    return at > 0 and (tokens[at - 1].text, tokens[at].text) in lexicon().intents["greeting"]


def _find_days(tokens: Sequence[Token], now: datetime) -> int | None:
    """Days from today; None when no day is named."""
    for meaning, days in (("after_tomorrow", 2), ("tomorrow", 1), ("today", 0)):
        if _has(tokens, meaning):
            return days
    for token in tokens:
        weekday = lexicon().weekdays.get(token.text)
        if weekday is not None:
            return (weekday - now.weekday()) % 7 or 7
    return None


def _find_clock(tokens: Sequence[Token]) -> Clock | None:
    for at in range(len(tokens)):
        found = _read_past(tokens, at) or _read_clock(tokens, at)
        if found is not None:
            return found
    return None


def _read_past(tokens: Sequence[Token], at: int) -> Clock | None:
    """ "half past 7", "quarter to 8"."""
    for meaning, minutes in (("half_past", 30), ("quarter_past", 15), ("quarter_to", -15)):
        length = _match(tokens, at, meaning)
        if length and at + length < len(tokens):
            value, _ = read_value(tokens, at + length)
            if value is not None and 1 <= value <= 24:
                total = int(value) * 60 + minutes
                return total // 60 % 24, total % 60, False
    return None


def _read_clock(tokens: Sequence[Token], at: int) -> Clock | None:
    hour_minute, end = _read_hour(tokens, at)
    if hour_minute is None:
        return None
    hour, minute = hour_minute
    exact = end - at >= 3 and tokens[at + 1].text == ":"
    after = tokens[end].text if end < len(tokens) else ""
    if after in ("am", "a.m", "a") and hour <= 12:
        return hour % 12, minute, True
    if end < len(tokens) and _match(tokens, end, "pm") and hour <= 12:
        return hour % 12 + 12, minute, True
    if exact or (end < len(tokens) and _match(tokens, end, "oclock")) or _is_said_at(tokens, at, end):
        return hour, minute, hour > 12 or hour == 0
    return None


def _read_hour(tokens: Sequence[Token], at: int) -> tuple[tuple[int, int] | None, int]:
    value, end = read_value(tokens, at)
    if value is None:
        return None, at
    if end + 1 < len(tokens) and tokens[end].text == ":" and tokens[end + 1].text.isdigit():
        hour, minute = value, Decimal(tokens[end + 1].text)
        end += 2
    elif tokens[at].kind is Kind.NUMBER and "." in tokens[at].text and end == at + 1:
        whole, _, rest = tokens[at].text.partition(".")
        hour, minute = Decimal(whole or 0), Decimal(rest) if len(rest) == 2 else Decimal(99)
    else:
        hour, minute = value // 1, value % 1 * 60  # "saadhe saat" is 7.5
    if hour > 23 or minute > 59:
        return None, at
    return (int(hour), int(minute)), end


def _is_said_at(tokens: Sequence[Token], at: int, end: int) -> bool:
    """ "at 8", "by 8", "8 tak", "shaam 5": a bare number beside words of time and no goods."""
    if end < len(tokens) and tokens[end].kind is Kind.WORD and not _match(tokens, end, "at"):
        return any(_match(tokens, end, part) for part in PART_HOURS)
    before = at > 0 and (tokens[at - 1].text in ("at", "by", "around", "before", "till", "until"))
    part_before = at > 0 and any(_match(tokens, at - 1, part) for part in PART_HOURS)
    return before or part_before


def _place_clock(clock: Clock, part: str, days: int | None, now: datetime) -> datetime:
    hour, minute, settled = clock
    base = now.replace(hour=0, minute=0, second=0, microsecond=0)
    options = [hour] if settled else _hours_of(hour, part, days)
    times = sorted(base + timedelta(days=days or 0, hours=h, minutes=minute) for h in options)
    future = [time for time in times if time > now]
    if future:
        return future[0]
    return times[0] + timedelta(days=1) if days is None else times[-1]


def _hours_of(hour: int, part: str, days: int | None) -> list[int]:
    """Hours from the day's midnight that "7" may mean; beyond 24 is the night after."""
    if part == "morning":
        return [hour % 12]
    if part in ("afternoon", "evening", "noon"):
        return [hour % 12 + 12]
    if part == "night":
        return [hour % 12 + (12 if 5 <= hour < 12 else 24)]
    if days:
        return [hour % 12 + (0 if 8 <= hour < 12 else 12)]
    return [hour % 12, hour % 12 + 12]


def _place_part(part: str, days: int | None, now: datetime) -> datetime:
    base = now.replace(hour=PART_HOURS.get(part, 0), minute=0, second=0, microsecond=0)
    placed = base + timedelta(days=days or 0)
    return placed + timedelta(days=1) if part and days is None and placed <= now else placed
