"""Telling a database that is not there for now from a fault in what was asked of it."""

import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

_SQLITE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}
# Connection lost, resources (disk, memory, connections), ended by an operator or its own time limit, system; a standby:
# read-only; a lock that somebody holds on and on; always in somebody's way.
_POSTGRES = ("08", "53", "57", "58", "25006", "55P03", "40001", "40P01")


class Away(Exception):
    """The books are known to be away; nobody has asked them again."""


class BooksAway(Exception):
    """The database cannot be opened at all; the text says which, why, and what to do."""


def is_outage(error: BaseException) -> bool:
    """Whether `error` says that the books cannot be written now: full, locked, read-only, gone. It is worth a wait.

    So does one that came up while an outage was being handled: a full SQLite gives up its transaction, and the way back to
    a savepoint in it fails with words that say nothing.
    """
    link: BaseException | None = error
    while link is not None:
        if _says_so(link):
            return True
        link = link.__context__
    return False


def _says_so(error: BaseException) -> bool:
    if isinstance(error, PoolTimeout | Away):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _SQLITE
    state = getattr(error.orig, "sqlstate", None)
    if state is None:  # refused or cut off; else the driver itself refuses what was asked, such as text with a NUL
        return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
    return error.connection_invalidated or state.startswith(_POSTGRES)
