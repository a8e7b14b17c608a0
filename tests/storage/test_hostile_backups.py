"""Sealed files that no shop has written: whoever has the public key can make one, and nothing of it gets out."""

import gzip
import hashlib
import io
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from storage import migrations
from storage.backup import reading
from storage.backup.reading import check
from storage.backup.restoring import restore
from storage.backup.sealing import BackupError, new_key, seal
from storage.clock import new_id
from storage.db import Books
from storage.files import FileStore, place_of
from tests.storage.conftest import Hands

KEY = new_key()
Member = tuple[tarfile.TarInfo, bytes]
DIGEST = hashlib.sha256(b"x").hexdigest()


@pytest.fixture
def empty(tmp_path: Path, hands: Hands) -> Iterator[Books]:
    opened = Books(f"sqlite:///{tmp_path / 'target.db'}", hands, new_id)
    yield opened
    opened.close()


def file(name: str, content: bytes) -> Member:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    return member, content


def other(name: str, kind: bytes, target: str = "") -> Member:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member, b""


def head(**changed: Any) -> Member:
    shops = [{"id": "main", "name": "Annapurna"}]
    usual = {"format": 1, "schema": migrations.head(), "made_at": "2026-03-01", "database": "sqlite", "files": 0}
    return file("munshi.json", orjson.dumps(usual | {"workspaces": shops, "tables": {"plans": 1}} | changed))


def rows(table: str, *lines: bytes) -> Member:
    return file(f"tables/{table}/00000.jsonl", b"".join(line + b"\n" for line in lines))


def manifest(*members: Member) -> Member:
    named = {member.name: hashlib.sha256(content).hexdigest() for member, content in members}
    return file("manifest.json", orjson.dumps({"members": named, "files": 0, "missing": 0}))


def archive(path: Path, *members: Member) -> Path:
    plain = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=plain, mode="wb", compresslevel=1) as packed,
        tarfile.open(fileobj=packed, mode="w|") as tar,
    ):
        for member, content in members:
            tar.addfile(member, io.BytesIO(content))
    with path.open("wb") as target:
        seal(iter([plain.getvalue()]), target, KEY.public)
    return path


PLAN = rows("plans", b'{"name": "standard", "limits": {}}')
HOSTILE: dict[str, list[Member]] = {
    "nothing": [],
    "another's archive": [file("etc/passwd", b"x")],
    "a head that is a list": [file("munshi.json", b"[1]")],
    "a head without anything": [file("munshi.json", b"{}")],
    "a head that is no JSON": [file("munshi.json", b"\xff\x00{")],
    "a head that is a link": [other("munshi.json", tarfile.SYMTYPE, "/etc/passwd")],
    "another format": [head(format=2)],
    "a schema that is a path": [head(schema="../../0001")],
    "no schema": [head(schema=None)],
    "counts that are words": [head(tables={"plans": "many"})],
    "tables that are a list": [head(tables=["plans"])],
    "no end": [head(), PLAN],
    "no manifest's members": [head(), PLAN, file("manifest.json", b"[]")],
    "a row too few": [head(tables={"plans": 2}), PLAN, manifest(head(tables={"plans": 2}), PLAN)],
    "what the manifest does not name": [head(), PLAN, manifest(head())],
    "a path that leads out": [head(), file("files/../../evil", b"x")],
    "a short path that leads out": [head(), file("files/../evil", b"x")],
    "an absolute path": [head(), file("files//etc/passwd", b"x")],
    "a file under another's name": [head(), file(f"files/{place_of(DIGEST)}", b"y")],
    "a link in the place of a file": [head(), other(f"files/{place_of(DIGEST)}", tarfile.SYMTYPE, "/etc/passwd")],
    "a hard link": [head(), other(f"files/{place_of(DIGEST)}", tarfile.LNKTYPE, "munshi.json")],
    "a folder": [head(), other(f"files/{place_of(DIGEST)}", tarfile.DIRTYPE)],
    "a device": [head(), other(f"files/{place_of(DIGEST)}", tarfile.CHRTYPE)],
    "a bomb": [head(), file("tables/plans/00000.jsonl", bytes(3_000_000))],
}
REFUSED_BY_THE_BOOKS: dict[str, bytes] = {
    "no JSON": b"{",
    "a list": b"[]",
    "a number": b"1",
    "a column that is not there": b'{"name": "x", "limits": {}, "evil": 1}',
    "no key": b'{"limits": {}}',
    "an object in the place of a word": b'{"name": {"$gt": ""}, "limits": {}}',
    "a list in the place of a word": b'{"name": ["x"], "limits": {}}',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_no_shop_has_written_is_refused_in_a_sentence(
    name: str, empty: Books, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_PART", 1_000_000)
    path = archive(tmp_path / "backup.age", *HOSTILE[name])
    with pytest.raises(BackupError):
        check(path, KEY.secret)
    _is_refused(empty, tmp_path, path)


@pytest.mark.parametrize("name", REFUSED_BY_THE_BOOKS)
def test_rows_that_no_table_takes_are_refused_in_a_sentence(name: str, empty: Books, tmp_path: Path) -> None:
    bad = rows("plans", REFUSED_BY_THE_BOOKS[name])
    _is_refused(empty, tmp_path, archive(tmp_path / "backup.age", head(), bad, manifest(head(), bad)))


def test_rows_of_nobodys_shop_are_refused(empty: Books, tmp_path: Path) -> None:
    said = head(tables={"members": 1})
    member = {"workspace_id": "nowhere", "id": "m", "name": "Eve", "role": "owner", "telegram_id": "1", "active": True}
    bad = rows("members", orjson.dumps(member | {"created_at": 1}))
    _is_refused(empty, tmp_path, archive(tmp_path / "backup.age", said, bad, manifest(said, bad)))


def _is_refused(empty: Books, tmp_path: Path, path: Path) -> None:
    before = sorted(each.name for each in tmp_path.iterdir())
    with pytest.raises(BackupError):
        restore(empty, FileStore(tmp_path / "files"), path, KEY.secret)
    assert migrations.current(empty) is None
    assert FileStore(tmp_path / "files").digests() == []
    assert {each.name for each in tmp_path.iterdir()} - {*before} <= {
        "files",
        "target.db",
        "target.db-wal",
        "target.db-shm",
    }
