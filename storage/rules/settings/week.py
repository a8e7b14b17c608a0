"""When a shop is open, by its own clock: reading and showing the hours, and when it opens next.

A span is (start, end) in minutes from its day's midnight; the end may lie behind the next one ("18:00-02:00"). Open is
what the wall clock shows, so that a change to summer time makes no span longer or shorter than it is written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from storage.rules.settings.kinds import NONE, Kind, Unfit, to_say
from storage.rules.text import one_line

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60
ALWAYS = "always"
MOST_SPANS = 6
MOST_HOLIDAYS = 100
LOOKS_AHEAD_DAYS = 400
Span = tuple[int, int]
Week = tuple[tuple[Span, ...], ...]
WHOLE_DAY: tuple[Span, ...] = ((0, DAY),)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day on which no span begins."""

    on: date
    title: str = ""


_NAME = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"
_TO = r"\s*(?:-|–|to)\s*"
_CLOCK = r"\d{1,2}(?:[:.]\d{2})?\s*(?:am|pm)?"
_TOKEN = re.compile(
    rf"[\s,;&]*(?:(?:and\b\s*)?(?P<days>{_NAME})(?:{_TO}(?P<last>{_NAME}))?\b:?|(?P<daily>daily|every\s?day|all days)\b:?"
    rf"|(?P<start>{_CLOCK}){_TO}(?P<end>{_CLOCK})(?![\w:])|(?P<closed>closed)\b|(?P<whole>all day|24\s?hours)\b)",
    re.IGNORECASE,
)
_HOLIDAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s+(.*))?", re.DOTALL)


def read_week(words: str, present: Week | None) -> Week | None:
    """The week with what is written; days that are not named stay as they are. Raises `Unfit`.

    Where nothing was set yet, days that are not named are closed; or open, if all that is written is what is closed.
    """
    if words.strip().casefold() == ALWAYS:
        return None
    written: dict[int, tuple[Span, ...]] = {}
    for days, spans in _groups(words):
        written |= dict.fromkeys(days, spans)
    unnamed: tuple[Span, ...] = () if any(written.values()) else WHOLE_DAY
    week = tuple(written.get(day, present[day] if present else unnamed) for day in range(7))
    if not any(week):
        raise Unfit
    return week


def _groups(words: str) -> Iterator[tuple[list[int], tuple[Span, ...]]]:
    """("mon-fri", its spans), and so on."""
    days: list[int] = []
    spans: list[Span] | None = None
    at, end = 0, len(words.rstrip(" \n\t,;."))
    while at < end:
        token = _TOKEN.match(words, at)
        if token is None:
            raise Unfit
        at = token.end()
        if token["days"] or token["daily"]:
            if spans is not None:
                yield days, _in_order(spans)
                days, spans = [], None
            days += range(7) if token["daily"] else _from_to(token["days"], token["last"])
        elif not days:
            raise Unfit
        else:
            spans = [*(spans or []), *_spans(token)]
    if spans is None:
        raise Unfit
    yield days, _in_order(spans)


def _from_to(first: str, last: str | None) -> list[int]:
    start = DAYS.index(first[:3].casefold())
    end = DAYS.index((last or first)[:3].casefold())
    return [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]


def _spans(token: re.Match[str]) -> tuple[Span, ...]:
    if token["closed"]:
        return ()
    if token["whole"]:
        return WHOLE_DAY
    start, end = _minutes(token["start"]), _minutes(token["end"])
    if (
        "pm" in token["end"].casefold()
        and "m" not in token["start"].casefold()
        and start < 12 * 60 <= start + 720 < end
    ):
        start += 12 * 60  # "5-10 pm"
    if start >= DAY or start == end:
        raise Unfit
    return ((start, end if end > start else end + DAY),)


def _minutes(clock: str) -> int:
    digits = re.findall(r"\d+", clock)
    hour, minute = int(digits[0]), int(digits[1]) if len(digits) > 1 else 0
    half = re.search(r"[ap]m", clock.casefold())
    if half is not None:
        if not 1 <= hour <= 12:
            raise Unfit
        hour = hour % 12 + (12 if half.group() == "pm" else 0)
    if minute > 59 or hour * 60 + minute > DAY:
        raise Unfit
    return hour * 60 + minute


def _in_order(spans: list[Span]) -> tuple[Span, ...]:
    """Raises `Unfit` where two of one day lie over each other."""
    ordered = sorted(spans)
    if len(ordered) > MOST_SPANS or any(later[0] < earlier[1] for earlier, later in pairwise(ordered)):
        raise Unfit
    return tuple(ordered)


