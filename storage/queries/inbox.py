"""What came in: what nobody here understands yet, counted; and what somebody said before."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from storage.tables.runtime import inbox
from storage.tx import Tx

LATEST = 10_000
STILL_CHANGED = 50
"""How many messages back somebody may still change one."""
FRAME = {
    *("message_id", "from", "chat", "date", "edit_date", "sender_chat", "author_signature", "via_bot"),
    *("message_thread_id", "is_topic_message", "reply_to_message", "forward_origin", "business_connection_id"),
}
"""Fields of a Telegram message that say nothing of its kind."""


def kind_of(account: str, payload: Any) -> str:
    """What a platform calls it, e.g. `whatsapp ephemeral`, `telegram poll`, `telegram dice`."""
    content = payload if isinstance(payload, dict) else {}
    message = content.get("message")
    inner = message if isinstance(message, dict) else {}
    known = ("update_id", "value", "contact", "metadata")
    platform = account.partition(":")[0]
    name = inner.get("type") or content.get("field")
    if platform == "telegram":
        name = next((key for key in inner if key not in FRAME), None)
    return f"{platform} {str(name or next((key for key in content if key not in known), 'nothing'))[:64]}"


def unknown_kinds(tx: Tx) -> dict[str, int]:
    """How often each came among the latest ten thousand, the most frequent first."""
    chosen = select(inbox.c.account_id, inbox.c.payload).where(inbox.c.kind == "unknown")
    rows = tx.execute(chosen.order_by(inbox.c.id.desc()).limit(LATEST))
    return dict(Counter(kind_of(row.account_id, row.payload) for row in rows).most_common())


def earlier(tx: Tx, lane: str, account: str, before: int) -> Iterator[Any]:
    """The payloads of the last messages in a lane that were there before that place in it, the newest first."""
    chosen = select(inbox.c.payload).where(inbox.c.lane == lane, inbox.c.account_id == account, inbox.c.seq < before)
    return iter(tx.execute(chosen.order_by(inbox.c.seq.desc()).limit(STILL_CHANGED)).scalars().all())
