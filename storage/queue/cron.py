"""Cron's five fields in a time zone: when the next moment is."""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError


@lru_cache(maxsize=1024)
def check(expression: str, zone: str) -> None:
    """Raises `ValueError` with what is wrong: not five fields, a field out of its range, no such zone, never due."""
    following(expression, zone, datetime(2026, 1, 1, tzinfo=UTC))


def following(expression: str, zone: str, after: datetime) -> datetime:
    """The first moment later than `after` (aware) that the expression names in an IANA zone, in UTC.

    A clock time that daylight saving leaves out is due when the gap ends, one that comes twice the first time. An
    expression whose minute or hour begins with `*` is a distance, not a clock time: `*/15 * * * *` goes on through a
    repeated hour. (Debian's cron draws the same line.) In Australia/Lord_Howe and Pacific/Chatham, whose clocks
    change at odd minutes, a distance may miss the moments right behind a change. Raises `ValueError`.
    """
    if len(expression.split()) != 5:
        raise ValueError(f"{expression!r}: expected cron's five fields, such as 30 9 * * mon-fri")
    try:
        here = ZoneInfo(zone)
    except (OSError, ValueError, LookupError) as error:
        raise ValueError(f"{zone!r}: expected an IANA time zone, such as Asia/Kolkata") from error
    try:
        moments = CronSim(expression, after.astimezone(here))
    except CronSimError as error:
        raise ValueError(f"{expression!r}: {error}") from error
    for moment in moments:
        # In a repeated hour the library starts from the clock's face, which has shown the same before.
        if moment.astimezone(UTC) > after:
            return moment.astimezone(UTC)
    raise ValueError(f"{expression!r}: never comes")
