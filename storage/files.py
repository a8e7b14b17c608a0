"""Files as bytes on disk, named by their SHA-256: one copy of each content, however many workspaces hold it.

What may be read is decided by the books: `FileStore.read` takes a `KeptFile`, which only a row of the reader's own
workspace gives (`storage.queries.files`). Names and types come from outside and are cleaned here; paths never do.
"""

import hashlib
import os
import re
import shutil
import tempfile
import time
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from storage.errors import NotFound

UNKNOWN_TYPE = "application/octet-stream"
LONGEST_NAME = 120
HEAD = 16
BEGUN = ".new-"
LENT = ".lent"

_DIGEST = re.compile(r"[0-9a-f]{64}")
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,80}")
_PICTURES = {
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/gif": re.compile(rb"GIF8[79]a"),
    "image/webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
}
_ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "audio/ogg": ".ogg",
    "audio/opus": ".opus",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/aac": ".aac",
    "audio/amr": ".amr",
    "video/mp4": ".mp4",
    "video/3gpp": ".3gp",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    "text/csv": ".csv",
}


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes that lie in the store. `size` in bytes; `head` is how they begin."""

    sha256: str
    size: int
    head: bytes


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that a workspace holds, as its row says. `size` in bytes; `keep_until` None is for ever."""

    sha256: str
    mime: str
    name: str
    size: int
    contact: str | None
    kept_at: datetime
    keep_until: datetime | None

    @property
    def path(self) -> str:
        """Where it lies below the store's folder."""
        return place_of(self.sha256)


class Writing:
    """One file on its way into the store: chunks are added, and `keep` puts it into its place."""

    def __init__(self, folder: Path, file: BinaryIO, path: Path) -> None:
        self._folder, self._file, self._path = folder, file, path
        self._hash, self._size, self._head = hashlib.sha256(), 0, b""

    @property
    def size(self) -> int:
        return self._size

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def add(self, chunk: bytes) -> None:
        self._file.write(chunk)
        self._hash.update(chunk)
        self._size += len(chunk)
        if len(self._head) < HEAD:
            self._head = (self._head + chunk[:HEAD])[:HEAD]

    def keep(self) -> Blob:
        """Durably and at once: the file is whole in its place, or not there. The same bytes, if there, are touched."""
        target = self._folder / place_of(self.sha256)
        self._file.flush()
        os.fsync(self._file.fileno())
        target.parent.mkdir(exist_ok=True)
        if target.exists():
            os.utime(target)
        else:
            self._path.replace(target)
            _sync_folder(target.parent)
        return Blob(self.sha256, self._size, self._head)


class FileStore:
    """A folder of files. What lies there and is not kept in the books goes at the next sweep."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """A new file; what was not kept when the block ends is dropped."""
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=BEGUN, dir=self.folder)
        try:
            with os.fdopen(handle, "wb") as file:
                yield Writing(self.folder, file, Path(name))
        finally:
            Path(name).unlink(missing_ok=True)

    def put(self, content: bytes) -> Blob:
        with self.writing() as new:
            new.add(content)
            return new.keep()

    def read(self, file: KeptFile) -> bytes:
        """The bytes of a file that a workspace holds. Raises `NotFound` where they are gone."""
        try:
            return (self.folder / file.path).read_bytes()
        except FileNotFoundError:
            raise NotFound("The file {name} is no longer there.", name=file.name) from None

    def delete(self, digests: Iterable[str], untouched_s: float) -> None:
        """Remove bytes that no workspace holds (the caller has looked), unless they have come again meanwhile."""
        self.remove(set(digests) & set(self.untouched(untouched_s)))

    def remove(self, digests: Iterable[str]) -> None:
        """Remove bytes, however lately they came."""
        for sha256 in digests:
            (self.folder / place_of(sha256)).unlink(missing_ok=True)

    def digests(self) -> list[str]:
        """The SHA-256 of every file that lies here, in order."""
        found = (path.parent.name + path.name for path in self.folder.glob("*/*"))
        return sorted(sha256 for sha256 in found if _DIGEST.fullmatch(sha256))

    def lend(self, path: Path) -> str:
        """Let the channels find another file below this folder for a while; returns where. It goes with `take_back`."""
        lent = self.folder / LENT / path.name
        lent.parent.mkdir(parents=True, exist_ok=True)
        lent.unlink(missing_ok=True)
        try:
            os.link(path, lent)
        except OSError:  # another file system
            shutil.copyfile(path, lent)
        return f"{LENT}/{path.name}"

    def take_back(self, after_s: float) -> None:
        """Remove what was lent longer ago than `after_s` seconds, whatever has become of the original."""
        before = time.time() - after_s
        for path in (self.folder / LENT).glob("*"):
            if path.stat().st_mtime < before:
                path.unlink(missing_ok=True)

    def untouched(self, for_s: float) -> list[str]:
        """The SHA-256 of every file that came, or came again, longer ago than `for_s` seconds.

        Beginnings that a crash left behind are removed on the way.
        """
        before = time.time() - for_s
        found = []
        for path in self.folder.glob("*/*"):
            sha256 = path.parent.name + path.name
            if _DIGEST.fullmatch(sha256) and path.stat().st_mtime < before:
                found.append(sha256)
        for path in self.folder.glob(f"{BEGUN}*"):
            if path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
        return found


def place_of(sha256: str) -> str:
    """The path of a content below the store's folder. Raises `ValueError` for what is no SHA-256 in hexadecimal."""
    if not _DIGEST.fullmatch(sha256):
        raise ValueError("a SHA-256 is 64 hexadecimal digits")
    return f"{sha256[:2]}/{sha256[2:]}"


def _sync_folder(folder: Path) -> None:
    """Make a new name in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def clean_type(said: str, head: bytes) -> str:
    """The MIME type without parameters. What is called a picture and does not begin like one is unknown."""
    plain = said.partition(";")[0].strip().lower()
    if plain.startswith("image/"):
        return next((each for each, begins in _PICTURES.items() if begins.match(head)), UNKNOWN_TYPE)
    return plain if _TYPE.fullmatch(plain) else UNKNOWN_TYPE


def clean_name(said: str, mime: str, otherwise: str) -> str:
    """A file's name as it may be shown and sent: no folders, no control characters, at most 120 characters.

    `otherwise` (such as "voice") stands where nothing is left of it; a name without an ending gets the type's.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", said))[-1]
    kept = "".join(each for each in last if unicodedata.category(each)[0] != "C")
    shown = PurePosixPath(" ".join(kept.split()).strip(". "))
    stem, ending = shown.stem, shown.suffix
    if not stem or not re.fullmatch(r"\.\w{1,10}", ending):
        stem, ending = stem + ending or otherwise, _ENDINGS.get(mime, "")
    return stem[: LONGEST_NAME - len(ending)] + ending
