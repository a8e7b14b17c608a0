"""Contacts by command: two that are one person are merged, and parted again."""

import hashlib

from flows.messages import Button, Reply
from flows.turn import Turn
from handlers.contact_names import as_json, who
from handlers.marks import Question, command
from handlers.parameters import Rest
from handlers.registry import Undo, View
from knowledge.language.phones import read_phone, region_of
from storage.actions import merges as actions
from storage.errors import Conflict
from storage.queries import contacts as queries
from storage.queries.contacts import Merge
from storage.queries.people import Contact, contact
from storage.rules.permissions import Permission


def named(turn: Turn, said: str) -> Contact:
    """The one contact that is meant. Raises `NotFound`, `BadInput`."""
    return queries.named(turn.tx, turn.scope, said, read_phone(said, region_of(turn.workspace.timezone)))


def _ask_merge(turn: Turn, keep: str, other: str) -> Question:
    kept, merged = named(turn, keep), named(turn, other)
    if kept.id == merged.id:
        raise Conflict("These are one contact already.")
    text = turn.say(
        "Shall I merge {other} into {keep}? Their messages and orders become one.",
        other=described(turn, merged),
        keep=described(turn, kept),
    )
    return Question(text, version=f"{version_of(turn, kept)} {version_of(turn, merged)}")


def version_of(turn: Turn, found: Contact) -> str:
    """All that makes them who they are: whoever was asked about one thing does not say yes to another."""
    owned = queries.addresses_of(turn.tx, turn.scope, found.id)
    them = (found.id, found.name, owned, queries.family(turn.tx, turn.scope, found.id))
    shown = hashlib.sha256(repr(them).encode()).hexdigest()[:16]
    return f"{shown}/{queries.order_count(turn.tx, turn.scope, found.id)}"


def described(turn: Turn, found: Contact) -> str:
    """Name, phone and how many orders: enough to see whom one means."""
    orders = queries.order_count(turn.tx, turn.scope, found.id)
    return f"{who(found, turn.language)} [{turn.say('orders: {count}', count=orders)}]"


@command(
    "merge",
    permission=Permission.CONTACTS_MERGE,
    route="POST /contacts/{keep}/merge",
    example="/merge 9800000001 #101",
    asks=_ask_merge,
)
def merge(turn: Turn, keep: str, other: Rest) -> View:
    """Make two contacts one, the first: each by phone, “name”, id, or an order such as #101."""
    done = actions.merge(turn.tx, named(turn, keep).id, named(turn, other).id, turn.actor)
    kept = contact(turn.tx, turn.scope, done.kept)
    text = turn.say("Merged into {name}. To part them again: /unmerge {id}", name=who(kept, turn.language), id=done.id)
    return View(Reply(text), {"merge": done.id, "kept": as_json(kept)}, undo=Undo("unmerge", {"merge": done.id}))


@command(
    "unmerge",
    permission=Permission.CONTACTS_MERGE,
    route="POST /merges/{merge}/undo",
    example="/unmerge 05zzk3m9q0d8x1ab2c",
)
def unmerge(turn: Turn, merge: str) -> View:
    """Part two merged contacts again; what came after the merge stays with the first. /merges shows the ids."""
    done = actions.unmerge(turn.tx, merge, turn.actor)
    kept, parted = (contact(turn.tx, turn.scope, each) for each in (done.kept, done.merged))
    names = {"one": who(kept, turn.language), "other": who(parted, turn.language)}
    return View(
        Reply(turn.say("{one} and {other} are two contacts again.", **names)),
        {"merge": done.id, "kept": as_json(kept), "parted": as_json(parted)},
    )


@command("merges", permission=Permission.CONTACTS_MERGE, route="GET /merges")
def merges(turn: Turn) -> View:
    """Show the last contacts that were merged, and how to part them again."""
    found = queries.standing_merges(turn.tx, turn.scope)
    if not found:
        return View(Reply(turn.say("No contacts are merged.")), {"merges": []})
    buttons = tuple(Button(f"{turn.say('Part')} {at}", f"/unmerge {each.id}") for at, each in enumerate(found, start=1))
    lines = [f"{at}. {_line(turn, each)}" for at, each in enumerate(found, start=1)]
    data = [{"merge": each.id, "kept": each.kept, "merged": each.merged, "at": each.at.isoformat()} for each in found]
    return View(Reply("\n".join(lines), buttons), {"merges": data})


def _line(turn: Turn, found: Merge) -> str:
    kept = contact(turn.tx, turn.scope, found.kept)
    moved = ", ".join(value for _, value in found.moved["addresses"]) or found.merged
    return f"{moved} → {who(kept, turn.language)} · {turn.moment(found.at)} · {found.id}"
