"""Words as they are searched: how texts are taken apart, and which known word a misspelled one may be. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

MOST_WORDS, LONGEST = 60, 40
LIKE_ENOUGH = 0.66
_APART = re.compile(r"[\s!-/:-@\[-`{-~।“”‘’…·–—]+")


def words_of(*texts: str) -> tuple[str, ...]:
    """The different words of these texts, folded, in their order; single letters are none."""
    found = (word for text in texts for word in _APART.split(unicodedata.normalize("NFKC", text).casefold()))
    kept = dict.fromkeys(word[:LONGEST] for word in found if len(word) > 1)
    return tuple(kept)[:MOST_WORDS]


def grams_of(word: str) -> frozenset[str]:
    """Every three letters that follow one another, the word's ends marked: "chai" -> "^ch", "cha", "hai", "ai$"."""
    marked = f"^{word}$"
    return frozenset(marked[at : at + 3] for at in range(len(marked) - 2))


def meant(word: str, known: Iterable[str], most: int = 5) -> list[str]:
    """Those of the known words that this one may be, the likeliest first: itself, what begins with it, or a slip away."""
    rated = sorted(((_likeness(word, each), each) for each in known), reverse=True)
    exact = [each for likeness, each in rated if likeness >= 1]
    return (exact or [each for likeness, each in rated if likeness >= LIKE_ENOUGH])[:most]


def _likeness(word: str, known: str) -> float:
    if known == word:
        return 2.0
    if len(word) > 2 and known.startswith(word):
        return 1.0
    return SequenceMatcher(None, word, known).ratio()
