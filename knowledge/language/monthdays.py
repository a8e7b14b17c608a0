"""Days of a month: "25 tareekh", "6th August", "the twenty first", "25/12/2026", "the last day of the month"."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.language.lexicon import lexicon
from knowledge.language.numbers import read_value
from knowledge.language.phrases import has_near, match, match_before, text_at
from knowledge.language.tokens import Kind, Token

SMALL = frozenset({"of", "the", "ke", "ki", "ka", "की", "के", "का", ",", "month", "mahine", "महीने"})


@dataclass(frozen=True, slots=True)
class NamedDay:
    """`day` is the likeliest; `other` a second one that the words may mean ("wednesday", said on a Wednesday).
    The words are tokens `start` to `end`; with `kept` they say the part of the day too ("tonight"). The lower `rank`
    is the surer way to name a day."""

    day: date
    start: int
    end: int
    other: date | None = None
    kept: bool = False
    rank: int = 0


def read_date(tokens: Sequence[Token], at: int, today: date) -> NamedDay | None:
    if tokens[at].kind is Kind.NUMBER:
        written = _read_written(tokens, at, today)
        if written is not None:
            return written
    number, end, ordinal = _read_day_number(tokens, at)
    if not number:
        return None
    if text_at(tokens, end) in lexicon().ordinal_endings:
        end, ordinal = end + 1, True
    marked = match(tokens, end, "day_of_month")
    end += marked
    month, behind = _month_behind(tokens, end)
    if month:
        return _on(tokens, number, month, today, at, behind)
    before, start = _month_before(tokens, at)
    if before and (ordinal or marked or not match(tokens, end, "oclock")):
        return _on(tokens, number, before, today, start, end)
    if not (marked or ordinal) or (ordinal and not marked and not _stands_alone(tokens, at, end)):
        return None
    length = match(tokens, end, "next_month")
    next_one = length or has_near(tokens, at, "next_month", 3)
    month = today.month % 12 + 1 if next_one else 0
    return _on(tokens, number, month, today, at, end + (length or match(tokens, end, "this_month")))


def _stands_alone(tokens: Sequence[Token], at: int, end: int) -> bool:
    """Whether an ordinal is a day ("on the 12th") and not the first of other things ("the 9th floor", "first class")."""
    if match(tokens, end, "counted_things"):
        return False
    if tokens[at].kind is Kind.NUMBER:
        return True
    return text_at(tokens, at - 1) in ("the", "on") and (
        end >= len(tokens) or tokens[end].kind is not Kind.WORD or bool(match(tokens, end, "behind_day"))
    )


def _read_day_number(tokens: Sequence[Token], at: int) -> tuple[int, int, bool]:
    """A day of a month, the position behind it, and whether it is an ordinal ("twenty first", "pehli")."""
    ordinals = lexicon().ordinals
    if tokens[at].text in ordinals:
        return ordinals[tokens[at].text], at + 1, True
    if tokens[at].kind is Kind.NUMBER and not tokens[at].text.isdigit():
        return 0, at, False
    value, end = read_value(tokens, at)
    if value in (20, 30) and ordinals.get(text_at(tokens, end), 10) < 10:
        return int(value or 0) + ordinals[tokens[end].text], end + 1, True
    whole = value is not None and value == int(value) and 1 <= value <= 31
    return (int(value), end, False) if whole and value is not None else (0, at, False)


def _month_behind(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    while text_at(tokens, at) in SMALL:
        at += 1
    return lexicon().months.get(text_at(tokens, at), 0), at + 1


def _month_before(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    start = at - 1
    while text_at(tokens, start) in SMALL:
        start -= 1
    return lexicon().months.get(text_at(tokens, start), 0), start


def _read_written(tokens: Sequence[Token], at: int, today: date) -> NamedDay | None:
    """ "25/12", "25-12-2026", "2026-12-25", "25.12.2026": the day before the month, unless it cannot be one."""
    numbers = [tokens[at].text]
    end = at + 1
    if "/" in numbers[0] or "." in numbers[0]:
        numbers = numbers[0].replace(".", "/").split("/")
    while (
        end + 1 < len(tokens) and tokens[end].text in "-/." and tokens[end + 1].kind is Kind.NUMBER and len(numbers) < 3
    ):
        numbers += tokens[end + 1].text.replace(".", "/").split("/")
        end += 2
    if not all(number.isdigit() for number in numbers) or not 2 <= len(numbers) <= 3:
        return None
    first, second, *years = map(int, numbers)
    if first > 999 and years:
        first, second, years = years[0], second, [first]
    said = (
        years
        or match_before(tokens, at, "on")
        or match(tokens, end, "day_of_month")
        or text_at(tokens, end) in ("ko", "को")
    )
    if second > 12 >= first:
        first, second = second, first
    if not said or not 1 <= second <= 12 or not 1 <= first <= 31:
        return None
    if years:
        year = years[0] + (2000 if years[0] < 100 else 0)
        return (
            NamedDay(date(year, second, first), at, end)
            if first <= monthrange(year, second)[1] and 1900 < year < 2200
            else None
        )
    return _on(tokens, first, second, today, at, end)


def _on(tokens: Sequence[Token], day: int, month: int, today: date, start: int, end: int) -> NamedDay | None:
    """The next such day that there is, or that of the year said behind it; `month` 0 for whichever comes first."""
    said = text_at(tokens, end + (text_at(tokens, end) == ","))
    if month and len(said) == 4 and said.isdigit() and 1900 < int(said) < 2200:
        fits = 1 <= day <= monthrange(int(said), month)[1]
        return NamedDay(date(int(said), month, day), start, end + 1 + (text_at(tokens, end) == ",")) if fits else None
    for ahead in range(49):
        year, number = divmod(today.month - 1 + ahead, 12)
        year, number = today.year + year, number + 1
        if month in (0, number) and 1 <= day <= monthrange(year, number)[1] and date(year, number, day) >= today:
            return NamedDay(date(year, number, day), start, end)
    return None


def read_month_end(tokens: Sequence[Token], at: int, today: date) -> NamedDay | None:
    """ "the last day of the month", "mahine ki aakhri tareekh"."""
    length = match(tokens, at, "month_end")
    if not length:
        return None
    later = match(tokens, at + length, "next_month") or has_near(tokens, at, "next_month", 3)
    month, behind = _month_behind(tokens, at + length)
    number = month or (today.month % 12 + 1 if later else today.month)
    year = today.year + (number < today.month)
    end = behind if month else at + length
    return NamedDay(date(year, number, monthrange(year, number)[1]), at, end)
