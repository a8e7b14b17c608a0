"""What an order costs beside its goods: the fee of a delivery and the taxes, exact in minor units."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from storage.rules.currencies import MINOR_DIGITS
from storage.rules.settings.kinds import NONE, Kind, Unfit, plain, show_number, to_say
from storage.rules.text import one_line

MOST_TAXES = 5
_TAX = re.compile(r"(.*?\S)\s+(\d{1,3}(?:\.\d{1,3})?)\s*%?", re.DOTALL)
_MODE = re.compile(r"(?:included|added)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tax:
    """One line of tax; `rate` in per cent."""

    title: str
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Taxes:
    """All lines of tax: `included` in the prices of the shop (and in its fee), or added to them."""

    lines: tuple[Tax, ...] = ()
    included: bool = True


@dataclass(frozen=True, slots=True)
class Charge:
    """What stands below the goods of an order. `amount` in minor units; what is `included` is part of the goods' prices."""

    kind: Literal["delivery", "tax"]
    title: str
    amount: int
    rate: Decimal | None = None
    included: bool = False


def read_taxes(words: str, _: Taxes) -> Taxes:
    """ "CGST 2.5, SGST 2.5 added". Raises `Unfit`."""
    words = words.strip()
    if words.casefold() == NONE:
        return Taxes()
    mode = _MODE.search(words)
    if mode is None or not words[: mode.start()].endswith((" ", ",", "\t", "\n")):
        raise Unfit
    named = words[: mode.start()].rstrip(", \t\n")
    lines = tuple(_read_tax(part.strip()) for part in named.split(","))
    if len(lines) > MOST_TAXES or len({each.title.casefold() for each in lines}) < len(lines):
        raise Unfit
    return Taxes(lines, mode.group().casefold() == "included")


def _read_tax(words: str) -> Tax:
    match = _TAX.fullmatch(words)
    if match is None:
        raise Unfit
    title, rate = one_line(match.group(1), " "), Decimal(match.group(2))
    if not 0 < len(title) <= 30 or not 0 < rate <= 100:
        raise Unfit
    return Tax(title, plain(rate))


def show_taxes(taxes: Taxes) -> str:
    if not taxes.lines:
        return NONE
    lines = ", ".join(f"{each.title} {show_number(each.rate)}" for each in taxes.lines)
    return f"{lines} {'included' if taxes.included else 'added'}"


TAXES = Kind(read_taxes, show_taxes, to_say("names with their rates in per cent, then included or added; or none"))


def to_minor(amount: Decimal, currency: str) -> int:
    """An amount in the currency's major unit as minor units, rounded half up."""
    return _rounded(amount.scaleb(MINOR_DIGITS.get(currency, 2)))


def _rounded(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def charges(goods: int, *, fee: int | None, free_above: int | None, taxes: Taxes) -> tuple[Charge, ...]:
    """The lines below goods that cost `goods`. `fee`: None where nothing is delivered or delivery costs nothing.

    Taxes are on the goods and the fee, each line rounded half up by itself, so that two halves of one tax are equal.
    """
    found: list[Charge] = []
    if fee is not None:
        free = free_above is not None and goods >= free_above
        found.append(Charge("delivery", "", 0 if free else fee))
    taxed = Decimal(goods + sum(each.amount for each in found))
    whole = Decimal(100) + (sum(each.rate for each in taxes.lines) if taxes.included else 0)
    found += [
        Charge("tax", each.title, _rounded(taxed * each.rate / whole), each.rate, taxes.included)
        for each in taxes.lines
    ]
    return tuple(found)


def to_pay(goods: int, added: Sequence[Charge]) -> int:
    """What is to be paid: the goods, and what is not in their prices."""
    return goods + sum(each.amount for each in added if not each.included)


def charge_json(charge: Charge) -> dict[str, Any]:
    """As the books and the API give it; the rate as a number in words."""
    rate = None if charge.rate is None else show_number(charge.rate)
    return {
        "kind": charge.kind,
        "title": charge.title,
        "rate": rate,
        "amount": charge.amount,
        "included": charge.included,
    }


def charge_of(value: Mapping[str, Any]) -> Charge:
    """The charge that `charge_json` wrote."""
    rate = None if value["rate"] is None else Decimal(value["rate"])
    return Charge(value["kind"], value["title"], value["amount"], rate, value["included"])
