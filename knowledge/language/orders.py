"""From a message to an order: lines of the catalogue, what was not understood, and changes to the basket."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from knowledge.language.matching import CatalogueIndex
from storage.rules.catalogue import Line


class Op(StrEnum):
    ADD = "add"
    SET = "set"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One wanted line. `product` is a catalogue name; `quantity` counts in the product's unit, always > 0;
    `options` {group: value ids, `extra:id`/`light:id` in qualifiable groups}; `confidence` 0..1."""

    product: str
    quantity: Decimal = Decimal(1)
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    note: str = ""
    confidence: float = 1.0
    surface: str = ""

    def as_line(self) -> Line:
        return Line(self.product, self.quantity, self.options, self.without, self.note)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Words that name goods we cannot decide on: `candidates` are product names to ask with, none when strange.

    `quantity` and `unit` are what was said beside them, so that the answer to the question completes a line.
    """

    surface: str
    candidates: tuple[str, ...] = ()
    quantity: Decimal | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Amendment:
    """A change to the open basket. `product` is empty when the last touched line is meant ("2 nahi 3 kar do");
    `quantity` None leaves it as it is; REMOVE with neither product nor quantity means the last line."""

    op: Op
    product: str = ""
    quantity: Decimal | None = None
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    surface: str = ""
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class OrderReading:
    """What one message says. With an open basket, `amendments` hold the changes and `lines` what is new."""

    lines: tuple[ReadLine, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    amendments: tuple[Amendment, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.lines or self.unknown or self.amendments)

    @property
    def confidence(self) -> float:
        """The least certain line decides; what is unknown makes the whole uncertain."""
        if self.unknown or not (self.lines or self.amendments):
            return 0.0
        parts = [line.confidence for line in self.lines] + [change.confidence for change in self.amendments]
        return min(parts)


def read_order(index: CatalogueIndex, text: str, basket: Sequence[Line] = ()) -> OrderReading:
    """Reads any text against the catalogue of `index`; never raises and never guesses between products.

    `basket` are the lines already wanted: with them, changes ("2 nahi 3 kar do") are read as amendments.
    """
    return OrderReading()
