"""The books of a trial: made ready with a trail of what changes in them, and read while shops live and die."""

import itertools
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Row, create_engine, func, make_url, select, text, tuple_, update

from bot import founding
from bot.demo import demo_config
from storage import migrations
from storage.clock import new_id, utc_now
from storage.db import Books
from storage.queue import schedules
from storage.tables.runtime import inbox
from storage.tables.runtime import schedules as schedules_table
from storage.tx import Tx

_serial = itertools.count(1)
SOON_MS = 30_000
"""What is planned for later than that is no part of a trial: the timers of flows."""

_TABLE = """CREATE TABLE trail (id {serial}, what TEXT NOT NULL, key TEXT NOT NULL, old TEXT, new TEXT,
 claims BIGINT, policy TEXT)"""
_WATCHED = {
    "outbox": ("status", "CAST(NEW.id AS TEXT), OLD.status, NEW.status, NEW.claims, OLD.policy"),
    "lanes": ("done_seq", "NEW.id, CAST(OLD.done_seq AS TEXT), CAST(NEW.done_seq AS TEXT), NEW.epoch, NULL"),
    "jobs": ("status", "CAST(NEW.id AS TEXT), OLD.status, NEW.status, NEW.attempts, NULL"),
}
_NOTE = "INSERT INTO trail (what, key, old, new, claims, policy) VALUES ('{table}', {values});"
_WHEN = "AFTER UPDATE OF {column} ON {table} FOR EACH ROW WHEN (OLD.{column} <> NEW.{column})"


def lay_trail(books: Books) -> None:
    """From now on every change of a message's status, a lane's progress and a job's status leaves a row in `trail`."""
    with books.connect() as connection, books.transaction(connection):
        serial = "INTEGER PRIMARY KEY AUTOINCREMENT" if books.is_sqlite else "BIGSERIAL PRIMARY KEY"
        connection.exec_driver_sql(_TABLE.format(serial=serial))
        for table, (column, values) in _WATCHED.items():
            note, when = _NOTE.format(table=table, values=values), _WHEN.format(column=column, table=table)
            if books.is_sqlite:
                connection.exec_driver_sql(f"CREATE TRIGGER trail_{table} {when} BEGIN {note} END")
                continue
            body = f"BEGIN {note} RETURN NULL; END"
            connection.exec_driver_sql(
                f"CREATE FUNCTION trail_{table}() RETURNS trigger LANGUAGE plpgsql AS $note${body}$note$"
            )
            connection.exec_driver_sql(f"CREATE TRIGGER trail_{table} {when} EXECUTE FUNCTION trail_{table}()")


@dataclass(frozen=True, slots=True)
class Shelf:
    """Empty books to copy for each trial: a file of SQLite, or a database of a PostgreSQL server (`server`, its URL)."""

    folder: Path
    server: str = ""

    def furnish(self) -> None:
        """Make the books that are copied: the demo's shop before its first start, with a trail."""
        books = Books(self._url("blank"), utc_now, new_id)
        migrations.upgrade(books)
        config = demo_config("http://127.0.0.1:9", self.folder, port=0)
        goods = founding.read_catalogue(config.shop)
        books.write(lambda tx: founding.found(tx, config, goods))
        lay_trail(books)
        if books.is_sqlite:
            with books.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        books.close()

    @contextmanager
    def fresh(self, folder: Path, *, blank: bool = True) -> Iterator[str]:
        """The URL of books of one's own, gone after the block; without `blank` they are no books yet: no tables."""
        if not self.server:
            if blank:
                shutil.copy(self.folder / "blank.db", folder / "munshi.db")
            yield f"sqlite:///{folder / 'munshi.db'}"
            return
        name = f"munshi_trial_{os.getpid()}_{next(_serial)}"
        self._rule(f'CREATE DATABASE "{name}" TEMPLATE "{self._blank if blank else "template1"}"')
        yield self._url(name)
        self._rule(f'DROP DATABASE "{name}" WITH (FORCE)')

    @property
    def _blank(self) -> str:
        return f"munshi_trial_{os.getpid()}_blank"

    def _url(self, name: str) -> str:
        if not self.server:
            return f"sqlite:///{self.folder / f'{name}.db'}"
        if name == "blank":
            name = self._blank
            self._rule(f'CREATE DATABASE "{name}"')
        return make_url(self.server).set(database=name).render_as_string(hide_password=False)

    def _rule(self, statement: str) -> None:
        engine = create_engine(self.server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()

    def close(self) -> None:
        if self.server:
            self._rule(f'DROP DATABASE "{self._blank}" WITH (FORCE)')


TICKS, TICK_MS = 12, 250


def plan_ticks(url: str) -> None:
    """Twelve schedules, of which one comes due every quarter of a second from now on, each once in a trial."""
    books = Books(url, utc_now, new_id)

    def plan(tx: Tx) -> None:
        for at in range(TICKS):
            schedules.plan(tx, f"trial:{at}", "0 0 1 1 *", "UTC", "every:sweep_files")
            due = update(schedules_table).where(schedules_table.c.name == f"trial:{at}")
            tx.execute(due.values(next_fire=tx.now_ms + at * TICK_MS))

    books.write(plan)
    books.close()


_OPEN = {
    "ticks to come": "SELECT count(*) FROM schedules WHERE name LIKE 'trial:%' AND last_fire IS NULL",
    "lanes with work": "SELECT count(*) FROM lanes WHERE done_seq < last_seq",
    "messages unsent": "SELECT count(*) FROM outbox WHERE status IN ('queued', 'claimed')",
    "messages in doubt": "SELECT count(*) FROM outbox WHERE status = 'unknown' AND claimed_at IS NOT NULL",
    "jobs": f"SELECT count(*) FROM jobs WHERE status = 'running' OR (status = 'queued' AND run_at < :now + {SOON_MS})",  # noqa: S608
}


class Reader:
    """Reads the books of a trial from outside, by SQL of its own."""

    def __init__(self, url: str) -> None:
        self._books = Books(url, utc_now, new_id)

    def rows(self, statement: str, **values: Any) -> list[Row[Any]]:
        return self._books.read(lambda tx: list(tx.execute(text(statement), values)))

    def unsettled(self) -> list[str]:
        """What is still under way, one line for each kind; nothing when all is quiet."""

        def count(tx: Any) -> list[str]:
            found = {name: tx.execute(text(each), {"now": tx.now_ms}).scalar() for name, each in _OPEN.items()}
            return [f"{number} {name}" for name, number in found.items() if number]

        return self._books.read(count)

    def arrived(self, events: Collection[tuple[str, str]]) -> bool:
        """Whether all these, (account, event id), have come in."""
        key = tuple_(inbox.c.account_id, inbox.c.event_id)
        found = select(func.count()).select_from(inbox).where(key.in_(list(events)))
        return not events or self._books.read(lambda tx: tx.execute(found).scalar()) == len(set(events))

    def close(self) -> None:
        self._books.close()
