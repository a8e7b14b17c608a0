"""Reads of the files that are kept."""

from typing import Any

from storage.errors import NotFound
from storage.files import KeptFile
from storage.scope import Scope
from storage.tables.authority import files
from storage.tx import Tx

LEAST, MOST = 12, 64
"""So many digits of a SHA-256 name a file."""


def kept_file(tx: Tx, scope: Scope, sha256: str) -> KeptFile:
    """A file that this workspace holds. Raises `NotFound`, also for what only another workspace holds."""
    return _file(tx.execute(scope.select(files).where(files.c.sha256 == sha256)).one_or_none())


def kept_by_beginning(tx: Tx, scope: Scope, digits: str) -> KeptFile:
    """The file of this workspace whose SHA-256 begins with these digits. Raises `NotFound`, also where two do."""
    if not LEAST <= len(digits) <= MOST or not set(digits) <= set("0123456789abcdef"):
        raise NotFound("There is no such file.")
    rows = tx.execute(scope.select(files).where(files.c.sha256.between(digits, f"{digits}g")).limit(2)).all()
    return _file(rows[0] if len(rows) == 1 else None)


def _file(row: Any) -> KeptFile:
    if row is None:
        raise NotFound("There is no such file.")
    return KeptFile(row.sha256, row.mime, row.name, row.size, row.contact_id, row.kept_at, row.keep_until)
