"""The life of an order: which status may follow which, and who may bring it about. Pure; nothing else knows."""

from enum import StrEnum

from storage.rules.permissions import Permission


class Status(StrEnum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    PREPARING = "preparing"
    READY = "ready"
    OUT_FOR_DELIVERY = "out_for_delivery"
    COMPLETED = "completed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


TEST = "test"
"""The source of an order by which somebody of the shop tries how it goes: no figure counts it."""


class Fulfilment(StrEnum):
    DELIVERY = "delivery"
    PICKUP = "pickup"


_LINE = (Status.CONFIRMED, Status.PREPARING, Status.READY, Status.OUT_FOR_DELIVERY, Status.COMPLETED)

# preparing, ready and out_for_delivery may be skipped; nothing goes backwards along the line.
TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.PENDING: frozenset({Status.CONFIRMED, Status.REJECTED, Status.CANCELLED}),
    Status.CONFIRMED: frozenset({*_LINE[1:], Status.CANCELLED}),
    Status.PREPARING: frozenset({*_LINE[2:], Status.CANCELLED}),
    Status.READY: frozenset({*_LINE[3:], Status.CANCELLED}),
    Status.OUT_FOR_DELIVERY: frozenset({Status.COMPLETED, Status.CANCELLED}),
    Status.COMPLETED: frozenset(),
    Status.REJECTED: frozenset({Status.PENDING}),
    Status.CANCELLED: frozenset({Status.PENDING}),
}

OPEN = tuple(status for status in Status if status in {Status.PENDING, *_LINE[:-1]})
CUSTOMER_MAY_CANCEL = frozenset({Status.PENDING, Status.CONFIRMED})
NEEDS_REASON = frozenset({Status.REJECTED, Status.CANCELLED})

PERMISSION: dict[Status, Permission] = {
    Status.CONFIRMED: Permission.ORDERS_DECIDE,
    Status.REJECTED: Permission.ORDERS_DECIDE,
    Status.PREPARING: Permission.ORDERS_MOVE,
    Status.READY: Permission.ORDERS_MOVE,
    Status.OUT_FOR_DELIVERY: Permission.ORDERS_MOVE,
    Status.COMPLETED: Permission.ORDERS_MOVE,
    Status.CANCELLED: Permission.ORDERS_CANCEL,
    Status.PENDING: Permission.ORDERS_REOPEN,
}


def may_follow(old: Status, new: Status, fulfilment: Fulfilment) -> bool:
    """Whether `new` may follow `old`; an order that is picked up is never out for delivery."""
    if new is Status.OUT_FOR_DELIVERY and fulfilment is Fulfilment.PICKUP:
        return False
    return new in TRANSITIONS[old]


def next_steps(status: Status, fulfilment: Fulfilment) -> tuple[Status, ...]:
    """What staff may do next, in the order of the line; cancelling and rejecting last."""
    allowed = [new for new in Status if may_follow(status, new, fulfilment)]
    return tuple(sorted(allowed, key=lambda new: (new in NEEDS_REASON, list(Status).index(new))))
