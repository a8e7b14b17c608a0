"""What customers have written that nobody has handled yet."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from storage.clock import moment
from storage.queries.people import contact
from storage.scope import Scope
from storage.tables.runtime import inbox, lanes
from storage.tx import Tx

KINDS = ("text", "tap", "cart", "location", "file", "contact")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One customer's unhandled messages: how many, and when the last came (UTC)."""

    contact: str
    name: str
    phone: str
    messages: int
    last_at: datetime


def waiting(tx: Tx, scope: Scope) -> list[Waiting]:
    """Customers with unhandled messages, the longest waiting first."""
    last = func.max(inbox.c.received_at)
    chosen = (
        select(inbox.c.contact_id, func.count().label("messages"), last.label("last"))
        .join(lanes, lanes.c.id == inbox.c.lane)
        .where(
            inbox.c.workspace_id == scope.workspace,
            inbox.c.contact_id.is_not(None),
            inbox.c.seq > lanes.c.done_seq,
            lanes.c.ready_at.is_not(None),
            inbox.c.kind.in_(KINDS),
        )
        .group_by(inbox.c.contact_id)
        .order_by(last)
    )
    found = [(row, contact(tx, scope, row.contact_id)) for row in tx.execute(chosen)]
    return [Waiting(each.id, each.name, each.phone, row.messages, moment(row.last)) for row, each in found]
