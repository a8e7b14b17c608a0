"""Sealing: the age format (https://age-encryption.org/v1), so that the plain tools `age` and `tar` open a backup too.

A public key ("age1…") is enough to make backups; what it has sealed is opened by its secret key alone
("AGE-SECRET-KEY-1…"), which may serve for both and need not lie on the server.
"""

import io
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, BinaryIO

from pyrage import DecryptError, IdentityError, RecipientError, decrypt_io, encrypt_io
from pyrage.x25519 import Identity, Recipient

SECRET = "AGE-SECRET-KEY-1"  # noqa: S105  (how every secret key begins)


class BackupError(Exception):
    """A backup cannot be made, read or restored; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Key:
    """`public` seals; `secret` opens, "" where only the public half is here."""

    public: str
    secret: str = ""


def new_key() -> Key:
    """A pair of keys that nobody had before."""
    made = Identity.generate()
    return Key(str(made.to_public()), str(made))


def read_key(said: str) -> Key:
    """Either half of a pair, as age writes it; comment lines of a key file are passed over. Raises `BackupError`."""
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    try:
        if len(lines) == 1 and lines[0].upper().startswith(SECRET):
            return Key(str(Identity.from_str(lines[0].upper()).to_public()), lines[0].upper())
        if len(lines) == 1:
            return Key(str(Recipient.from_str(lines[0])))
    except (IdentityError, RecipientError):
        pass
    raise BackupError("This is no key of age (age1… or AGE-SECRET-KEY-1…); `munshi backup --new-key` makes one.")


class _Chunks(io.RawIOBase):
    """What an iterator brings, as a file to read. A fault in it is kept, since the sealer passes on its text alone."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._left = chunks, b""
        self.fault: BaseException | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        try:
            while not self._left and (chunk := next(self._chunks, None)) is not None:
                self._left = chunk
        except BaseException as error:
            self.fault = error
            raise
        given, self._left = self._left[:size], self._left[size:]
        return given


def seal(chunks: Iterator[bytes], target: BinaryIO, public: str) -> None:
    """Write what the chunks bring to `target`, sealed. Raises what the iterator raises."""
    source = _Chunks(chunks)
    try:
        encrypt_io(source, target, [Recipient.from_str(public)])
    except BaseException as error:
        raise source.fault or error from None


@contextmanager
def opened(source: BinaryIO, secret: str) -> Iterator[IO[bytes]]:
    """The plain bytes of a sealed file, to be read from the first to the last. Raises `BackupError`."""
    reading, writing = os.pipe()
    opener = _Opener(source, secret, writing)
    opener.start()
    with os.fdopen(reading, "rb") as plain:
        try:
            yield plain
        except BaseException as error:
            plain.close()
            opener.join()
            raise opener.fault or error from None
    opener.join()
    if opener.fault is not None:
        raise opener.fault


class _Opener(threading.Thread):
    """The library pushes what it has opened; tar wants to pull. A pipe lies between, and a thread pushes."""

    def __init__(self, source: BinaryIO, secret: str, writing: int) -> None:
        super().__init__(name="opener", daemon=True)
        self._source, self._identity, self._writing = source, Identity.from_str(secret), writing
        self.fault: BackupError | None = None

    def run(self) -> None:
        target = os.fdopen(self._writing, "wb")
        try:
            decrypt_io(self._source, target, [self._identity])
            target.close()
        except DecryptError:
            self.fault = BackupError(
                "This key does not open it, or it is no backup of Munshi. Give the key it was made for."
            )
        except OSError as error:
            if error.errno is None:  # else whoever read has had enough
                self.fault = BackupError("It is damaged or cut short. Take another backup.")
        finally:
            try:
                target.close()
            except OSError:  # nobody reads any longer
                os.close(self._writing) if not target.closed else None
