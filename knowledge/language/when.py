"""Wanted times in messages, read in the shop's zone and preferring the future, in all languages of the lexicons.

Days are read in `dates`, times of the day in `clocks`; here they are put together with ranges, parts and durations.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from knowledge.language.clocks import Clock, find_clocks, read_clock
from knowledge.language.dates import find_days
from knowledge.language.durations import find_shift, find_wait
from knowledge.language.lexicon import lexicon
from knowledge.language.monthdays import NamedDay
from knowledge.language.numbers import read_value
from knowledge.language.phrases import PARTS, match, match_before
from knowledge.language.retractions import keep_wanted
from knowledge.language.tokens import Kind, Token, tokenize

PART_HOURS = {"morning": 9, "noon": 12, "afternoon": 14, "evening": 18, "night": 20}
MAX_WAIT = timedelta(days=60)
EARLIEST, LATEST = 7, 11


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


def read_when(text: str, now: datetime, before: str = "") -> When | None:
    """The wanted time in `text`, None when none is named. `now` must be aware (ValueError otherwise). `before` is what
    was said to the writer: a question for a time makes a bare number one, "an hour later" counts from its time."""
    if now.tzinfo is None:
        raise ValueError("now must be aware")
    tokens = _clean_tokens(text)
    moved = _move(tokens, before, now)
    if moved is not None:
        return moved
    wait = find_wait(tokens)
    if wait is not None and wait <= MAX_WAIT:
        at = (now.astimezone(UTC) + wait).astimezone(now.tzinfo)  # hours that pass, whatever is done to clocks
        return When(at, has_date=True, has_time=True)
    if wait is not None:
        return None
    named = _pick_day(tokens, now)
    days = (named.day - now.date()).days if named is not None else None
    if named is not None and not named.kept:
        tokens = [*tokens[: named.start], *tokens[named.end :]]
    span = _find_span(tokens, bool(before) and _asks_time(before))
    part = _find_part(tokens) if span is None or not span.start.settled else ""
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
    """Tokens without quotes, breaks and the hyphens of words ("twenty-first"); a point stays only between numbers and
    letters of an hour ("8.30")."""
    kept = [token for token in tokenize(text) if token.text not in ('"', "'")]
    kept = [token for token in kept if token.kind is not Kind.BREAK or token.text == ":"]
    return [token for at, token in enumerate(kept) if not (token.text == "-" and _is_hyphen(kept, at))]


def _is_hyphen(tokens: Sequence[Token], at: int) -> bool:
    if not 0 < at < len(tokens) - 1:
        return False
    return tokens[at - 1].kind is Kind.WORD and tokens[at + 1].kind is Kind.WORD


def _move(tokens: Sequence[Token], before: str, now: datetime) -> When | None:
    """ "an hour later" than the time that was offered."""
    shift = find_shift(tokens)
    offered = read_when(before, now) if shift is not None and before else None
    if shift is None or offered is None or offered.at is None or not offered.has_time:
        return None
    return When(offered.at + shift, has_date=offered.has_date, has_time=True)


def _asks_time(before: str) -> bool:
    """Whether a time is asked for, and no number of something else."""
    tokens = _clean_tokens(before)
    people = any((token.text,) in lexicon().roles["people"] for token in tokens)
    return _has(tokens, "asks_time") and not people


def _pick_day(tokens: Sequence[Token], now: datetime) -> NamedDay | None:
    found = keep_wanted(tokens, find_days(tokens, now.date()))
    return min(found, key=lambda named: (named.rank, named.start), default=None)


def _other_reading(found: When, named: NamedDay | None, span: _Span | None, now: datetime) -> datetime | None:
    """The other half of the day for a bare hour that either may have, the other day for a weekday that is today."""
    if found.at is None:
        return None
    if named is not None and named.other is not None and found.at.date() == named.day:
        return found.at.replace(year=named.other.year, month=named.other.month, day=named.other.day)
    if span is None or span.start.settled or found.part or not (EARLIEST <= span.start.hour <= LATEST):
        return None
    later = found.at + timedelta(hours=12 if found.at.hour < 12 else -12)
    return later if later > now else None


def _find_span(tokens: Sequence[Token], asked: bool) -> _Span | None:
    """A time with what is said of it: "after 4", "5 baje tak", "between 4 and 6", "4-6 pm", "4 se 6 baje"."""
    clocks = keep_wanted(tokens, find_clocks(tokens)) or find_clocks(tokens, asked=asked)
    if not clocks:
        return None
    clock = next((each for each in clocks if each.sure), clocks[0])
    start = _range_start(tokens, clock)
    if start is not None:
        return _Span(start, clock)
    last = _range_end(tokens, clock.end)
    if last is not None:
        return _Span(clock, last)
    if match_before(tokens, clock.start, "after") or match(tokens, clock.end, "after"):
        return _Span(clock, bound="after")
    before = match_before(tokens, clock.start, "before") or match(tokens, clock.end, "before")
    return _Span(clock, bound="before" if before else "")


def _range_start(tokens: Sequence[Token], end: Clock) -> Clock | None:
    """The hour before "to" in front of a clock, in the half of the day that makes it earlier."""
    if end.start < 2 or not _joins_range(tokens, end.start - 1):
        return None
    for first in (end.start - 4, end.start - 2):
        value, behind = read_value(tokens, first) if first >= 0 else (None, 0)
        if value is not None and behind == end.start - 1 and value == int(value) and 1 <= value <= 23:
            hour = int(value)
            both_late = end.settled and end.hour > 12 and hour < 12 and hour + 12 <= end.hour
            return replace(end, hour=hour + 12 if both_late else hour, minute=0)
    return None


def _joins_range(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].text in ("-", "–") or bool(match(tokens, at, "up_to"))


def _range_end(tokens: Sequence[Token], at: int) -> Clock | None:
    if at + 1 >= len(tokens) or not _joins_range(tokens, at):
        return None
    return read_clock(tokens, at + 1)


def _place_end(clock: Clock, start: datetime) -> datetime:
    """The first time of that clock after `start`."""
    hours = [clock.hour] if clock.settled else [clock.hour % 12, clock.hour % 12 + 12]
    times = [start.replace(hour=hour, minute=clock.minute) for hour in hours]
    return min((time if time > start else time + timedelta(days=1)) for time in times)


def _has(tokens: Sequence[Token], meaning: str) -> bool:
    return any(match(tokens, at, meaning) for at in range(len(tokens)))


def _find_part(tokens: Sequence[Token]) -> str:
    for part in PARTS:
        for at in range(len(tokens)):
            if not match(tokens, at, "am") and match(tokens, at, part) and not _greets(tokens, at):
                return part
    return ""


def _greets(tokens: Sequence[Token], at: int) -> bool:
    """ "good morning" names no time."""
    return at > 0 and (tokens[at - 1].text, tokens[at].text) in lexicon().intents["greeting"]


def _place_clock(clock: Clock, part: str, days: int | None, now: datetime) -> datetime:
    base = now.replace(hour=0, minute=0, second=0, microsecond=0)
    options = [clock.hour] if clock.settled else _hours_of(clock.hour, part, days)
    times = sorted(base + timedelta(days=days or 0, hours=h, minutes=clock.minute) for h in options)
    future = [time for time in times if time > now]
    if future:
        return future[0]
    return times[0] + timedelta(days=1) if days is None else times[-1]


def _hours_of(hour: int, part: str, days: int | None) -> list[int]:
    """Hours from the day's midnight that "7" may mean; beyond 24 is the night after."""
    if part == "morning":
        return [hour % 12]
    if part in ("afternoon", "evening", "noon"):
        return [hour if part != "evening" and hour in (10, 11) else hour % 12 + 12]
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
