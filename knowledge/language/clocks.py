"""Times of the day in messages: "5:30 pm", "half past 7", "saadhe saat baje", "ten to nine", "six forty five"."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from knowledge.language.lexicon import lexicon
from knowledge.language.numbers import read_value
from knowledge.language.phrases import PARTS, match, match_before, text_at
from knowledge.language.tokens import Kind, Token

LINKS = frozenset({"ke", "ki", "ko", "at", "me", "mein", "में", "के", "को", "around", "by", ",", "karib", "करीब", "about"})
NO_HOURS = frozenset({"a", "an", "single", "double", "couple", "half", "quarter", "pair"})
QUARTER_TO_ONE = Decimal("0.75")  # "paun baje"


@dataclass(frozen=True, slots=True)
class Clock:
    """`hour` and `minute` as said, tokens `start` to `end`; `settled` where the half of the day is said too, `sure`
    where nothing but a time is written so ("5:30", "5 baje", and not a bare 5)."""

    hour: int
    minute: int
    start: int
    end: int
    settled: bool = False
    sure: bool = False


def find_clocks(tokens: Sequence[Token], asked: bool = False) -> list[Clock]:
    """All times of the day, from left to right. `asked`: a time was asked for, so that a bare number is one."""
    found: list[Clock] = []
    at = 0
    while at < len(tokens):
        clock = read_clock(tokens, at) or (_read_bare(tokens, at) if asked else None)
        if clock is not None:
            found.append(clock)
        at = max(clock.end if clock is not None else at + 1, at + 1)
    return found or ([] if asked else _find_names(tokens))


def read_clock(tokens: Sequence[Token], at: int) -> Clock | None:
    """The time of the day that begins at `at`."""
    found = _read_past(tokens, at) or _read_before_hour(tokens, at)
    if found is not None:
        return replace(_with_half(tokens, found), sure=True)
    found = _read_hour(tokens, at)
    if found is None:
        return None
    exact = found.sure
    oclock = match(tokens, found.end, "oclock")
    halved = _with_half(tokens, replace(found, end=found.end + oclock))
    if halved.settled and not found.settled:
        return replace(halved, sure=True)
    if exact or oclock:
        return replace(_read_minutes_behind(tokens, halved), sure=True)
    return halved if _is_said_at(tokens, at, found.end) else None


def _find_names(tokens: Sequence[Token]) -> list[Clock]:
    """ "noon", "midnight": only where no other time is said ("12 at midnight" is one time)."""
    for at in range(len(tokens)):
        for meaning, hour in (("noon_sharp", 12), ("midnight", 0)):
            length = match(tokens, at, meaning)
            if length:
                return [Clock(hour, 0, at, at + length, settled=True, sure=True)]
    return []


def _read_bare(tokens: Sequence[Token], at: int) -> Clock | None:
    """A number as the answer to "what time?": alone, or with no thing behind it that it would count."""
    found = _read_hour(tokens, at)
    if found is None or not 1 <= found.hour <= 23 or text_at(tokens, at) in ("a", "an"):
        return None
    counts = found.end < len(tokens) and tokens[found.end].kind is Kind.WORD and _is_thing(tokens, found.end)
    return None if counts else found


def _is_thing(tokens: Sequence[Token], at: int) -> bool:
    words = lexicon()
    thing = (
        (tokens[at].text,) in words.roles["people"] or tokens[at].text in words.units or tokens[at].text in words.months
    )
    return thing or any(
        match(tokens, at, name) for name in ("minutes", "hours", "days", "weeks", "months", "counted_things")
    )


def _read_hour(tokens: Sequence[Token], at: int) -> Clock | None:
    value, end = read_value(tokens, at)
    if value is None or tokens[at].text in NO_HOURS:
        return None
    if tokens[at].text in lexicon().unsure and not match(tokens, end, "oclock"):
        return None
    if value < 1:
        return Clock(12, 45, at, end) if value == QUARTER_TO_ONE and match(tokens, end, "oclock") else None
    if end + 1 < len(tokens) and tokens[end].text == ":" and tokens[end + 1].text.isdigit():
        return _make(value, Decimal(tokens[end + 1].text), at, end + 2, sure=True)
    if tokens[at].kind is Kind.NUMBER and end == at + 1:
        return _read_digits(tokens, at, value)
    if value >= 100 and value % 100 < 60 and match(tokens, end, "hundred_hours"):
        return replace(
            _make(value // 100, value % 100, at, end + 1, sure=True) or Clock(0, 0, at, end + 1), settled=True
        )
    minutes, behind = _read_minute_words(tokens, end)
    if minutes is not None and value == int(value) and 1 <= value <= 12:
        return _make(value, minutes, at, behind, sure=True)
    return _make(value // 1, value % 1 * 60, at, end)  # "saadhe saat" is 7.5


def _read_digits(tokens: Sequence[Token], at: int, value: Decimal) -> Clock | None:
    text = tokens[at].text
    if "." in text:
        whole, _, rest = text.partition(".")
        return _make(Decimal(whole or 0), Decimal(rest), at, at + 1) if len(rest) == 2 else None
    half = any(match(tokens, at + 1, name) for name in ("am", "pm", "oclock", "hundred_hours"))
    if text.isdigit() and len(text) in (3, 4) and half:  # "645 pm", "1830 hours"
        return _make(value // 100, value % 100, at, at + 1, sure=True)
    parted = text_at(tokens, at + 1)
    if parted.isdigit() and len(parted) == 2 and any(match(tokens, at + 2, name) for name in ("am", "pm", "oclock")):
        return _make(value, Decimal(parted), at, at + 2, sure=True)  # "5 30 pm"
    return _make(value, Decimal(0), at, at + 1)


def _read_minute_words(tokens: Sequence[Token], at: int) -> tuple[Decimal | None, int]:
    """The minutes of "six forty five", "ten oh five"."""
    if at >= len(tokens) or tokens[at].kind is not Kind.WORD or tokens[at].text in ("a", "an", *lexicon().unsure):
        return None, at
    zero = tokens[at].text in ("oh", "o", "zero")
    value, end = read_value(tokens, at + zero) if at + zero < len(tokens) else (None, at)
    whole = value is not None and value == int(value) and tokens[at + zero].kind is Kind.WORD
    if whole and value is not None and (value < 10 if zero else 10 <= value < 60):
        return value, end
    return None, at


def _make(hour: Decimal, minute: Decimal, start: int, end: int, sure: bool = False) -> Clock | None:
    if not 0 <= hour <= 24 or not 0 <= minute <= 59 or minute != int(minute):
        return None
    return Clock(int(hour) % 24, int(minute), start, end, hour > 12 or hour == 0, sure)


def _read_past(tokens: Sequence[Token], at: int) -> Clock | None:
    """ "half past 7", "quarter to 8", "ten to nine", "5 minutes past 6"."""
    for meaning, minutes in (("half_past", 30), ("quarter_past", 15), ("quarter_to", -15)):
        length = match(tokens, at, meaning)
        if length:
            return _shift(tokens, at, at + length, minutes)
    value, end = read_value(tokens, at)
    if value is None or value != int(value) or not 1 <= value <= 59 or tokens[at].text in ("a", "an"):
        return None
    spoken = match(tokens, end, "minutes")
    end += spoken
    for meaning, sign in (("minutes_past", 1), ("minutes_to", -1), ("minutes_after", 1)):
        length = match(tokens, end, meaning)
        if length and (value % 5 == 0 or spoken) and (spoken or meaning == "minutes_past" or not _is_range(tokens, at)):
            return _shift(tokens, at, end + length, sign * int(value))
    return None


def _is_range(tokens: Sequence[Token], at: int) -> bool:
    """ "from 5 to 7", "10 to 12 pm" in digits are ranges."""
    return tokens[at].kind is Kind.NUMBER or bool(match_before(tokens, at, "between"))


def _shift(tokens: Sequence[Token], start: int, at: int, minutes: int) -> Clock | None:
    value, end = read_value(tokens, at) if at < len(tokens) else (None, at)
    if value is None or not 1 <= value <= 24 or value != int(value) or tokens[at].text in ("a", "an"):
        return None
    if end < len(tokens) and tokens[end].kind is Kind.WORD and _is_thing(tokens, end):
        return None
    total = (int(value) * 60 + minutes) % (24 * 60)
    hour = total // 60 or (12 if value in (1, 12) else 0)
    end += match(tokens, end, "oclock")
    return Clock(hour, total % 60, start, end, value > 12)


def _read_before_hour(tokens: Sequence[Token], at: int) -> Clock | None:
    """ "saat bajne me paanch minute": five to seven."""
    value, end = read_value(tokens, at)
    length = match(tokens, end, "oclock_to") if value is not None else 0
    if not length or value is None:
        return None
    minutes, behind = read_value(tokens, end + length) if end + length < len(tokens) else (None, end)
    spoken = match(tokens, behind, "minutes") if minutes is not None else 0
    if not spoken or minutes is None or not 1 <= value <= 12:
        return None
    total = (int(value) * 60 - int(minutes)) % 720
    return Clock(total // 60 or 12, total % 60, at, behind + spoken)


def _read_minutes_behind(tokens: Sequence[Token], clock: Clock) -> Clock:
    """ "aath bajkar das minute", "8 baj ke 10 minute": the minutes behind the hour."""
    if not clock.minute and match(tokens, clock.end - 1, "oclock"):
        skip = 1 if text_at(tokens, clock.end) in ("kar", "ke", "कर", "के") else 0
        value, end = read_value(tokens, clock.end + skip) if clock.end + skip < len(tokens) else (None, 0)
        spoken = match(tokens, end, "minutes") if value is not None else 0
        later = match(tokens, end + spoken, "within_after") if spoken else 0
        if spoken and value is not None and 0 < value < 60 and value == int(value) and not later:
            return _with_half(tokens, replace(clock, minute=int(value), end=end + spoken))
    return clock


def _with_half(tokens: Sequence[Token], clock: Clock) -> Clock:
    """The clock with its "am" or "pm", where one follows."""
    for meaning, hours in (("am", 0), ("pm", 12)):
        length = match(tokens, clock.end, meaning)
        if length and clock.hour <= 12:
            return replace(clock, hour=clock.hour % 12 + hours, end=clock.end + length, settled=True)
        if length:
            return replace(clock, end=clock.end + length, settled=True)
    return clock


def _is_said_at(tokens: Sequence[Token], at: int, end: int) -> bool:
    """ "at 8", "by 8", "8 tak", "shaam 5", "subah ke 9": a bare number beside words of time and no goods."""
    if end < len(tokens) and tokens[end].kind is Kind.WORD and _is_thing(tokens, end):
        return False
    if any(
        match(tokens, end + skip, part)
        for skip in (0, 1)
        for part in PARTS
        if not skip or text_at(tokens, end) in ("in", "this")
    ):
        return True
    start = at
    if text_at(tokens, at) in ("one", "ek") and not match_before(tokens, at, "said_at"):
        return False
    while start > 0 and tokens[start - 1].text in LINKS:
        start -= 1
    if any(match_before(tokens, start, part) for part in PARTS):
        return True
    small = lexicon().roles["courtesies"] | lexicon().roles["joiners"] | lexicon().roles["settings"]
    followed = end < len(tokens) and tokens[end].kind is Kind.WORD and not match(tokens, end, "at")
    if followed and (tokens[end].text,) not in small and not match(tokens, end, "behind_day"):
        return False
    return any(match_before(tokens, at, name) for name in ("said_at", "after", "before", "between"))
