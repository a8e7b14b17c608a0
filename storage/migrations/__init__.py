"""The schema's history. `upgrade` brings a database to the present schema; a copy of a SQLite file is kept before.

Revisions are numbered files, so that a start with nothing to do needs no alembic (a fifth of a second and 11 MB).
"""

from pathlib import Path

from sqlalchemy import inspect, text

from storage.db import Books
from storage.failpoints import Point, reach

_FOLDER = Path(__file__).parent


def current(books: Books) -> str | None:
    """The revision that the database has; None for an empty one."""
    with books.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return None if found is None else str(found)


def head() -> str:
    """The newest revision: the highest number in `versions`."""
    return max(path.name.partition("_")[0] for path in (_FOLDER / "versions").glob("[0-9]*.py"))


def upgrade(books: Books, to: str | None = None) -> bool:
    """Migrate in one transaction, to the head or the given revision; True when anything had to be done."""
    found, wanted = current(books), to or head()
    if found == wanted:
        return False
    if found is not None:
        _keep_copy(books, found)
    _run_alembic(books, wanted)
    return True


def _run_alembic(books: Books, wanted: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    with books.connect() as connection, books.transaction(connection):
        if not books.is_sqlite:  # of processes that start together one migrates, for as long as it takes
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('migrating'))")
        config.attributes["connection"] = connection
        command.upgrade(config, wanted)
        reach(Point.MIGRATING)


def _keep_copy(books: Books, revision: str) -> None:
    """`munshi.db` -> `munshi.db.before-REVISION`, consistent (VACUUM INTO); an older copy of the same is kept."""
    if not books.is_sqlite or not books.url.database:
        return
    copy = Path(f"{books.url.database}.before-{revision}")
    if copy.exists():
        return
    begun = copy.with_name(f"{copy.name}.begun")  # what a crash leaves half written must not be held for the copy
    begun.unlink(missing_ok=True)
    with books.connect() as connection:
        connection.exec_driver_sql("VACUUM INTO ?", (str(begun),))
    reach(Point.COPYING)
    begun.replace(copy)
