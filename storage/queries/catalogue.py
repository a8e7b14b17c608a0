"""Reads of the catalogue."""

from decimal import Decimal
from typing import Any

from storage.rules.catalogue import Catalogue, OptionGroup, OptionValue, Product
from storage.rules.money import from_thousandths
from storage.scope import Scope
from storage.tables.catalogue import catalogues, option_groups, products
from storage.tables.people import workspaces
from storage.tx import Tx


def version(tx: Tx, scope: Scope) -> str | None:
    """The version of the workspace's catalogue: what is built from it can be kept until this changes."""
    return tx.execute(scope.select(catalogues, catalogues.c.version)).scalar_one_or_none()


def catalogue(tx: Tx, scope: Scope) -> Catalogue:
    """The whole catalogue; an empty one where none has been loaded."""
    head = tx.execute(scope.select(catalogues)).one_or_none()
    currency = tx.execute(workspaces.select().where(workspaces.c.id == scope.workspace)).one().currency
    if head is None:
        return Catalogue("", currency, ())
    rows = tx.execute(scope.select(products).order_by(products.c.position))
    groups = tx.execute(scope.select(option_groups).order_by(option_groups.c.position))
    return Catalogue(
        head.name,
        currency,
        tuple(_product(row) for row in rows),
        {row.name: _group(row) for row in groups},
        head.version,
    )


def _group(row: Any) -> OptionGroup:
    values = tuple(OptionValue(value, tuple(aliases), price) for value, aliases, price in row.choices)
    return OptionGroup(row.name, values, row.multi, row.negatable, row.qualifiable)


def _product(row: Any) -> Product:
    return Product(
        name=row.name,
        title=row.title,
        price=row.price,
        unit=row.unit,
        category=row.category,
        aliases=tuple(row.aliases),
        options=tuple(row.options),
        orderable=row.orderable,
        generic=row.generic,
        titles=row.titles,
        description=row.description,
        available=row.available,
        stock=_amount(row.stock),
        low_stock=_amount(row.low_stock),
        photo=row.photo,
        tax=row.tax,
    )


def _amount(thousandths: int | None) -> Decimal | None:
    return None if thousandths is None else from_thousandths(thousandths)
