"""Workspaces by command: which ones are mine, a new one, which one I talk about, and closing one."""

from collections.abc import Callable
from typing import Literal

from flows.doors import doors
from flows.messages import Button, Reply
from flows.turn import Turn
from handlers.marks import Question, command
from handlers.parameters import Rest
from handlers.registry import Undo, View
from storage.actions import workspaces as actions
from storage.errors import BadInput, Conflict
from storage.queries import workspaces as queries
from storage.rules.permissions import Permission
from storage.rules.workspaces import State

SIGN = {State.PENDING: "⏳", State.ACTIVE: "🟢", State.REJECTED: "❌", State.ARCHIVED: "🗄"}
Action = Literal["list", "new", "switch", "settings", "archive", "restore", "all", "approve", "reject"]


def _ask(turn: Turn, action: Action, name: str) -> Question | None:
    """Closing a shop asks first; everything else is harmless or can be taken back."""
    if action != "archive":
        return None
    turn.actor.require(Permission.WORKSPACE_CLOSE)  # who may not close it is not asked whether to
    text = turn.say(
        "Shall I close {shop}? Customers are told that it has closed, and nothing waits to be sent any more. Nothing is"
        " deleted; /workspace restore opens it again.",
        shop=turn.workspace.name,
    )
    return Question(text, version=turn.workspace.state)


@command(
    "workspace",
    permission=Permission.WORKSPACES_ASK,
    route="POST /workspaces/{action}",
    example="/workspace new Annapurna Tiffins",
    asks=_ask,
    for_customers=False,
)
def workspace(turn: Turn, action: Action = "list", name: Rest = "") -> View:
    """Show your shops, open another one, choose which one you talk about, or close it."""
    return ACTIONS[action](turn, name)


def _list(turn: Turn, name: str) -> View:
    mine = queries.places_of(turn.tx, turn.inbound.user)
    data = {"workspaces": [{"id": each.id, "name": each.name, "state": each.state, "role": each.role} for each in mine]}
    if not mine:
        return View(Reply(turn.say("You work for no shop here. To open your own: /workspace new NAME")), data)
    lines = [turn.say("You work for these shops. ● is the one that you talk about here:")]
    for each in mine:
        here = "●" if each.id == turn.workspace.id else "○"
        lines.append(f"{here} {SIGN[each.state]} {each.name} · {turn.say(each.role)} · {each.id}")
    lines += doors(turn)
    buttons = tuple(Button(each.name, f"/workspace switch {each.id}") for each in mine if each.id != turn.workspace.id)
    return View(Reply("\n".join(lines), buttons[:9]), data)


def _new(turn: Turn, name: str) -> View:
    """Open at once for operators, and for owners where nobody has to approve; else it waits for an operator."""
    _need_private(turn)
    person = actions.Person(turn.inbound.user, turn.actor.name)
    if turn.house.opens == "operators" and not turn.actor.may(Permission.WORKSPACES_DECIDE):
        raise BadInput("New shops are opened by the operator of this installation. Please ask them.")
    owns = turn.actor.may(Permission.WORKSPACES_OPEN) and turn.workspace.state is State.ACTIVE
    if turn.house.opens == "owners" and not owns:
        raise BadInput("Only those who own a shop here can open another one. Please ask the operator.")
    at_once = turn.actor.may(Permission.WORKSPACES_DECIDE) or (owns and not turn.house.approval)
    opening = actions.open_another if at_once else actions.ask_for
    made = opening(turn.tx, name, person, turn.house, turn.actor)
    actions.switch(turn.tx, turn.account, turn.inbound.user, made, turn.lane)
    shop = next(each for each in queries.places_of(turn.tx, turn.inbound.user) if each.id == made)
    text = "{shop} is yours. From now on we talk about it here; /workspace switch brings you back."
    parts = [turn.say(text, shop=shop.name)]
    if not at_once:
        parts.append(
            turn.say("The operator has to approve it before customers are answered. You can set it up meanwhile.")
        )
    return View(Reply("\n".join(parts)), {"id": made, "name": shop.name, "state": shop.state})


