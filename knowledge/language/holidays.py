"""Days of the year that people name: fixed ones, ones that fall on a weekday, and Easter."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

from knowledge.language.lexicon import lexicon

LONGEST = 4


def find_holiday(words: Sequence[str], today: date) -> tuple[date, int] | None:
    """The next day that `words` begin with the name of, and how many words that takes."""
    for length in range(min(LONGEST, len(words)), 0, -1):
        rule = lexicon().holidays.get(" ".join(words[:length]))
        if rule is not None:
            days = (_place(rule, year) for year in (today.year, today.year + 1))
            return next(day for day in days if day >= today), length
    return None


def _place(rule: str, year: int) -> date:
    """ "12-25", "11-3#4" (the fourth Thursday of November; -1 is the last), or "easter"."""
    if rule == "easter":
        return _easter(year)
    month, _, day = rule.partition("-")
    if "#" not in day:
        return date(year, int(month), int(day))
    weekday, _, number = day.partition("#")
    if int(number) < 0:
        last = date(year, int(month), monthrange(year, int(month))[1])
        return last - timedelta(days=(last.weekday() - int(weekday)) % 7)
    first = date(year, int(month), 1)
    return first + timedelta(days=(int(weekday) - first.weekday()) % 7 + 7 * (int(number) - 1))


def _easter(year: int) -> date:
    """Of the Gregorian calendar, by the anonymous algorithm (Meeus/Jones/Butcher)."""
    golden, century, rest = year % 19, year // 100, year % 100
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
