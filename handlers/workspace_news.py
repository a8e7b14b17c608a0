"""What is told of workspaces: to the operators when one is asked for, to its owner when they have decided."""

from collections.abc import Iterator

from flows.engine import Outcome
from flows.messages import Button, Reply, Tell
from flows.turn import Turn
from handlers.marks import on
from storage.actions.workspaces import WorkspaceMoved
from storage.rules.workspaces import State


@on(WorkspaceMoved)
def tell_of_workspace(turn: Turn, moved: WorkspaceMoved) -> Iterator[Outcome]:
    """The operators hear of every new shop, and decide on those that wait; owners hear what was decided."""
    if moved.old is None:
        yield Tell("operators", _asked(turn, moved))
        lead = Reply(turn.say("Shall I lead you through setting up {shop}?", shop=moved.name), _lead(turn))
        yield Tell("owners", lead, workspace=moved.workspace)
    elif moved.old is State.PENDING and moved.new is State.ACTIVE:
        text = "{shop} is approved: its customers are answered from now on."
        yield Tell("owners", Reply(turn.say(text, shop=moved.name), once=True), workspace=moved.workspace)
    elif moved.new is State.REJECTED:
        text = "{shop} was not approved: {reason}"
        yield Tell(
            "owners", Reply(turn.say(text, shop=moved.name, reason=moved.reason), once=True), workspace=moved.workspace
        )


def _lead(turn: Turn) -> tuple[Button, ...]:
    return (Button(turn.say("Set it up"), "/setup"),)


def _asked(turn: Turn, moved: WorkspaceMoved) -> Reply:
    words = {"name": moved.actor.name, "person": turn.inbound.user, "shop": moved.name, "id": moved.workspace}
    if moved.new is State.ACTIVE:
        return Reply(turn.say("{name} ({person}) has opened a shop: {shop} ({id}).", **words), once=True)
    buttons = (Button(turn.say("Approve"), f"/approve {moved.workspace}"),)
    text = turn.say("{name} ({person}) asks for a shop: {shop} ({id}).", **words)
    refuse = turn.say("To refuse: /reject {id} and the reason", id=moved.workspace)
    return Reply(f"{text}\n{refuse}", buttons, once=True)
