"""The way of a new owner: its steps in order, and what is left of it."""

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    SHOP = "shop"
    CATALOGUE = "catalogue"
    HOURS = "hours"
    DELIVERY = "delivery"
    GROUP = "group"
    ORDER = "order"


class Mark(StrEnum):
    """What the books keep of a step beside what it left in them: looked at and kept as it was, put off, or half done."""

    DONE = "done"
    SKIPPED = "skipped"
    BEGUN = "begun"


SETTING = "setup."
"""What the key of a mark begins with, among the settings of the workspace; behind it stands the step."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a workspace is set up. A step that is done by whatever way is not skipped."""

    done: frozenset[Step]
    skipped: frozenset[Step]

    @property
    def next(self) -> Step | None:
        """The first step that is neither done nor skipped."""
        return next((step for step in Step if step not in self.done | self.skipped), None)


def progress_of(found: frozenset[Step], marks: dict[Step, Mark]) -> Progress:
    """`found`: what the books themselves show to be done."""
    begun = {step for step, mark in marks.items() if mark is Mark.BEGUN}
    done = (found - begun) | {step for step, mark in marks.items() if mark is Mark.DONE}
    return Progress(frozenset(done), frozenset(step for step, mark in marks.items() if mark is Mark.SKIPPED) - done)
