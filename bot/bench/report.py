"""How a benchmark tells what it found: figures of several rounds, their medians, and a table with ratios."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.bench import machine

T = TypeVar("T")
WIDTH = 30


@dataclass(frozen=True, slots=True)
class Figure:
    """What one round took: CPU milliseconds of this process for each event, and events a second."""

    cpu_ms: float
    per_second: float


def median(found: Sequence[T], by: Callable[[T], Any]) -> T:
    """The middle one (of an even number, the better of the two in ascending order)."""
    return sorted(found, key=by)[(len(found) - 1) // 2]


def show(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table under its title and the machine's name; the first column is a name, the others are figures."""
    widths = [max(12, len(head) + 2) for head in heads[1:]]
    out = sys.stdout.write
    out(f"{title}\n{machine.describe()}\n")
    for row in (heads, *rows):
        cells = (f"{cell:>{width}}" for cell, width in zip(row[1:], widths, strict=True))
        out(f"{row[0]:<{WIDTH}}{''.join(cells)}\n")
    out("\n")
    sys.stdout.flush()


def held(value: float, bar: float, shown: str) -> str:
    """ "0.74 ok", or "0.62 LOW": whether a figure reaches its bar."""
    return f"{shown} {'ok' if value >= bar else 'LOW'}"
