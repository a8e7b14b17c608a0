"""What failed for good and waits for somebody's decision: messages in, messages out, and work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, func, select

from storage.actors import Actor
from storage.clock import moment
from storage.queries import deliveries
from storage.rules.permissions import Permission
from storage.scope import Scope
from storage.tables.people import contacts
from storage.tables.runtime import dead_letters, inbox, jobs
from storage.tables.sending import outbox
from storage.tx import Tx

SOURCES: dict[str, Table] = {"inbox": inbox, "outbox": outbox, "job": jobs}
TEXTS = 200


@dataclass(frozen=True, slots=True)
class Failure:
    """One dead letter. `kind`: `inbox` (a message could not be handled), `outbox` (one did not go out), `job` (work was
    not done). `who` wrote it or was to get it; `text` begins it; `error` is what was said of it last."""

    id: int
    kind: str
    at: datetime
    who: str
    text: str
    error: str


def open_failures(tx: Tx, actor: Actor, *, page: int = 1, size: int = 10) -> tuple[list[Failure], int]:
    """The newest that nobody has settled, and how many there are in all."""
    actor.require(Permission.FAILURES_SETTLE)
    scope = actor.scope
    mine = (dead_letters.c.workspace_id == scope.workspace) & dead_letters.c.settled_at.is_(None)
    total = tx.execute(select(func.count()).select_from(dead_letters).where(mine)).scalar_one()
    chosen = select(dead_letters).where(mine).order_by(dead_letters.c.id.desc())
    letters = tx.execute(chosen.limit(size).offset((page - 1) * size)).all()
    sources = _sources(tx, letters)
    return [_failure(tx, scope, each, sources.get((each.kind, each.reference))) for each in letters], total


def _sources(tx: Tx, letters: Sequence[Row[Any]]) -> dict[tuple[str, int], Row[Any]]:
    """The rows that the letters speak of; those that have been pruned are missing."""
    found: dict[tuple[str, int], Row[Any]] = {}
    for kind, table in SOURCES.items():
        ids = [each.reference for each in letters if each.kind == kind]
        if ids:
            found |= {(kind, row.id): row for row in tx.execute(select(table).where(table.c.id.in_(ids)))}
    return found


def _failure(tx: Tx, scope: Scope, letter: Row[Any], source: Row[Any] | None) -> Failure:
    who, text = ("", "") if source is None else _shown(tx, scope, letter.kind, source)
    return Failure(letter.id, letter.kind, moment(letter.at), who, text[:TEXTS], letter.error)


def _shown(tx: Tx, scope: Scope, kind: str, source: Row[Any]) -> tuple[str, str]:
    """Whom it is about, and how it begins."""
    if kind == "outbox":
        who = deliveries.addressee(tx, scope, source.account_id, source.recipient)
        return who.name, str(source.payload.get("text") or "")
    if kind == "job":
        return _name(tx, scope, source.payload.get("contact")), source.kind
    return _name(tx, scope, source.contact_id), _said(source.payload) or source.kind


def _name(tx: Tx, scope: Scope, contact: str | None) -> str:
    found = tx.execute(scope.select(contacts, contacts.c.name).where(contacts.c.id == contact)).scalar()
    return found or ""


def _said(payload: Any) -> str:
    """The text in a platform's payload, wherever it keeps it."""
    message = payload.get("message") if isinstance(payload, dict) else None
    text = message.get("text") if isinstance(message, dict) else None
    if isinstance(text, dict):
        text = text.get("body")
    return text if isinstance(text, str) else ""
