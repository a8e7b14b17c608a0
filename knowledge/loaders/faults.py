"""What is wrong in a file that somebody gave us, said so that they can mend it themselves."""

from collections.abc import Iterable
from dataclasses import dataclass

SHOWN_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend.

    `where` is a row, product, sheet or cell ("Row 7 (Paneer Tikka)"); `field` the column or key, empty when
    the whole place is meant; `found` and `expected` are phrases that complete "is ..." and "expected ...".
    """

    where: str
    field: str
    found: str
    expected: str

    def __str__(self) -> str:
        subject = f"{self.field} is {self.found}" if self.field else self.found
        return f"{self.where}: {subject}; expected {self.expected}."


class FaultList:
    """Collects every fault and note of one reading, so that people mend a file in one go."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.notes: list[str] = []

    def add(self, where: str, field: str, found: str, expected: str) -> None:
        self.faults.append(Fault(where, field, found, expected))

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)


def quote(value: object) -> str:
    """A found value as people see it: its kind where it is a structure, shortened where it is long."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, list | tuple):
        return "a list"
    text = "".join(c if c.isprintable() else " " for c in str(value)[: SHOWN_LENGTH * 4]).strip()
    if not text:
        return "empty"
    return f"'{text[:SHOWN_LENGTH]}…'" if len(text) > SHOWN_LENGTH else f"'{text}'"


def describe(faults: Iterable[Fault], limit: int = 25) -> str:
    """All faults as text for people, one a line; beyond `limit` lines only their number is said."""
    lines = [str(fault) for fault in faults]
    rest = len(lines) - limit
    if rest > 0:
        lines = [*lines[:limit], f"… and {rest} more."]
    return "\n".join(lines)
