"""Days and hours of every family are written in words and read back; our own cases are read as they were."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.language.evaluation.cases import load_times
from knowledge.language.evaluation.times import measure_times, total_times
from knowledge.language.when import When, read_when

CASES = Path(__file__).parent / "understanding" / "times.jsonl"
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=ZoneInfo("Asia/Kolkata"))  # a Wednesday
WEEKDAYS = (
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    ("somvar", "mangalvar", "budhvar", "guruvar", "shukravar", "shanivar", "ravivar"),
    ("सोमवार", "मंगलवार", "बुधवार", "गुरुवार", "शुक्रवार", "शनिवार", "रविवार"),
    ("ಸೋಮವಾರ", "ಮಂಗಳವಾರ", "ಬುಧವಾರ", "ಗುರುವಾರ", "ಶುಕ್ರವಾರ", "ಶನಿವಾರ", "ಭಾನುವಾರ"),
    ("திங்கள்", "செவ்வாய்", "புதன்", "வியாழன்", "வெள்ளி", "சனி", "ஞாயிறு"),
    ("ਸੋਮਵਾਰ", "ਮੰਗਲਵਾਰ", "ਬੁੱਧਵਾਰ", "ਵੀਰਵਾਰ", "ਸ਼ੁੱਕਰਵਾਰ", "ਸ਼ਨੀਵਾਰ", "ਐਤਵਾਰ"),
)
MONTHS = (
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ],
    [
        "janvari",
        "farvari",
        "march",
        "aprail",
        "mai",
        "joon",
        "julai",
        "agast",
        "sitambar",
        "aktubar",
        "navambar",
        "disambar",
    ],
    ["जनवरी", "फ़रवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "सितंबर", "अक्टूबर", "नवंबर", "दिसंबर"],
    ["ಜನವರಿ", "ಫೆಬ್ರವರಿ", "ಮಾರ್ಚ್", "ಏಪ್ರಿಲ್", "ಮೇ", "ಜೂನ್", "ಜುಲೈ", "ಆಗಸ್ಟ್", "ಸೆಪ್ಟೆಂಬರ್", "ಅಕ್ಟೋಬರ್", "ನವೆಂಬರ್", "ಡಿಸೆಂಬರ್"],
    ["ஜனவரி", "பிப்ரவரி", "மார்ச்", "ஏப்ரல்", "மே", "ஜூன்", "ஜூலை", "ஆகஸ்ட்", "செப்டம்பர்", "அக்டோபர்", "நவம்பர்", "டிசம்பர்"],
    ["ਜਨਵਰੀ", "ਫਰਵਰੀ", "ਮਾਰਚ", "ਅਪ੍ਰੈਲ", "ਮਈ", "ਜੂਨ", "ਜੁਲਾਈ", "ਅਗਸਤ", "ਸਤੰਬਰ", "ਅਕਤੂਬਰ", "ਨਵੰਬਰ", "ਦਸੰਬਰ"],
)
TO = ["ek", "do", "teen", "char", "paanch", "chhe", "saat", "aath", "nau", "das", "gyarah", "barah"]
HINDI = ["एक", "दो", "तीन", "चार", "पाँच", "छह", "सात", "आठ", "नौ", "दस", "ग्यारह", "बारह"]
ENGLISH = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
BEFORE = ("", "I'd like a table for 4 people ", "flat 302, ", "2 kilo aloo ")
days_ahead = st.integers(1, 360).map(lambda days: NOW.date() + timedelta(days=days))


def read(text: str, before: str = "") -> tuple[When, datetime]:
    found = read_when(text, NOW, before)
    assert found is not None, text
    assert found.at is not None, text
    return found, found.at


def test_our_own_cases_are_not_read_worse_than_they_were() -> None:
    found = total_times(measure_times(load_times([CASES])[CASES.name]))
    assert found["rows"] >= 650
    assert found["right"] >= 0.98


@settings(deadline=None)
@given(days_ahead, st.sampled_from(range(len(MONTHS))), st.booleans(), st.sampled_from(BEFORE))
def test_a_day_and_its_month_are_read_in_every_language(day: date, language: int, behind: bool, before: str) -> None:
    month = MONTHS[language][day.month - 1]
    said = f"{month} {day.day}" if behind and language == 0 else f"{day.day} {month}"
    found, at = read(f"{before}{said}")
    assert at.date() == day
    assert found.has_date
    assert not found.has_time


@settings(deadline=None)
@given(
    days_ahead,
    st.sampled_from(
        ("{d:02}/{m:02}/{y}", "{d}-{m}-{y}", "{d}.{m}.{y}", "{y}-{m:02}-{d:02}", "{d}th of {n} {y}", "{n} {d}, {y}")
    ),
)
def test_a_date_with_its_year_is_read_in_every_form(day: date, form: str) -> None:
    said = form.format(d=day.day, m=day.month, y=day.year, n=MONTHS[0][day.month - 1])
    assert read(f"{said} at 5 pm")[1] == datetime.combine(day, time(17), NOW.tzinfo)


@pytest.mark.parametrize("names", WEEKDAYS)
def test_a_weekday_is_the_next_that_comes(names: tuple[str, ...]) -> None:
    for number, name in enumerate(names):
        found, at = read(name)
        assert at.weekday() == number
        assert 0 <= (at.date() - NOW.date()).days < 7
        assert (found.other is not None) == (number == NOW.weekday())


@settings(deadline=None)
@given(st.integers(1, 12), st.sampled_from((0, 15, 30, 45)), st.booleans(), st.sampled_from(BEFORE))
def test_an_hour_is_read_however_it_is_written(hour: int, minute: int, late: bool, before: str) -> None:
    half = "pm" if late else "am"
    wanted = (hour % 12 + 12 * late, minute)
    following = hour % 12
    words: dict[int, tuple[str, ...]] = {
        0: (f"at {ENGLISH[hour - 1]} {half}", f"{hour} o'clock {half}", f"{hour}{half}"),
        15: (f"quarter past {hour} {half}", f"15 minutes past {hour} {half}", f"{ENGLISH[hour - 1]} fifteen {half}"),
        30: (f"half past {ENGLISH[hour - 1]} {half}", f"{hour}.30 {half}", f"{hour}:30{half}"),
        45: (f"quarter to {ENGLISH[following]} {half}", f"{ENGLISH[hour - 1]} forty-five {half}", f"{hour}:45 {half}"),
    }
    if hour in (11, 12):
        words[45] = words[45][1:]  # "quarter to twelve pm" is said of both halves
    for said in words[minute]:
        found, at = read(f"{before}tomorrow {said}")
        assert ((at.hour, at.minute), at.date()) == (wanted, NOW.date() + timedelta(days=1)), said
        assert found.other is None


@settings(deadline=None)
@given(st.integers(1, 12), st.sampled_from((0, 15, 30, 45)), st.sampled_from(("subah", "shaam")), st.booleans())
def test_hindi_fractions_are_read_in_both_scripts(hour: int, minute: int, part: str, devanagari: bool) -> None:
    names, parts = (HINDI, {"subah": "सुबह", "shaam": "शाम"}) if devanagari else (TO, {})
    prefix = {15: ("sava", "सवा"), 30: ("saadhe", "साढ़े"), 45: ("paune", "पौने"), 0: ("", "")}[minute][devanagari]
    said_hour = hour % 12 + 1 if minute == 45 else hour
    whole = {(1, 30): ("dedh", "डेढ़"), (2, 30): ("dhai", "ढाई"), (1, 45): ("paune do", "पौने दो")}.get((hour, minute))
    number = whole[devanagari] if whole else f"{prefix} {names[said_hour - 1]}".strip()
    at = read(f"{'कल' if devanagari else 'kal'} {parts.get(part, part)} {number} {'बजे' if devanagari else 'baje'}")[1]
    late = part == "shaam"
    assert (at.hour, at.minute) == (hour % 12 + 12 * late, minute)


@settings(deadline=None)
@given(
    st.integers(1, 40),
    st.sampled_from(("in {n} days", "{n} days from now", "{n} din baad", "{n} दिन बाद", "{n} din me")),
)
def test_distances_are_counted_from_today(days: int, form: str) -> None:
    found, at = read(form.format(n=days))
    assert (at.date() - NOW.date()).days == days
    assert not found.has_time


@settings(deadline=None)
@given(st.integers(1, 300), st.sampled_from(("in {n} minutes", "{n} minute baad", "{n} मिनट में", "{n} mins from now")))
def test_waits_are_counted_from_now(minutes: int, form: str) -> None:
    assert read(form.format(n=minutes))[1] - NOW == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("text", "before", "at", "other"),
    [
        ("saat ya aath baje shaam ko", "", "18 19:00", "18 20:00"),
        ("tuesday or thursday at 5 pm", "", "24 17:00", "19 17:00"),
        ("next friday at 5 pm", "", "27 17:00", "20 17:00"),
        ("kal 8 baje", "", "19 08:00", "19 20:00"),
        ("this weekend", "", "21 00:00", "22 00:00"),
        ("monday, november 24th", "", "24 00:00", "23 00:00"),
        ("kal 8 baje", "9 pm?", "19 20:00", "19 08:00"),
    ],
)
def test_two_readings_are_both_told(text: str, before: str, at: str, other: str) -> None:
    found, when = read(text, before)
    assert found.other is not None
    assert (when.strftime("%d %H:%M"), found.other.strftime("%d %H:%M")) == (at, other)


@pytest.mark.parametrize(
    "text", ["kal shaam 8 baje", "dinner at 8 tomorrow", "tomorrow 8 pm", "friday the 20th at 17:00"]
)
def test_what_is_said_plainly_is_not_asked_about(text: str) -> None:
    assert read(text)[0].other is None


@pytest.mark.parametrize(
    "text",
    ["a table for 7", "2 rooms on the 9th floor", "$80 a night", "4.5 stars", "my number is 9845012345", "500 rupaye",
     "aaj kal business kaisa hai", "she is 35", "bus number 30", "a 2 hour movie", "2 ice cream sundae"],
)  # fmt: skip
def test_numbers_and_words_of_other_things_name_no_time(text: str) -> None:
    found = read_when(text, NOW)
    assert found is None or found.at is None


WORDS = [
    "kal",
    "aaj",
    "monday",
    "5",
    "5th",
    "12",
    "baje",
    "ko",
    "se",
    "tak",
    "nahi",
    "to",
    "-",
    ":",
    "and",
    "half",
    "quarter",
    "past",
    "next",
    "week",
    "month",
    "last",
    "day",
    "after",
    "before",
    "in",
    "minutes",
    "ghante",
    "march",
    "pm",
    "subah",
    "or",
    "2026",
    "/",
    ".",
]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(WORDS), max_size=10).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join),
)
def test_no_words_break_the_reader(text: str, before: str) -> None:
    found = read_when(text, NOW, before)
    if found is not None and found.at is not None:
        assert abs(found.at - NOW) < timedelta(days=402)
        assert found.until is None or found.until > found.at
