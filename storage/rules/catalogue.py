"""What a shop sells, as plain values: the shape that loaders fill, the parser reads and orders are priced from.

Prices are integers in the currency's minor unit (paise for INR); quantities are `Decimal` in the product's own unit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

UNITS = ("kg", "litre", "piece", "plate", "packet", "dozen", "glass", "box", "strip", "bottle")


@dataclass(frozen=True, slots=True)
class OptionValue:
    """One value of an option group; `price` is the difference it makes for one unit, in minor units."""

    id: str
    aliases: tuple[str, ...] = ()
    price: int = 0


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """A choice a customer may make: several values when `multi`, "without" when `negatable`, "extra" when `qualifiable`."""

    name: str
    values: tuple[OptionValue, ...]
    multi: bool = False
    negatable: bool = False
    qualifiable: bool = False


@dataclass(frozen=True, slots=True)
class Product:
    """`name` is the catalogue's own id; `price` is for one `unit`, in minor units; `options` name option groups."""

    name: str
    title: str
    price: int
    unit: str = "piece"
    category: str = ""
    aliases: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    orderable: bool = True
    generic: bool = False
    titles: Mapping[str, str] = field(default_factory=dict)
    description: str = ""
    available: bool = True
    stock: Decimal | None = None
    low_stock: Decimal | None = None
    photo: str = ""
    tax: str = ""


@dataclass(frozen=True)
class Catalogue:
    """All products of one shop. `version` changes whenever anything in it changes, so that an index can be kept by it."""

    name: str
    currency: str
    products: tuple[Product, ...]
    option_groups: Mapping[str, OptionGroup] = field(default_factory=dict)
    version: str = ""

    @cached_property
    def by_name(self) -> Mapping[str, Product]:
        return {product.name: product for product in self.products}

    @cached_property
    def counts_stock(self) -> bool:
        """Whether the shop counts any of its goods. How many are left is in the books: a catalogue that is kept does not
        know it."""
        return any(product.stock is not None for product in self.products)


@dataclass(frozen=True, slots=True)
class Line:
    """One wanted line: values of `options` are `id` or, in qualifiable groups, `extra:id` / `light:id`."""

    product: str
    quantity: Decimal = Decimal(1)
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    note: str = ""
