"""Figures by command."""

from datetime import datetime, time, timedelta

from flows.messages import Reply
from flows.texts import quantity
from flows.turn import Turn
from handlers.marks import command
from handlers.order_cards import SIGN, STATUS
from handlers.registry import View
from storage.queries.orders import DayFigures, figures
from storage.rules.orders import Status
from storage.rules.permissions import Permission


@command("today", permission=Permission.REPORTS_SEE, route="GET /reports/today")
def today(turn: Turn) -> View:
    """Show today's orders and takings so far."""
    zone = turn.workspace.zone
    date = turn.now.astimezone(zone).date()
    start = datetime.combine(date, time.min, zone)
    found = figures(turn.tx, turn.scope, start, datetime.combine(date + timedelta(days=1), time.min, zone))
    data = {
        "date": date.isoformat(),
        "orders": found.count,
        "revenue": found.revenue,
        "currency": turn.workspace.currency,
        "by_status": {status.value: count for status, count in found.by_status.items()},
        "items": [{"title": title, "quantity": quantity(sold)} for title, sold in found.items],
    }
    return View(Reply(_text(turn, found)), data)


def _text(turn: Turn, found: DayFigures) -> str:
    if not found.count:
        return turn.say("No orders today yet.")
    head = turn.say("Orders today: {count}, {revenue}", count=found.count, revenue=turn.money(found.revenue))
    statuses = [
        f"{SIGN[status]} {turn.say(STATUS[status])}: {found.by_status[status]}"
        for status in Status
        if status in found.by_status
    ]
    items = [f"{quantity(sold)} × {title}" for title, sold in found.items]
    best = [turn.say("Best sellers:"), *items] if items else []
    return "\n".join([head, *statuses, *best])
