"""The books of a simulation: one SQLite in memory, set back to a founded shop for each seed, whose triggers write down
each change that a rule looks at, in the order and in the transaction in which it was made.
"""

import random
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from bot.demo import SAMPLE
from knowledge.loaders.catalogue import load_catalogue
from storage import migrations
from storage.actions import people
from storage.actions.catalogue import replace_catalogue
from storage.actors import system_actor
from storage.db import Books
from storage.rules.permissions import Role
from storage.scope import Scope
from storage.tx import Tx

SHOP = "main"
NUMBER, BOT = "whatsapp:1", "telegram:2"
GROUP, OWNER, STAFF = "-100", "7001", ("7002", "7003")
BEGIN = datetime(2026, 1, 5, 9, 0, 50, tzinfo=UTC)
TICK = "every:tick"
"""A schedule of the simulation's own, each minute: the first time ten seconds after the beginning."""

_JOURNAL = """
CREATE TABLE faultsim_journal (n INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT, a, b, c, d, e, f);
CREATE TRIGGER faultsim_event AFTER INSERT ON inbox BEGIN
  INSERT INTO faultsim_journal (what, a, b, c, d, e)
  VALUES ('event', NEW.account_id, NEW.event_id, NEW.lane, NEW.seq, NEW.id); END;
CREATE TRIGGER faultsim_done AFTER UPDATE OF done_seq ON lanes BEGIN
  INSERT INTO faultsim_journal (what, a, b, c, d, e)
  VALUES ('done', NEW.id, OLD.done_seq, NEW.done_seq, NEW.owner, NEW.epoch); END;
CREATE TRIGGER faultsim_held AFTER UPDATE OF epoch ON lanes WHEN NEW.epoch <> OLD.epoch BEGIN
  INSERT INTO faultsim_journal (what, a, b, c, d) VALUES ('held', NEW.id, NEW.owner, NEW.epoch, NEW.attempts); END;
CREATE TRIGGER faultsim_row AFTER INSERT ON outbox BEGIN
  INSERT INTO faultsim_journal (what, a, b, c, d, e, f)
  VALUES ('row', NEW.id, NEW.account_id, NEW.recipient, NEW.status, NEW.policy, NEW.automatic + 2 * NEW.priority); END;
CREATE TRIGGER faultsim_status AFTER UPDATE ON outbox
WHEN NEW.status <> OLD.status OR NEW.claims <> OLD.claims BEGIN
  INSERT INTO faultsim_journal (what, a, b, c, d, e) VALUES ('status', NEW.id, OLD.status, NEW.status, NEW.claims,
  NEW.owner); END;
CREATE TRIGGER faultsim_taken AFTER INSERT ON takeovers BEGIN
  INSERT INTO faultsim_journal (what, a, b) VALUES ('taken', NEW.account_id, NEW.recipient); END;
CREATE TRIGGER faultsim_handed AFTER DELETE ON takeovers BEGIN
  INSERT INTO faultsim_journal (what, a, b) VALUES ('handed', OLD.account_id, OLD.recipient); END;
CREATE TRIGGER faultsim_planned AFTER INSERT ON jobs BEGIN
  INSERT INTO faultsim_journal (what, a, b, c) VALUES ('planned', NEW.id, NEW.key, NEW.status); END;
CREATE TRIGGER faultsim_job AFTER UPDATE ON jobs
WHEN NEW.status <> OLD.status OR NEW.attempts <> OLD.attempts BEGIN
  INSERT INTO faultsim_journal (what, a, b, c, d) VALUES ('job', NEW.id, OLD.status, NEW.status, NEW.attempts); END;
CREATE TRIGGER faultsim_letter AFTER INSERT ON dead_letters BEGIN
  INSERT INTO faultsim_journal (what, a, b, c) VALUES ('letter', NEW.kind, NEW.reference, NEW.error); END;
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change; what `values` are is said by the trigger of that name."""

    n: int
    what: str
    values: tuple[Any, ...]


class Journal:
    """The books with their journal. `books` tell the time by `clock`, both of them the seed's."""

    def __init__(self) -> None:
        self.clock: Callable[[], float] = lambda: 0.0
        self._chance = random.Random(0)
        self._seen = 0
        self.books = Books("sqlite://", self._now, self._id)
        self.connection = self.books.connect()
        driver = self.connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)  # noqa: S101  (what SQLAlchemy hands out is not typed)
        self._driver = driver
        migrations.upgrade(self.books)
        self.books.write(_found)
        self._driver.executescript(_JOURNAL)
        self._empty = sqlite3.connect(":memory:")
        self._driver.backup(self._empty)

    def restart(self, clock: Callable[[], float], chance: random.Random) -> None:
        """Back to the founded shop, for the next seed."""
        if self._driver.in_transaction:  # a seed that was stopped within a unit
            self._driver.rollback()
        self._empty.backup(self._driver)
        self.clock, self._chance, self._seen = clock, chance, 0

    def news(self) -> list[Entry]:
        """What was committed since the last look."""
        rows = self._driver.execute(
            "SELECT n, what, a, b, c, d, e, f FROM faultsim_journal WHERE n > ? ORDER BY n", (self._seen,)
        ).fetchall()
        if rows:
            self._seen = rows[-1][0]
        return [Entry(row[0], row[1], row[2:]) for row in rows]

    def ask(self, question: str) -> Any:
        """The answer to a question in SQL that has one value."""
        return self._driver.execute(question).fetchone()[0]

    def _now(self) -> datetime:
        return BEGIN + timedelta(seconds=self.clock())

    def _id(self) -> str:
        return f"{self._chance.getrandbits(72):018x}"


@cache
def open_journal() -> Journal:
    """Migrated once in each process: what is compiled for one seed serves the next."""
    return Journal()


def _found(tx: Tx) -> None:
    actor = system_actor(Scope(SHOP))
    people.found_workspace(tx, SHOP, name="Swad", timezone="Asia/Kolkata", currency="INR", language="en")
    people.open_account(tx, NUMBER, "whatsapp", SHOP)
    people.open_account(tx, BOT, "telegram", SHOP)
    people.bind_group(tx, account=BOT, chat=GROUP, kind="admin", actor=actor)
    people.add_member(tx, name="Meera", role=Role.OWNER, telegram_id=OWNER, actor=actor)
    for number, staff in enumerate(STAFF):
        people.add_member(tx, name=f"Staff {number}", role=Role.STAFF, telegram_id=staff, actor=actor)
    loaded = load_catalogue(SAMPLE)
    assert loaded.catalogue is not None  # noqa: S101  (our own sample)
    replace_catalogue(tx, loaded.catalogue, actor)
