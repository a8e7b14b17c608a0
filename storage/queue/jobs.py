"""Work that must wait for something: done outside, and its result comes back as an event of the same lane."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, Select, Update, bindparam, case, or_, select, true, union_all, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.queue import letters
from storage.queue.arrivals import Arrival, Place, store
from storage.queue.patience import USUAL
from storage.statements import Ready
from storage.tables.runtime import jobs
from storage.tx import Tx

LEASE_MS = USUAL.job
MOST_TRIES = 3
"""After so many failures a job is given up."""
MOST_DEATHS = 3
"""After so many deaths of its worker in a row it is done alone; if that one dies too, the job is given up."""
ORPHANED_MS = 24 * 3_600_000
"""For so long work that nobody here knows is left to a process of another version."""


@dataclass(frozen=True, slots=True)
class Task:
    """A claimed job. `attempts` numbers the claim: what it writes stands only while no later one was made. `failures`:
    how often it has failed before; `deaths`: at how many claims in a row, up to this one, the worker did not come back."""

    id: int
    key: str
    kind: str
    workspace: str | None
    lane: str
    payload: Any
    attempts: int
    failures: int
    deaths: int

    @property
    def tries(self) -> int:
        """1 for the first. What kills the worker, and what the books' absence stops, is no try."""
        return self.failures + 1

    @property
    def is_last_try(self) -> bool:
        return self.tries >= MOST_TRIES


_NEW = ("key", "kind", "workspace_id", "lane", "payload", "status", "run_at", "attempts", "lease_until")


def _planning(insert: Any) -> Ready:
    once = insert.values({name: bindparam(f"new_{name}") for name in _NEW})
    return Ready(once.on_conflict_do_nothing(index_elements=["key"]).inline())


_PUT = {"sqlite": _planning(sqlite.insert(jobs)), "postgresql": _planning(postgresql.insert(jobs))}


def put(tx: Tx, key: str, kind: str, place: Place, payload: Any, run_at_ms: int | None = None) -> None:
    """Plan a job once: a second one under the same key changes nothing."""
    run_at = tx.now_ms if run_at_ms is None else run_at_ms
    wrapped = {"contact": place.contact, "value": payload}
    row = (key, kind, place.workspace, place.lane, wrapped, "queued", run_at, 0, 0)
    tx.execute(_PUT[tx.dialect], {f"new_{name}": value for name, value in zip(_NEW, row, strict=True)})


_QUEUED = (jobs.c.status == "queued") & (jobs.c.run_at <= bindparam("now"))
_LOST = (jobs.c.status == "running") & (jobs.c.lease_until <= bindparam("now"))
_SUSPECTED = _LOST & (jobs.c.deaths >= MOST_DEATHS - 1)  # the death that made it one is not counted yet


def _finding(kinds: tuple[str, ...] | None, *, suspects: bool, skip: bool) -> CompoundSelect[Any]:
    """A part for each kind and reason: each is one walk along its index, however much waits behind it, or waits for
    a version that knows it. What is at work is little."""
    ours = true() if kinds is None else jobs.c.kind.in_(kinds)
    parts = [_part(_SUSPECTED if suspects else _LOST & (jobs.c.deaths < MOST_DEATHS - 1), ours)]
    if not suspects:
        parts += [_part(_QUEUED)] if kinds is None else [_part(_QUEUED, jobs.c.kind == each) for each in kinds]
    if skip:
        parts = [each.with_for_update(skip_locked=True) for each in parts]
    return union_all(*(select(each.subquery()) for each in parts))


def _part(*when: Any) -> Select[Any]:
    return select(jobs.c.id, jobs.c.run_at).where(*when).order_by(jobs.c.run_at).limit(bindparam("most"))


@lru_cache(maxsize=64)
def _question(kinds: tuple[str, ...] | None, suspects: bool, skip: bool) -> CompoundSelect[Any]:
    """Every process asks several times a second, and to build the question costs more than the answer."""
    return _finding(kinds, suspects=suspects, skip=skip)


_TAKE = (
    update(jobs)
    .where(jobs.c.id.in_(bindparam("rows", expanding=True)))
    .values(
        status="running",
        owner=bindparam("holder"),
        lease_until=bindparam("lease"),
        attempts=jobs.c.attempts + 1,
        deaths=case((jobs.c.status == "running", jobs.c.deaths + 1), else_=0),
    )
    .returning(jobs)
)

_RENEW = (
    update(jobs)
    .where(
        jobs.c.id == bindparam("row"),
        jobs.c.status == "running",
        jobs.c.owner == bindparam("holder"),
        jobs.c.attempts == bindparam("held"),
    )
    .values(lease_until=bindparam("lease"))
)


