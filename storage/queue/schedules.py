"""What happens again and again: rows that put a job each time that their moment comes, once however many look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update

from storage.clock import milliseconds, moment
from storage.failpoints import Point, reach
from storage.queue import cron, jobs
from storage.queue.arrivals import Place
from storage.tables.runtime import schedules
from storage.tx import Tx

MEANT_AT = "meant_at"
"""The key of a job's payload under which the moment stands for which it was meant (milliseconds since the epoch)."""
NEVER = 253_402_214_400_000
"""The year 9999: `next_fire` of a row whose expression or zone nobody understands any longer."""


@dataclass(frozen=True, slots=True)
class Fired:
    """What one look brought: the names whose moment came, those that had to be stopped, and for how many milliseconds
    nothing else is due (None: nothing is planned)."""

    names: Sequence[str]
    stopped: Sequence[str]
    wait_ms: int | None


_DUE = (
    select(schedules)
    .where(schedules.c.next_fire <= bindparam("now"))
    .order_by(schedules.c.next_fire)
    .limit(bindparam("most"))
)
_DUE_SKIPPING = _DUE.with_for_update(skip_locked=True)
_NEXT = select(func.min(schedules.c.next_fire))
_FIRE = (
    update(schedules)
    .where(schedules.c.name == bindparam("which"), schedules.c.next_fire == bindparam("meant"))
    .values(next_fire=bindparam("following"), last_fire=bindparam("meant"))
)


def plan(
    tx: Tx, name: str, expression: str, zone: str, kind: str, place: Place | None = None, payload: Any = None
) -> None:
    """From now on put a job of that kind each time; one of the same name is changed.

    `place`: the lane to which its result comes back; None: it has no result. `payload`: a mapping, which is handed to
    the job with `MEANT_AT`. While expression and zone stay the same, so does the next moment, unless it lies beyond the
    one after now: then a clock that was wrong has put it there. Raises `ValueError`.
    """
    cron.check(expression, zone)
    row: dict[str, Any] = {
        "name": name,
        "workspace_id": place.workspace if place else None,
        "expression": expression,
        "zone": zone,
        "lane": place.lane if place else "",
        "kind": kind,
        "payload": {"contact": place.contact if place else None, "value": payload or {}},
    }
    known = tx.execute(select(schedules).where(schedules.c.name == name).with_for_update()).one_or_none()
    following = _following_ms(expression, zone, tx.now_ms)
    if known is None or (known.expression, known.zone) != (expression, zone) or known.next_fire > following:
        # A moment that was fired already comes to nothing: its job has its key.
        row["next_fire"] = following
    statement: Any = tx.upsert(schedules)
    if known is None:
        tx.execute(statement.values(row).on_conflict_do_nothing(index_elements=["name"]))
    elif any(getattr(known, key) != value for key, value in row.items()):
        tx.execute(update(schedules).where(schedules.c.name == name).values(row))


def drop_others(tx: Tx, prefix: str, names: Sequence[str]) -> None:
    """Of the rows whose name begins with `prefix` keep these alone."""
    ours = schedules.c.name.startswith(prefix, autoescape=True)
    tx.execute(schedules.delete().where(ours, schedules.c.name.not_in(names)))


def due(tx: Tx, most: int) -> list[Row[Any]]:
    """The rows whose moment has come, the oldest first; on PostgreSQL those that nobody else is firing."""
    wanted = {"now": tx.now_ms, "most": most}
    return list(tx.execute(_DUE_SKIPPING if tx.dialect == "postgresql" else _DUE, wanted).all())


def fire_due(tx: Tx, most: int = 100) -> Fired:
    """Fire all whose moment has come. What was missed is fired once, and late: the next moment lies in the future."""
    names, stopped = [], []
    for row in due(tx, most):
        if fire(tx, row):
            names.append(row.name)
            if _next_ms(row, tx.now_ms) == NEVER:
                stopped.append(row.name)
    next_ms = tx.execute(_NEXT).scalar()
    return Fired(names, stopped, None if next_ms is None else max(0, next_ms - tx.now_ms))


def fire(tx: Tx, row: Row[Any]) -> bool:
    """Move the row on and put its job, in this one unit; False when somebody else has."""
    meant = {"which": row.name, "meant": row.next_fire, "following": _next_ms(row, tx.now_ms)}
    if tx.execute(_FIRE, meant).rowcount != 1:
        return False
    given = row.payload["value"] if isinstance(row.payload["value"], Mapping) else {}
    place = Place(row.lane, row.workspace_id, row.payload["contact"])
    jobs.put(tx, f"{row.name}:{row.next_fire}", row.kind, place, {**given, MEANT_AT: row.next_fire})
    reach(Point.TICK_FIRED)
    return True


def skip_missed(tx: Tx, most: int = 10_000) -> None:
    """Move on all whose moment has passed, without doing what they are for."""
    for row in due(tx, most):
        tx.execute(_FIRE, {"which": row.name, "meant": row.next_fire, "following": _next_ms(row, tx.now_ms)})


def _next_ms(row: Row[Any], now_ms: int) -> int:
    """Never the one that was just fired, even where the clock has been set back."""
    try:
        return _following_ms(row.expression, row.zone, max(now_ms, row.next_fire))
    except ValueError:
        return NEVER


def _following_ms(expression: str, zone: str, after_ms: int) -> int:
    return milliseconds(cron.following(expression, zone, moment(after_ms)))
