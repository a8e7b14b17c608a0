"""Jobs on both databases: who holds one alone says what became of it."""

from typing import Any

import pytest
from sqlalchemy import event, select

from storage.actions.failures import retry_failure
from storage.db import Books
from storage.queries.failures import open_failures
from storage.queue import jobs
from storage.queue.arrivals import Place
from storage.queue.jobs import LEASE_MS, MOST_DEATHS, MOST_TRIES, ORPHANED_MS, Task
from storage.tables.runtime import dead_letters
from storage.tables.runtime import jobs as jobs_table
from tests.storage.conftest import Hands, owner


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
    for _ in range(MOST_TRIES - 1):
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


def _dies(books: Books, hands: Hands) -> Task:
    """Its worker takes it up and does not come back."""
    [task] = _claim(books)
    hands.moves(milliseconds=LEASE_MS)
    return task


def test_deaths_eat_no_tries_and_tries_no_deaths(books: Books, hands: Hands) -> None:
    _plan(books)
    for failures in range(MOST_TRIES):
        assert [_dies(books, hands).deaths for _ in range(MOST_DEATHS - 1)] == [0, 1]
        [task] = _claim(books)
        assert (task.failures, task.deaths, task.is_last_try) == (failures, 2, failures == MOST_TRIES - 1)
        assert books.write(lambda tx, task=task: jobs.fail(tx, task, "broken", 0))
    assert (_statuses(books), _letters(books)) == ({"k": "failed"}, ["broken"])


def test_what_was_given_back_has_neither_failed_nor_died_and_its_former_holder_can_say_nothing(books: Books) -> None:
    _plan(books)
    [former] = _claim(books)
    books.write(lambda tx: jobs.give_back(tx, former, 0))
    [task] = _claim(books)
    assert (task.failures, task.deaths) == (0, 0)
    books.write(lambda tx: jobs.finish(tx, former, None))
    assert _statuses(books) == {"k": "running"}


def test_what_is_not_known_here_is_left_to_others_and_given_up_after_a_day(books: Books, hands: Hands) -> None:
    _plan(books, "new", "unheard")
    _plan(books, "known")
    [task] = books.write(lambda tx: jobs.claim(tx, "me", 5, LEASE_MS, ["ring"]))
    assert task.key == "known"
    books.write(lambda tx: jobs.finish(tx, task, None))
    assert books.write(lambda tx: jobs.claim(tx, "me", 5, LEASE_MS, [])) == []
    assert books.write(lambda tx: jobs.give_up_orphans(tx, ["ring"])) == 0
    hands.moves(milliseconds=ORPHANED_MS)
    assert books.write(lambda tx: jobs.claim(tx, "me", 5, LEASE_MS, ["ring"])) == []
    assert books.write(lambda tx: jobs.give_up_orphans(tx, ["ring"])) == 1
    assert (_statuses(books)["new"], _letters(books)) == (
        "failed",
        ["No version that runs here knows work of the kind unheard"],
    )
    assert books.write(lambda tx: jobs.give_up_orphans(tx, ["ring"])) == 0


def test_what_belongs_to_no_workspace_is_shown_to_whoever_runs_the_installation(books: Books) -> None:
    """Such as what the house does for itself: the first workspace is the operator's."""
    task = _worn_out(books)
    assert books.write(lambda tx: jobs.fail(tx, task, "broken", 0))
    shown, total = books.read(lambda tx: open_failures(tx, owner("main")))
    assert ([(each.kind, each.text, each.error) for each in shown], total) == ([("job", "ring", "broken")], 1)
    assert books.read(lambda tx: open_failures(tx, owner("other"))) == ([], 0)
    assert books.write(lambda tx: retry_failure(tx, shown[0].id, owner("main"))) == "job"
    assert _statuses(books) == {"k": "queued"}


