"""Tokens, sounds, intents, languages and times."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.language.detect import detect_language
from knowledge.language.intents import Intent, read_intent
from knowledge.language.sounds import fold
from knowledge.language.tokens import MAX_LENGTH, clean, tokenize
from knowledge.language.when import read_when

NOW = datetime(2026, 3, 4, 10, 30, tzinfo=ZoneInfo("Asia/Kolkata"))  # a Wednesday


def test_tokens_part_digits_from_words_and_keep_indic_words_whole() -> None:
    assert [t.text for t in tokenize("2kg पनीर\u200b, ५०० ग्राम 🙂 1½")] == [
        "2", "kg", "पनीर", ",", "500", "ग्राम", "1", "1/2",
    ]  # fmt: skip


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.text(max_size=300))
def test_tokens_lie_in_order_in_the_cleaned_text(text: str) -> None:
    cleaned, end = clean(text), 0
    for token in tokenize(text):
        assert token.start >= end
        assert cleaned[token.start : token.end] == token.surface
        end = token.end


def test_an_endless_message_is_cut() -> None:
    assert len(clean("a" * 100_000)) <= MAX_LENGTH


@pytest.mark.parametrize(
    "words",
    ["pyaaz pyaj pyaz प्याज", "paneer panir पनीर", "samosa samose समोसे samosas", "doodh dudh दूध", "coffee कॉफी",
     "aloo alu आलू ਆਲੂ ಆಲೂ", "mirch mirchi मिर्च", "tomato tomatoes", "lassi लस्सी ਲੱਸੀ"],
)  # fmt: skip
def test_spellings_of_one_sound_fold_together(words: str) -> None:
    assert len({fold(word) for word in words.split()}) == 1


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("hi", Intent.GREETING), ("namaste ji", Intent.GREETING), ("नमस्ते", Intent.GREETING),
        ("menu", Intent.MENU), ("menu bhejo", Intent.MENU), ("kya kya milta hai", Intent.MENU),
        ("yes", Intent.CONFIRM), ("haan ji", Intent.CONFIRM), ("theek hai", Intent.CONFIRM), ("हाँ", Intent.CONFIRM),
        ("no", Intent.DECLINE), ("nahi", Intent.DECLINE), ("नहीं", Intent.DECLINE),
        ("cancel my order", Intent.CANCEL), ("order cancel kar do", Intent.CANCEL), ("ऑर्डर कैंसिल कर दो", Intent.CANCEL),
        ("where is my order?", Intent.STATUS), ("mera order kab aayega", Intent.STATUS), ("कितनी देर लगेगी", Intent.STATUS),
        ("how much is it?", Intent.PRICE), ("kitne ka hai", Intent.PRICE), ("क्या रेट है", Intent.PRICE),
        ("when do you open?", Intent.HOURS), ("dukan kitne baje tak khuli hai", Intent.HOURS),
        ("book a table for 4", Intent.BOOKING), ("appointment chahiye", Intent.BOOKING),
        ("let me talk to a human", Intent.HUMAN), ("kisi se baat karwa do", Intent.HUMAN), ("मालिक से बात करनी है", Intent.HUMAN),
        ("the cake was rotten", Intent.COMPLAINT), ("khana kharab tha", Intent.COMPLAINT),
        ("thank you", Intent.THANKS), ("ok thanks", Intent.THANKS), ("dhanyawad bhaiya", Intent.THANKS), ("धन्यवाद", Intent.THANKS),
        ("stop", Intent.STOP), ("unsubscribe", Intent.STOP), ("message mat karo", Intent.STOP),
        ("", Intent.OTHER), ("2", Intent.OTHER), ("do you take UPI?", Intent.OTHER),
    ],
)  # fmt: skip
def test_intents_without_goods(text: str, intent: Intent) -> None:
    assert read_intent(text) is intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("2 patty bhej do", Intent.ORDER), ("hello, 2 patties please", Intent.ORDER), ("ok 2 patty", Intent.ORDER),
        ("how much is a patty?", Intent.PRICE), ("2 patty kitne ka padega?", Intent.PRICE),
        ("remove the patty", Intent.AMEND), ("patty hata do", Intent.AMEND), ("cold coffee", Intent.ORDER),
        ("patty hai kya? ho to 2 bhej dena", Intent.ORDER),
    ],
)  # fmt: skip
def test_intents_beside_goods(text: str, intent: Intent) -> None:
    assert read_intent(text, has_lines=True) is intent


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("2 kilo aloo bhej do", "hi_Latn"), ("please send two cakes", "en"), ("दो केक", "hi"), ("ಎರಡು ಕೆಜಿ", "kn"),
        ("வணக்கம்", "ta"), ("ਦੋ ਕਿਲੋ", "pa"), ("2", None), ("ok", None), ("", None), ("🙏", None),
        ("mujhe 1 pizza chahiye please", "hi_Latn"), ("where is my order", "en"), ("kitne baje tak khule ho", "hi_Latn"),
    ],
)  # fmt: skip
def test_the_language_is_told(text: str, language: str | None) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("7:30 pm", "04 19:30"), ("shaam 5 baje", "04 17:00"), ("kal subah 10 baje", "05 10:00"), ("in 30 minutes", "04 11:00"),
        ("today 8pm", "04 20:00"), ("aaj raat 9 baje", "04 21:00"), ("कल सुबह ६ बजे", "05 06:00"), ("aadhe ghante me", "04 11:00"),
        ("half past 7", "04 19:30"), ("saadhe saat baje", "04 19:30"), ("raat 12 baje", "05 00:00"), ("monday 4 pm", "09 16:00"),
        ("tomorrow morning", "05 09:00"), ("day after tomorrow 5pm", "06 17:00"), ("एक घंटे में", "04 11:30"), ("at 9", "04 21:00"),
        ("2 patty shaam 6 baje tak", "04 18:00"), ("20:15", "04 20:15"),
    ],
)  # fmt: skip
def test_wanted_times(text: str, at: str) -> None:
    when = read_when(text, NOW)
    assert when is not None
    assert when.at is not None
    assert when.at.strftime("%d %H:%M") == at
    assert when.at.tzinfo is NOW.tzinfo


def test_no_time_and_as_soon_as_possible() -> None:
    for text in ("2 kg aloo", "good morning", "", "hello", "flat 302"):
        assert read_when(text, NOW) is None, text
    soon = read_when("jaldi bhejo", NOW)
    assert soon is not None
    assert soon.asap
    with pytest.raises(ValueError, match="aware"):
        read_when("now", NOW.replace(tzinfo=None))


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_two_hours_are_two_hours_on_the_night_when_clocks_are_changed(day: str) -> None:
    now = datetime.fromisoformat(f"{day}T01:30").replace(tzinfo=ZoneInfo("Europe/Berlin"))
    when = read_when("in 2 hours", now)
    assert when is not None
    assert when.at is not None
    assert when.at.astimezone(UTC) - now.astimezone(UTC) == timedelta(hours=2)


TIME_WORDS = [
    "7",
    "7:30",
    "pm",
    "am",
    "baje",
    "kal",
    "aaj",
    "shaam",
    "in",
    "30",
    "minutes",
    "half",
    "past",
    "monday",
    "at",
    "by",
    "99",
    "raat",
    "12",
    "0",
    "tak",
    "1/0",
    "24:99",
    "ghante",
]


@given(st.text(max_size=80) | st.lists(st.sampled_from(TIME_WORDS), max_size=8).map(" ".join))
def test_no_text_breaks_the_other_readers(text: str) -> None:
    when = read_when(text, NOW)
    assert when is None or when.at is None or abs(when.at - NOW) < timedelta(days=402)
    assert when is None or when.other is None or when.other > NOW
    assert isinstance(read_intent(text), Intent)
    detect_language(text)
