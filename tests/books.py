"""Books at the present schema: migrated once in each test process, then copied. How they get there is told elsewhere."""

import os
import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import make_url

from storage import migrations
from storage.clock import new_id, utc_now
from storage.db import Books
from tests.postgres import execute, new_database


def migrated_file(path: Path) -> str:
    """Write empty books to this SQLite file; returns their address."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_file())
    return f"sqlite:///{path}"


def migrated_database(server: str) -> str:
    """Make empty books on a PostgreSQL server; returns their address."""
    return new_database(server, _database(server))


@cache
def _file() -> bytes:
    with tempfile.TemporaryDirectory(prefix="munshi-books-") as folder:
        path = Path(folder) / "munshi.db"
        _migrate(f"sqlite:///{path}")
        return path.read_bytes()


@cache
def _database(server: str) -> str:
    name = f"munshi_{os.getpid()}_migrated"
    execute(server, f'CREATE DATABASE "{name}"')
    _migrate(make_url(server).set(database=name).render_as_string(hide_password=False))
    return name


def _migrate(url: str) -> None:
    books = Books(url, utc_now, new_id)
    migrations.upgrade(books)
    books.close()
