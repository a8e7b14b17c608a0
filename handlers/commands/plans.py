"""Plans and limits by command: what my shop may have and uses of it; and the operator's word on both."""

from typing import Any

from flows.messages import Button, Reply
from flows.turn import Turn
from handlers.marks import command
from handlers.parameters import Rest
from handlers.registry import View
from storage.actions import limits as actions
from storage.errors import BadInput, NotFound
from storage.queries import limits as queries
from storage.queries import workspaces
from storage.queries.limits import Standing, Used
from storage.rules.limits import MEANS, WORDS, Limit, Limits, limit_named, written
from storage.rules.permissions import Permission


@command(
    "plan",
    permission=(Permission.PEOPLE_SEE, Permission.PLANS_CHANGE),
    route="POST /plan",
    example="/plan limit standard members 40",
)
def plan(turn: Turn, action: str = "", name: str = "", limit: str = "", value: Rest = "") -> View:
    """Show the plan of your shop and what of it is used; the operator changes plans and limits (/plan list)."""
    if not action:
        return _shown(turn, queries.standing(turn.tx, turn.scope), queries.used(turn.tx, turn.scope))
    first = action.casefold()
    if first == "list":
        return _list(turn)
    if first == "new":
        return _new(turn, name, limit)
    if first == "limit":
        return _limit(turn, name, limit, value)
    return _put(turn, first, name) if name else _other(turn, first)


def _shown(turn: Turn, found: Standing, used: Used) -> View:
    counts = {Limit.NUMBERS: used.numbers, Limit.MEMBERS: used.team, Limit.CONVERSATIONS: used.talks}
    lines = [turn.say("{shop} has the plan {plan}.", shop=found.name, plan=found.plan)]
    for word, limit in WORDS.items():
        own = " · " + turn.say("for this shop alone") if limit in found.own else ""
        lines.append(_line(turn, word, limit, counts.get(limit), found.limits.of(limit)) + own)
    data = {
        "workspace": found.workspace,
        "plan": found.plan,
        "limits": _as_json(found.limits),
        "used": {limit.value: count for limit, count in counts.items()},
    }
    return View(Reply("\n".join(lines)), data)


def _line(turn: Turn, word: str, limit: Limit, used: int | None, most: int | None) -> str:
    """E.g. "members 4 of 25 (members of the team)"."""
    means = turn.say(MEANS[limit])
    if used is None:
        return turn.say("{word} up to {size} ({means})", word=word, size=written(limit, most), means=means)
    return turn.say("{word} {used} of {most} ({means})", word=word, used=used, most=written(limit, most), means=means)


def _list(turn: Turn) -> View:
    found = queries.all_plans(turn.tx, turn.actor)
    lines = []
    for each in found:
        limits = ", ".join(f"{word} {written(limit, each.limits.of(limit))}" for word, limit in WORDS.items())
        shops = turn.say("one shop" if each.shops == 1 else "{count} shops", count=each.shops)
        lines.append(f"{each.name}: {limits} · {shops}")
    data = [{"name": each.name, "limits": _as_json(each.limits), "shops": each.shops} for each in found]
    return View(Reply("\n".join(lines)), {"plans": data})


def _new(turn: Turn, name: str, like: str) -> View:
    made = actions.make_plan(turn.tx, name, like, turn.actor)
    text = turn.say("The plan {plan} is there. To change it: /plan limit {plan} members 40", plan=made)
    return View(Reply(text), {"name": made})


def _limit(turn: Turn, name: str, word: str, value: str) -> View:
    """Of a plan, or of one shop; a plan goes first where both are called so."""
    turn.actor.require(Permission.PLANS_CHANGE)
    if not (name and word and value):
        raise BadInput("Write a plan or a shop, the limit, and its value: /plan limit standard members 40")
    limit, target = limit_named(word), name.casefold()
    if queries.plan_limits(turn.tx, target) is not None:
        done = actions.set_plan_limit(turn.tx, target, limit, value, turn.actor)
    elif target in workspaces.ids(turn.tx):
        done = actions.set_own_limit(turn.tx, target, limit, value, turn.actor)
    else:
        raise NotFound("There is no plan and no shop {name}. /plan list and /workspace all show them.", name=name[:60])
    text = turn.say(
        "{name}: {limit} is now {now} (before: {was}).", name=done.name, limit=word, now=done.now, was=done.was
    )
    data = {"name": target, "limit": limit.value, "value": done.now, "was": done.was}
    undo = (Button(turn.say("Back to {was}", was=done.was)[:20], f"/plan limit {target} {word} {done.back}"),)
    return View(Reply(text, undo if done.was != done.now else ()), data)


def _put(turn: Turn, workspace: str, name: str) -> View:
    shop = actions.change_plan(turn.tx, workspace, name, turn.actor)
    text = turn.say("{shop} is on the plan {plan} now. Its owner has been told.", shop=shop, plan=name.casefold())
    return View(Reply(text), {"workspace": workspace, "plan": name.casefold()})


def _other(turn: Turn, workspace: str) -> View:
    return _shown(turn, *queries.standing_of(turn.tx, workspace, turn.actor))


def _as_json(limits: Limits) -> dict[str, Any]:
    return {each.value: limits.of(each) for each in Limit}
