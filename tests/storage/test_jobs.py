"""Jobs on both databases: who holds one alone says what became of it."""

from sqlalchemy import select

from storage.db import Books
from storage.queue import jobs
from storage.queue.arrivals import Place
from storage.queue.jobs import Task
from storage.tables.runtime import dead_letters
from storage.tables.runtime import jobs as jobs_table


def _plan(books: Books, key: str = "k", kind: str = "ring") -> None:
    books.write(lambda tx: jobs.put(tx, key, kind, Place(""), {}))


def _claim(books: Books, most: int = 5) -> list[Task]:
    return books.write(lambda tx: jobs.claim(tx, "me", most))


def _statuses(books: Books) -> dict[str, str]:
    rows = books.read(lambda tx: tx.execute(select(jobs_table.c.key, jobs_table.c.status)).all())
    return {row.key: row.status for row in rows}


def _letters(books: Books) -> list[str]:
    return books.read(lambda tx: list(tx.execute(select(dead_letters.c.error)).scalars()))


def _worn_out(books: Books) -> Task:
    """A job at its last attempt."""
    _plan(books)
    for _ in range(jobs.MOST_ATTEMPTS - 1):
        [task] = _claim(books)
        assert books.write(lambda tx, task=task: jobs.fail(tx, task, "broken", 0))
    [task] = _claim(books)
    return task


def test_who_comes_late_writes_no_dead_letter_of_what_is_finished(books: Books) -> None:
    task = _worn_out(books)
    books.write(lambda tx: jobs.finish(tx, task, None))
    assert not books.write(lambda tx: jobs.fail(tx, task, "late", 0))
    assert (_statuses(books), _letters(books)) == ({"k": "done"}, [])


def test_a_failure_that_is_written_down_twice_leaves_one_dead_letter(books: Books) -> None:
    task = _worn_out(books)
    assert [books.write(lambda tx: jobs.fail(tx, task, "broken", 0)) for _ in range(2)] == [True, False]
    assert (_statuses(books), _letters(books)) == ({"k": "failed"}, ["broken"])
