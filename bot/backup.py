"""`munshi backup` and `munshi restore`, and the backup before a migration."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.config import Config
from bot.runtime.backups import BackupSettings
from flows.engine import EXPIRY
from storage import migrations
from storage.backup.copies import forget_old
from storage.backup.reading import Head, check
from storage.backup.restoring import restore
from storage.backup.sealing import BackupError, Key, new_key, read_key
from storage.backup.settling import Settled
from storage.backup.taking import Taken, take
from storage.db import Books
from storage.files import FileStore
from storage.occupancy import occupied

SHOWN_EACH_S = 1.0
NO_KEY = (
    "No backup was made: there is no key to seal it with. `munshi backup --new-key` makes a pair; set MUNSHI_BACKUP_KEY"
    " (backup.key) to its public half."
)


def show_new_key() -> int:
    """Print a pair of keys, and what each half is for."""
    made = new_key()
    sys.stdout.write(
        f"Public key, which seals. Set MUNSHI_BACKUP_KEY to it:\n{made.public}\n"
        f"Secret key, which opens. Keep it away from the server, and never lose it:\n{made.secret}\n"
    )
    return 0


def make(config: Config, opened: Callable[[], Books]) -> int:
    """`munshi backup`: beside a running shop too. Raises `BackupError`, `OSError`."""
    _key(config)
    if (missing := _missing_file(config)) is not None:
        raise BackupError(f"There is nothing to keep yet: {missing} does not exist.")
    books = opened()
    try:
        if migrations.current(books) is None:
            raise BackupError(f"There is nothing to keep yet: {books.place} has no tables.")
        taken, gone = make_backup(config, books, shown("backed up"))
    finally:
        books.close()
    sys.stdout.write(described(taken) + "\n")
    if gone:
        sys.stdout.write(f"The newest {config.backup.keep} stay; gone: {', '.join(path.name for path in gone)}\n")
    return 0


def make_backup(config: Config, books: Books, told: Callable[[int, int], None]) -> tuple[Taken, list[Path]]:
    """A backup with its files, and which older ones went for it. Raises `BackupError`, `OSError`."""
    folder = Path(config.backup.folder)
    taken = take(books, FileStore(Path(config.files.folder)), folder, _key(config).public, told)
    return taken, forget_old(folder, config.backup.keep)


def verify(config: Config, path: Path, key_file: Path | None) -> int:
    """`munshi backup --check FILE`: read all of it. Raises `BackupError`, `OSError`."""
    head = check(path, _secret(config, key_file))
    sys.stdout.write(f"✓ {path}: whole. {_what(head)}\n")
    return 0


def put_back(config: Config, opened: Callable[[], Books], path: Path, key_file: Path | None) -> int:
    """`munshi restore FILE`. Raises `BackupError`, `Occupied`, `OSError`; then nothing is left of it."""
    secret, store, new = _secret(config, key_file), FileStore(Path(config.files.folder)), _missing_file(config)
    books = opened()
    try:
        with occupied(books, "munshi restore"):
            done = restore(books, store, path, secret, shown("restored"), {EXPIRY})
    except BaseException:
        books.close()
        for ending in ("", "-wal", "-shm") if new else ():
            Path(f"{new}{ending}").unlink(missing_ok=True)
        raise
    books.close()
    sys.stdout.write(f"Restored into {books.place}. {_what(done.head)}\n")
    if done.schema != done.head.schema:
        sys.stdout.write(f"Migrated from schema {done.head.schema} to {done.schema}.\n")
    sys.stdout.write(_not_repeated(done.settled))
    return 0


def _not_repeated(settled: Settled) -> str:
    return (
        f"Not done a second time: {settled.messages:,} messages that waited to go out, {settled.jobs:,} pieces of work"
        f" (/dead lists them), {settled.events:,} words of staff.\n"
        f"Every shop is stopped; {settled.waiting:,} customers wait. /bot start lets a shop answer again.\n"
    )


def before_migration(config: Config, books: Books) -> migrations.Before:
    """What keeps the books before their schema changes: a sealed backup; without a key, a copy of a SQLite file.

    A server's books without a key are not migrated: `BackupError` says what to do.
    """
    if config.backup.pair is None:
        return migrations.copier(books) if books.is_sqlite else _refuse

    def keep(found: str, wanted: str) -> None:
        folder = Path(config.backup.folder)
        with plainly():
            take(books, None, folder, _key(config).public, label=f"before-{wanted}")
            forget_old(folder, config.backup.keep)

    return keep


def _refuse(found: str, wanted: str) -> None:
    raise BackupError(
        f"The schema is to go from {found} to {wanted}, and nothing would be left of what was before: there is no key to"
        f" seal a backup with. `munshi backup --new-key` makes a pair; set MUNSHI_BACKUP_KEY to its public half. If you"
        f" have a backup of your own: `munshi migrate --without-backup`."
    )


def backup_settings(config: Config) -> BackupSettings:
    """What `/backup` and the backup that is made by itself go by."""
    pair = config.backup.pair
    folder = Path(config.backup.folder)
    return BackupSettings(pair.public if pair else "", folder, config.backup.keep, config.shop.id)


def described(taken: Taken) -> str:
    """Where it is and what is in it, in a line."""
    parts = [f"{taken.rows:,} rows of {len(taken.tables)} tables", f"{taken.files:,} files"]
    if taken.missing:
        parts.append(f"{taken.missing:,} files were gone")
    parts += [f"workspaces: {', '.join(taken.workspaces)}", f"schema {taken.schema}", f"{taken.size:,} bytes"]
    return f"{taken.path}: {', '.join(parts)}"


@contextmanager
def plainly() -> Iterator[None]:
    """What the system or the database refuses is told in a sentence. Raises `BackupError` for it."""
    try:
        yield
    except OSError as error:
        raise BackupError(f"{error.filename or 'The backup'}: {error.strerror or error}") from error
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        raise BackupError(f"The database cannot be used ({said}); `munshi check` tries it again.") from error


def _what(head: Head) -> str:
    shops = ", ".join(f"{name} ({each})" for each, name in head.workspaces)
    files = "without files" if head.files is None else f"{head.files:,} files"
    rows = f"{sum(head.tables.values()):,} rows of {len(head.tables)} tables"
    return (
        f"Made {head.made_at} on {head.database}, schema {head.schema}, {rows}, {files}, workspaces: {shops or 'none'}"
    )


def _key(config: Config) -> Key:
    if config.backup.pair is None:
        raise BackupError(NO_KEY)
    return config.backup.pair


def _secret(config: Config, key_file: Path | None) -> str:
    """The secret key of a file, or of the configuration where it holds one."""
    if key_file is not None:
        return read_key(key_file.read_text(encoding="utf-8", errors="replace")).secret
    return config.backup.pair.secret if config.backup.pair else ""


def _missing_file(config: Config) -> Path | None:
    """The SQLite file that the first opening makes; None where it is there, or where the books lie on a server."""
    parsed = make_url(config.database.url)
    path = Path(parsed.database or "")
    return path if parsed.get_backend_name() == "sqlite" and not path.exists() else None


def shown(what: str) -> Callable[[int, int], None]:
    """Says on the error stream how far it is, now and then."""
    last_s = time.monotonic()

    def tell(done: int, all_: int) -> None:
        nonlocal last_s
        if time.monotonic() - last_s >= SHOWN_EACH_S:
            last_s = time.monotonic()
            sys.stderr.write(f"{done:,} of {all_:,} {what}\n")

    return tell
