"""Days named in messages: "25 tareekh", "6th August", "next tuesday", "do hafte baad", "the day after Christmas"."""

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from knowledge.language.holidays import find_holiday
from knowledge.language.lexicon import lexicon
from knowledge.language.monthdays import NamedDay, read_date, read_month_end
from knowledge.language.numbers import read_value
from knowledge.language.phrases import PARTS, has_near, match, match_before, text_at
from knowledge.language.tokens import Token

FUTURE_ENDINGS = ("ega", "egi", "enge", "unga", "ungi", "oge", "ogi", "गा", "गी", "गे", "ूँगा", "hai", "है", "हैं")
FARTHEST = timedelta(days=400)
WEEK, SATURDAY = 7, 5
RELATIVE = (("after_after_tomorrow", 3), ("after_tomorrow", 2), ("tomorrow", 1), ("today", 0), ("yesterday", -1))


def find_days(tokens: Sequence[Token], today: date) -> list[NamedDay]:
    """All days that `tokens` name, from left to right, none inside another."""
    found: list[NamedDay] = []
    at = 0
    while at < len(tokens):
        named = _read_day(tokens, at, today)
        if named is not None:
            found.append(named)
        at = max(named.end if named is not None else at + 1, at + 1)
    return found


def _read_day(tokens: Sequence[Token], at: int, today: date) -> NamedDay | None:
    shifted = _read_shifted(tokens, at, today)
    if shifted is not None:
        return shifted
    base = _read_base(tokens, at, today)
    return _shift_behind(tokens, base) if base is not None else None


def _read_base(tokens: Sequence[Token], at: int, today: date) -> NamedDay | None:
    readers: tuple[Callable[[Sequence[Token], int, date], NamedDay | None], ...] = (
        read_month_end,
        read_date,
        _read_holiday,
        _read_relative,
        _read_distance,
        _read_weekday,
        _read_weekend,
        _read_span,
    )
    for rank, read in enumerate(readers):
        found = read(tokens, at, today)
        if found is not None:
            return replace(found, rank=rank)
    return None


def _read_shifted(tokens: Sequence[Token], at: int, today: date) -> NamedDay | None:
    """ "the day after Christmas", "a week from Friday", "two days before the 5th"."""
    for meaning, days in (("day_after", 1), ("day_before", -1)):
        length = match(tokens, at, meaning)
        base = _read_base(tokens, at + length, today) if length and at + length < len(tokens) else None
        if base is not None and not match(tokens, at, "after_tomorrow") and not match(tokens, at, "before_yesterday"):
            return NamedDay(base.day + timedelta(days=days), at, base.end)
    wait, end = _read_wait(tokens, at, today)
    if wait is None:
        return None
    for meaning, sign in (("from_day", 1), ("before_day", -1)):
        length = match(tokens, end, meaning)
        base = _read_base(tokens, end + length, today) if length and end + length < len(tokens) else None
        if base is not None and base.start == end + length:
            return NamedDay(_walk(base.day, sign, wait), at, base.end)
    return None


def _shift_behind(tokens: Sequence[Token], base: NamedDay) -> NamedDay:
    """ "aaj se do din baad", "परसों से एक दिन पहले", "friday week"."""
    if text_at(tokens, base.end) not in ("se", "से"):
        return base
    wait, end = _read_wait(tokens, base.end + 1, base.day)
    for meaning, sign in (("within_after", 1), ("ago", -1)):
        length = match(tokens, end, meaning) if wait is not None else 0
        if length and wait is not None:
            return NamedDay(_walk(base.day, sign, wait), base.start, end + length)
    return base


Wait = tuple[int, int]  # days and months


def _read_wait(tokens: Sequence[Token], at: int, today: date) -> tuple[Wait | None, int]:
    """ "3 days", "a week", "do mahine"."""
    if at >= len(tokens):
        return None, at
    value, end = read_value(tokens, at)
    if value is None or value != int(value) or not 0 < value < 1000 or end >= len(tokens):
        return None, at
    count = int(value)
    for meaning, days, months in (("days", 1, 0), ("weeks", WEEK, 0), ("months", 0, 1)):
        length = match(tokens, end, meaning)
        if length:
            return (count * days, count * months), end + length
    return None, at


