"""Who somebody is, changing: what a platform says of a new number or id, and two contacts that look like one person."""

from collections.abc import Iterator
from typing import Any

from flows.engine import Outcome
from flows.messages import Button, Inbound, Reply, Tell
from flows.texts import say
from flows.turn import Turn
from handlers.contact_names import who
from handlers.marks import on, result_of
from storage.actions import contacts as actions
from storage.actions.contacts import AddressMoved, Suspected
from storage.queries import people
from storage.queries.contacts import addresses_of
from storage.queue.arrivals import TWINS
from storage.rules.addresses import BSUID, PHONE, Addresses
from storage.rules.permissions import Permission, Role, who_may

NUMBER, USER_ID = "user_changed_number", "user_changed_user_id"


def is_change(inbound: Inbound) -> bool:
    """Whether this is no message, but the platform's word that its sender is called otherwise now."""
    return (
        inbound.kind == "unknown" and isinstance(inbound.value, dict) and inbound.value.get("type") in (NUMBER, USER_ID)
    )


def answer(turn: Turn) -> list[Outcome] | None:
    """Move the addresses of whom the event came from; nobody is answered. None for every other event."""
    if not is_change(turn.inbound):
        return None
    new = _new(turn.inbound.value)
    if new and turn.actor.kind == "contact":
        actions.move_addresses(turn.tx, turn.actor.id, _old(turn), new, turn.actor)
    return []


def _new(value: dict[str, Any]) -> Addresses:
    told = ((PHONE, value.get("phone")), (BSUID, value.get("bsuid")))
    return tuple((kind, str(said)) for kind, said in told if said)


def _old(turn: Turn) -> Addresses:
    """What they were called before, of the kinds that changed. A number that is hidden in the event is their only one."""
    value = turn.inbound.value
    number = value.get("type") == NUMBER
    phone = (value.get("old_phone") or _only_phone(turn)) if number else ""
    bsuid = value.get("old_bsuid") if value.get("bsuid") else ""
    told = ((PHONE, phone), (BSUID, bsuid))
    return tuple((kind, str(said)) for kind, said in told if said)


def _only_phone(turn: Turn) -> str:
    """Of somebody with several it is not known which one they gave up."""
    owned = addresses_of(turn.tx, turn.scope, turn.actor.id)
    phones = [value for kind, value in owned if kind == PHONE and value != turn.inbound.value.get("phone")]
    return phones[0] if len(phones) == 1 else ""


@result_of(TWINS)
def notice_twins(turn: Turn, value: Any) -> list[Outcome]:
    """Somebody was seen under two contacts when they wrote."""
    actions.suspect(turn.tx, value["surest"], value["other"], turn.actor)
    return []


@on(Suspected)
def suggest_merge(turn: Turn, suspected: Suspected) -> Iterator[Outcome]:
    """The staff are told once, with the command that merges and who of them may give it; nothing is merged by itself."""
    staff = turn.workspace.language
    roles = [each for each in who_may(Permission.CONTACTS_MERGE) if each is not Role.OPERATOR]
    first, second = (people.contact(turn.tx, turn.scope, each) for each in (suspected.surest, suspected.other))
    text = say(
        staff,
        "{one} and {other} may be one person. They stay two until somebody merges them, who is one of these: {roles}.",
        one=who(first, staff),
        other=who(second, staff),
        roles=", ".join(say(staff, each) for each in roles),
    )
    yield Tell("admins", Reply(text, (Button(say(staff, "Merge"), f"/merge {first.id} {second.id}"),)))


@on(AddressMoved)
def tell_new_number(turn: Turn, moved: AddressMoved) -> Iterator[Outcome]:
    """Staff may have the old number in their phones; other addresses are nobody's business."""
    old = ", ".join(value for kind, value in moved.old if kind == PHONE)
    if not old:
        return
    staff = turn.workspace.language
    contact = people.contact(turn.tx, turn.scope, moved.contact)
    text = say(staff, "{name} has a new number. It was {old}.", name=who(contact, staff), old=old)
    yield Tell("admins", Reply(text))
