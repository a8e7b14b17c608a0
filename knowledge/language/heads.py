"""Which parts of a segment are goods that lines are made of, before amounts and options are bound to them."""

from collections.abc import Sequence
from dataclasses import replace

from knowledge.language.drafts import Draft
from knowledge.language.matching import CatalogueIndex
from knowledge.language.roles import Part, Role
from knowledge.language.wishes import Wish


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


def promote_options(parts: Sequence[Part], drafts: Sequence[Draft]) -> list[Part]:
    """ "a large pepperoni": an option that is a part of a name too is goods where an amount has no others, unless
    it parts goods named before ("three tacos, one chicken")."""
    found = list(parts)
    counted = [i for i, part in enumerate(parts) if part.role is Role.QUANTITY]
    if not counted or counted[0] > 0:
        return found
    for at, end in zip(counted, [*counted[1:], len(parts)], strict=True):
        run = range(at + 1, end)
        if any(parts[i].role in (Role.PRODUCT, Role.STRANGE) for i in run) or _parts_goods(parts[at], drafts):
            continue
        steer = next((i for i in run if parts[i].role is not Role.OPTION), end)
        named = next((i for i in range(at + 1, steer) if len(parts[i].names) == 1), None)
        if named is not None:
            found[named] = replace(parts[named], role=Role.PRODUCT, exact=True, quantity=None)
    return found


def _parts_goods(amount: Part, drafts: Sequence[Draft]) -> bool:
    last = next((draft for draft in reversed(drafts) if not draft.dropped), None)
    whole = last.amounts[-1].value if last is not None and last.amounts else 1
    rest = any(draft.rest and not draft.dropped for draft in drafts)
    return rest or (amount.quantity is not None and amount.quantity.value < whole)
