"""What the message before proposed or asked: an answer to it is read by it."""

from datetime import date
from functools import cached_property

from knowledge.language.times.clocks import PARTS, Clock, never
from knowledge.language.times.dates import Calendar, NamedDay
from knowledge.language.times.days import find_days
from knowledge.language.times.marked import Marked
from knowledge.language.times.ranges import find_clocks

LONGEST = 1_000


class Proposal:
    """What the message before proposed or asked; read only where an answer needs it."""

    def __init__(self, text: str, today: date) -> None:
        self._text, self._today = text[:LONGEST], today

    @cached_property
    def _marked(self) -> Marked:
        return Marked(self._text)

    @cached_property
    def _days(self) -> list[NamedDay]:
        return find_days(self._marked, Calendar(self._today)) if self._text else []

    @cached_property
    def clocks(self) -> list[Clock]:
        found = find_clocks(self._marked, [day.span for day in self._days], asked=never) if self._text else []
        return [each for clock in found for each in (clock, clock.last) if each is not None]

    @cached_property
    def asks_time(self) -> bool:
        return bool(self._text) and (self._marked.any("asks_time") or bool(self.clocks))

    @cached_property
    def part(self) -> str:
        """The part of the day that it speaks of ("what time in the evening?"), empty for none or several."""
        said = [part for part in PARTS if self._text and self._marked.any(part)]
        return said[0] if len(said) == 1 else ""

    @property
    def is_said(self) -> bool:
        return bool(self._text)

    def day(self) -> date | None:
        return self._days[-1].day if self._days else None
