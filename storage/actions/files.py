"""Keeping files. The bytes lie in `storage.files.FileStore`; they go by `storage.actions.retention`."""

from datetime import timedelta

from sqlalchemy import case, null

from storage.actors import Actor
from storage.errors import BadInput
from storage.files import KeptFile, place_of
from storage.queries.files import kept_file
from storage.rules.permissions import Permission
from storage.tables.authority import files
from storage.tx import Tx


def keep_file(
    tx: Tx, *, sha256: str, mime: str, name: str, size: int, contact: str | None, keep_days: int, actor: Actor
) -> KeptFile:
    """Write down that the workspace holds a content that lies in the store.

    Args:
        size: in bytes.
        contact: who sent it; None for people of the shop.
        keep_days: how long from now; 0 is for ever. What comes again is kept for the longer of both times, under the
            name that it had first.
    """
    actor.require(Permission.FILES_SEND)
    try:
        place_of(sha256)
    except ValueError:
        raise BadInput("There is no such file.") from None
    until = tx.now + timedelta(days=keep_days) if keep_days else None
    row = actor.scope.row(
        sha256=sha256, mime=mime, name=name, size=size, contact_id=contact, kept_at=tx.now, keep_until=until
    )
    statement = tx.upsert(files).values(row)
    before, now = files.c.keep_until, statement.excluded.keep_until
    longer = case((before.is_(None) | now.is_(None), null()), (before > now, before), else_=now)
    kept = statement.on_conflict_do_update(index_elements=["workspace_id", "sha256"], set_={"keep_until": longer})
    tx.execute(kept)
    return kept_file(tx, actor.scope, sha256)
