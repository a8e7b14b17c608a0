"""Setting a shop up by command: go on where one stands, do one step again, or take the test orders away."""

from typing import Literal

from flows.messages import Reply, StartFlow
from flows.onboarding_state import Setup, ended, overview
from flows.onboarding_trial import removed
from flows.turn import Turn
from handlers.commands.settings import SEEN_BY
from handlers.marks import command
from handlers.registry import View
from storage.errors import BadInput
from storage.queries.onboarding import FLOW, progress
from storage.rules.onboarding import Step


@command("setup", permission=SEEN_BY, route="POST /setup/{action}", example="/setup catalogue")
def setup(
    turn: Turn,
    action: Literal["go", "shop", "catalogue", "hours", "delivery", "group", "order", "clean"] = "go",
) -> View:
    """Set the shop up, or go on with that: what is done and what is open; one step again; or remove test orders."""
    if action == "clean":
        return View(removed(turn), _data(turn))
    if not turn.account:
        return View(Reply("\n".join(overview(turn))), _data(turn))
    if not turn.inbound.private:
        raise BadInput("Please write this to me in private: there I ask one thing after the other.")
    if action != "go":
        here = turn.say("Write skip to leave a step out, /cancel to stop; /setup goes on.")
        return View(Reply(here), _data(turn), then=StartFlow(FLOW, Setup(at=action)))
    if progress(turn.tx, turn.scope).next is None:
        return View(ended(turn), _data(turn))
    head = turn.say("Setting up {shop}:", shop=turn.workspace.name)
    how = turn.say("Write skip to leave a step out, /cancel to stop; /setup goes on.")
    return View(Reply("\n".join([head, *overview(turn), how])), _data(turn), then=StartFlow(FLOW))


def _data(turn: Turn) -> dict[str, object]:
    found = progress(turn.tx, turn.scope)
    states = {step: "done" if step in found.done else "skipped" if step in found.skipped else "open" for step in Step}
    return {"steps": {step.value: state for step, state in states.items()}}
