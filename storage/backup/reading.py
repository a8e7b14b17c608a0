"""A backup, opened: part by part in its order, each proved against the manifest at its end."""

import gzip
import hashlib
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import orjson

from storage.backup.sealing import BackupError, opened
from storage.backup.taking import FORMAT, HEAD, MANIFEST
from storage.files import place_of

DAMAGED = "It is damaged: {what}. Take another backup."
CHUNK = 256 * 1024
MOST_PART = 64 * 1024 * 1024
"""Bytes of rows in one member: a part ends with the row that fills it, and no row is nearly so large. More is a bomb."""
MOST_LIST = 512 * 1024 * 1024
"""Bytes of the head, and of the manifest, which has a line for each file."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a backup says of itself. `files` is None where they were left out; `tables` counts the rows of each."""

    schema: str
    made_at: str
    database: str
    workspaces: tuple[tuple[str, str], ...]
    tables: dict[str, int]
    files: int | None

    @property
    def size(self) -> int:
        """How many rows and files it holds."""
        return sum(self.tables.values()) + (self.files or 0)


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a table, as lines."""

    table: str
    lines: list[bytes]


@dataclass(frozen=True, slots=True)
class Stored:
    """A file of the store; `content` is to be read to its end before the next part is asked for."""

    sha256: str
    content: Iterator[bytes]


class Archive:
    """An open backup: `head` at once, then `parts` to the end, where it is proved that nothing is missing or changed."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._hashes: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self.head = self._read_head()

    def _read_head(self) -> Head:
        member = self._tar.next()
        if member is None or member.name != HEAD:
            raise BackupError("This is no backup of Munshi.")
        said = self._whole(member)
        with _as_written():
            if said["format"] != FORMAT:
                raise BackupError(
                    f"Its format is {said['format']}, and this version reads {FORMAT}. Use a newer Munshi."
                )
            shops = tuple((str(each["id"]), str(each["name"])) for each in said["workspaces"])
            tables = {str(name): int(count) for name, count in said["tables"].items()}
            files = None if said["files"] is None else int(said["files"])
            return Head(str(said["schema"]), str(said["made_at"]), str(said["database"]), shops, tables, files)

    def parts(self) -> Iterator[Rows | Stored]:
        """Everything in its order. Raises `BackupError` where something is not as it was written."""
        while (member := self._tar.next()) is not None:
            folder, _, rest = member.name.partition("/")
            if member.name == MANIFEST:
                self._prove(self._whole(member, proves=True))
                return
            if folder == "tables":
                lines = self._bytes(member, MOST_PART).splitlines()
                table = rest.partition("/")[0]
                self._counts[table] = self._counts.get(table, 0) + len(lines)
                yield Rows(table, lines)
            elif folder == "files":
                sha256 = rest.replace("/", "")
                with _as_written():
                    if rest != place_of(sha256):
                        raise ValueError(f"{member.name} is no place of a file")
                yield Stored(sha256, self._chunks(member))
                if self._hashes.get(member.name) != sha256:
                    raise BackupError(DAMAGED.format(what=f"{member.name} is not what it was"))
        raise BackupError(DAMAGED.format(what="its end is missing"))

    def _whole(self, member: tarfile.TarInfo, *, proves: bool = False) -> Any:
        return orjson.loads(self._bytes(member, MOST_LIST, proves=proves))

    def _bytes(self, member: tarfile.TarInfo, most: int, *, proves: bool = False) -> bytes:
        """All of a member, held at once; `proves`: it is the manifest, which does not name itself."""
        if member.size > most:
            raise BackupError(DAMAGED.format(what=f"{member.name} is {member.size:,} bytes long"))
        return self._file(member).read() if proves else b"".join(self._chunks(member))

    def _chunks(self, member: tarfile.TarInfo) -> Iterator[bytes]:
        file, found = self._file(member), hashlib.sha256()
        while chunk := file.read(CHUNK):
            found.update(chunk)
            yield chunk
        self._hashes[member.name] = found.hexdigest()

    def _file(self, member: tarfile.TarInfo) -> IO[bytes]:
        file = self._tar.extractfile(member)
        if file is None:
            raise BackupError(DAMAGED.format(what=f"{member.name} is no file"))
        return file

    def _prove(self, manifest: Any) -> None:
        with _as_written():
            wanted = dict(manifest["members"])
        if wanted != self._hashes:
            wrong = sorted(name for name in {*wanted, *self._hashes} if wanted.get(name) != self._hashes.get(name))
            raise BackupError(DAMAGED.format(what=f"{', '.join(wrong[:3])} is not what it was"))
        short = [name for name, count in self.head.tables.items() if self._counts.get(name, 0) != count]
        if short:
            raise BackupError(DAMAGED.format(what=f"{', '.join(short[:3])} has not all its rows"))


@contextmanager
def _as_written() -> Iterator[None]:
    """What is not of the shape that a backup has is told in a sentence. Raises `BackupError`."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise BackupError(DAMAGED.format(what=error)) from error


@contextmanager
def opened_backup(path: Path, secret: str) -> Iterator[Archive]:
    """Open a backup with its secret key. Raises `BackupError`, `OSError`."""
    if not secret:
        raise BackupError("A backup is opened by its secret key (AGE-SECRET-KEY-1…): --key FILE names where it is.")
    with path.open("rb") as sealed, opened(sealed, secret) as plain:
        try:
            with gzip.GzipFile(fileobj=plain) as packed, tarfile.open(fileobj=packed, mode="r|") as tar:
                yield Archive(tar)
                while packed.read(CHUNK):  # to the seal's own end, which proves that nothing was cut off
                    pass
                while plain.read(CHUNK):
                    pass
        except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, orjson.JSONDecodeError) as error:
            raise BackupError(DAMAGED.format(what=f"it cannot be unpacked ({error})")) from error


def check(path: Path, secret: str) -> Head:
    """Read all of a backup and prove it; nothing is kept. Raises `BackupError`, `OSError`."""
    with opened_backup(path, secret) as archive:
        for part in archive.parts():
            if isinstance(part, Stored):
                for _ in part.content:
                    pass
        return archive.head
