"""What the people of the machine write behind a command: things of either shop, of which those of the other are the attack."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from handlers.parameters import Parameter
from tests.isolation.alike import HOME, PEOPLE, PHONE, SHOPS, members_of_shop
from tests.isolation.town import REGISTRY

if TYPE_CHECKING:
    from tests.isolation.machine import TwoShops

COMMANDS = sorted(REGISTRY.commands)
shops = st.sampled_from(SHOPS)
people = st.sampled_from(PEOPLE)
chats = st.sampled_from(["private", *SHOPS])
small = st.integers(0, 7)

# By what a parameter is called: things that have a name in the books. What is here is looked for, never written down.
LOOKED_FOR: dict[str, tuple[str, ...]] = {
    "member": ("name", "member", "telegram", "phone"),
    "keep": ("order", "contact", "customer", "phone"),
    "other": ("contact", "customer", "order", "phone"),
    "contact": ("contact", "customer", "order", "phone"),
    "name": ("shop", "new name", "plan word"),
    "shop": ("shop",),
    "code": ("link", "pass", "pledge"),
    "merge": ("merge", "contact"),
    "confirmation": ("pledge",),
    "undo": ("pledge",),
    "key": ("setting",),
    "value": ("word",),
    "action": ("plan word", "shop"),
    "limit": ("limit word",),
    "reason": ("word",),
    "who": ("name", "word"),
    "what": ("word",),
    "word": ("word",),
}
ANYTHING = ("contact", "member", "order", "phone", "merge", "pledge", "file", "shop", "word", "telegram")


def of(parameter: Parameter) -> st.SearchStrategy[tuple[str, str, int] | str | None]:
    """A value, or (kind, shop, which) of something in the books; None leaves it out."""
    found: st.SearchStrategy[Any]
    if parameter.choices:
        found = st.sampled_from(parameter.choices)
    elif parameter.hint.label or (parameter.type is int and parameter.name == "order"):
        found = st.integers(100, 105).map(str)
    elif parameter.type is int:
        found = st.integers(1, 8).map(str)
    else:
        kinds = LOOKED_FOR.get(parameter.name, ANYTHING)
        found = st.tuples(st.sampled_from(kinds), shops, small)
    return found if parameter.required else found | st.none()


@st.composite
def orders_given(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A command by name, with arguments of either shop."""
    name = draw(st.sampled_from(COMMANDS))
    return name, {each.name: draw(of(each)) for each in REGISTRY.commands[name].parameters}


FINDERS: dict[str, "Callable[[TwoShops, str, int], Any]"] = {
    "contact": lambda machine, shop, at: machine._row("contacts", shop, at),
    "customer": lambda machine, shop, at: machine._row("contacts", shop, at, 2),
    "member": lambda machine, shop, at: machine._row("members", shop, at),
    "name": lambda machine, shop, at: machine._row("members", shop, at, 2),
    "telegram": lambda machine, shop, at: members_of_shop(shop)[at % 3][0],
    "merge": lambda machine, shop, at: machine._row("merges", shop, at),
    "pledge": lambda machine, shop, at: machine._row("pledges", shop, at),
    "file": lambda machine, shop, at: machine._row("files", shop, at),
    "order": lambda machine, shop, at: f"#{101 + at % 4}",
    "phone": lambda machine, shop, at: f"+{PHONE}" if at % 2 else f"+9198000001{1 + at % 4}",
    "shop": lambda machine, shop, at: shop if at % 2 else HOME,
    "new name": lambda machine, shop, at: f"New {at}",
    "link": lambda machine, shop, at: f"shop-{shop}",
    "pass": lambda machine, shop, at: (
        machine.codes[shop][at % len(machine.codes[shop])] if machine.codes[shop] else "0" * 32
    ),
    "setting": lambda machine, shop, at: ("currency", "hours", "delivery.fee", "greeting", "name", "languages")[at % 6],
    "word": lambda machine, shop, at: ("30", "on", "off", "default", "a reason", "en", "Asha", "confirm")[at % 8],
    "plan word": lambda machine, shop, at: ("list", "limit", "standard", "new")[at % 4],
    "limit word": lambda machine, shop, at: ("members", "numbers", "file", "standard")[at % 4],
}
