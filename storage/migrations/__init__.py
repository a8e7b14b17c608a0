"""The schema's history. `upgrade` brings a database to the present schema; a copy of a SQLite file is kept before."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage.db import Books

_FOLDER = Path(__file__).parent


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    return config


def current(books: Books) -> str | None:
    """The revision that the database has; None for an empty one."""
    with books.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """The newest revision."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def upgrade(books: Books) -> bool:
    """Migrate in one transaction; True when anything had to be done."""
    found = current(books)
    if found == head():
        return False
    if found is not None:
        _keep_copy(books, found)
    config = _config()
    with books.connect() as connection, books.transaction(connection):
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return True


def _keep_copy(books: Books, revision: str) -> None:
    """`munshi.db` -> `munshi.db.before-REVISION`, consistent (VACUUM INTO); an older copy of the same is kept."""
    if not books.is_sqlite or not books.url.database:
        return
    copy = Path(f"{books.url.database}.before-{revision}")
    if not copy.exists():
        with books.connect() as connection:
            connection.exec_driver_sql("VACUUM INTO ?", (str(copy),))
