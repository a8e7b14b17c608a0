"""Wanted times in messages, read in the shop's zone and preferring the future.

Clock times, ranges, parts of the day and durations are read here, days in `dates`; in all languages of the lexicons.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from knowledge.language.dates import NamedDay, find_day, match
from knowledge.language.lexicon import lexicon
from knowledge.language.numbers import read_value
from knowledge.language.tokens import Kind, Token, tokenize

PART_HOURS = {"morning": 9, "noon": 12, "afternoon": 14, "evening": 18, "night": 20}
MAX_WAIT = timedelta(days=60)
EARLIEST, LATEST = 7, 11
Clock = tuple[int, int, bool]  # hour, minute, and whether the half of the day is settled


@dataclass(frozen=True, slots=True)
class When:
    """`at` is aware, in the zone of `now` (None for as soon as possible); `has_date` and `has_time` say what was
    named. With a `part` of the day only (morning, noon, afternoon, evening, night), `at` has its usual hour.
    `bound` is "after" or "before" where the time is one end only, `until` the end of a range. `other` is a second
    reading that is as good, to be asked about ("wednesday", said on a Wednesday; a bare "8")."""

    at: datetime | None
    asap: bool = False
    has_date: bool = False
    has_time: bool = False
    part: str = ""
    bound: str = ""
    until: datetime | None = None
    other: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Span:
    start: Clock
    end: Clock | None = None
    bound: str = ""


def read_when(text: str, now: datetime) -> When | None:
    """The wanted time in `text`, None when none is named. `now` must be aware (ValueError otherwise)."""
    if now.tzinfo is None:
        raise ValueError("now must be aware")
    tokens = _clean_tokens(text)
    wait = _find_wait(tokens)
    if wait is not None:
        at = (now.astimezone(UTC) + wait).astimezone(now.tzinfo)  # hours that pass, whatever is done to clocks
        return When(at, has_date=True, has_time=True) if wait <= MAX_WAIT else None
    named = find_day(tokens, now.date())
    days = (named.day - now.date()).days if named is not None else None
    if named is not None:
        tokens = [*tokens[: named.start], *tokens[named.end :]]
    part, span = _find_part(tokens), _find_span(tokens)
    if span is not None:
        at = _place_clock(span.start, part, days, now)
        if named is not None and named.other is not None and at <= now:
            at = _place_clock(span.start, part, (named.other - now.date()).days, now)
        until = _place_end(span.end, at) if span.end is not None else None
        found = When(at, has_date=days is not None, has_time=True, part=part, bound=span.bound, until=until)
    elif days is not None or part:
        found = When(_place_part(part, days, now), has_date=days is not None, part=part)
    else:
        return When(None, asap=True) if _has(tokens, "now") else None
    return replace(found, other=_other_reading(found, named, span, now))


def _clean_tokens(text: str) -> list[Token]:
    """Tokens without quotes and breaks; a point stays only between numbers and letters of an hour ("8.30")."""
    kept = [token for token in tokenize(text) if token.text not in ('"', "'")]
    return [token for token in kept if token.kind is not Kind.BREAK or token.text == ":"]


def _other_reading(found: When, named: NamedDay | None, span: _Span | None, now: datetime) -> datetime | None:
    """The other half of the day for a bare hour that either may have, the other day for a weekday that is today."""
    if found.at is None:
        return None
    if named is not None and named.other is not None and found.at.date() == named.day:
        return found.at.replace(year=named.other.year, month=named.other.month, day=named.other.day)
    if span is None or span.start[2] or found.part or not (EARLIEST <= span.start[0] <= LATEST):
        return None
    later = found.at + timedelta(hours=12 if found.at.hour < 12 else -12)
    return later if later > now else None


def _find_span(tokens: Sequence[Token]) -> _Span | None:
    """A time with what is said of it: "after 4", "5 baje tak", "between 4 and 6", "4-6 pm", "4 se 6 baje"."""
    for at in range(len(tokens)):
        found = _read_past(tokens, at) or _read_clock(tokens, at)
        if found is None:
            continue
        clock, end = found
        start = _range_start(tokens, at, clock)
        if start is not None:
            return _Span(start, clock)
        last = _range_end(tokens, end)
        if last is not None:
            return _Span(clock, last)
        if (at and match(tokens, at - 1, "after")) or match(tokens, end, "after"):
            return _Span(clock, bound="after")
        before = (at and match(tokens, at - 1, "before")) or match(tokens, end, "before")
        return _Span(clock, bound="before" if before else "")
    return None


def _range_start(tokens: Sequence[Token], at: int, end: Clock) -> Clock | None:
    """The hour before "to" in front of the clock at `at`, in the half of the day that makes it earlier."""
    if at < 2 or not _joins_range(tokens, at - 1):
        return None
    for first in (at - 4, at - 2):
        hour, behind = _read_hour(tokens, first) if first >= 0 else (None, 0)
        if hour is not None and behind == at - 1:
            both_late = end[2] and end[0] > 12 and hour[0] < 12 and hour[0] + 12 <= end[0]
            return (hour[0] + 12 if both_late else hour[0]), hour[1], end[2]
    return None


def _joins_range(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].text in ("-", "–") or bool(match(tokens, at, "up_to"))


def _range_end(tokens: Sequence[Token], at: int) -> Clock | None:
    if at + 1 >= len(tokens) or not _joins_range(tokens, at):
        return None
    found = _read_clock(tokens, at + 1)
    return found[0] if found is not None else None


def _place_end(clock: Clock, start: datetime) -> datetime:
    """The first time of that clock after `start`."""
    hours = [clock[0]] if clock[2] else [clock[0] % 12, clock[0] % 12 + 12]
    times = [start.replace(hour=hour, minute=clock[1]) for hour in hours]
    return min((time if time > start else time + timedelta(days=1)) for time in times)


def _has(tokens: Sequence[Token], meaning: str) -> bool:
    return any(match(tokens, at, meaning) for at in range(len(tokens)))


def _find_wait(tokens: Sequence[Token]) -> timedelta | None:
    """ "in 30 minutes", "aadhe ghante me", "2 ghante baad"."""
    for at in range(len(tokens)):
        value, end = read_value(tokens, at)
        if value is None or end >= len(tokens):
            continue
        if (tokens[end].text,) in lexicon().roles["pauses"] and end + 1 < len(tokens):
            end += 1
        minutes, hours = match(tokens, end, "minutes"), match(tokens, end, "hours")
        if not (minutes or hours) or not 0 < value < 10_000:
            continue
        before = any(at >= length and match(tokens, at - length, "within") == length for length in (1, 2))
        behind = end + (minutes or hours) < len(tokens) and match(tokens, end + (minutes or hours), "within_after")
        if before or behind:
            return timedelta(minutes=float(value * (60 if hours else 1)))
    return None


def _find_part(tokens: Sequence[Token]) -> str:
    for part in ("noon", "afternoon", "night", "evening", "morning"):
        for at in range(len(tokens)):
            if not match(tokens, at, "am") and match(tokens, at, part) and not _greets(tokens, at):
                return part
    return ""


def _greets(tokens: Sequence[Token], at: int) -> bool:
    """ "good morning" names no time."""
    return at > 0 and (tokens[at - 1].text, tokens[at].text) in lexicon().intents["greeting"]


def _read_past(tokens: Sequence[Token], at: int) -> tuple[Clock, int] | None:
    """ "half past 7", "quarter to 8"."""
    for meaning, minutes in (("half_past", 30), ("quarter_past", 15), ("quarter_to", -15)):
        length = match(tokens, at, meaning)
        if length and at + length < len(tokens):
            value, end = read_value(tokens, at + length)
            if value is not None and 1 <= value <= 24:
                total = int(value) * 60 + minutes
                return _with_half(tokens, end, total // 60 % 24, total % 60)
    return None


def _read_clock(tokens: Sequence[Token], at: int) -> tuple[Clock, int] | None:
    hour_minute, end = _read_hour(tokens, at)
    if hour_minute is None:
        return None
    hour, minute = hour_minute
    exact = end - at >= 3 and tokens[at + 1].text == ":"
    said = match(tokens, end, "oclock")
    found, behind = _with_half(tokens, end + said, hour, minute)
    if behind > end + said or exact or said or _is_said_at(tokens, at, end):
        return found, behind
    return None


def _with_half(tokens: Sequence[Token], end: int, hour: int, minute: int) -> tuple[Clock, int]:
    """The clock with its "am" or "pm", where one follows at `end`."""
    for meaning, hours in (("am", 0), ("pm", 12)):
        length = match(tokens, end, meaning)
        if length and hour <= 12:
            return (hour % 12 + hours, minute, True), end + length
    return (hour, minute, hour > 12 or hour == 0), end


def _read_hour(tokens: Sequence[Token], at: int) -> tuple[tuple[int, int] | None, int]:
    value, end = read_value(tokens, at)
    if value is None or (tokens[at].text in lexicon().unsure and not match(tokens, end, "oclock")):
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
    small = lexicon().roles["courtesies"] | lexicon().roles["joiners"] | lexicon().roles["settings"]
    if end < len(tokens) and tokens[end].kind is Kind.WORD and not match(tokens, end, "at"):
        if any(match(tokens, end, part) for part in PART_HOURS):
            return True
        if (tokens[end].text,) not in small:
            return False
    before = at > 0 and any(match(tokens, at - 1, name) for name in ("said_at", "after", "before", "between"))
    part_before = at > 0 and any(match(tokens, at - 1, part) for part in PART_HOURS)
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
    # Nobody has goods brought at night: only hours from 7 to 11 may be either half.
    return [hour, hour + 12] if EARLIEST <= hour <= LATEST else [hour % 12 + 12]


def _place_part(part: str, days: int | None, now: datetime) -> datetime:
    base = now.replace(hour=PART_HOURS.get(part, 0), minute=0, second=0, microsecond=0)
    placed = base + timedelta(days=days or 0)
    return placed + timedelta(days=1) if part and days is None and placed <= now else placed
