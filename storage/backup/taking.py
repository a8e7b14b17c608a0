"""Making a backup: one snapshot of all tables and the files of the store, streamed into one sealed archive.

The archive is a gzipped tar of

    munshi.json             what it is: format, schema, when, workspaces, rows of each table
    tables/NAME/00000.jsonl the rows of a table, some megabytes in each part
    files/ab/cdef…          the files, by the SHA-256 of their bytes
    manifest.json           the SHA-256 of every member, and how many there are: the proof that nothing is missing
"""

import gzip
import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Table, func, select

from storage import migrations
from storage.backup import rows
from storage.backup.copies import BEGUN, name_of
from storage.backup.sealing import seal
from storage.db import Books
from storage.failpoints import Point, reach
from storage.files import FileStore, place_of
from storage.tables.people import workspaces

FORMAT = 1
HEAD, MANIFEST = "munshi.json", "manifest.json"
PART = 2 * 1024 * 1024
"""Bytes of rows in one member: so much is held in memory."""
Progress = Callable[[int, int], None]
"""Called with how many rows and files are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that lies on the disk. `size` in bytes; `missing` counts files that were no longer in the store."""

    path: Path
    size: int
    made_at: datetime
    schema: str
    tables: Mapping[str, int]
    files: int
    missing: int
    workspaces: tuple[str, ...]

    @property
    def rows(self) -> int:
        return sum(self.tables.values())


def take(
    books: Books, store: FileStore | None, folder: Path, public: str, told: Progress | None = None, label: str = ""
) -> Taken:
    """Write a backup into `folder` and return what is in it; the name appears once it is whole and on the disk.

    `store`: None leaves the files out. `public`: the key for which it is sealed. `label` becomes part of its name.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made_at = books.clock()
    path = folder / name_of(made_at, label)
    begun = folder / f"{BEGUN}{path.name}"
    try:
        with os.fdopen(os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with books.snapshot() as connection:
                making = _Making(connection, store, made_at, told or _silent)
                seal(making.chunks(), file, public)
            file.flush()
            os.fsync(file.fileno())
        reach(Point.COPYING)
        begun.replace(path)
        _sync(folder)
    finally:
        begun.unlink(missing_ok=True)
    head = making.head
    names = tuple(each["id"] for each in head["workspaces"])
    size = path.stat().st_size
    return Taken(path, size, made_at, head["schema"], head["tables"], making.files, making.missing, names)


class _Making:
    """One archive on its way."""

    def __init__(self, connection: Connection, store: FileStore | None, made_at: datetime, told: Progress) -> None:
        self._connection, self._store, self._told = connection, store, told
        self._tables = rows.tables_of(connection)
        self._digests = store.digests() if store else []
        self.head = self._head(made_at)
        self.files = self.missing = 0
        self._hashes: dict[str, str] = {}
        self._done, self._all = 0, sum(self.head["tables"].values()) + len(self._digests)
        self._made_s = int(made_at.timestamp())
        self._plain = io.BytesIO()

    def _head(self, made_at: datetime) -> dict[str, Any]:
        counts = {str(table.name): self._count(table) for table in self._tables}
        shops = next(table for table in self._tables if table.name == workspaces.name)
        named = self._connection.execute(select(shops.c.id, shops.c.name).order_by(shops.c.id)).all()
        return {
            "format": FORMAT,
            "schema": migrations.revision_of(self._connection),
            "made_at": made_at.isoformat(),
            "database": self._connection.dialect.name,
            "workspaces": [{"id": row.id, "name": row.name} for row in named],
            "tables": counts,
            "files": None if self._store is None else len(self._digests),
        }

    def _count(self, table: Table) -> int:
        return int(self._connection.execute(select(func.count()).select_from(table)).scalar_one())

    def chunks(self) -> Iterator[bytes]:
        """The archive's bytes, made as they are asked for."""
        with (
            gzip.GzipFile(fileobj=self._plain, mode="wb", compresslevel=6, mtime=0) as packed,
            tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
        ):
            for _ in self._members(tar):
                yield self._made()
        yield self._made()

    def _made(self) -> bytes:
        made = self._plain.getvalue()
        self._plain.seek(0)
        self._plain.truncate()
        return made

    def _members(self, tar: tarfile.TarFile) -> Iterator[None]:
        """Add one after the other, with a pause behind each."""
        self._add(tar, HEAD, orjson.dumps(self.head))
        for table in self._tables:
            for number, (part, count) in enumerate(_parts(rows.lines(self._connection, table))):
                self._add(tar, f"tables/{table.name}/{number:05}.jsonl", part)
                self._tell(count)
                yield
        for sha256 in self._digests:
            self._add_file(tar, sha256)
            self._tell(1)
            yield
        self._add(tar, MANIFEST, orjson.dumps({"members": self._hashes, "files": self.files, "missing": self.missing}))

    def _tell(self, more: int) -> None:
        self._done += more
        self._told(self._done, self._all)

    def _add(self, tar: tarfile.TarFile, name: str, content: bytes) -> None:
        self._hashes[name] = hashlib.sha256(content).hexdigest()
        tar.addfile(self._member(name, len(content)), io.BytesIO(content))

    def _add_file(self, tar: tarfile.TarFile, sha256: str) -> None:
        """A file goes in as it is; one whose time has ended meanwhile is counted as missing."""
        assert self._store is not None  # noqa: S101  (there are no digests without a store)
        name = f"files/{place_of(sha256)}"
        try:
            file = (self._store.folder / place_of(sha256)).open("rb")
        except FileNotFoundError:
            self.missing += 1
            return
        with file:
            tar.addfile(self._member(name, os.fstat(file.fileno()).st_size), file)
        self._hashes[name] = sha256
        self.files += 1

    def _member(self, name: str, size: int) -> tarfile.TarInfo:
        member = tarfile.TarInfo(name)
        member.size, member.mtime, member.mode = size, self._made_s, 0o600
        return member


def _parts(lines: Iterator[bytes]) -> Iterator[tuple[bytes, int]]:
    """Lines in parts of a few megabytes, each with how many they are."""
    held: list[bytes] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= PART:
            yield b"".join(held), len(held)
            held, size = [], 0
    if held:
        yield b"".join(held), len(held)


def _silent(_done: int, _all: int) -> None:
    """Nobody wants to know how far it is."""


def _sync(folder: Path) -> None:
    """Make a new name in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
