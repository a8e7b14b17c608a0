"""Times counted from now or from another time: "in half an hour", "do ghante baad", "an hour later"."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from knowledge.language.lexicon import lexicon
from knowledge.language.numbers import read_value
from knowledge.language.phrases import match, match_before
from knowledge.language.tokens import Token

LONGEST = 10_000  # of any unit


def find_wait(tokens: Sequence[Token]) -> timedelta | None:
    """ "in 30 minutes", "aadhe ghante me", "2 ghante baad", "in an hour and a half"."""
    for at in range(len(tokens)):
        found, end = _read_duration(tokens, at)
        if found and (match_before(tokens, at, "within") or match(tokens, end, "within_after")):
            return found
    return None


def find_shift(tokens: Sequence[Token]) -> timedelta | None:
    """ "an hour later", "30 minutes earlier", counted from a time that was said before."""
    for at in range(len(tokens)):
        found, end = _read_duration(tokens, at)
        if found and match(tokens, end, "later_than"):
            return found
        if found and match(tokens, end, "earlier_than"):
            return -found
    return None


def _read_duration(tokens: Sequence[Token], at: int) -> tuple[timedelta | None, int]:
    """Hours, minutes or both that begin at `at`, and the position behind them."""
    first, end = _read_part(tokens, at)
    if first is None:
        return None, at
    joined = end + (match(tokens, end, "with_more"))
    half = match(tokens, joined, "a_half")
    if half and joined > end:
        return first * 1.5 if first == timedelta(hours=1) else first + timedelta(minutes=30), joined + half
    more, behind = _read_part(tokens, joined)
    if more is not None and more < first and first >= timedelta(hours=1):
        return first + more, behind
    return first, end


def _read_part(tokens: Sequence[Token], at: int) -> tuple[timedelta | None, int]:
    length = match(tokens, at, "half_hour")
    if length:
        return timedelta(minutes=30), at + length
    length = match(tokens, at, "quarter_hour")
    if length:
        return timedelta(minutes=15), at + length
    value, end = read_value(tokens, at) if at < len(tokens) else (None, at)
    if value is None or not 0 < value < LONGEST or end >= len(tokens):
        return None, at
    while end < len(tokens) - 1 and (tokens[end].text,) in lexicon().roles["pauses"]:
        end += 1
    for meaning, minutes in (("minutes", 1), ("hours", 60)):
        length = match(tokens, end, meaning)
        if length:
            return timedelta(minutes=float(value * Decimal(minutes))), end + length
    return None, at
