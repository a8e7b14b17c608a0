"""Times that are named only to be refused: "not this Wednesday but Wednesday of next week", "kal nahi parso"."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from knowledge.language.phrases import match
from knowledge.language.tokens import Token

BEFORE, BEHIND = 3, 2  # words between the refusal and what it refuses


class Span(Protocol):
    """Something that was said with tokens `start` to `end`."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


Said = TypeVar("Said", bound=Span)


def keep_wanted(tokens: Sequence[Token], found: Sequence[Said]) -> list[Said]:
    """`found` (in order) without what is refused; all of it when everything would go."""
    ends = [0, *(each.end for each in found)]
    wanted = [each for i, each in enumerate(found) if not _is_refused(tokens, ends[i], each, found[i + 1 :])]
    return wanted or list(found)


def _is_refused(tokens: Sequence[Token], free: int, said: Span, later: Sequence[Span]) -> bool:
    for at in range(max(free, said.start - BEFORE - 2), said.start):
        length = match(tokens, at, "refusal_before")
        if length and 0 <= said.start - (at + length) <= BEFORE:
            return True
    if not later:
        return False
    if any(match(tokens, at, "refusal_behind") for at in range(said.end, min(said.end + BEHIND, later[0].start))):
        return True
    return any(match(tokens, at, "correction") for at in range(said.end, later[0].start))
