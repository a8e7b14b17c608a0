"""Writes of the catalogue."""

from decimal import Decimal

from storage.actors import Actor
from storage.rules.catalogue import Catalogue
from storage.rules.permissions import Permission
from storage.tables.catalogue import catalogues, option_groups, products
from storage.tx import Tx


def replace_catalogue(tx: Tx, catalogue: Catalogue, actor: Actor) -> None:
    """Put this catalogue in the place of the workspace's former one, as a whole."""
    actor.require(Permission.CATALOGUE_CHANGE)
    scope = actor.scope
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
        tx.execute(products.insert(), _product_rows(catalogue, actor))


def _product_rows(catalogue: Catalogue, actor: Actor) -> list[dict[str, object]]:
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
        for position, product in enumerate(catalogue.products)
    ]


def _thousandths(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount * 1000)
