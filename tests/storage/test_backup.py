"""A backup, and the way back from it into an empty database of either kind."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from storage import migrations
from storage.actions import conversations, files, orders
from storage.backup.reading import check
from storage.backup.restoring import restore
from storage.backup.sealing import BackupError, new_key
from storage.backup.taking import take
from storage.clock import new_id
from storage.db import Books
from storage.files import FileStore, place_of
from storage.queries.orders import order
from storage.queries.people import Chat
from storage.queue import arrivals, jobs, outbox
from storage.queue import schedules as schedule_queue
from storage.queue.arrivals import Arrival, Place, Sender
from storage.queue.outbox import Outgoing
from storage.rules.catalogue import Line
from storage.rules.orders import Fulfilment, Wish
from storage.tables import metadata
from storage.tables.runtime import dead_letters, inbox, lanes, schedules
from storage.tables.runtime import jobs as jobs_table
from storage.tables.sending import outbox as outbox_table
from storage.tx import Tx
from tests.postgres import new_database
from tests.storage.conftest import GOODS, WHATSAPP, Hands, new_contact, shop_of

KEY = new_key()
SAID = "दो चाय, “गरम”\n\r\t\\ \u2028 😀"
Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path, hands: Hands) -> Iterator[Books]:
    """Empty books of either kind."""
    url = f"sqlite:///{tmp_path / 'target' / 'munshi.db'}"
    if request.param == "postgresql":
        url = new_database(request.getfixturevalue("postgres"))
    opened = Books(url, hands, new_id)
    yield opened
    opened.close()


def all_rows(books: Books) -> Rows:
    """Every row of every table, in the order of its key."""
    with books.connect() as connection:
        chosen = {table.name: select(table).order_by(*table.primary_key.columns) for table in metadata.sorted_tables}
        return {name: [tuple(row) for row in connection.execute(each)] for name, each in chosen.items()}


def furnish(books: Books, store: FileStore) -> None:
    """Orders, talk, files, waiting messages and work: with every kind of value that the books can hold."""
    asha = new_contact(books, "main", "919800000001")
    blob = store.put(b"%PDF-1.4 the menu of a wedding")

    def work(tx: Tx) -> None:
        wish = Wish(Fulfilment.DELIVERY, SAID, 12.971598700000001, 77.5945627, "asap", instructions="no onion")
        orders.place(
            tx,
            shop_of(tx, asha),
            GOODS,
            [Line("chai", Decimal(2)), Line("paneer", Decimal(1))],
            wish,
            contact=asha.id,
            source="chat",
            actor=asha,
        )
        lane, chat = f"contact:main:{asha.id}", Chat(WHATSAPP, "+919800000001")
        conversations.open_conversation(tx, asha.scope, lane, contact=asha.id, chat=chat)
        state = {"said": SAID, "nothing": None, "number": 2**53, "part": 0.1, "list": [1, [], {}]}
        conversations.keep_turn(tx, asha.scope, lane, chat=chat, flow="checkout", state=state, flow_epoch=3)
        name = {"mime": "application/pdf", "name": "menu.pdf", "size": blob.size, "sha256": blob.sha256}
        files.keep_file(tx, **name, contact=asha.id, keep_days=30, actor=asha)

    books.write(work)


def test_a_restored_shop_has_every_row_and_file_of_the_old_one(
    books: Books, store: FileStore, target: Books, tmp_path: Path
) -> None:
    furnish(books, store)
    seen: list[tuple[int, int]] = []
    taken = take(books, store, tmp_path / "kept", KEY.public, lambda done, all_: seen.append((done, all_)))
    before = all_rows(books)
    assert (taken.rows, taken.files, taken.missing) == (sum(map(len, before.values())), 1, 0)
    assert seen[-1] == (taken.rows + 1, taken.rows + 1)
    assert taken.path.stat().st_mode & 0o777 == 0o600

    new_store = FileStore(tmp_path / "elsewhere")
    restored = restore(target, new_store, taken.path, KEY.secret)
    after = all_rows(target)
    assert _without_switch(after) == _without_switch(before)
    assert len(after["audit"]) == len(before["audit"]) + len(before["workspaces"])
    assert restored.head.workspaces == (("main", "main"), ("other", "other"))
    assert [new_store.folder / place_of(each) for each in store.digests()] == [
        each for each in new_store.folder.glob("*/*") if each.read_bytes() == b"%PDF-1.4 the menu of a wedding"
    ]


def _without_switch(rows: Rows) -> Rows:
    """Restored shops are stopped until somebody starts them, and their audit log says so: that alone differs."""
    at = [column.name for column in metadata.tables["workspaces"].columns].index("stopped_at")
    shops = [(*row[:at], *row[at + 1 :]) for row in rows["workspaces"]]
    action = [column.name for column in metadata.tables["audit"].columns].index("action")
    log = [row for row in rows["audit"] if row[action] != "restore backup"]
    return {**rows, "workspaces": shops, "audit": log}


def test_a_restored_shop_goes_on_numbering(books: Books, store: FileStore, target: Books, tmp_path: Path) -> None:
    furnish(books, store)
    books.write(lambda tx: outbox.put(tx, "main", [Outgoing(WHATSAPP, "1", {}), Outgoing(WHATSAPP, "2", {})]))
    restore(target, store, take(books, store, tmp_path / "kept", KEY.public).path, KEY.secret)
    asha = new_contact(target, "main", "919800000001")
    wish = Wish(Fulfilment.PICKUP)
    placed = target.write(
        lambda tx: orders.place(
            tx, shop_of(tx, asha), GOODS, [Line("chai", Decimal(1))], wish, contact=asha.id, source="chat", actor=asha
        )
    )
    assert placed.number == 102
    assert target.read(lambda tx: order(tx, asha.scope, 101)).address == SAID
    target.write(lambda tx: outbox.put(tx, "main", [Outgoing(WHATSAPP, "3", {})]))
    assert target.read(lambda tx: sorted(tx.execute(select(outbox_table.c.id)).scalars())) == [1, 2, 3]


def test_what_was_in_flight_is_not_done_twice(
    books: Books, store: FileStore, target: Books, tmp_path: Path, hands: Hands
) -> None:
    sender = Sender((("phone", "919800000001"),), "Asha")
    later = hands.now.timestamp() * 1000 + 86_400_000

    def work(tx: Tx) -> None:
        arrivals.accept(tx, [Arrival(WHATSAPP, "e1", "text", "919800000001", {"text": "2 chai"}, sender)])
        arrivals.accept(tx, [Arrival("telegram:700", "u1", "text", "-100", {}, Sender((("telegram", "1"),)), False)])
        due, meant = Outgoing(WHATSAPP, "1", {}), Outgoing(WHATSAPP, "2", {}, at_ms=int(later))
        outbox.put(tx, "main", [due, meant])
        for kind, lane, at in (
            ("fetch", "contact:main:x", None),
            ("expiry", "contact:main:x", None),
            ("later", "x", later),
        ):
            jobs.put(tx, kind, kind, Place(lane, "main"), {}, at and int(at))

    books.write(work)
    taken = take(books, store, tmp_path / "kept", KEY.public)
    hands.moves(hours=1)
    done = restore(target, store, taken.path, KEY.secret, timers={"expiry"}).settled
    assert (done.messages, done.jobs, done.events, done.waiting) == (1, 1, 1, 1)
    found = target.read(lambda tx: dict(tx.execute(select(outbox_table.c.recipient, outbox_table.c.status)).all()))
    assert found == {"1": "unknown", "2": "scheduled"}
    work_now = target.read(lambda tx: dict(tx.execute(select(jobs_table.c.kind, jobs_table.c.status)).all()))
    assert work_now == {"fetch": "failed", "expiry": "done", "later": "queued"}
    assert target.read(lambda tx: tx.execute(select(dead_letters.c.kind)).scalars().all()) == ["job"]
    held = target.read(lambda tx: tx.execute(select(lanes.c.id).where(lanes.c.done_seq < lanes.c.last_seq)).all())
    assert [row.id.partition(":")[0] for row in held] == ["contact"]
    assert target.read(lambda tx: tx.execute(select(inbox.c.id)).all())


def test_only_an_empty_database_is_restored_into(books: Books, store: FileStore, tmp_path: Path) -> None:
    taken = take(books, store, tmp_path / "kept", KEY.public)
    before = all_rows(books)
    with pytest.raises(BackupError, match="is not empty"):
        restore(books, store, taken.path, KEY.secret)
    assert all_rows(books) == before


def test_a_damaged_backup_leaves_nothing_behind(books: Books, store: FileStore, target: Books, tmp_path: Path) -> None:
    furnish(books, store)
    taken = take(books, store, tmp_path / "kept", KEY.public)
    whole = taken.path.read_bytes()
    for broken in (
        whole[:-1],
        whole[: len(whole) // 2],
        whole[:300],
        whole[:-40] + b"x" * 40,
        b"",
        b"age-encryption.org/v1\n",
    ):
        taken.path.write_bytes(broken)
        with pytest.raises(BackupError):
            check(taken.path, KEY.secret)
        with pytest.raises(BackupError):
            restore(target, FileStore(tmp_path / "elsewhere"), taken.path, KEY.secret)
        assert migrations.current(target) is None
        assert FileStore(tmp_path / "elsewhere").digests() == []
    taken.path.write_bytes(whole)
    assert restore(target, store, taken.path, KEY.secret).schema == migrations.head()


def test_a_backup_is_opened_by_its_own_key_alone(books: Books, store: FileStore, tmp_path: Path) -> None:
    taken = take(books, store, tmp_path / "kept", KEY.public)
    assert check(taken.path, KEY.secret).tables == taken.tables
    with pytest.raises(BackupError, match="does not open it"):
        check(taken.path, new_key().secret)
    with pytest.raises(BackupError, match="secret key"):
        check(taken.path, "")
    assert b"munshi.json" not in taken.path.read_bytes()


def test_an_older_backup_is_restored_and_migrated(
    empty_url: str, store: FileStore, target: Books, tmp_path: Path, hands: Hands
) -> None:
    old = Books(empty_url, hands, new_id)
    migrations.upgrade(old, "0004")
    shop = "INSERT INTO workspaces (id, name, timezone, currency, language, settings, created_at) VALUES ('w', 'Tea', 'UTC', 'INR', 'en', 'null', 1)"
    job = "INSERT INTO jobs (key, kind, lane, payload, status, run_at, attempts, lease_until) VALUES ('k', 'x', 'l', '{}', 'queued', 99999999999999, 2, 0)"
    with old.connect() as connection, old.transaction(connection):
        connection.exec_driver_sql(shop)
        connection.exec_driver_sql(job)
    taken = take(old, store, tmp_path / "kept", KEY.public)
    assert taken.schema == "0004"
    restored = restore(target, store, taken.path, KEY.secret)
    assert (restored.head.schema, restored.schema) == ("0004", migrations.head())
    rows = all_rows(target)
    assert [row[:2] for row in rows["workspaces"]] == [("w", "Tea")]
    assert target.read(lambda tx: tx.execute(select(jobs_table.c.failures)).scalars().all()) == [2]
    assert rows["plans"]
    old.close()


def test_a_backup_of_a_newer_schema_is_refused(books: Books, store: FileStore, target: Books, tmp_path: Path) -> None:
    with books.connect() as connection, books.transaction(connection):
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    taken = take(books, store, tmp_path / "kept", KEY.public)
    with pytest.raises(BackupError, match="newer Munshi"):
        restore(target, store, taken.path, KEY.secret)
    assert migrations.current(target) is None


def test_a_backup_sees_one_moment_while_the_shop_goes_on(
    books: Books, open_books: Callable[[], Books], store: FileStore, tmp_path: Path
) -> None:
    """What is written while the first rows are read is in no table of it."""
    furnish(books, store)
    other, written = open_books(), []

    def meanwhile(_done: int, _all: int) -> None:
        if not written:
            written.append(new_contact(other, "main", "919800000077"))
            other.write(lambda tx: outbox.put(tx, "main", [Outgoing(WHATSAPP, "9", {})]))

    taken = take(books, store, tmp_path / "kept", KEY.public, meanwhile)
    now = {name: len(rows) for name, rows in all_rows(books).items()}
    assert written
    assert now["addresses"] == taken.tables["addresses"] + 1
    assert now["outbox"] == taken.tables["outbox"] + 1
    check(taken.path, KEY.secret)


def test_text_that_only_sqlite_holds_comes_into_postgresql(
    store: FileStore, tmp_path: Path, hands: Hands, postgres: str
) -> None:
    books = Books(f"sqlite:///{tmp_path / 'munshi.db'}", hands, new_id)
    migrations.upgrade(books)
    row = "INSERT INTO inbox (account_id, event_id, lane, seq, kind, payload, received_at) VALUES ('a', 'e', 'l', 1, 'text', '{\"text\": \"a\\u0000b\",\n\"no\": null}', 0)"
    with books.connect() as connection, books.transaction(connection):
        connection.exec_driver_sql(row)
    taken = take(books, store, tmp_path / "kept", KEY.public)
    target = Books(new_database(postgres), hands, new_id)
    restore(target, store, taken.path, KEY.secret)
    assert target.read(lambda tx: tx.execute(select(inbox.c.payload)).scalar_one()) == {"text": "a\ufffdb", "no": None}
    target.close()
    books.close()


def test_schedules_that_were_missed_are_not_made_up_for(
    books: Books, store: FileStore, target: Books, tmp_path: Path, hands: Hands
) -> None:
    books.write(lambda tx: schedule_queue.plan(tx, "report", "0 9 * * *", "UTC", "report", Place("l", "main")))
    taken = take(books, store, tmp_path / "kept", KEY.public)
    hands.moves(days=2)
    restore(target, store, taken.path, KEY.secret)
    (next_ms,) = target.read(lambda tx: tx.execute(select(schedules.c.next_fire)).scalars().all())
    assert next_ms > hands.now.timestamp() * 1000
    assert target.read(lambda tx: tx.execute(select(jobs_table.c.id)).all()) == []
