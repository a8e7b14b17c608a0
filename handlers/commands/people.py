"""The people of the shop by command: who is there, who comes, who goes, and what each may do."""

from dataclasses import replace
from typing import Literal

from flows.menu import menu
from flows.messages import Reply
from flows.turn import Turn
from handlers.commands.help import help_
from handlers.marks import Question, command
from handlers.parameters import Rest
from handlers.registry import Undo, View
from storage.actions import passes, workspaces
from storage.actions import people as actions
from storage.errors import BadInput, NotFound
from storage.queries import people
from storage.queries.people import Member
from storage.rules.permissions import Permission, Role
from storage.rules.workspaces import LINK


@command("start", route="GET /start", example="/start")
def start(turn: Turn, code: str = "") -> View:
    """Begin here; with the code of an invitation, join the shop's team."""
    if code.startswith(LINK):
        return _greeting(turn, code.removeprefix(LINK))
    if not code:
        return help_(turn)
    if turn.account.partition(":")[0] != "telegram" or not turn.inbound.private:
        raise BadInput("Please open this link in your own chat with the Telegram bot.")
    role = passes.redeem_person(
        turn.tx, turn.scope, code, telegram_id=turn.inbound.user, name=turn.inbound.name or turn.actor.name
    )
    workspaces.switch(turn.tx, turn.account, turn.inbound.user, turn.workspace.id, turn.lane)
    shop, said = turn.workspace.name, turn.say(role)
    text = turn.say("Welcome! You are now {role} of {shop}. /help shows what you can do.", role=said, shop=shop)
    if role is Role.OWNER and not people.group_chats(turn.tx, turn.scope):
        actor = people.acting_member(turn.tx, turn.scope, turn.inbound.user)
        text += "\n\n" + _how_to_link(turn, passes.issue(turn.tx, passes.GROUP, Role.STAFF, actor))
    return View(Reply(text, once=True), {"role": role})


def _greeting(turn: Turn, shop: str) -> View:
    """Whoever opened a shop's link talks with that shop from this message on; a group stays with the shop it is of."""
    if not turn.inbound.private:
        raise BadInput("Please open this link in your own chat with the Telegram bot.")
    if turn.workspace.id != shop:
        raise NotFound("There is no shop behind this link. Please ask the shop for its link.")
    if turn.actor.kind == "contact":
        shown = menu(turn)
        words = turn.say("Welcome to {shop}!", shop=turn.workspace.name)
        return View(replace(shown, text=f"{words}\n\n{shown.text}"), {"shop": turn.workspace.id})
    said = turn.say(
        "We talk about {shop} now. You are its {role}.", shop=turn.workspace.name, role=turn.say(turn.actor.role)
    )
    return View(Reply(said), {"shop": turn.workspace.id})


def _how_to_link(turn: Turn, code: str) -> str:
    steps = turn.say("To work with your team: add me to your staff group as an administrator, then write there:")
    return f"{steps}\n/link {code}\n{turn.say('The code is good for 10 minutes, once.')}"


@command("link", permission=Permission.PEOPLE_CHANGE, route="POST /link", example="/link 3f9a…")
def link(turn: Turn, code: str = "") -> View:
    """Get a code in private, and write it in your staff group to bind that group to the shop."""
    if turn.inbound.private and code:
        raise BadInput("Write this line in your staff group: there it says which group is meant.")
    if turn.inbound.private:
        issued = passes.issue(turn.tx, passes.GROUP, Role.STAFF, turn.actor)
        return View(Reply(_how_to_link(turn, issued), once=True), {"code": issued})
    if not code:
        raise BadInput("Write to me in private: /link. I will give you a code for this group.")
    passes.redeem_group(turn.tx, code, account=turn.account, chat=turn.inbound.chat, actor=turn.actor)
    return View(
        Reply(turn.say("This is now the staff group of {shop}. Orders will come here.", shop=turn.workspace.name))
    )


