"""The answers to what was asked, and taking back what was just done. What runs is what was stored."""

from flows.messages import Reply
from flows.turn import Turn
from handlers.dispatch import carry_out
from handlers.marks import command
from handlers.parameters import read_mapping
from handlers.registry import View
from storage.actions import pledges
from storage.actions.pledges import Pledge
from storage.errors import Conflict, NotFound


@command("yes", route="POST /confirmations/{confirmation}", example="/yes 0k3w9d2m1q8x5t7v4n")
def yes(turn: Turn, confirmation: str) -> View:
    """Say yes to what I asked you."""
    taken = pledges.take(turn.tx, confirmation, kind="confirm", chat=turn.inbound.chat, actor=turn.actor)
    return _run(turn, taken, asked=True)


@command("no", route="DELETE /confirmations/{confirmation}", example="/no 0k3w9d2m1q8x5t7v4n")
def no(turn: Turn, confirmation: str) -> View:
    """Say no to what I asked you."""
    pledges.take(turn.tx, confirmation, kind="confirm", chat=turn.inbound.chat, actor=turn.actor)
    return View(Reply(turn.say("All right, I have done nothing.")))


@command("undo", route="POST /undos/{undo}", example="/undo 0k3w9d2m1q8x5t7v4n")
def undo(turn: Turn, undo: str) -> View:
    """Take back what you have just done, within a minute."""
    return _run(turn, pledges.take(turn.tx, undo, kind="undo", chat=turn.inbound.chat, actor=turn.actor), asked=False)


def _run(turn: Turn, taken: Pledge, asked: bool) -> View:
    """The stored command, if the person may still give it and the thing is as it was when I asked."""
    command = turn.commands.find(taken.command)
    if command is None:
        raise NotFound("I do not know what to confirm. Please give the command again.")
    command.require(turn.actor)
    arguments = read_mapping(command.parameters, taken.arguments)
    if asked and ((question := command.mark.asks(turn, **arguments)) is None or question.version != taken.version):
        raise Conflict("It has changed since I asked. Please give the command again.")
    view: View = carry_out(turn, command, arguments)
    return view
