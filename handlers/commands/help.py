"""Help by command. The text comes from the registry, so that it cannot drift from what is there."""

from flows.messages import Reply
from flows.turn import Turn
from handlers.marks import command
from handlers.registry import View


@command("help", route="GET /help", example="/help confirm")
def help_(turn: Turn, word: str = "") -> View:
    """Show what you can do here, or how to use one command."""
    allowed = turn.commands.allowed(turn.actor)
    data = {"commands": [{"name": each.name, "usage": each.usage, "help": each.help} for each in allowed]}
    named = next((each for each in allowed if each.name == word.lstrip("/").casefold()), None)
    if named is not None:
        lines = [named.usage, turn.say(named.help), turn.say("Example: {example}", example=named.example)]
        return View(Reply("\n".join(lines)), data)
    lines = [f"{each.usage} — {turn.say(each.help)}" for each in allowed]
    if turn.actor.kind == "contact":
        hello = turn.say("Just write what you would like, as to a person: “2 samosa and a chai”. You can also write:")
        return View(Reply("\n".join([hello, *lines])), data)
    return View(Reply("\n".join([turn.say("What you can do here:"), *lines])), data)
