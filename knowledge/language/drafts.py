"""Lines while they are being read: amounts and options gathered for each head until the message ends."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from knowledge.language.matching import CatalogueIndex
from knowledge.language.numbers import MEASURES, Amount, Quantity, convert, size_of
from knowledge.language.options import Choice
from knowledge.language.roles import Part
from storage.rules.catalogue import Product


@dataclass(frozen=True, slots=True)
class Wish:
    """One said option: `choices` it may mean, `without` when it is not wanted, `mark` "extra" or "light"."""

    choices: tuple[Choice, ...]
    surface: str
    without: bool = False
    mark: str = ""


@dataclass(slots=True)
class Draft:
    """A head (goods of the catalogue, or strange words) with what was said about it, in order."""

    head: Part
    amounts: list[Quantity] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)
    replaced: bool = False  # a correction was said: its last amount counts
    dropped: bool = False  # taken back in the same message
    rest: bool = False  # what is left of a line that some were taken out of
    pairs: list[tuple[Quantity, list[Wish]]] = field(default_factory=list)

    def copy(self, amount: Quantity | None, wishes: Iterable[Wish]) -> "Draft":
        amounts = [amount] if amount is not None else list(self.amounts)
        return replace(self, amounts=amounts, wishes=[*self.wishes, *wishes], pairs=[], rest=False)


def take_half(index: CatalogueIndex, draft: Draft, product: Product) -> None:
    """ "half plate" of a product that has halves is one of them, not half a one."""
    choice = index.options.find_half(product)
    last = draft.amounts[-1] if draft.amounts else None
    if choice is None or last is None or not last.half or last.unit in MEASURES:
        return
    draft.amounts[-1:] = [Quantity(Decimal(1), last.unit)] if len(draft.amounts) == 1 else []
    draft.wishes.append(Wish((choice,), "half"))


def settle_amount(draft: Draft, product: Product, minor_digits: int) -> Amount:
    """One amount from all that was said of a product; a named pack size is not an amount."""
    said = [amount for amount in draft.amounts if not _is_pack_size(amount, product, len(draft.amounts))]
    strong = [amount for amount in said if not amount.weak] or said
    if not strong:
        return Amount(Decimal(1))
    if draft.replaced or len(strong) == 1:
        return convert(strong[-1], product, minor_digits)
    first, second = convert(strong[0], product, minor_digits), convert(strong[1], product, minor_digits)
    if not strong[1].unit or not strong[0].unit or strong[0].unit != strong[1].unit:
        count, size = sorted(strong[:2], key=lambda amount: amount.unit in ("kg", "g", "litre", "ml"))
        if size.unit in ("kg", "g", "litre", "ml") and product.unit in ("kg", "litre"):
            return Amount(convert(size, product).value * count.value, 0.8)
    return Amount(first.value, 0.6) if first.value != second.value else first


def _is_pack_size(amount: Quantity, product: Product, said: int) -> bool:
    size = size_of(product.title)
    if product.unit in ("kg", "litre") or size is None or not amount.unit:
        return False
    bare = replace(product, title="", unit="kg" if size[0] == "mass" else "litre")
    if size[0] not in ("mass", "volume") or amount.unit not in ("kg", "g", "litre", "ml"):
        return False
    return convert(amount, bare).value == size[1] and (amount.sized or said > 1)


def settle_wishes(
    index: CatalogueIndex, product: Product, wishes: Iterable[Wish]
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...], str]:
    """(options, without, note): a later word replaces an earlier one of a single group; what the product does
    not offer goes into the note, so that the kitchen reads it all the same."""
    options: dict[str, tuple[str, ...]] = {}
    without: dict[str, None] = {}
    notes: list[str] = []
    for wish in wishes:
        choice = index.options.fits(product, wish.choices)
        group = index.options.groups.get(choice.group) if choice is not None else None
        if choice is None or group is None or (wish.without and not group.negatable):
            notes.append(wish.surface)
        elif wish.without:
            without[choice.value] = None
        else:
            value = f"{wish.mark}:{choice.value}" if wish.mark and group.qualifiable else choice.value
            kept = options.get(group.name, ()) if group.multi else ()
            options[group.name] = (*(v for v in kept if v != value), value)
    return options, tuple(without), ", ".join(notes)
