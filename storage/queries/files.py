"""Reads of the files that are kept."""

from storage.errors import NotFound
from storage.files import KeptFile
from storage.scope import Scope
from storage.tables.authority import files
from storage.tx import Tx


def kept_file(tx: Tx, scope: Scope, sha256: str) -> KeptFile:
    """A file that this workspace holds. Raises `NotFound`, also for what only another workspace holds."""
    row = tx.execute(scope.select(files).where(files.c.sha256 == sha256)).one_or_none()
    if row is None:
        raise NotFound("There is no such file.")
    return KeptFile(row.sha256, row.mime, row.name, row.size, row.contact_id, row.kept_at, row.keep_until)