def _walk(day: date, sign: int, wait: Wait) -> date:
    days, months = wait
    year, month = divmod(day.year * 12 + day.month - 1 + sign * months, 12)
    number = min(day.day, monthrange(year, month + 1)[1])
    return date(year, month + 1, number) + timedelta(days=sign * days)


def _read_distance(tokens: Sequence[Token], at: int, today: date) -> NamedDay | None:
    """ "in 3 days", "do hafte baad", "two days ago"."""
    wait, end = _read_wait(tokens, at, today)
    if wait is None or timedelta(days=wait[0] + 31 * wait[1]) > FARTHEST:
        return None
    behind = match(tokens, end, "within_after")
    if behind or match_before(tokens, at, "within"):
        return NamedDay(_walk(today, 1, wait), at, end + behind)
    ago = match(tokens, end, "ago")
    return NamedDay(_walk(today, -1, wait), at, end + ago) if ago else None


def _read_relative(tokens: Sequence[Token], at: int, today: date) -> NamedDay | None:
    length = match(tokens, at, "before_yesterday")
    if length:
        return NamedDay(today - timedelta(days=2), at, at + length)
    for meaning, days in RELATIVE:
        length = match(tokens, at, meaning)
        if length:
            if days > 0 and _is_told(tokens, at + length):
                days = -days  # "kal kitni barish hui thi"
            kept = any(match(tokens, i, part) for i in range(at, at + length) for part in PARTS)
            return NamedDay(today + timedelta(days=days), at, at + length, kept=kept)
    return None


def _is_told(tokens: Sequence[Token], start: int) -> bool:
    """Whether a Hindi sentence tells of what was, where its words for days ahead are those for days ago."""
    if not match(tokens, start - 1, "two_way_day"):
        return False
    if match(tokens, start, "meant_for"):
        return False
    rest = tokens[start:]
    coming = any(token.text.endswith(FUTURE_ENDINGS) for token in rest)
    return not coming and any(match(tokens, at, "past_tense") for at in range(start, len(tokens)))


def _read_weekday(tokens: Sequence[Token], at: int, today: date) -> NamedDay | None:
    weekday = lexicon().weekdays.get(tokens[at].text)
    end = at + 1
    if weekday is None and (match_before(tokens, at, "names_day") or match(tokens, end, "day_behind")):
        weekday = lexicon().short_weekdays.get(tokens[at].text)
    if weekday is None:
        return None
    if match_before(tokens, at, "last"):
        return NamedDay(today - timedelta(days=WEEK + today.weekday() - weekday), at, end)
    ahead = (weekday - today.weekday()) % WEEK
    if match_before(tokens, at, "next") or has_near(tokens, at, "next_week", 4):
        return NamedDay(today + timedelta(days=WEEK - today.weekday() + weekday), at, end)
    other = today + timedelta(days=WEEK) if not ahead else None
    return NamedDay(today + timedelta(days=ahead), at, end, other)


def _read_weekend(tokens: Sequence[Token], at: int, today: date) -> NamedDay | None:
    length = match(tokens, at, "weekend")
    if not length:
        return None
    ahead = max(SATURDAY - today.weekday(), 0)
    ahead += WEEK if match_before(tokens, at, "next") else 0
    return NamedDay(today + timedelta(days=ahead), at, at + length)


def _read_span(tokens: Sequence[Token], at: int, today: date) -> NamedDay | None:
    """ "next week" is its Monday, "next month" its first day."""
    length = match(tokens, at, "next_week")
    if length:
        return NamedDay(today + timedelta(days=WEEK - today.weekday()), at, at + length)
    length = match(tokens, at, "next_month")
    return NamedDay(_walk(today.replace(day=1), 1, (0, 1)), at, at + length) if length else None


def _read_holiday(tokens: Sequence[Token], at: int, today: date) -> NamedDay | None:
    found = find_holiday([token.text for token in tokens[at : at + 4]], today)
    return NamedDay(found[0], at, at + found[1]) if found is not None else None
