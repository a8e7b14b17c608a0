"""The owners hear when their shop is put on another plan."""

from collections.abc import Iterator

from flows.engine import Outcome
from flows.messages import Reply, Tell
from flows.turn import Turn
from handlers.marks import on
from storage.actions.limits import PlanChanged


@on(PlanChanged)
def tell_of_plan(turn: Turn, changed: PlanChanged) -> Iterator[Outcome]:
    """In the language of whoever changed it: the two speak about it."""
    text = turn.say(
        "Your shop is on the plan {plan} now (before: {was}). /plan shows it.", plan=changed.new, was=changed.old
    )
    yield Tell("owners", Reply(text, once=True), workspace=changed.workspace)