def test_a_suspect_that_is_not_known_here_makes_nobody_here_wait(books: Books, hands: Hands) -> None:
    _plan(books)
    for _ in range(MOST_DEATHS):
        assert len(_claim(books)) == 1
        hands.moves(milliseconds=LEASE_MS)
    assert books.read(lambda tx: jobs.suspects_wait(tx, ["ring"]))
    assert not books.read(lambda tx: jobs.suspects_wait(tx, ["other"]))


def test_the_oldest_are_taken_first_whether_they_are_due_or_lost(books: Books, hands: Hands) -> None:
    _plan(books, "lost")
    assert len(_claim(books)) == 1
    hands.moves(milliseconds=LEASE_MS)
    for key in "abc":
        _plan(books, key)
        hands.moves(seconds=1)
    assert {each.key for each in _claim(books, 2)} == {"lost", "a"}
    assert {each.key for each in _claim(books, 5)} == {"b", "c"}


def test_a_lease_is_renewed_by_its_holder_alone(books: Books, hands: Hands) -> None:
    _plan(books)
    [first] = _claim(books)
    for holder, lost in (("me", 0), ("other", 1)):
        hands.moves(milliseconds=LEASE_MS - 1)
        books.write(lambda tx, holder=holder: jobs.renew(tx, holder, [first]))
        hands.moves(milliseconds=1)
        assert len(_claim(books)) == lost
    hands.moves(milliseconds=LEASE_MS)
    books.write(lambda tx: jobs.renew(tx, "me", [first]))  # it has been taken up again meanwhile
    assert len(_claim(books)) == 1


def _walk(books: Books, statement: str, given: Any) -> str:
    explain = "EXPLAIN QUERY PLAN" if books.is_sqlite else "EXPLAIN"
    with books.connect() as connection:
        return "\n".join(str(row) for row in connection.exec_driver_sql(f"{explain} {statement}", given))


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_work_that_nobody_knows_costs_a_claim_nothing(books: Books) -> None:
    def steps(count: int) -> int:
        """How many steps SQLite makes for a claim in front of which so much lies, by tens."""
        rows = [
            {"key": f"{count}:{n}", "kind": "unheard", "lane": "", "payload": {}, "status": "queued", "run_at": n}
            | {"attempts": 0, "lease_until": 0}
            for n in range(count)
        ]
        books.write(lambda tx: tx.execute(jobs_table.insert(), rows))
        _plan(books, f"known:{count}")
        made = 0

        def step() -> int:
            nonlocal made
            made += 10
            return 0

        with books.connect() as connection, books.transaction(connection):
            driver: Any = connection.connection.driver_connection
            driver.set_progress_handler(step, 10)
            taken = jobs.claim(books.tx(connection), "me", 8, LEASE_MS, ["ring", "sweep"])
            driver.set_progress_handler(None, 0)
        assert [each.key for each in taken] == [f"known:{count}"]
        return made

    few = steps(10)
    assert steps(20_000) < 2 * few + 200


def test_a_claim_is_a_walk_along_the_index_however_much_is_due(books: Books, hands: Hands) -> None:
    rows = [
        {"key": f"k{n}", "kind": "ring", "lane": "", "payload": {}, "status": "queued", "run_at": n}
        | {"attempts": 0, "lease_until": 0}
        for n in range(20_000)
    ]
    books.write(lambda tx: tx.execute(jobs_table.insert(), rows))
    if not books.is_sqlite:
        with books.connect() as connection:
            connection.exec_driver_sql("ANALYZE jobs")
            connection.commit()
    heard: list[tuple[str, Any]] = []
    event.listen(books.engine, "before_cursor_execute", lambda *given: heard.append((given[2], given[3])))
    taken = books.write(lambda tx: jobs.claim(tx, "me", 8, LEASE_MS, ["ring"]))
    assert {each.key for each in taken} == {f"k{n}" for n in range(8)}
    [found] = [each for each in heard if "UNION ALL" in each[0]]
    plan = _walk(books, *found)
    assert "ix_jobs_kind" in plan
    assert "TEMP B-TREE" not in plan
    assert "Seq Scan" not in plan