def claim(
    tx: Tx,
    owner: str,
    most: int,
    lease_ms: int = LEASE_MS,
    kinds: Collection[str] | None = None,
    *,
    suspects: bool = False,
) -> list[Task]:
    """Take due jobs, and those whose worker has not come back within its lease.

    `kinds`: those that are known here, None for all; see `give_up_orphans`.
    `suspects`: those instead that were at work each time that a process ended, which others shared.
    """
    find = _question(_known(kinds), suspects, tx.dialect == "postgresql")
    found = sorted(tx.execute(find, {"now": tx.now_ms, "most": most}), key=lambda row: (row.run_at, row.id))
    if not found:
        return []
    taken = {"rows": [row.id for row in found[:most]], "holder": owner, "lease": tx.now_ms + lease_ms}
    return [_task(row) for row in tx.execute(_TAKE, taken)]


def _known(kinds: Collection[str] | None) -> tuple[str, ...] | None:
    return None if kinds is None else tuple(sorted(kinds))


def suspects_wait(tx: Tx, kinds: Collection[str] | None = None) -> bool:
    """Whether there is a suspect to take: `claim` takes it only when it is asked for."""
    find = _question(_known(kinds), True, False)
    return tx.execute(find, {"now": tx.now_ms, "most": 1}).first() is not None


_ORPHANS = (
    select(jobs.c.id)
    .where(
        or_(_QUEUED, _LOST),
        jobs.c.run_at <= bindparam("before"),
        jobs.c.kind.not_in(bindparam("kinds", expanding=True)),
    )
    .limit(bindparam("most"))
)
_ABANDON = (
    update(jobs)
    .where(jobs.c.id.in_(bindparam("rows", expanding=True)), or_(_QUEUED, _LOST))
    .values(status="failed", error="No version that runs here knows work of the kind " + jobs.c.kind)
    .returning(jobs.c.id, jobs.c.workspace_id, jobs.c.error)
)


def give_up_orphans(tx: Tx, kinds: Collection[str], most: int = 250) -> int:
    """Bury work that has waited a day for a process that knows its kind, so that somebody sees it; returns how much.

    What is known and due for a day is looked at on the way: where that is much, nobody is at work at all.
    """
    wanted = {"now": tx.now_ms, "before": tx.now_ms - ORPHANED_MS, "kinds": list(kinds), "most": most}
    rows = list(tx.execute(_ORPHANS, wanted).scalars())
    buried = tx.execute(_ABANDON, {"rows": rows, "now": tx.now_ms}).all() if rows else []
    for row in buried:
        letters.write(tx, "job", row.id, row.workspace_id, row.error)
    return len(buried)


def renew(tx: Tx, owner: str, tasks: Sequence[Task], lease_ms: int = LEASE_MS) -> None:
    """What is still being done is not lost. Whoever was overtaken meanwhile renews nothing."""
    held = [{"row": each.id, "holder": owner, "held": each.attempts, "lease": tx.now_ms + lease_ms} for each in tasks]
    tx.execute(_RENEW, held)


def finish(tx: Tx, task: Task, result: Any) -> None:
    """Hand the result back as an event `job` of the same lane, once; work without a lane has no result."""
    if tx.execute(_held(task).values(status="done")).rowcount != 1 or not task.lane:
        return
    place = Place(task.lane, task.workspace, task.payload["contact"])
    answer = {"kind": task.kind, "value": result}
    store(tx, [(place, Arrival("jobs", task.key, "job", "", answer))])


def fail(tx: Tx, task: Task, error: str, after_ms: int) -> bool:
    """Try again later, or give up after the last try. False when the task is no longer ours."""
    if task.is_last_try:
        return give_up(tx, task, error)
    again = {"status": "queued", "run_at": tx.now_ms + after_ms, "failures": task.failures + 1, "error": error[:2000]}
    return tx.execute(_held(task).values(again)).rowcount == 1


def give_up(tx: Tx, task: Task, error: str) -> bool:
    """Never try again; a dead letter keeps why. False when the task is no longer ours."""
    if tx.execute(_held(task).values(status="failed", error=error[:2000])).rowcount != 1:
        return False
    letters.write(tx, "job", task.id, task.workspace, error)
    return True


def give_back(tx: Tx, task: Task, after_ms: int) -> None:
    """Try again later, as if it had not been taken up: the books were away, and the work is not to blame."""
    tx.execute(_held(task).values(status="queued", run_at=tx.now_ms + after_ms))


def revive(tx: Tx, row: int) -> bool:
    """Do work that was given up once more, as if for the first time; False when it is not given up."""
    failed = update(jobs).where(jobs.c.id == row, jobs.c.status == "failed")
    return tx.execute(failed.values(status="queued", failures=0, run_at=tx.now_ms, error=None)).rowcount == 1


def release_all(tx: Tx) -> None:
    """After a start as the only process: running jobs of the former one are due again."""
    tx.execute(update(jobs).where(jobs.c.status == "running").values(lease_until=0))


def _held(task: Task) -> Update:
    """The row while nobody took it up after us, and nobody has said what became of it."""
    return update(jobs).where(jobs.c.id == task.id, jobs.c.status == "running", jobs.c.attempts == task.attempts)


def _task(row: Any) -> Task:
    return Task(
        row.id, row.key, row.kind, row.workspace_id, row.lane, row.payload, row.attempts, row.failures, row.deaths
    )
