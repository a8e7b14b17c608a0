"""One process at a time on a SQLite file: a lock of the operating system, which ends with whoever holds it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from storage.db import Books


class Occupied(Exception):
    """Another process works on the database; the text says which, and what to do."""


class Occupancy:
    """What one process holds until `leave`; nothing on PostgreSQL, which many share.

    The lock file (`munshi.db.lock`) stays when the process is gone; only the lock counts, and it never outlives it.
    """

    def __init__(self, books: Books, what: str) -> None:
        """`what`: which command holds it, told to whoever is refused. Raises `Occupied`, `OSError`."""
        self._file: IO[str] | None = None
        if books.is_sqlite and books.url.database and books.url.database != ":memory:":
            self._file = _locked(Path(books.url.database).resolve(), what)

    def leave(self) -> None:
        """Let the next process in."""
        if self._file is not None:
            self._file.truncate(0)
            self._file.close()
            self._file = None


@contextmanager
def occupied(books: Books, what: str) -> Iterator[None]:
    """Hold the database for one piece of work. Raises `Occupied`."""
    held = Occupancy(books, what)
    try:
        yield
    finally:
        held.leave()


def _locked(database: Path, what: str) -> IO[str]:
    path = database.with_name(f"{database.name}.lock")
    file = path.open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip() or "another process"
        file.close()
        raise Occupied(
            f"{database} is in use by {holder}, and SQLite serves one process at a time. Stop that one first,"
            f" or set database.url to a PostgreSQL server, which many processes may share."
        ) from None
    file.truncate(0)
    file.write(f"{what} (process {os.getpid()})")
    file.flush()
    return file
