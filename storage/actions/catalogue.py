"""Writes of the catalogue."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import case

from storage.actions import audit
from storage.actors import Actor
from storage.errors import Conflict, NotFound
from storage.queries import catalogue as queries
from storage.rules.catalogue import Catalogue, Product
from storage.rules.catalogue_difference import prices_changed, with_what_is_known
from storage.rules.permissions import Permission
from storage.tables.catalogue import catalogues, option_groups, products
from storage.tx import Tx

PRICE = "change price"
"""The name under which every change of a price stands in the audit log: of a product by its id, of an option as group:value."""


def replace_catalogue(tx: Tx, catalogue: Catalogue, actor: Actor) -> None:
    """Put this catalogue in the place of the workspace's former one, as a whole."""
    actor.require(Permission.CATALOGUE_CHANGE)
    scope = actor.scope
    for name, was, now in prices_changed(queries.catalogue(tx, scope), catalogue):
        audit.note(tx, PRICE, name, actor, was=was, now=now)
    for table in (products, option_groups, catalogues):
        tx.execute(scope.delete(table))
    head = {"name": catalogue.name, "version": catalogue.version or tx.ids(), "loaded_at": tx.now}
    tx.execute(scope.insert(catalogues, **head))
    groups = [
        scope.row(
            name=group.name,
            position=position,
            multi=group.multi,
            negatable=group.negatable,
            qualifiable=group.qualifiable,
            choices=[[value.id, list(value.aliases), value.price] for value in group.values],
        )
        for position, group in enumerate(catalogue.option_groups.values())
    ]
    if groups:
        tx.execute(option_groups.insert(), groups)
    if catalogue.products:
        tx.execute(products.insert(), _product_rows(catalogue.products, actor))


def take_over(tx: Tx, catalogue: Catalogue, version: str, actor: Actor) -> Catalogue:
    """Put a file's catalogue in the place of the one of that version; what is known of its goods beside it stays.

    Raises `Conflict` where somebody has changed the catalogue since it was looked at.
    """
    actor.require(Permission.CATALOGUE_CHANGE)
    present = queries.catalogue(tx, actor.scope)
    if present.version != version:
        raise Conflict("The catalogue has changed since you looked at the file. Please send it again.")
    merged = replace(with_what_is_known(present, catalogue), name=present.name or catalogue.name, version="")
    replace_catalogue(tx, merged, actor)
    audit.note(tx, "import catalogue", "catalogue", actor, products=len(merged.products))
    return merged


def add_products(tx: Tx, new: Sequence[Product], actor: Actor) -> None:
    """Goods more, behind those that there are. Raises `Conflict` for an id that is taken."""
    actor.require(Permission.CATALOGUE_CHANGE)
    present = queries.catalogue(tx, actor.scope)
    for each in new:
        if each.name in present.by_name:
            raise Conflict("There is a product {name} already.", name=each.name)
    if not present.version:
        replace_catalogue(tx, replace(present, products=tuple(new)), actor)
    else:
        tx.execute(products.insert(), _product_rows(new, actor, behind=len(present.products)))
    for each in new:
        audit.note(tx, "add product", each.name, actor, price=each.price)
    _renew(tx, actor)


def change_product(tx: Tx, name: str, values: Mapping[str, Any], actor: Actor) -> None:
    """Change what a product is called, costs, belongs to or shows; by the names of `Product`. Raises `NotFound`."""
    actor.require(Permission.CATALOGUE_CHANGE)
    row = _row(tx, name, actor)
    tx.execute(actor.scope.update(products).where(products.c.name == name).values(**values))
    for field, now in values.items():
        was = getattr(row, field)
        if was != now:
            audit.note(tx, PRICE if field == "price" else f"change {field}", name, actor, was=was, now=now)
    _renew(tx, actor)


def set_available(tx: Tx, name: str, available: bool, actor: Actor) -> None:
    """Offer a product, or offer it no longer. Raises `NotFound`."""
    actor.require(Permission.STOCK_CHANGE)
    _row(tx, name, actor)
    tx.execute(actor.scope.update(products).where(products.c.name == name).values(available=available))
    audit.note(tx, "offer product" if available else "take product off", name, actor)
    _renew(tx, actor)


def set_stock(tx: Tx, name: str, amount: Decimal | None, actor: Actor) -> None:
    """Say how much of a product can be ordered; None: it is no longer counted. Raises `NotFound`."""
    actor.require(Permission.STOCK_CHANGE)
    row, now = _row(tx, name, actor), _thousandths(amount)
    tx.execute(actor.scope.update(products).where(products.c.name == name).values(stock=now))
    audit.note(tx, "set stock", name, actor, was=row.stock, now=now)
    _renew(tx, actor)


def add_stock(tx: Tx, name: str, amount: Decimal, actor: Actor) -> None:
    """So much more can be ordered, or less, down to nothing. Raises `NotFound`, `Conflict` for what is not counted."""
    actor.require(Permission.STOCK_CHANGE)
    _row(tx, name, actor)
    more = int(amount * 1000)
    then = products.c.stock + more
    counted = actor.scope.update(products).where(products.c.name == name, products.c.stock.is_not(None))
    if tx.execute(counted.values(stock=case((then < 0, 0), else_=then))).rowcount != 1:
        raise Conflict("{name} is not counted yet. Say how much there is: /product stock {name} 20", name=name)
    audit.note(tx, "add stock", name, actor, by=more)


def set_threshold(tx: Tx, name: str, amount: Decimal | None, actor: Actor) -> None:
    """Say how little of a product is to be told of. Raises `NotFound`."""
    actor.require(Permission.STOCK_CHANGE)
    _row(tx, name, actor)
    tx.execute(actor.scope.update(products).where(products.c.name == name).values(low_stock=_thousandths(amount)))
    audit.note(tx, "set stock threshold", name, actor, now=_thousandths(amount))
    _renew(tx, actor)


def _row(tx: Tx, name: str, actor: Actor) -> Any:
    row = tx.execute(actor.scope.select(products).where(products.c.name == name)).one_or_none()
    if row is None:
        raise NotFound("There is no product {name}. /products lists what there is.", name=name[:40])
    return row


def _renew(tx: Tx, actor: Actor) -> None:
    """What was built from the catalogue is built anew."""
    tx.execute(actor.scope.update(catalogues).values(version=tx.ids()))


def _product_rows(goods: Sequence[Product], actor: Actor, behind: int = 0) -> list[dict[str, object]]:
    return [
        actor.scope.row(
            name=product.name,
            position=position,
            title=product.title,
            titles=dict(product.titles),
            aliases=list(product.aliases),
            category=product.category,
            unit=product.unit,
            price=product.price,
            options=list(product.options),
            orderable=product.orderable,
            generic=product.generic,
            description=product.description,
            available=product.available,
            stock=_thousandths(product.stock),
            low_stock=_thousandths(product.low_stock),
            photo=product.photo,
            tax=product.tax,
        )
        for position, product in enumerate(goods, start=behind)
    ]


def _thousandths(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount * 1000)
