"""How a product is shown: to staff with all that is set, to customers with its picture and a button to order it."""

from collections.abc import Mapping
from typing import Any

from flows.messages import Button, Reply
from flows.pictures import picture_of
from flows.texts import quantity
from flows.turn import Turn
from storage.queries.stock import left_of
from storage.rules.catalogue import Product


def staff_view(turn: Turn, product: Product) -> Reply:
    """Everything that is set, and what is done most."""
    left = left_of(turn.tx, turn.scope, [product.name]).get(product.name)
    parts = [f"{product.title} — {turn.money(product.price)} / {product.unit}", f"id: {product.name}"]
    parts += [f"{language}: {title}" for language, title in product.titles.items()]
    if product.category:
        parts.append(turn.say("Category: {category}", category=product.category))
    if product.aliases:
        parts.append(turn.say("Also called: {names}", names=", ".join(product.aliases)))
    if product.description:
        parts.append(product.description)
    if left is not None:
        parts.append(turn.say("Left: {left} {unit}", left=quantity(left), unit=product.unit))
    if product.low_stock is not None:
        parts.append(turn.say("I tell you at: {left} {unit}", left=quantity(product.low_stock), unit=product.unit))
    if not product.available:
        parts.append(turn.say("⛔ Off: nobody is offered it."))
    return Reply("\n".join(parts), _buttons(turn, product), file=picture_of(turn, product))


def _buttons(turn: Turn, product: Product) -> tuple[Button, ...]:
    switch = ("off", turn.say("Off")) if product.available else ("on", turn.say("On"))
    return (
        Button(switch[1], f"/product {switch[0]} {product.name}"),
        Button(turn.say("Picture"), f"/product photo {product.name}"),
    )


def row_text(turn: Turn, product: Product, left: Mapping[str, Any]) -> str:
    """One line of the list."""
    sign = "⛔ " if not product.available else ""
    much = left.get(product.name)
    count = f" · {quantity(much)}" if much is not None else ""
    return f"{sign}{product.title} — {turn.money(product.price)} / {product.unit}{count}"


def as_json(product: Product, left: Mapping[str, Any]) -> dict[str, Any]:
    """For HTTP: the price in minor units, amounts as words."""
    much = left.get(product.name)
    return {
        "name": product.name,
        "title": product.title,
        "titles": dict(product.titles),
        "category": product.category,
        "unit": product.unit,
        "price": product.price,
        "available": product.available,
        "orderable": product.orderable,
        "stock": None if much is None else quantity(much),
        "low_stock": None if product.low_stock is None else quantity(product.low_stock),
        "aliases": list(product.aliases),
        "description": product.description,
    }
