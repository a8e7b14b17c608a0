"""The books on both databases."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url

from storage import migrations
from storage.actions import contacts, people
from storage.actions.catalogue import replace_catalogue
from storage.actors import Actor, system_actor
from storage.clock import new_id
from storage.db import Books
from storage.queries import people as people_queries
from storage.queue import senders
from storage.rules.catalogue import Catalogue, Product
from storage.rules.permissions import Role
from storage.scope import Scope
from storage.tx import Tx
from tests.postgres import new_database

GOODS = Catalogue(
    "t", "INR", (Product("chai", "Chai", 1500), Product("paneer", "Paneer", 38000, "kg")), version="first"
)
WHATSAPP, TELEGRAM = "whatsapp:100", "telegram:700"


@dataclass
class Hands:
    """A clock that stands until it is moved."""

    now: datetime = datetime(2026, 3, 1, 6, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def moves(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Migrated databases to copy from, made when first asked for."""
    return {"folder": str(tmp_path_factory.mktemp("templates"))}


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'munshi.db'}"
    return new_database(request.getfixturevalue("postgres"))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, templates: dict[str, str], tmp_path: Path) -> str:
    """The address of a database with two workspaces: `main`, which owns the accounts, and `other`."""
    if request.param == "sqlite":
        source = Path(templates["folder"]) / "munshi.db"
        if not source.exists():
            _furnish(f"sqlite:///{source}")
        return f"sqlite:///{shutil.copy(source, tmp_path / 'munshi.db')}"
    server = request.getfixturevalue("postgres")
    if "postgresql" not in templates:
        templates["postgresql"] = new_database(server)
        _furnish(templates["postgresql"])
    return new_database(server, str(make_url(templates["postgresql"]).database))


@pytest.fixture
def books(url: str, hands: Hands) -> Iterator[Books]:
    opened = Books(url, hands, new_id)
    yield opened
    opened.close()


@pytest.fixture
def open_books(url: str, hands: Hands) -> Iterator[Callable[[], Books]]:
    """More doors to the same database, as other processes would have."""
    opened: list[Books] = []

    def another() -> Books:
        opened.append(Books(url, hands, new_id))
        return opened[-1]

    yield another
    for each in opened:
        each.close()


def _furnish(url: str) -> None:
    books = Books(url, Hands(), new_id)
    migrations.upgrade(books)
    books.write(_found)
    if books.is_sqlite:
        with books.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    books.close()


def _found(tx: Tx) -> None:
    for workspace in ("main", "other"):
        boss = system_actor(Scope(workspace))
        people.found_workspace(tx, workspace, name=workspace, timezone="Asia/Kolkata", currency="INR", language="en")
        replace_catalogue(tx, GOODS, boss)
        people.add_member(tx, name="Ravi", role=Role.STAFF, telegram_id=f"{workspace}-7002", actor=boss)
    people.open_account(tx, WHATSAPP, "whatsapp", "main")
    people.open_account(tx, TELEGRAM, "telegram", "main")
    senders.enrol(tx, [WHATSAPP, TELEGRAM])
    people.bind_group(tx, account=TELEGRAM, chat="-100", kind="admin", actor=system_actor(Scope("main")))


def shop_of(tx: Tx, actor: Actor) -> people_queries.Workspace:
    """The workspace in which somebody acts, with its settings as they are in this unit."""
    return people_queries.workspace(tx, actor.scope)


def owner(workspace: str = "main") -> Actor:
    return Actor(Scope(workspace), "member", "owner", Role.OWNER, "Meera")


def staff(workspace: str = "main") -> Actor:
    return Actor(Scope(workspace), "member", "staff", Role.STAFF, "Ravi")


def new_contact(books: Books, workspace: str, phone: str) -> Actor:
    """A customer of a workspace, as an actor."""
    scope = Scope(workspace)
    contact = books.write(lambda tx: contacts.contacts_of(tx, scope, [((("phone", phone),), "Asha")]))[0]
    return Actor(scope, "contact", contact, Role.CUSTOMER, "Asha")
