"""The groups of a shop by command: that of its staff, and those in which customers order."""

from typing import Literal

from flows.messages import Reply
from flows.turn import Turn
from handlers.marks import command
from handlers.parameters import Rest
from handlers.registry import View
from storage.actions import groups as actions
from storage.actions import passes
from storage.errors import BadInput
from storage.queries.groups import STAFF, Group, group_at, groups_of
from storage.rules.permissions import Permission, Role


@command("groups", permission=Permission.PEOPLE_CHANGE, route="POST /groups/{action}", example="/groups name 2 Block B")
def groups(
    turn: Turn, action: Literal["list", "new", "name", "remove"] = "list", number: int | None = None, name: Rest = ""
) -> View:
    """List the groups of the shop, link one in which customers order, name one, or give one up."""
    if action == "new":
        return _code(turn)
    if action == "list":
        return _list(turn)
    if number is None:
        raise BadInput("Which group? /groups lists them with their numbers.")
    found = group_at(turn.tx, turn.scope, number)
    if action == "name":
        actions.name_group(turn.tx, account=found.account, chat=found.chat, name=name, actor=turn.actor)
    else:
        actions.give_up_group(turn.tx, account=found.account, chat=found.chat, actor=turn.actor)
    return _list(turn)


def _code(turn: Turn) -> View:
    """A line to be written in the group. Whoever writes it there has it from an owner."""
    if turn.account and not turn.inbound.private:
        raise BadInput("Please ask me for the code in private, so that nobody else sees it.")
    code = passes.issue(turn.tx, passes.ORDERING, Role.CUSTOMER, turn.actor)
    steps = turn.say("For a group in which customers order: add me to it, then write there:")
    text = f"{steps}\n/link {code}\n{turn.say('The code is good for 10 minutes, once.')}"
    return View(Reply(text, once=True), {"code": code})


def _list(turn: Turn) -> View:
    found = groups_of(turn.tx, turn.scope)
    lines = [f"{at}. {_line(turn, each)}" for at, each in enumerate(found, start=1)]
    text = "\n".join(lines) or turn.say("No group is linked yet.")
    more = turn.say("/groups new links one in which customers order; /groups name 1 …, /groups remove 1.")
    data = [{"number": at, "kind": each.kind, "name": each.name, "chat": each.chat} for at, each in enumerate(found, 1)]
    return View(Reply(f"{text}\n{more}"), {"groups": data})


def _line(turn: Turn, group: Group) -> str:
    kind = turn.say("staff") if group.kind == STAFF else turn.say("orders of customers")
    return f"{group.name or group.chat} · {kind} · {group.account.partition(':')[0].capitalize()}"
