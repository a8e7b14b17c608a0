"""What a customer had before: their past orders, and what is usual in them. Computed from the orders, kept nowhere."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from storage.queries.contacts import family
from storage.rules.catalogue import Line
from storage.rules.habits import LOOKED_AT, Habits, usual_basket, usual_minute
from storage.rules.money import from_thousandths
from storage.rules.orders import TEST, Fulfilment, Status
from storage.rules.settings.terms import SOON
from storage.scope import Scope
from storage.tables.orders import order_lines, orders
from storage.tx import Tx

LOST = (Status.REJECTED.value, Status.CANCELLED.value)
YEAR = timedelta(days=365)
MOST = 20


@dataclass(frozen=True, slots=True)
class PastOrder:
    """An order that was neither rejected nor cancelled; `lines` as they were wanted, without prices."""

    number: int
    label: str
    at: datetime
    wanted: str
    wanted_at: datetime | None
    fulfilment: Fulfilment
    address: str
    latitude: float | None
    longitude: float | None
    lines: tuple[Line, ...]


def past_orders(tx: Tx, scope: Scope, contact: str, most: int = MOST) -> list[PastOrder]:
    """The last orders of a contact and all that were merged into them, newest first; test orders are none."""
    theirs = orders.c.contact_id.in_(family(tx, scope, contact)) & orders.c.deleted_at.is_(None)
    kept = theirs & orders.c.status.not_in(LOST) & (orders.c.source != TEST) & (orders.c.created_at >= tx.now - YEAR)
    rows = tx.execute(scope.select(orders).where(kept).order_by(orders.c.number.desc()).limit(most)).all()
    lines = _lines_of(tx, scope, [row.id for row in rows])
    return [
        PastOrder(
            number=row.number,
            label=row.label or f"#{row.number}",
            at=row.created_at,
            wanted=row.wanted,
            wanted_at=row.wanted_at,
            fulfilment=Fulfilment(row.fulfilment),
            address=row.address,
            latitude=row.latitude,
            longitude=row.longitude,
            lines=tuple(lines.get(row.id, ())),
        )
        for row in rows
    ]


def _lines_of(tx: Tx, scope: Scope, ids: list[str]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    chosen = scope.select(order_lines).where(order_lines.c.order_id.in_(ids)).order_by(order_lines.c.position)
    for row in tx.execute(chosen) if ids else ():
        options = {group: tuple(values) for group, values in row.options.items()}
        line = Line(row.product, from_thousandths(row.quantity), options, tuple(row.without), row.note)
        found.setdefault(row.order_id, []).append(line)
    return found


def habits_of(tx: Tx, scope: Scope, contact: str, zone: ZoneInfo) -> Habits:
    """What is usual with a customer: their basket, and the time for which they want it."""
    past = past_orders(tx, scope, contact, LOOKED_AT)
    return Habits(usual_basket([each.lines for each in past]), usual_minute([_minute(each, zone) for each in past]))


def _minute(past: PastOrder, zone: ZoneInfo) -> int | None:
    if past.wanted in SOON or past.wanted_at is None:
        return None
    local = past.wanted_at.astimezone(zone)
    return local.hour * 60 + local.minute
