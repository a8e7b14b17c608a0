"""Which parts of a segment are goods that lines are made of, before amounts and options are bound to them."""

from collections.abc import Sequence
from dataclasses import replace

from knowledge.language.drafts import Draft
from knowledge.language.matching import CatalogueIndex
from knowledge.language.roles import Part, Role
from knowledge.language.wishes import Wish
from storage.rules.catalogue import Product


def is_head(parts: Sequence[Part], at: int, listed: bool, drafts: Sequence[Draft]) -> bool:
    """Goods of the catalogue, and strange words that are counted; `listed` says that goods were named before."""
    if parts[at].role is Role.PRODUCT:
        return True
    if parts[at].role is not Role.STRANGE:
        return False
    alone = all(part.role not in (Role.PRODUCT, Role.SET, Role.CORRECTION) for part in parts)
    near = range(len(parts)) if alone and drafts else (at - 1, at + 1)
    around = [parts[i].quantity for i in near if 0 <= i < len(parts)]
    counted = any(amount is not None and (listed or not amount.weak) for amount in around)
    return counted or (bool(drafts) and len(parts) == 1)


def fits_goods(index: CatalogueIndex, head: Part, wish: Wish) -> bool:
    """Whether some product that a head may mean offers what is wished for."""
    by_name = index.catalogue.by_name
    return any(index.options.fits(by_name[name], wish.choices) for name in head.names)


def settle_size(index: CatalogueIndex, parts: Sequence[Part], at: int, drafts: Sequence[Draft]) -> Part:
    """ "6 piece", "1 kg": an option of the goods that have it, else an amount."""
    part = parts[at]
    if part.role is not Role.OPTION or part.quantity is None:
        return part
    near = sorted((abs(i - at), i) for i, each in enumerate(parts) if each.role is Role.PRODUCT)
    head = parts[near[0][1]] if near else drafts[-1].head if drafts else None
    if head is None or fits_goods(index, head, Wish(part.choices, part.surface)):
        return replace(part, quantity=None)
    return replace(part, role=Role.QUANTITY, choices=())


def promote_options(index: CatalogueIndex, parts: Sequence[Part], drafts: Sequence[Draft]) -> list[Part]:
    """ "a large pepperoni": an option that is a part of a name too is goods where an amount has no others, unless
    it parts goods named before ("three tacos, one chicken")."""
    found = list(parts)
    counted = [i for i, part in enumerate(parts) if part.role is Role.QUANTITY]
    if not counted or counted[0] > 0:
        return found
    for at, end in zip(counted, [*counted[1:], len(parts)], strict=True):
        run = range(at + 1, end)
        if _parts_segment(parts, at):
            continue
        if any(parts[i].role in (Role.PRODUCT, Role.STRANGE) for i in run) or _parts_goods(parts[at], drafts):
            continue
        steer = next((i for i in run if parts[i].role is not Role.OPTION), end)
        meant = {i: index.complete(parts[i].surface, parts[i].names) for i in range(at + 1, steer)}
        named = next((i for i, names in meant.items() if len(names) == 1), None)
        if named is not None:
            goods = replace(parts[named], role=Role.PRODUCT, names=meant[named], exact=True, quantity=None)
            found[named] = goods
    return found


def _parts_segment(parts: Sequence[Part], at: int) -> bool:
    """Whether an amount is a share of goods before it in its own segment ("two bowls, first one chicken")."""
    head = next((i for i in range(at, -1, -1) if parts[i].role is Role.PRODUCT), None)
    whole = parts[head - 1].quantity if head else None
    share = parts[at].quantity
    return whole is not None and share is not None and share.value < whole.value


def _parts_goods(amount: Part, drafts: Sequence[Draft]) -> bool:
    last = next((draft for draft in reversed(drafts) if not draft.dropped), None)
    whole = last.amounts[-1].value if last is not None and last.amounts else 1
    rest = any(draft.rest and not draft.dropped for draft in drafts)
    return rest or (amount.quantity is not None and amount.quantity.value < whole)


def settle_options(index: CatalogueIndex, parts: list[Part], goods: Sequence[Product]) -> list[Part]:
    """ "lal chutney mat dena" is about the dish; "50 phool wala" is an option where `goods` of the basket have it."""
    for at, part in enumerate(parts):
        if part.role is Role.REMOVE and at and parts[at - 1].role is Role.OPTION:
            parts[at] = replace(part, role=Role.UNWANTED)
        held = part.quantity is not None and any(index.options.fits(product, part.choices) for product in goods)
        if part.role is Role.OPTION and held:
            parts[at] = replace(part, quantity=None)
    return parts
