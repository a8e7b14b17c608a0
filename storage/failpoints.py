"""Numbered places at which a process may be made to die. In production nothing is armed and each costs one look.

`munshi simulate` and the tests arm them, to prove that after a death anywhere nothing acknowledged is lost and nothing
is done twice. (The term is FreeBSD's, fail(9).)
"""

from collections.abc import Callable
from enum import IntEnum


class Point(IntEnum):
    """Where a process may die; what is on disk then is said beside it."""

    UNIT_RUNNING = 1  # the unit's writes are made, nothing of them is on disk
    BEFORE_COMMIT = 2  # the same, with the neighbours that share the commit
    AFTER_COMMIT = 3  # all of it is on disk, nobody has been told
    EVENTS_STORED = 4  # what came in is on disk, not yet acknowledged
    LANES_CLAIMED = 5  # lanes are leased to this process, nothing is handled
    SENDS_CLAIMED = 6  # rows are claimed, no call is made
    SEND_ANSWERED = 7  # the platform has taken a message, no row says so
    JOB_CLAIMED = 8  # a job is leased to this process and not begun
    JOB_DONE = 9  # its work is done, no row says so
    TICK_FIRED = 10  # a schedule's tick is planned in the unit
    MIGRATING = 11  # a schema step is made, the transaction is open
    COPYING = 12  # the copy before a migration is written, and does not bear its name yet


Action = Callable[[Point], None]
_armed: list[Action] = []


def reach(point: Point) -> None:
    """Pass a numbered place; whatever is armed decides whether anybody comes out on the other side."""
    for action in _armed:
        action(point)


def arm(action: Action | None) -> None:
    """From now on `action` is called at each point; None disarms."""
    _armed[:] = [action] if action else []