@command("invite", permission=Permission.PEOPLE_CHANGE, route="POST /invitations", example="/invite staff")
def invite(turn: Turn, role: Literal["admin", "staff", "viewer", "rider"] = "staff") -> View:
    """Make a link that lets one person join the team, once, within 24 hours."""
    if not turn.inbound.private and turn.account:
        raise BadInput("Please ask me for invitations in private, so that only the invited person sees the link.")
    code = passes.issue(turn.tx, passes.MEMBER, Role(role), turn.actor)
    bot = turn.bot_name or "?"
    address = f"https://t.me/{bot}?start={code}"
    text = turn.say(
        "Send this link to the person you invite as {role}. It works once, within 24 hours:", role=turn.say(role)
    )
    return View(Reply(f"{text}\n{address}", once=True), {"link": address, "code": code, "role": role})


@command("members", permission=Permission.PEOPLE_SEE, route="GET /members")
def members(turn: Turn) -> View:
    """Show who works here, and as what."""
    found = people.members_of(turn.tx, turn.scope)
    lines = [f"{each.name} · {turn.say(each.role)} · {each.telegram_id}" for each in found]
    return View(Reply("\n".join(lines)), {"members": [_as_json(each) for each in found]})


@command("role", permission=Permission.PEOPLE_CHANGE, route="PATCH /members/{member}", example="/role admin Ravi")
def role(turn: Turn, role: Literal["owner", "admin", "staff", "viewer", "rider"], member: Rest) -> View:
    """Give a member another role."""
    found = people.member_named(turn.tx, turn.scope, member)
    actions.change_role(turn.tx, found.id, Role(role), turn.actor)
    text = turn.say("{name} is now {role}.", name=found.name, role=turn.say(role))
    return View(
        Reply(text), {"id": found.id, "role": role}, undo=Undo("role", {"role": found.role, "member": found.id})
    )


def _ask_removal(turn: Turn, member: str) -> Question:
    found = people.member_named(turn.tx, turn.scope, member)
    text = turn.say("Shall I remove {name} ({role}) from the team?", name=found.name, role=turn.say(found.role))
    return Question(text, version=f"{found.id}:{found.role}")


@command(
    "remove",
    permission=Permission.PEOPLE_CHANGE,
    route="DELETE /members/{member}",
    example="/remove Ravi",
    asks=_ask_removal,
)
def remove(turn: Turn, member: Rest) -> View:
    """Take somebody out of the team, at once."""
    found = people.member_named(turn.tx, turn.scope, member)
    actions.remove_member(turn.tx, found.id, turn.actor)
    text = turn.say("{name} is no longer in the team.", name=found.name)
    return View(Reply(text), {"id": found.id}, undo=Undo("restore", {"member": found.id}))


@command(
    "restore", permission=Permission.PEOPLE_CHANGE, route="POST /members/{member}/restore", example="/restore 7002"
)
def restore(turn: Turn, member: Rest) -> View:
    """Take a removed member back into the team."""
    found = people.former_member(turn.tx, turn.scope, member)
    actions.restore_member(turn.tx, found.id, turn.actor)
    return View(Reply(turn.say("{name} is in the team again.", name=found.name)), _as_json(found))


@command("me", route="GET /me")
def me(turn: Turn) -> View:
    """Show who you are to me: name, role, shop and language."""
    who = {"name": turn.actor.name, "role": turn.actor.role, "shop": turn.workspace.name, "language": turn.language}
    lines = [turn.actor.name, turn.say(turn.actor.role), turn.workspace.name]
    if turn.actor.kind == "contact":
        who["phone"] = turn.contact.phone
        lines = [turn.contact.name, turn.contact.phone, turn.workspace.name]
    return View(Reply("\n".join(filter(None, lines))), who)


def _as_json(member: Member) -> dict[str, str]:
    return {"id": member.id, "name": member.name, "role": member.role, "telegram_id": member.telegram_id}
