"""Days and hours as people name them, seen from a Wednesday morning at ten."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from knowledge.language.when import When, read_when

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=ZoneInfo("Asia/Kolkata"))


def read(text: str) -> tuple[When, datetime]:
    found = read_when(text, NOW)
    assert found is not None
    assert found.at is not None
    return found, found.at


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("25 tareekh ko", "11-25 00:00"),
        ("२५ तारीख को शाम 6 बजे", "11-25 18:00"),
        ("15 दिसंबर", "12-15 00:00"),
        ("25/12 ko", "12-25 00:00"),
        ("on the 3rd at 4 pm", "12-03 16:00"),
        ("the 20th of this month, half past 11", "11-20 11:30"),
        ("december 1st", "12-01 00:00"),
        ("next tuesday after 4", "11-24 16:00"),
        ("agle somvar", "11-23 00:00"),
        ("अगले रविवार को 10 बजे", "11-29 10:00"),
        ("3 din baad", "11-21 00:00"),
        ("do hafte baad", "12-02 00:00"),
        ("day after tomorrow 5pm", "11-20 17:00"),
        ("abhi se 15 minute", "11-18 10:15"),
        ("kal shaam 5 baje", "11-19 17:00"),
        ("परसों सुबह", "11-20 09:00"),
        ("12:15", "11-18 12:15"),
        ('3 o"clock', "11-18 15:00"),
        ("8 p . m", "11-18 20:00"),
        ("new year", "01-01 00:00"),
    ],
)
def test_days_and_hours_are_read(text: str, at: str) -> None:
    _, when = read(text)
    assert when.strftime("%m-%d %H:%M") == at


@pytest.mark.parametrize(
    ("text", "start", "end", "bound"),
    [
        ("between 4 and 6 pm", "16:00", "18:00", ""),
        ("kal 4-6 pm", "16:00", "18:00", ""),
        ("4 se 6 baje", "16:00", "18:00", ""),
        ("from 5 to 7", "17:00", "19:00", ""),
        ("5 baje ke baad", "17:00", None, "after"),
        ("7 बजे से पहले", "19:00", None, "before"),
    ],
)
def test_ranges_and_bounds_are_kept(text: str, start: str, end: str | None, bound: str) -> None:
    found, when = read(text)
    assert when.strftime("%H:%M") == start
    assert (found.until.strftime("%H:%M") if found.until else None) == end
    assert found.bound == bound


def test_what_may_be_read_twice_says_so() -> None:
    found, wednesday = read("wednesday ko")
    assert found.other is not None
    assert (found.other - wednesday).days == 7
    found, eight = read("kal 8 baje")
    assert found.other is not None
    assert {eight.hour, found.other.hour} == {8, 20}
    assert read("kal shaam 8 baje")[0].other is None


@pytest.mark.parametrize("text", ["table for 4", "2 hi bhejo", "half plate", "31/2 kg", "room 12"])
def test_numbers_of_other_things_are_no_times(text: str) -> None:
    assert read_when(text, NOW) is None
