"""The books as an auditor reads them: every row, by table and by the workspace that it belongs to."""

from collections.abc import Iterator, Mapping
from typing import Any

from storage.tables import metadata
from storage.tx import Tx
from tests.isolation.alike import SHOPS, WORD

SHARED = {"accounts", "visits"}
"""Who is reached where, and with whom somebody talks: rows of the house's own, though they name a workspace."""
ECHOES = {"inbox", "outbox"}
"""What was written to us, and what we say, which may repeat it: that is looked at word by word when it is said."""
REFERENCES = {"kept", "merged", "merged_into", "issued_by", "used_by", "order_id", "contact_id", "actor_id", "object"}
"""Columns that hold the id of something, with a foreign key or without."""
NAMED = ("contacts", "orders", "members", "merges", "pledges")

Rows = Mapping[tuple[str, str], list[tuple[Any, ...]]]


def owner_column(table: Any) -> str | None:
    """The column that says whose a row is; None for the engine's rows that are nobody's."""
    if table.name in SHARED:
        return None
    if table.name == "workspaces":
        return "id"
    return "workspace_id" if "workspace_id" in table.c else None


def all_rows(tx: Tx) -> Rows:
    """(table, workspace) -> its rows, in an order of their own."""
    found: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
    for table in metadata.sorted_tables:
        column = owner_column(table)
        if column is None:
            continue
        place = list(table.c.keys()).index(column)
        names = ", ".join(f'"{each.name}"' for each in table.c)
        for row in tx.connection.exec_driver_sql(f'SELECT {names} FROM "{table.name}"'):  # noqa: S608
            found.setdefault((table.name, str(row[place])), []).append(tuple(row))
    return {key: sorted(rows, key=repr) for key, rows in found.items()}


def changed(before: Rows, after: Rows) -> dict[tuple[str, str], str]:
    """What is different, with the first row that is."""
    found = {}
    for key in sorted({*before, *after}):
        old, new = before.get(key, []), after.get(key, [])
        if old != new:
            found[key] = str(next((row for row in [*new, *old] if row not in old or row not in new), ""))[:400]
    return found


def strange_words(rows: Rows) -> Iterator[str]:
    """Rows of one shop that hold the other's word."""
    for (table, workspace), held in rows.items():
        for word in (WORD[shop] for shop in SHOPS if shop != workspace):
            for row in held:
                if table not in ECHOES and word in repr(row):
                    yield f"{table} of {workspace} says {word}: {row}"


def strange_ids(rows: Rows) -> Iterator[str]:
    """Rows that refer to something of another workspace."""
    whose = {row[1]: key[1] for key, held in rows.items() if key[0] in NAMED for row in held}
    for (table, workspace), held in rows.items():
        places = [at for at, name in enumerate(metadata.tables[table].c.keys()) if name in REFERENCES]
        for row in held:
            for at in places:
                if whose.get(row[at], workspace) != workspace:
                    yield f"{table} of {workspace} refers to {whose[row[at]]}: {row}"
