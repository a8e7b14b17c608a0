"""Days named in messages: "25 tareekh", "6th August", "the 12th", "next tuesday", "do hafte baad", "Christmas"."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge.language.lexicon import lexicon
from knowledge.language.numbers import read_value
from knowledge.language.tokens import Kind, Token

ORDINALS = ("st", "nd", "rd", "th")
SMALL = frozenset({"of", "the", "ke", "ki", "ka", "की", "के", "का", ","})
FARTHEST = timedelta(days=400)
WEEK = 7


@dataclass(frozen=True, slots=True)
class NamedDay:
    """`day` is the likeliest; `other` a second one that the words may mean ("wednesday", said on a Wednesday).
    The words are tokens `start` to `end`, so that a date's numbers are not read as hours."""

    day: date
    start: int
    end: int
    other: date | None = None


def find_day(tokens: Sequence[Token], today: date) -> NamedDay | None:
    """The day that `tokens` name, today or later; None when none is named."""
    for read in (_read_date, _read_relative, _read_distance, _read_weekday, _read_holiday):
        for at in range(len(tokens)):
            found = read(tokens, at, today)
            if found is not None:
                return found
    return None


def match(tokens: Sequence[Token], at: int, meaning: str) -> int:
    """Length of the longest phrase of `meaning` at `at`; 0 for none."""
    phrases = lexicon().times.get(meaning, frozenset())
    for length in range(min(5, len(tokens) - at), 0, -1):
        if tuple(token.text for token in tokens[at : at + length]) in phrases:
            return length
    return 0


def _text(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].text if 0 <= at < len(tokens) else ""


def _read_date(tokens: Sequence[Token], at: int, today: date) -> NamedDay | None:
    if "/" in tokens[at].text and tokens[at].kind is Kind.NUMBER:
        return _read_slashed(tokens, at, today)
    number, end = _read_day_number(tokens, at)
    if not number:
        return None
    ordinal = _text(tokens, end) in ORDINALS
    end += ordinal
    marked = match(tokens, end, "day_of_month")
    month, behind = _month_behind(tokens, end)
    if month:
        return _on(number, month, today, at, behind)
    before = _month_before(tokens, at)
    if before is not None and (ordinal or not match(tokens, end, "oclock")):
        return _on(number, before[0], today, before[1], end)
    if not (ordinal or marked):
        return None
    end += marked
    length = match(tokens, end, "next_month")
    if length:
        return _on(number, today.month % 12 + 1, today, at, end + length)
    return _on(number, 0, today, at, end + match(tokens, end, "this_month"))


def _read_day_number(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    if tokens[at].kind is Kind.NUMBER and not tokens[at].text.isdigit():
        return 0, at
    value, end = read_value(tokens, at)
    whole = value is not None and value == int(value) and 1 <= value <= 31
    return (int(value), end) if whole and value is not None else (0, at)


def _month_behind(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    at += _text(tokens, at) in SMALL
    month = lexicon().months.get(_text(tokens, at), 0)
    return month, at + 1


def _month_before(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    at -= 2 if _text(tokens, at - 1) in SMALL else 1
    month = lexicon().months.get(_text(tokens, at), 0)
    return (month, at) if month else None


def _read_slashed(tokens: Sequence[Token], at: int, today: date) -> NamedDay | None:
    """ "25/12": a date where it stands as one, day before month."""
    day, _, month = tokens[at].text.partition("/")
    said = match(tokens, at - 1, "on") if at else 0
    said = said or match(tokens, at + 1, "day_of_month") or _text(tokens, at + 1) in ("ko", "को")
    return _on(int(day), int(month), today, at, at + 1) if said and 1 <= int(month) <= 12 else None


def _on(day: int, month: int, today: date, start: int, end: int) -> NamedDay | None:
    """The next such day that there is; `month` 0 for whichever comes first."""
    for ahead in range(13):
        year, number = divmod(today.month - 1 + ahead, 12)
        year, number = today.year + year, number + 1
        if month in (0, number) and 1 <= day <= monthrange(year, number)[1]:
            found = date(year, number, day)
            if found >= today:
                return NamedDay(found, start, end)
    return None


def _read_relative(tokens: Sequence[Token], at: int, today: date) -> NamedDay | None:
    for meaning, days in (("after_tomorrow", 2), ("tomorrow", 1), ("today", 0)):
        length = match(tokens, at, meaning)
        if length and not (meaning == "tomorrow" and match(tokens, at - 1, "after_tomorrow") and at):
            return NamedDay(today + timedelta(days=days), at, at)  # "tonight" says the part of the day too
    return None


def _read_distance(tokens: Sequence[Token], at: int, today: date) -> NamedDay | None:
    """ "in 3 days", "do hafte baad", "next week"."""
    value, end = read_value(tokens, at)
    if value is None or value != int(value) or end >= len(tokens):
        return None
    days, weeks = match(tokens, end, "days"), match(tokens, end, "weeks")
    behind = end + (days or weeks)
    said = at > 0 and match(tokens, at - 1, "within")
    if not (days or weeks) or not (said or (behind < len(tokens) and match(tokens, behind, "within_after"))):
        return None
    wait = timedelta(days=min(int(value), 1000) * (WEEK if weeks else 1))
    return NamedDay(today + wait, at, behind) if wait <= FARTHEST else None


def _read_weekday(tokens: Sequence[Token], at: int, today: date) -> NamedDay | None:
    weekday = lexicon().weekdays.get(tokens[at].text)
    if weekday is None:
        return None
    ahead = (weekday - today.weekday()) % WEEK
    named_next = (at > 0 and match(tokens, at - 1, "next")) or (at > 1 and match(tokens, at - 2, "next"))
    if named_next or match(tokens, at + 1, "next_week"):
        return NamedDay(today + timedelta(days=WEEK - today.weekday() + weekday), at, at + 1)
    other = today + timedelta(days=WEEK) if not ahead else None
    return NamedDay(today + timedelta(days=ahead), at, at + 1, other)


def _read_holiday(tokens: Sequence[Token], at: int, today: date) -> NamedDay | None:
    for length in (3, 2, 1):
        named = lexicon().holidays.get(" ".join(token.text for token in tokens[at : at + length]))
        if named is not None and at + length <= len(tokens):
            month, _, day = named.partition("-")
            return _on(int(day), int(month), today, at, at + length)
    return None
