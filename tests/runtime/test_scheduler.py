"""The scheduler's loop, and the label that brings work under it."""

import asyncio
import importlib
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.runtime.scheduler import Scheduler
from bot.runtime.writer import Writer, open_writer
from handlers.registry import collect
from storage.clock import new_id
from storage.db import Books
from storage.tables.runtime import jobs, schedules
from tests.books import migrated_file

RHYTHM = {"every:a": "* * * * *", "every:b": "*/5 * * * *"}


class Hands:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 6, 30, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@asynccontextmanager
async def _serving(writer: Writer, own: dict[str, str], number: int = 1) -> AsyncIterator[list[int]]:
    fired: list[int] = []
    loops = [Scheduler(writer, own, lambda n=n: fired.append(n), poll_s=0.002) for n in range(number)]
    tasks = [asyncio.create_task(each.serve()) for each in loops]
    try:
        yield fired
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _names(books: Books, count: int) -> list[str]:
    """The keys of the jobs that were put, once there are so many."""
    async with asyncio.timeout(60):
        while True:
            found = list(books.read(lambda tx: tx.execute(select(jobs.c.kind)).scalars()))
            if len(found) >= count:
                return found
            await asyncio.sleep(0.005)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
async def books(tmp_path: Path, hands: Hands) -> AsyncIterator[Books]:
    opened = Books(migrated_file(tmp_path / "books.db"), hands, new_id)
    yield opened
    opened.close()


@pytest.fixture
async def writer(books: Books) -> AsyncIterator[Writer]:
    opened = open_writer(books)
    yield opened
    opened.close()


async def test_four_loops_fire_each_moment_once(books: Books, writer: Writer, hands: Hands) -> None:
    async with _serving(writer, RHYTHM, number=4) as fired:
        await asyncio.sleep(0.05)
        for minute in range(1, 21):
            hands.now += timedelta(minutes=1)
            found = await _names(books, minute + minute // 5)
        await asyncio.sleep(0.05)
    assert Counter(found) == {"every:a": 20, "every:b": 4}
    assert len(fired) == 20


async def test_the_rows_follow_the_code(books: Books, writer: Writer) -> None:
    def rows() -> dict[str, str]:
        found = books.read(lambda tx: tx.execute(select(schedules.c.name, schedules.c.expression)).all())
        return {row.name: row.expression for row in found}

    for own in (RHYTHM, {"every:a": "7 * * * *"}):
        async with _serving(writer, own), asyncio.timeout(60):
            while rows() != own:
                await asyncio.sleep(0.005)


def test_a_clash_of_names_names_both_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "clashing"
    folder.mkdir()
    (folder / "__init__.py").touch()
    code = "from handlers.marks import every\n\n@every('* * * * *')\nasync def sweep(tools): ...\n"
    for name in ("one", "two"):
        (folder / f"{name}.py").write_text(code)
    monkeypatch.syspath_prepend(str(tmp_path))
    package = importlib.import_module("clashing")
    try:
        with pytest.raises(ValueError, match=r"every:sweep is declared in clashing\.one and in clashing\.two"):
            collect(package)
    finally:
        for name in ("clashing", "clashing.one", "clashing.two"):
            sys.modules.pop(name, None)
