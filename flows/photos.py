"""Waiting for a picture of a product: the next one that comes from whoever asked is taken; see `handlers.uploads`."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from flows.engine import Flow, Move, flow, step
from flows.messages import Reply
from flows.turn import Turn


@dataclass(frozen=True)
class Awaited:
    """The id of the product."""

    product: str = ""


@flow("photo")
class Photo(Flow[Awaited]):
    state_type: ClassVar[type[Awaited]] = Awaited
    expires_after: ClassVar[timedelta] = timedelta(minutes=10)

    def enter(self, turn: Turn, state: Awaited) -> Move[Awaited]:
        return Move("picture", state, ask=False)

    def ask(self, turn: Turn, step: str, state: Awaited) -> Reply:
        return Reply(turn.say("Send the picture, or /cancel."))

    @step
    def picture(self, turn: Turn, state: Awaited) -> Move[Awaited] | None:
        """A picture goes the way of all files; everything else is about something else."""
        return None
