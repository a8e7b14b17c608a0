"""What a basket asks for and the shop cannot give just now: taken out or cut, with what there is instead."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from flows import basket as baskets
from flows.basket import Basket
from flows.messages import Button, Reply
from flows.texts import quantity
from flows.turn import Turn
from storage.queries.stock import left_of
from storage.rules.catalogue import Product

MOST_INSTEAD = 3


def orderable(turn: Turn, basket: Basket) -> tuple[Basket, list[str]]:
    """The basket without what the shop does not have just now, and the names of what was taken out."""
    kept = tuple(line for line in basket.lines if turn.offers(turn.catalogue.by_name.get(line.product)))
    gone = [line.product for line in basket.lines if line not in kept]
    return replace(basket, lines=kept), list(dict.fromkeys(gone))


def sorry(turn: Turn, gone: Sequence[str]) -> Reply:
    """That these are not there just now, and what is like them."""
    names = ", ".join(_title(turn, name) for name in gone)
    text = turn.say("Sorry, this is no longer available: {names}.", names=names)
    instead = alternatives(turn, gone)
    if not instead:
        return Reply(text)
    buttons = tuple(Button(baskets.product_title(turn, each.name), f"add:{each.name}") for each in instead)
    return Reply(f"{text}\n{turn.say('Perhaps instead:')}", buttons)


def _title(turn: Turn, name: str) -> str:
    return baskets.product_title(turn, name) if name in turn.catalogue.by_name else name


def alternatives(turn: Turn, gone: Sequence[str]) -> list[Product]:
    """Goods of the same kind that the shop has, those of the nearest price first."""
    missing = [turn.catalogue.by_name[name] for name in gone if name in turn.catalogue.by_name]
    if not missing or not missing[0].category:
        return []
    first = missing[0]
    alike = [
        each
        for each in turn.catalogue.products
        if each.category == first.category and each.name not in gone and not each.generic and turn.offers(each)
    ]
    return sorted(alike, key=lambda each: abs(each.price - first.price))[:MOST_INSTEAD]


def within_stock(turn: Turn, basket: Basket) -> tuple[Basket, list[Reply]]:
    """The basket with no more than is left of each product, and what is said of it."""
    basket, gone = orderable(turn, basket)
    says = [sorry(turn, gone)] if gone else []
    counted = {line.product for line in basket.lines if turn.catalogue.by_name[line.product].stock is not None}
    left = left_of(turn.tx, turn.scope, counted) if counted else {}
    fitting, lacking = _cut(basket, left)
    for name in lacking:
        has, unit = left[name], turn.catalogue.by_name[name].unit
        few = turn.say(
            "There are only {left} {unit} of {product} left.", left=quantity(has), unit=unit, product=_title(turn, name)
        )
        says.append(Reply(few))
    return fitting, says


def _cut(basket: Basket, left: dict[str, Decimal]) -> tuple[Basket, list[str]]:
    """Lines in their order until nothing is left of their product; and of which products there was too little."""
    remaining, lines, lacking = dict(left), [], []
    for line in basket.lines:
        has = remaining.get(line.product)
        if has is None or line.quantity <= has:
            lines.append(line)
        else:
            lacking.append(line.product)
            lines += [replace(line, quantity=has)] if has > 0 else []
        if has is not None:
            remaining[line.product] = max(has - line.quantity, Decimal(0))
    return replace(basket, lines=tuple(lines)), list(dict.fromkeys(lacking))
