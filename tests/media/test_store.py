"""The store of files: whole or not at all, one copy of each content, read only by a workspace that holds it."""

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.actions.files import keep_file
from storage.actions.people import found_workspace
from storage.actions.retention import forget_expired, held_by_nobody
from storage.actors import Actor, system_actor
from storage.clock import new_id
from storage.db import Books
from storage.errors import BadInput, NotAllowed, NotFound
from storage.files import FileStore, KeptFile, clean_name, clean_type, place_of
from storage.queries.files import kept_file
from storage.rules.permissions import Role
from storage.scope import Scope
from storage.tx import Tx
from tests.books import migrated_file

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PDF = b"%PDF-1.7 the list of a wedding"


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def books(tmp_path: Path, clock: Clock) -> Iterator[Books]:
    opened = Books(migrated_file(tmp_path / "books.db"), clock, new_id)
    place = {"timezone": "Asia/Kolkata", "currency": "INR", "language": "en"}
    for name in ("one", "two"):
        opened.write(lambda tx, name=name: found_workspace(tx, name, name=name, **place))  # type: ignore[misc]
    yield opened
    opened.close()


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def keep(tx: Tx, workspace: str, sha256: str, days: int = 0, name: str = "list.pdf") -> KeptFile:
    actor = system_actor(Scope(workspace))
    return keep_file(
        tx, sha256=sha256, mime="application/pdf", name=name, size=3, contact=None, keep_days=days, actor=actor
    )


def test_what_is_put_can_be_read_by_its_workspace_alone(store: FileStore, books: Books) -> None:
    blob = store.put(PDF)
    assert blob.sha256 == hashlib.sha256(PDF).hexdigest()
    kept = books.write(lambda tx: keep(tx, "one", blob.sha256))
    assert store.read(kept) == PDF
    with pytest.raises(NotFound):
        books.write(lambda tx: kept_file(tx, Scope("two"), blob.sha256))


def test_same_bytes_lie_there_once_however_many_hold_them(store: FileStore, books: Books) -> None:
    first, second = store.put(PDF), store.put(PDF)
    assert first == second
    assert [path.name for path in store.folder.glob("*/*")] == [first.sha256[2:]]
    books.write(lambda tx: (keep(tx, "one", first.sha256), keep(tx, "two", first.sha256)))
    assert books.write(lambda tx: held_by_nobody(tx, [first.sha256])) == []


def test_a_write_that_breaks_off_leaves_nothing(store: FileStore) -> None:
    def broken() -> None:
        with store.writing() as new:
            new.add(b"half of")
            raise ConnectionError

    with pytest.raises(ConnectionError):
        broken()
    assert list(store.folder.rglob("*")) == []


def test_last_row_gone_bytes_gone_but_not_before(store: FileStore, books: Books, clock: Clock) -> None:
    blob = store.put(PDF)
    os.utime(store.folder / place_of(blob.sha256), (1, 1))
    books.write(lambda tx: (keep(tx, "one", blob.sha256, days=1), keep(tx, "two", blob.sha256, days=2)))
    for day, left in ((1, True), (2, False)):
        clock.now = NOW + timedelta(days=day)
        assert books.write(forget_expired) == 1
        gone = books.write(lambda tx: held_by_nobody(tx, store.untouched(60)))
        store.delete(gone, 60)
        assert (store.folder / place_of(blob.sha256)).exists() is left


def test_bytes_that_came_again_meanwhile_stay(store: FileStore) -> None:
    blob = store.put(PDF)
    os.utime(store.folder / place_of(blob.sha256), (1, 1))
    gone = store.untouched(60)
    store.put(PDF)
    store.delete(gone, 60)
    assert (store.folder / place_of(blob.sha256)).exists()


def test_file_that_comes_again_is_kept_for_the_longer_time(store: FileStore, books: Books) -> None:
    blob = store.put(PDF)
    for days, until in ((30, 30), (10, 30), (60, 60), (0, None), (5, None)):
        kept = books.write(lambda tx, days=days: keep(tx, "one", blob.sha256, days))  # type: ignore[misc]
        assert kept.keep_until == (NOW + timedelta(days=until) if until else None)


def test_keeping_needs_the_permission_and_a_digest(books: Books) -> None:
    viewer = Actor(Scope("one"), "member", "1", Role.VIEWER, "Vik")
    what = {"mime": "a/b", "name": "x", "size": 1, "contact": None, "keep_days": 0}
    with pytest.raises(NotAllowed):
        books.write(lambda tx: keep_file(tx, sha256="0" * 64, actor=viewer, **what))
    with pytest.raises(BadInput):
        books.write(lambda tx: keep_file(tx, sha256="../../etc/passwd", actor=system_actor(Scope("one")), **what))


@pytest.mark.parametrize("hostile", ["../../x", "0" * 63, "0" * 63 + "/", "A" * 64, "", "." * 64])
def test_paths_never_come_from_outside(hostile: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        place_of(hostile)


@pytest.mark.parametrize(
    ("said", "mime", "shown"),
    [
        ("../../x", "application/pdf", "x.pdf"),
        ("..\\..\\boot.ini", "text/plain", "boot.ini"),
        ("/etc/passwd", "text/plain", "passwd.txt"),
        ("bill\0\n\r\u202egnp.pdf", "application/pdf", "billgnp.pdf"),
        ("", "audio/ogg", "voice.ogg"),
        ("...", "audio/ogg", "voice.ogg"),
        (".htaccess", "text/plain", "htaccess.txt"),
        ("x" * 400 + ".pdf", "application/pdf", "x" * 116 + ".pdf"),
        ("मेनू.pdf", "application/pdf", "मेनू.pdf"),
        ("a.b c", "image/png", "a.b c.png"),
    ],
)
def test_names_are_cleaned(said: str, mime: str, shown: str) -> None:
    assert clean_name(said, mime, "voice") == shown


@pytest.mark.parametrize(
    ("said", "head", "meant"),
    [
        ("audio/ogg; codecs=opus", b"OggS", "audio/ogg"),
        ("Image/PNG", b"\x89PNG\r\n\x1a\n....", "image/png"),
        ("image/png", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("image/png", b"MZ\x90", "application/octet-stream"),
        ("text/html\r\nX: y", b"<", "application/octet-stream"),
        ("", b"", "application/octet-stream"),
    ],
)
def test_types_are_cleaned(said: str, head: bytes, meant: str) -> None:
    assert clean_type(said, head) == meant
