"""What comes of a model's answer: a basket with more in it, or nothing at all."""

from typing import Any

from flows.assistance import ASK, answered
from flows.draft import Draft
from flows.engine import Outcome
from flows.turn import Turn
from handlers.group_orders import DRAFT
from handlers.marks import result_of


@result_of(ASK)
def taken(turn: Turn, value: Any) -> list[Outcome]:
    """Only where they still stand at their basket, or have none yet: an address or a time is not interrupted."""
    talk = turn.conversation
    if talk is None or talk.flow not in (None, "ordering"):
        return []
    return answered(turn, value, DRAFT.validate_python(talk.state["values"]) if talk.flow else Draft())