def _settings(turn: Turn, name: str) -> View:
    """The same as /settings, under the name by which one looks for it here."""
    command = turn.commands.find("settings")
    command.require(turn.actor)
    key, _, value = name.partition(" ")
    view: View = command.function(turn, key, value)
    return view


def _need_private(turn: Turn) -> None:
    if turn.account.partition(":")[0] != "telegram" or not turn.inbound.private:
        raise BadInput("Please write this in your own chat with the Telegram bot.")


def _switch(turn: Turn, name: str) -> View:
    _need_private(turn)
    found = queries.place_named(queries.places_of(turn.tx, turn.inbound.user), name)
    actions.switch(turn.tx, turn.account, turn.inbound.user, found.id, turn.lane)
    said = turn.say("We talk about {shop} now. You are its {role}.", shop=found.name, role=turn.say(found.role))
    return View(Reply(said), {"id": found.id, "role": found.role})


def _archive(turn: Turn, name: str) -> View:
    if name:
        raise BadInput(
            "I close the shop that we talk about: {shop}. Switch to the other one first.", shop=turn.workspace.name
        )
    actions.archive(turn.tx, turn.house, turn.actor)
    text = turn.say("{shop} is closed. Nothing is deleted.", shop=turn.workspace.name)
    return View(Reply(text), {"id": turn.workspace.id}, undo=Undo("workspace", {"action": "restore"}))


def _restore(turn: Turn, name: str) -> View:
    if turn.workspace.state is not State.ARCHIVED:
        raise Conflict("{name} is {state} already.", name=turn.workspace.name, state=turn.workspace.state)
    actions.reopen(turn.tx, turn.house, turn.actor)
    return View(Reply(turn.say("{shop} is open again.", shop=turn.workspace.name)), {"id": turn.workspace.id})


def _all(turn: Turn, name: str) -> View:
    """What the operator sees: no shop's business, only that it is there."""
    found = queries.standings(turn.tx, turn.actor)
    lines = [
        f"{SIGN[each.state]} {each.name} · {each.id} · {each.plan} · {_people(turn, each.people)}" for each in found
    ]
    data = [{"id": each.id, "name": each.name, "state": each.state, "plan": each.plan} for each in found]
    waiting = [each for each in found if each.state is State.PENDING]
    buttons = tuple(
        Button(turn.say("Approve {shop}", shop=each.id)[:20], f"/approve {each.id}") for each in waiting[:8]
    )
    return View(Reply("\n".join(lines), buttons), {"workspaces": data})


def _people(turn: Turn, count: int) -> str:
    return turn.say("one person" if count == 1 else "{count} people", count=count)


def _approve(turn: Turn, name: str) -> View:
    return approve(turn, name)


def is_asked_for(turn: Turn, word: int | str) -> bool:
    """Whether an operator means a shop by this word, not an order."""
    return turn.actor.may(Permission.WORKSPACES_DECIDE) and word in queries.ids(turn.tx)


def reject(turn: Turn, name: str) -> View:
    """Refuse a shop. `name`: the id, and the reason behind it."""
    shop, _, reason = name.partition(" ")
    if not reason.strip():
        raise BadInput("Write the reason behind it, which its owner will read: /reject {shop} …", shop=shop)
    said = actions.decide(turn.tx, shop, State.REJECTED, turn.house, turn.actor, reason.strip())
    return View(Reply(turn.say("{shop} is rejected. Its owner has been told why.", shop=said)), {"id": shop})


@command(
    "approve",
    permission=Permission.WORKSPACES_DECIDE,
    route="POST /workspaces/{shop}/approve",
    example="/approve annapurna-tiffins",
)
def approve(turn: Turn, shop: str) -> View:
    """Open a shop that was asked for; its owner is told."""
    said = actions.decide(turn.tx, shop, State.ACTIVE, turn.house, turn.actor)
    return View(Reply(turn.say("{shop} is open. Its owner has been told.", shop=said)), {"id": shop})


ACTIONS: dict[str, Callable[[Turn, str], View]] = {
    "list": _list,
    "new": _new,
    "switch": _switch,
    "settings": _settings,
    "archive": _archive,
    "restore": _restore,
    "all": _all,
    "approve": _approve,
    "reject": reject,
}
