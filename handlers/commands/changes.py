"""Wishes of customers to change an order that is with the shop: listed, accepted, declined."""

from flows.messages import Reply
from flows.turn import Turn
from handlers.change_news import staff_card
from handlers.marks import command
from handlers.parameters import Rest
from handlers.registry import View
from storage.actions import changes as actions
from storage.queries import changes as queries
from storage.queries.changes import ChangeRequest
from storage.queries.orders import order
from storage.rules.permissions import Permission


@command("changes", permission=Permission.ORDERS_CHANGE, route="GET /changes")
def changes(turn: Turn) -> View:
    """Show what customers ask to have changed in their orders; the oldest first, to be accepted or declined."""
    waiting = queries.open_requests(turn.tx, turn.scope)
    data = {"changes": [_as_json(turn, each) for each in waiting]}
    if not waiting:
        return View(Reply(turn.say("Nobody asks for a change.")), data)
    first = staff_card(turn, order(turn.tx, turn.scope, waiting[0].order_id), waiting[0])
    more = [turn.say("({count} more after this.)", count=len(waiting) - 1)] if len(waiting) > 1 else []
    return View(Reply("\n".join([first.text, *more]), first.buttons), data)


@command(
    "accept", permission=Permission.ORDERS_CHANGE, route="POST /changes/{change}/accept", example="/accept 0k3w9d2m1q"
)
def accept(turn: Turn, change: str) -> View:
    """Change an order as its customer asks, at today's prices for what is new; they are told."""
    return _now(turn, actions.accept_change(turn.tx, turn.workspace, turn.catalogue, change, turn.actor))


@command(
    "decline",
    permission=Permission.ORDERS_CHANGE,
    route="POST /changes/{change}/decline",
    example="/decline 0k3w9d2m1q it is in the oven",
)
def decline(turn: Turn, change: str, reason: Rest = "") -> View:
    """Leave an order as it is, whatever its customer asks; they are told, with the reason if there is one."""
    return _now(turn, actions.decline_change(turn.tx, change, reason=reason, actor=turn.actor))


def _now(turn: Turn, settled: ChangeRequest) -> View:
    said = {
        "accepted": turn.say("The order is changed."),
        "declined": turn.say("The order stays as it is."),
        "overtaken": turn.say("The order was changed meanwhile, so I have asked the customer to write anew."),
    }[settled.status]
    return View(Reply(said), _as_json(turn, settled), toast=said)


def _as_json(turn: Turn, request: ChangeRequest) -> dict[str, object]:
    return {
        "id": request.id,
        "order": order(turn.tx, turn.scope, request.order_id).number,
        "status": request.status,
        "words": request.words,
        "lines": [queries.line_json(each) for each in request.lines],
    }
