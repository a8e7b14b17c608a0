"""Phrases of the lexicon's time words, found among the tokens of a message."""

from collections.abc import Sequence
from functools import lru_cache

from knowledge.language.lexicon import Phrase, lexicon
from knowledge.language.tokens import Token

LONGEST = 5
PARTS = ("noon", "afternoon", "night", "evening", "morning")  # of the day


def match(tokens: Sequence[Token], at: int, meaning: str) -> int:
    """Length of the longest phrase of `meaning` at `at`; 0 for none."""
    if not 0 <= at < len(tokens):
        return 0
    phrases, lengths = _phrases_of(meaning)
    for length in lengths.get(tokens[at].text, ()):
        if at + length <= len(tokens) and tuple(token.text for token in tokens[at : at + length]) in phrases:
            return length
    return 0


@lru_cache(maxsize=128)
def _phrases_of(meaning: str) -> tuple[frozenset[Phrase], dict[str, tuple[int, ...]]]:
    """The phrases of a meaning, and by their first word how long they are, the longest first."""
    phrases = lexicon().times.get(meaning, frozenset())
    lengths: dict[str, set[int]] = {}
    for phrase in phrases:
        lengths.setdefault(phrase[0], set()).add(len(phrase))
    return phrases, {word: tuple(sorted(own, reverse=True)) for word, own in lengths.items()}


def match_before(tokens: Sequence[Token], at: int, meaning: str) -> int:
    """Length of the longest phrase of `meaning` that ends before `at`; 0 for none."""
    return next(
        (length for length in range(min(LONGEST, at), 0, -1) if match(tokens, at - length, meaning) == length), 0
    )


def has_near(tokens: Sequence[Token], at: int, meaning: str, reach: int) -> bool:
    """Whether a phrase of `meaning` begins within `reach` tokens of `at` on either side."""
    return any(match(tokens, i, meaning) for i in range(max(0, at - reach), min(len(tokens), at + reach + 1)))


def text_at(tokens: Sequence[Token], at: int) -> str:
    """The word at `at`, empty outside the message."""
    return tokens[at].text if 0 <= at < len(tokens) else ""
