"""The bot's switch by command."""

from typing import Literal

from flows.messages import Reply
from flows.turn import Turn
from handlers.contact_names import who
from handlers.marks import command
from handlers.registry import View
from storage.actions import people
from storage.errors import Conflict
from storage.queries.waiting import Waiting, waiting
from storage.rules.permissions import Permission

MOST_LISTED = 30


@command(
    "bot",
    permission=(Permission.BOT_SWITCH, Permission.ORDERS_SEE),
    route="POST /bot/{action}",
    example="/bot stop",
)
def bot(turn: Turn, action: Literal["status", "start", "stop"] = "status") -> View:
    """Show whether I answer customers, and stop or start that. Staff commands go on meanwhile."""
    return {"status": _status, "start": _start, "stop": _stop}[action](turn)


def _status(turn: Turn) -> View:
    stopped = turn.workspace.stopped_at
    held = waiting(turn.tx, turn.scope)
    data = {"running": stopped is None, "waiting": sum(each.messages for each in held)}
    if stopped is None:
        return View(Reply(turn.say("I am answering customers.")), data)
    text = turn.say(
        "I have been stopped since {time}; {count} messages wait.", time=turn.moment(stopped), count=data["waiting"]
    )
    return View(Reply(text), data)


def _stop(turn: Turn) -> View:
    if turn.workspace.stopped_at is not None:
        raise Conflict("I am stopped already. /bot start lets me answer again.")
    people.stop_bot(turn.tx, turn.actor)
    text = "I have stopped answering customers. Their messages are kept; your commands work. /bot start lets me answer again."
    return View(Reply(turn.say(text)), {"running": False})


def _start(turn: Turn) -> View:
    if turn.workspace.stopped_at is None:
        raise Conflict("I am answering already.")
    oldest = turn.now - people.STILL_ANSWERED
    old = [each for each in waiting(turn.tx, turn.scope) if each.last_at < oldest]
    people.start_bot(turn.tx, turn.actor)
    parts = [turn.say("I am answering customers again, and what came in the last 30 minutes.")]
    if old:
        parts.append(turn.say("These wrote earlier and wait for a person:"))
        parts += [_line(turn, each) for each in old[:MOST_LISTED]]
    if len(old) > MOST_LISTED:
        parts.append(turn.say("And {count} more.", count=len(old) - MOST_LISTED))
    return View(Reply("\n".join(parts)), {"running": True, "unanswered": [each.contact for each in old]})


def _line(turn: Turn, each: Waiting) -> str:
    return f"{who(each, turn.language)} · {each.messages} · {turn.moment(each.last_at)}"
