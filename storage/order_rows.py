"""The values of rows of orders, as the actions write them; nothing is written here."""

from datetime import datetime
from typing import Any

from storage.actors import Actor
from storage.rules.catalogue import Catalogue, Line
from storage.rules.money import priced, to_thousandths


def line_values(order_id: str, position: int, catalogue: Catalogue, line: Line) -> dict[str, Any]:
    """Of a row of `order_lines`, priced from the catalogue. Raises `BadInput` for what the shop does not sell."""
    product, price, total = priced(catalogue, line)
    return {
        "order_id": order_id,
        "position": position,
        "product": product.name,
        "title": product.title,
        "unit": product.unit,
        "quantity": to_thousandths(line.quantity),
        "price": price,
        "total": total,
        "options": {group: list(values) for group, values in line.options.items()},
        "without": list(line.without),
        "note": line.note[:500],
    }


def event_values(
    actor: Actor, order_id: str, sequence: int, old: str, new: str, cause: str, *, at: datetime
) -> dict[str, Any]:
    """Of a row of `order_events`."""
    who = {"actor_kind": actor.kind, "actor_id": actor.id, "actor_name": actor.name}
    what = {"order_id": order_id, "sequence": sequence, "at": at, "old": str(old), "new": str(new)}
    return {**what, **who, "cause": cause[:500]}
