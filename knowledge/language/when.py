"""Wanted times in messages, read in the shop's zone and preferring the future."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class When:
    """`at` is aware, in the zone of `now` (None for as soon as possible); `has_date` and `has_time` say what
    was named: a missing time stands at 00:00. `surface` is the part of the message that said it."""

    at: datetime | None
    asap: bool = False
    has_date: bool = False
    has_time: bool = False
    surface: str = ""


def read_when(text: str, now: datetime) -> When | None:
    """The wanted time in `text`, None when none is named. `now` must be aware (ValueError otherwise)."""
    if now.tzinfo is None:
        raise ValueError("now must be aware")
    return None