def show_week(week: Week | None) -> str:
    """ "mon-fri 09:00-13:00,17:00-22:00; sat-sun closed": all seven days."""
    if week is None:
        return ALWAYS
    return "; ".join(f"{_show_days(days)} {_show_spans(spans)}" for days, spans in alike(week))


def alike(week: Week) -> list[tuple[list[int], tuple[Span, ...]]]:
    """Days that follow each other and have the same spans, Monday being 0."""
    groups: list[tuple[list[int], tuple[Span, ...]]] = []
    for day, spans in enumerate(week):
        if groups and groups[-1][1] == spans:
            groups[-1][0].append(day)
        else:
            groups.append(([day], spans))
    return groups


def _show_days(days: list[int]) -> str:
    return DAYS[days[0]] if len(days) == 1 else f"{DAYS[days[0]]}-{DAYS[days[-1]]}"


def _show_spans(spans: tuple[Span, ...]) -> str:
    return ",".join(f"{_clock(start)}-{_clock(end)}" for start, end in spans) or "closed"


def _clock(minutes: int) -> str:
    shown = minutes if minutes <= DAY else minutes - DAY
    return f"{shown // 60:02}:{shown % 60:02}"


def read_holidays(words: str, present: tuple[Holiday, ...]) -> tuple[Holiday, ...]:
    """All holidays; with a `+` before them what is there stays, with a `-` these are taken out. Raises `Unfit`."""
    words = words.strip()
    if words.casefold() == NONE:
        return ()
    written = {each.on: each for each in map(_read_holiday, re.split(r"[,;\n]+", words.lstrip("+-").strip(",; ")))}
    if words.startswith("-"):
        return tuple(each for each in present if each.on not in written)
    kept = {each.on: each for each in present} if words.startswith("+") else {}
    found = kept | written
    if len(found) > MOST_HOLIDAYS:
        raise Unfit
    return tuple(found[on] for on in sorted(found))


def _read_holiday(words: str) -> Holiday:
    match = _HOLIDAY.fullmatch(words.strip())
    if match is None:
        raise Unfit
    try:
        on = date.fromisoformat(match.group(1))
    except ValueError as error:
        raise Unfit from error
    return Holiday(on, one_line(match.group(2) or "", " ")[:60].strip())


def show_holidays(holidays: tuple[Holiday, ...]) -> str:
    return ", ".join(f"{each.on.isoformat()} {each.title}".strip() for each in holidays) or NONE


WEEK = Kind(read_week, show_week, to_say("days and times, day after day, or always"))
HOLIDAYS = Kind(read_holidays, show_holidays, to_say("dates as year-month-day, each with a name if you like, or none"))


def is_open(week: Week | None, holidays: tuple[Holiday, ...], zone: ZoneInfo, at: datetime) -> bool:
    """Whether the shop's wall clock shows a time within a span at that moment. `at` is aware."""
    if week is None and not holidays:
        return True
    local = at.astimezone(zone)
    minute = local.hour * 60 + local.minute
    today, yesterday = (_spans_on(week, holidays, local.date() - timedelta(days=back)) for back in (0, 1))
    return any(start <= minute < end for start, end in today) or any(minute + DAY < end for _, end in yesterday)


def _spans_on(week: Week | None, holidays: tuple[Holiday, ...], day: date) -> tuple[Span, ...]:
    if any(each.on == day for each in holidays):
        return ()
    return WHOLE_DAY if week is None else week[day.weekday()]


def next_opening(week: Week | None, holidays: tuple[Holiday, ...], zone: ZoneInfo, after: datetime) -> datetime | None:
    """The first moment at or behind `after` at which the shop is open, in UTC; None where there is none in sight."""
    if is_open(week, holidays, zone, after):
        return after.astimezone(UTC)
    first = after.astimezone(zone).date()
    for ahead in range(LOOKS_AHEAD_DAYS):
        day = first + timedelta(days=ahead)
        for moment in _moments(_spans_on(week, holidays, day), day, zone, after):
            if moment >= after and is_open(week, holidays, zone, moment):
                return moment
    return None


def _moments(spans: tuple[Span, ...], day: date, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """Where on a day a span may begin: its starts; and each minute of a day on which the clock is changed."""
    begin = datetime.combine(day, time.min, zone)
    end = datetime.combine(day + timedelta(days=1), time.min, zone)
    if begin.utcoffset() == end.utcoffset():
        yield from ((begin + timedelta(minutes=start)).astimezone(UTC) for start, _ in spans)
        return
    moment = max(begin.astimezone(UTC), after.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1))
    while moment < end.astimezone(UTC):
        yield moment
        moment += timedelta(minutes=1)
