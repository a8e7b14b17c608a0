"""The schema's history. `upgrade` brings a database to the present schema; what was there is kept before.

Revisions are numbered files, so that a start with nothing to do needs no alembic (a fifth of a second and 11 MB).
"""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from storage.db import Books
from storage.failpoints import Point, reach

_FOLDER = Path(__file__).parent
Before = Callable[[str, str], None]
"""Called with the revision that is there and the one that is wanted, before anything is changed; what it raises ends
the migration, and nothing is changed then."""


def current(books: Books) -> str | None:
    """The revision that the database has; None for an empty one."""
    with books.connect() as connection:
        return revision_of(connection)


def revision_of(connection: Connection) -> str | None:
    """The same, as this connection sees it."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def revisions() -> list[str]:
    """Every revision that this version knows, the oldest first."""
    return sorted(path.name.partition("_")[0] for path in (_FOLDER / "versions").glob("[0-9]*.py"))


def head() -> str:
    """The newest revision: the highest number in `versions`."""
    return revisions()[-1]


def upgrade(books: Books, to: str | None = None, before: Before | None = None) -> bool:
    """Migrate in one transaction, to the head or the given revision; True when anything had to be done.

    `before`: keeps what is there, once, whoever else starts meanwhile; without it a SQLite file is copied beside itself.
    """
    wanted = to or head()
    if current(books) == wanted:
        return False
    with books.connect() as connection, books.transaction(connection):
        books.unhurried(connection)
        if not books.is_sqlite:  # of processes that start together one migrates, for as long as it takes
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('migrating'))")
        found = revision_of(connection)
        if found == wanted:
            return False
        if found is not None:
            (before or copier(books))(found, wanted)
        bring(connection, wanted)
        reach(Point.MIGRATING)
    return True


def bring(connection: Connection, wanted: str) -> None:
    """Take the steps to a revision, inside the caller's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, wanted)


def copier(books: Books) -> Before:
    """Keeps a SQLite file as `munshi.db.before-REVISION-MOMENT`, consistent (VACUUM INTO); does nothing on a server."""

    def keep(found: str, _wanted: str) -> None:
        if not books.is_sqlite or not books.url.database:
            return
        copy = Path(f"{books.url.database}.before-{found}-{books.clock():%Y%m%dT%H%M%SZ}")
        begun = copy.with_name(f"{copy.name}.begun")  # what a crash leaves half written must not be held for the copy
        for left in copy.parent.glob(f"{Path(books.url.database).name}.before-*.begun"):
            left.unlink(missing_ok=True)
        with books.connect() as connection:
            connection.exec_driver_sql("VACUUM INTO ?", (str(begun),))
        reach(Point.COPYING)
        begun.replace(copy)

    return keep
