"""What is past its time goes by itself, and nothing else does."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text, update

from bot.runtime.retention import Retention
from storage.files import FileStore, place_of
from storage.tables.authority import files
from tests.harness import Shop
from tests.media.samples import DOCUMENT, IMAGE, PDF, PNG, digest

DAY_S = 86_400.0


def _grow_old(path: Path, days: float) -> None:
    old = path.stat().st_mtime - days * DAY_S
    os.utime(path, (old, old))


def _expire(shop: Shop, sha256: str) -> None:
    """Its time is over, to the moment."""
    row = update(files).where(files.c.sha256 == sha256)
    shop.app.books.write(lambda tx: tx.execute(row.values(keep_until=tx.now)))


@asynccontextmanager
async def _sweeping(retention: Retention) -> AsyncIterator[None]:
    task = asyncio.create_task(retention.serve())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(8):
        while not true():
            await asyncio.sleep(0.02)


async def test_a_customers_file_goes_when_its_time_is_over_and_the_others_stay(shop: Shop, tmp_path: Path) -> None:
    asha, folder = shop.customer(), tmp_path / "files"
    for file in (DOCUMENT, IMAGE):
        await asha.sends(file=file)
        await asha.expects("the shop has your file")
    gone, kept = (folder / place_of(digest(each)) for each in (PDF, PNG))
    begun = FileStore(folder).put(b"fetched a moment ago, its row is not written yet")
    for path in (gone, kept):
        _grow_old(path, days=9)
    await shop.app.retention.sweep()
    assert (gone.exists(), kept.exists()) == (True, True)
    _expire(shop, digest(PDF))
    await shop.app.retention.sweep()
    assert (gone.exists(), kept.exists()) == (False, True)
    assert (folder / place_of(begun.sha256)).exists()


async def test_bytes_wait_eight_days_for_a_lane_that_is_held(shop: Shop, tmp_path: Path) -> None:
    asha, path = shop.customer(), tmp_path / "files" / place_of(digest(PDF))
    await asha.sends(file=DOCUMENT)
    await asha.expects("the shop has your file")
    _expire(shop, digest(PDF))
    for days, left in ((7.9, True), (0.2, False)):
        _grow_old(path, days)
        await shop.app.retention.sweep()
        assert path.exists() is left


async def test_a_sweep_that_fails_is_logged_and_the_next_one_works(
    shop: Shop, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = FileStore(tmp_path / "files")
    lost = tmp_path / "files" / place_of(store.put(PDF).sha256)
    _grow_old(lost, days=9)
    shop.app.books.write(lambda tx: tx.execute(text("ALTER TABLE files RENAME TO away")))
    with caplog.at_level(logging.ERROR, "munshi.retention"):
        async with _sweeping(Retention(shop.app.writer, store, every_s=0.05)):
            await _until(lambda: caplog.text.count("could not be swept") > 1)
            assert lost.exists()
            shop.app.books.write(lambda tx: tx.execute(text("ALTER TABLE away RENAME TO files")))
            await _until(lambda: not lost.exists())
