"""What happens to the groups in which staff work: the bot is put out of one."""

from flows.engine import Outcome
from flows.messages import Reply, Tell
from flows.turn import Turn
from storage.actions.people import unbind_group
from storage.queue.outbox import cancel_waiting
from storage.rules.text import one_line

GONE = ("left", "kicked")


def answer(turn: Turn) -> list[Outcome] | None:
    """The shop's group is given up when our bot is no longer in it, whoever put it out; None for all other news."""
    inbound = turn.inbound
    news = inbound.value if inbound.kind == "member" and isinstance(inbound.value, dict) else {}
    ours = turn.account.partition(":")[2]
    if inbound.private or not ours or news.get("user") != ours or news.get("new") not in GONE:
        return None
    if not unbind_group(turn.tx, turn.scope, account=turn.account, chat=inbound.chat):
        return []
    cancel_waiting(turn.tx, turn.account, inbound.chat)
    told = turn.say(
        "⚠️ {name} has removed me from the staff group. Nobody there sees orders any more. Add me again and link the group anew.",
        name=one_line(inbound.name, " ")[:200] or inbound.user,
    )
    return [Tell("owners", Reply(told))]
