"""Typing errors as thumbs make them, from a seed: the same errors in every run."""

import random
import re

_WORD = re.compile(r"[A-Za-z]{4,}")  # a shorter word is left alone


def mistype(text: str, share: float, chance: random.Random) -> str:
    """`text` with one letter dropped, swapped or doubled in `share` (0..1) of its long Latin words, never the first."""
    return _WORD.sub(lambda match: _spoil(match.group(), chance) if chance.random() < share else match.group(), text)


def _spoil(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    kind = chance.choice(("drop", "swap", "double"))
    if kind == "drop":
        return word[:at] + word[at + 1 :]
    if kind == "swap":
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + word[at] + word[at:]
