"""How people are called: the kinds of addresses, and the one spelling in which each stands in the books. Pure."""

import unicodedata
from collections.abc import Sequence

PHONE, BSUID, LID, TELEGRAM, EMAIL = "phone", "bsuid", "lid", "telegram", "email"
KINDS = (PHONE, BSUID, LID, TELEGRAM, EMAIL)

Address = tuple[str, str]
"""(kind, value)"""
Addresses = tuple[Address, ...]


def normal(kind: str, value: str) -> str:
    """The one spelling of an address; what has none is left as it is written. Never raises; twice is once.

    A phone is "+" and its digits with the country's (a platform's phones always have it; what people write is read by
    `knowledge.language.phones`). A LID loses its device and its server ("123:4@lid" is "123"). A business-scoped id
    keeps its case, which is part of it.
    """
    bare = value.strip()
    if kind == PHONE:
        return _phone(bare)
    if kind == LID:
        return bare.partition("@")[0].partition(":")[0].strip() or bare
    if kind == EMAIL:
        return bare.casefold().strip()
    return bare


def _phone(written: str) -> str:
    plain = written.removeprefix("+")
    if plain.isascii() and plain.isdigit() and not plain.startswith("00"):
        return f"+{plain}"  # as the platforms write it: the way of nearly every message
    digits = "".join(str(unicodedata.decimal(letter)) for letter in written if letter.isdecimal())
    if digits.startswith("00"):
        digits = digits.lstrip("0")
    return f"+{digits}" if digits else written


def normalised(owned: Sequence[Address]) -> Addresses:
    """Each address once, in its one spelling, in the order given; empty ones are left out."""
    found: dict[Address, None] = {}
    for kind, value in owned:
        spelt = normal(kind, value)
        if spelt:
            found[kind, spelt] = None
    return tuple(found)


def changes(old: Sequence[Address], new: Sequence[Address]) -> dict[str, str]:
    """Where what was sent to an old address goes now: to the new one of its kind, or to the first new one."""
    by_kind = dict(reversed(new))
    first = new[0][1] if new else ""
    found = {value: by_kind.get(kind, first) for kind, value in old}
    return {value: now for value, now in found.items() if now and now != value}
