"""What a new catalogue changes in the one there is."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from storage.rules.catalogue import Catalogue, Product

KEPT = "file:"
"""Before the SHA-256 of a picture that the shop holds, in a product's `photo`."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Products that are new, that are no longer there, that cost otherwise (what they were, what they are), and that are
    otherwise changed."""

    added: tuple[Product, ...]
    gone: tuple[Product, ...]
    priced: tuple[tuple[Product, Product], ...]
    changed: tuple[tuple[Product, Product], ...]
    options: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.gone or self.priced or self.changed or self.options)


def difference(old: Catalogue, new: Catalogue) -> Difference:
    """What taking over `new` would do. Their order, and the catalogue's name, are no difference."""
    both = [(old.by_name[each.name], each) for each in new.products if each.name in old.by_name]
    return Difference(
        added=tuple(each for each in new.products if each.name not in old.by_name),
        gone=tuple(each for each in old.products if each.name not in new.by_name),
        priced=tuple((was, now) for was, now in both if was.price != now.price),
        changed=tuple((was, now) for was, now in both if replace(was, price=now.price) != now),
        options=dict(old.option_groups) != dict(new.option_groups),
    )


def with_what_is_known(old: Catalogue, new: Catalogue) -> Catalogue:
    """`new`, with what the shop has set here and its file does not say: how much there is, and pictures."""
    return replace(new, products=tuple(_with_known(old.by_name.get(each.name), each) for each in new.products))


def _with_known(old: Product | None, new: Product) -> Product:
    if old is None:
        return new
    stock = old.stock if new.stock is None else new.stock
    low = old.low_stock if new.low_stock is None else new.low_stock
    photo = old.photo if old.photo.startswith(KEPT) else new.photo
    return replace(new, stock=stock, low_stock=low, photo=photo)


def prices_changed(old: Catalogue, new: Catalogue) -> Iterator[tuple[str, int, int]]:
    """(what, old price, new price) of every product, and of every value of an option, that costs otherwise."""
    for was, now in difference(old, new).priced:
        yield now.name, was.price, now.price
    for name, group in new.option_groups.items():
        before = {each.id: each.price for each in old.option_groups[name].values} if name in old.option_groups else {}
        for value in group.values:
            if value.id in before and before[value.id] != value.price:
                yield f"{name}:{value.id}", before[value.id], value.price
