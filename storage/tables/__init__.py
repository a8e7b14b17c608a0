"""All tables of the books, by aggregate; `metadata` knows every one of them."""

from storage.tables import catalogue, orders, people, runtime
from storage.tables.base import metadata

__all__ = ["catalogue", "metadata", "orders", "people", "runtime"]
