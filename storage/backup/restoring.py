"""From a backup to an empty database, of either kind: all of it, or nothing."""

import itertools
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, inspect, select
from sqlalchemy.exc import OperationalError, StatementError

from storage import migrations
from storage.backup import rows
from storage.backup.reading import DAMAGED, Archive, Head, Stored, opened_backup
from storage.backup.sealing import BackupError
from storage.backup.settling import Settled, settle
from storage.backup.taking import Progress
from storage.db import Books
from storage.files import FileStore, place_of

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back. `schema` is what the database has now."""

    head: Head
    schema: str
    settled: Settled


def restore(
    books: Books,
    store: FileStore,
    path: Path,
    secret: str,
    told: Progress | None = None,
    timers: Collection[str] = (),
) -> Restored:
    """Put a backup into an empty database and its files into the store, in one transaction.

    An older schema is restored as it was and then migrated. Raises `BackupError` saying why not and what to do, `OSError`;
    then the database and the store are as they were.
    """
    with opened_backup(path, secret) as archive, books.connect() as connection, _new_files(store) as keep:
        _refuse_newer(archive.head)
        with books.transaction(connection):
            books.unhurried(connection)
            _refuse_full(connection, books.place)
            migrations.bring(connection, archive.head.schema)
            _fill(connection, archive, keep, told)
            if archive.head.schema != migrations.head():
                migrations.bring(connection, migrations.head())
            settled = settle(books.tx(connection), archive.head.made_at, timers)
        return Restored(archive.head, migrations.head(), settled)


def _refuse_newer(head: Head) -> None:
    if head.schema not in migrations.revisions():
        raise BackupError(
            f"It was made by a newer Munshi: its schema is {head.schema}, and this version knows {migrations.head()}."
            f" Restore it with the version that made it, or a newer one."
        )


def _refuse_full(connection: Connection, place: str) -> None:
    found = inspect(connection).get_table_names()
    if found:
        raise BackupError(
            f"{place} is not empty: it has {len(found)} tables ({', '.join(sorted(found)[:3])} …). Nothing is ever restored"
            f" over something else. Name an empty one (MUNSHI_DATABASE_URL), or put this one out of the way first."
        )


def _fill(connection: Connection, archive: Archive, keep: Callable[[Stored], None], told: Progress | None) -> None:
    tables = {table.name: table for table in rows.tables_of(connection)}
    for table in reversed(tables.values()):  # what the migrations themselves have written is in the backup too
        connection.execute(table.delete())
    readers = {name: rows.reader_of(connection, table) for name, table in tables.items()}
    done = 0
    for part in archive.parts():
        if isinstance(part, Stored):
            keep(part)
            done += 1
        elif part.table in tables:
            _insert(connection, tables[part.table], map(readers[part.table], part.lines))
            done += len(part.lines)
        else:
            raise BackupError(f"It has a table {part.table}, which schema {archive.head.schema} does not know.")
        if told is not None:
            told(done, archive.head.size)
    _compare(connection, tables, archive.head)
    _go_on_counting(connection, tables.values())


def _insert(connection: Connection, table: Table, values: Iterator[dict[str, Any]]) -> None:
    """Raises `BackupError` for rows that the table does not take: they were not written by a shop."""
    try:
        while some := list(itertools.islice(values, AT_ONCE)):
            connection.execute(table.insert(), some)
    except (ValueError, TypeError, AttributeError, StatementError) as error:
        if isinstance(error, OperationalError):
            raise
        said = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        raise BackupError(DAMAGED.format(what=f"{table.name} does not take its rows ({said})")) from error


def _compare(connection: Connection, tables: dict[str, Table], head: Head) -> None:
    for name, table in tables.items():
        found = connection.execute(select(func.count()).select_from(table)).scalar_one()
        if found != head.tables.get(name, 0):
            raise BackupError(f"{name} has {found} rows and should have {head.tables.get(name, 0)}. Nothing was kept.")


def _go_on_counting(connection: Connection, tables: Collection[Table]) -> None:
    """PostgreSQL numbers new rows by sequences, which know nothing of rows that bring their own numbers."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        for column in table.primary_key.columns:
            sequence = connection.execute(select(func.pg_get_serial_sequence(table.name, column.name))).scalar()
            if sequence is not None:
                last = connection.execute(select(func.max(column))).scalar()
                connection.execute(select(func.setval(sequence, last or 1, last is not None)))


@contextmanager
def _new_files(store: FileStore) -> Iterator[Callable[[Stored], None]]:
    """Puts files into the store; those that were not there before go again when anything fails."""
    added: list[str] = []

    def keep(part: Stored) -> None:
        with store.writing() as new:
            for chunk in part.content:
                new.add(chunk)
            if new.sha256 != part.sha256:
                raise BackupError(DAMAGED.format(what=f"the file {part.sha256[:12]} is not what it was"))
            if not (store.folder / place_of(part.sha256)).exists():
                added.append(part.sha256)
            new.keep()

    try:
        yield keep
    except BaseException:
        for sha256 in added:
            (store.folder / place_of(sha256)).unlink(missing_ok=True)
        raise
