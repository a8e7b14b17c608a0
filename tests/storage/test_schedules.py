"""Schedules on both databases: each moment once, however many look, and late rather than never."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from storage.clock import milliseconds, moment
from storage.db import Books
from storage.failpoints import Point, arm
from storage.queue import jobs, schedules
from storage.queue.arrivals import Place
from storage.queue.schedules import MEANT_AT, NEVER, Fired
from storage.tables.runtime import inbox
from storage.tables.runtime import jobs as jobs_table
from storage.tables.runtime import schedules as schedules_table
from tests.storage.conftest import Hands

HOUSE = Place("house:main", "main")


def _plan(books: Books, name: str = "summary", expression: str = "0 9 * * *", zone: str = "UTC") -> None:
    books.write(lambda tx: schedules.plan(tx, name, expression, zone, "report", HOUSE, {"page": 1}))


def _fire(books: Books) -> Fired:
    return books.write(schedules.fire_due)


def _next(books: Books, name: str = "summary") -> str:
    chosen = select(schedules_table.c.next_fire).where(schedules_table.c.name == name)
    return moment(books.read(lambda tx: tx.execute(chosen).scalar_one())).isoformat()[:16]


def _keys(books: Books) -> list[str]:
    return books.read(lambda tx: list(tx.execute(select(jobs_table.c.key).order_by(jobs_table.c.id)).scalars()))


def test_a_moment_puts_one_job_that_knows_for_when_it_was_meant(books: Books, hands: Hands) -> None:
    _plan(books)
    assert _fire(books) == Fired([], [], 9_000_000)  # it is 06:30
    hands.moves(hours=2, minutes=30, seconds=2)
    assert _fire(books) == Fired(["summary"], [], 86_398_000)
    assert _fire(books).names == []
    [task] = books.write(lambda tx: jobs.claim(tx, "me", 5))
    meant = milliseconds(datetime(2026, 3, 1, 9, tzinfo=UTC))
    assert (task.key, task.kind, task.lane) == (f"summary:{meant}", "report", "house:main")
    assert task.payload["value"] == {"page": 1, MEANT_AT: meant}
    books.write(lambda tx: jobs.finish(tx, task, "fine"))
    assert books.read(lambda tx: tx.execute(select(inbox.c.lane)).scalar_one()) == "house:main"


def test_work_without_a_lane_leaves_no_event(books: Books, hands: Hands) -> None:
    books.write(lambda tx: schedules.plan(tx, "every:x", "* * * * *", "UTC", "every:x"))
    hands.moves(minutes=1)
    assert _fire(books).names == ["every:x"]
    [task] = books.write(lambda tx: jobs.claim(tx, "me", 5))
    books.write(lambda tx: jobs.finish(tx, task, None))
    assert books.read(lambda tx: tx.execute(select(inbox.c.id)).all()) == []
    assert books.read(lambda tx: tx.execute(select(jobs_table.c.status)).scalar_one()) == "done"


def test_what_was_missed_for_hours_fires_once_and_late(books: Books, hands: Hands) -> None:
    _plan(books, expression="*/10 * * * *")
    hands.moves(hours=5, minutes=3)
    assert _fire(books).names == ["summary"]
    assert _fire(books).names == []
    assert _keys(books) == [f"summary:{milliseconds(datetime(2026, 3, 1, 6, 40, tzinfo=UTC))}"]
    assert _next(books) == "2026-03-01T11:40"


def test_a_clock_that_is_set_back_fires_nothing_twice(books: Books, hands: Hands) -> None:
    _plan(books, expression="*/10 * * * *")
    hands.moves(minutes=10)
    assert _fire(books).names == ["summary"]
    hands.moves(minutes=-30)
    _fire(books)
    hands.moves(minutes=30)
    assert _fire(books).names == []


def test_a_new_rhythm_or_zone_counts_from_now_and_the_same_one_changes_nothing(books: Books, hands: Hands) -> None:
    _plan(books)
    hands.moves(hours=4)  # 10:30: the tick of nine is missed, and stays due
    _plan(books)
    assert _next(books) == "2026-03-01T09:00"
    _plan(books, expression="0 10 * * *")
    assert _next(books) == "2026-03-02T10:00"
    _plan(books, expression="0 10 * * *", zone="America/New_York")
    assert _next(books) == "2026-03-01T15:00"
    with pytest.raises(ValueError, match="Bad hour"):
        _plan(books, expression="0 25 * * *")
    assert _fire(books).names == []


def test_what_the_code_no_longer_labels_is_over_and_others_stay(books: Books, hands: Hands) -> None:
    for name in ("every:a", "every:b", "campaign:1"):
        _plan(books, name, "* * * * *")
    books.write(lambda tx: schedules.drop_others(tx, "every:", ["every:b"]))
    hands.moves(minutes=1)
    assert sorted(_fire(books).names) == ["campaign:1", "every:b"]


def test_a_row_that_nobody_understands_any_longer_stops_alone(books: Books, hands: Hands) -> None:
    _plan(books, "odd", "* * * * *")
    _plan(books, "sound", "* * * * *")
    gone = update(schedules_table).where(schedules_table.c.name == "odd").values(zone="Old/Gone")
    books.write(lambda tx: tx.execute(gone))
    hands.moves(minutes=1)
    assert _fire(books).stopped == ["odd"]
    hands.moves(minutes=1)
    assert _fire(books).names == ["sound"]
    assert _next(books, "odd") == moment(NEVER).isoformat()[:16]


@contextmanager
def _dying_at(point: Point) -> Iterator[None]:
    def die(reached: Point) -> None:
        if reached is point:
            raise KeyboardInterrupt

    arm(die)
    try:
        yield
    finally:
        arm(None)


@pytest.mark.parametrize("point", [Point.TICK_FIRED, Point.BEFORE_COMMIT])
def test_a_death_between_the_tick_and_its_job_leaves_neither(books: Books, hands: Hands, point: Point) -> None:
    _plan(books)
    hands.moves(hours=3)
    with _dying_at(point), pytest.raises(KeyboardInterrupt):
        _fire(books)
    assert (_keys(books), _next(books)) == ([], "2026-03-01T09:00")
    assert _fire(books).names == ["summary"]
    assert len(_keys(books)) == 1


def test_four_schedulers_fire_each_moment_once(books: Books, open_books: Callable[[], Books], hands: Hands) -> None:
    ticks, names = 30, [f"tick {n}" for n in range(5)]
    for name in names:
        _plan(books, name, "* * * * *")
    fired: list[str] = []
    start, done = threading.Barrier(5), threading.Barrier(5)

    def look(own: Books) -> None:
        for _ in range(ticks):
            start.wait(30)
            fired.extend(own.write(schedules.fire_due).names)
            done.wait(30)

    threads = [threading.Thread(target=look, args=(open_books(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(ticks):
        hands.moves(minutes=1)
        start.wait(30)
        done.wait(30)
    for thread in threads:
        thread.join(30)
    assert Counter(fired) == dict.fromkeys(names, ticks)
    assert _jobs_of_each(books) == dict.fromkeys(names, ticks)


def _jobs_of_each(books: Books) -> dict[Any, int]:
    return dict(Counter(key.partition(":")[0] for key in _keys(books)))
