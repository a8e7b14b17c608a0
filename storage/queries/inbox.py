"""What came in that nobody here understands yet: kept whole, and counted."""

from collections import Counter
from typing import Any

from sqlalchemy import select

from storage.tables.runtime import inbox
from storage.tx import Tx

LATEST = 10_000


def kind_of(account: str, payload: Any) -> str:
    """What a platform calls it, e.g. `whatsapp ephemeral`, `telegram poll`."""
    content = payload if isinstance(payload, dict) else {}
    message = content.get("message")
    inner = message if isinstance(message, dict) else {}
    known = ("update_id", "value", "contact", "metadata")
    name = inner.get("type") or content.get("field") or next((key for key in content if key not in known), "nothing")
    return f"{account.partition(':')[0]} {str(name)[:64]}"


def unknown_kinds(tx: Tx) -> dict[str, int]:
    """How often each came among the latest ten thousand, the most frequent first."""
    chosen = select(inbox.c.account_id, inbox.c.payload).where(inbox.c.kind == "unknown")
    rows = tx.execute(chosen.order_by(inbox.c.id.desc()).limit(LATEST))
    return dict(Counter(kind_of(row.account_id, row.payload) for row in rows).most_common())
