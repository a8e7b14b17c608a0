"""The one writer of SQLite: shared commits in which each unit stands or falls alone."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.runtime.writer import SqliteWriter
from storage.clock import new_id, utc_now
from storage.db import Books
from storage.tables.people import members
from storage.tables.runtime import dead_letters
from storage.tx import Tx
from tests.books import migrated_file


@pytest.fixture
def books(tmp_path: Path) -> Books:
    found = Books(migrated_file(tmp_path / "munshi.db"), utc_now, new_id)
    return found


@pytest.fixture
async def writer(books: Books) -> AsyncIterator[SqliteWriter]:
    opened = SqliteWriter(books)
    yield opened
    opened.close()
    books.close()


def note(number: int, *, fails: bool = False) -> Callable[[Tx], int]:
    def unit(tx: Tx) -> int:
        tx.execute(dead_letters.insert().values(kind="t", reference=number, error="", at=0))
        if fails:
            raise LookupError(number)
        return number

    return unit


def orphan(tx: Tx) -> None:
    """A row that the database takes now and refuses at the commit, as a full or broken disk would."""
    tx.execute(select(1))
    tx.connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    row = {"id": "x", "name": "x", "role": "staff", "telegram_id": "1", "active": True, "created_at": tx.now}
    tx.execute(members.insert().values(workspace_id="nowhere", **row))


def slow(_tx: Tx) -> None:
    time.sleep(0.1)  # the units that are put meanwhile share the commit


def numbers(books: Books) -> list[int]:
    return list(books.read(lambda tx: tx.execute(select(dead_letters.c.reference).order_by("reference")).scalars()))


async def _together(writer: SqliteWriter, *units: Callable[[Tx], Any]) -> list[Any]:
    return await asyncio.gather(*(writer.run(unit) for unit in (slow, *units)), return_exceptions=True)


async def test_a_unit_that_fails_undoes_itself_and_not_its_neighbours(books: Books, writer: SqliteWriter) -> None:
    results = await _together(writer, note(1), note(2, fails=True), note(3))
    assert [results[1], results[3]] == [1, 3]
    assert isinstance(results[2], LookupError)
    assert numbers(books) == [1, 3]


async def test_a_result_is_told_only_when_it_is_on_disk(books: Books, writer: SqliteWriter) -> None:
    for number in range(20):
        waiting = [asyncio.ensure_future(writer.run(note(number * 10 + k))) for k in range(3)]
        first = await waiting[0]
        assert first in numbers(books)
        await asyncio.gather(*waiting)


async def test_when_the_commit_fails_every_unit_of_it_fails_and_the_next_one_works(
    books: Books, writer: SqliteWriter
) -> None:
    results = await _together(writer, note(1), orphan, note(2))
    assert [isinstance(result, IntegrityError) for result in results] == [True] * 4
    assert numbers(books) == []
    assert await writer.run(note(3)) == 3
    assert numbers(books) == [3]


async def test_closing_finishes_what_waits(books: Books) -> None:
    writer = SqliteWriter(books)
    waiting = [asyncio.ensure_future(writer.run(unit)) for unit in (slow, *map(note, range(300)))]
    await asyncio.sleep(0)
    await asyncio.to_thread(writer.close)
    assert (await asyncio.gather(*waiting))[1:] == list(range(300))
    assert numbers(books) == list(range(300))
    books.close()


async def test_closing_ends_though_the_last_commit_fails(books: Books) -> None:
    writer = SqliteWriter(books)
    waiting = [asyncio.ensure_future(writer.run(unit)) for unit in (slow, orphan)]
    await asyncio.sleep(0.02)
    async with asyncio.timeout(60):
        await asyncio.to_thread(writer.close)
        results = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(result, IntegrityError) for result in results)
    books.close()


async def test_what_is_urgent_waits_for_nobody_behind_it(books: Books, writer: SqliteWriter) -> None:
    """A platform that waits for its 200 is not kept by all that the shop has to do."""
    told: list[int] = []

    async def put(number: int, *, urgent: bool = False) -> None:
        told.append(await writer.run(note(number), urgent=urgent))
        if urgent:
            assert len(numbers(books)) < 20

    under_way = [asyncio.create_task(writer.run(slow))]
    await asyncio.sleep(0.02)
    under_way += [asyncio.create_task(put(number)) for number in range(20)]
    await asyncio.sleep(0)
    under_way.append(asyncio.create_task(put(99, urgent=True)))
    await asyncio.gather(*under_way)
    assert told == [99, *range(20)]
