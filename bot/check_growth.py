"""`munshi check --growth`: how much the books and the folder hold, how fast that grows, and what is odd about it."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bot.config import Config
from storage.db import Books
from storage.queries import growth
from storage.queries.growth import Growth, Oddities

HEAD = ("", "rows", "oldest", "a day", "kept", "goes next")
LONG_DAYS = 7


def report(config: Config, books: Books) -> str:
    """The table, the sizes, and a sentence on each thing that somebody should look at."""
    keep = config.keep.model_dump()
    tables, odd = books.read(lambda tx: (growth.tables(tx, keep), growth.oddities(tx)))
    now = books.clock()
    lines = [*_table(tables, keep, now), "", *_sizes(config, books), "", *_remarks(tables, odd, now)]
    return "\n".join(lines) + "\n"


def _table(tables: list[Growth], keep: dict[str, int], now: datetime) -> Iterator[str]:
    rows = [HEAD, *(_row(each, keep[each.name], now) for each in tables)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    for row in rows:
        first, *others = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join((first.strip().ljust(widths[0]), *others)).rstrip()


def _row(each: Growth, days: int, now: datetime) -> tuple[str, ...]:
    oldest = "-" if each.oldest is None else _age(each.oldest, now)
    goes = "-" if each.prunable is None else f"{each.prunable:,}"
    kept = f"{days} days" if days else "for ever"
    return each.name.replace("_", " "), f"{each.rows:,}", oldest, f"{each.a_day:,.0f}", kept, goes


def _age(then: datetime, now: datetime) -> str:
    days = (now - then).total_seconds() / 86_400
    return f"{days:,.0f} days" if days >= 2 else f"{max(days, 0) * 24:,.0f} hours"


def _sizes(config: Config, books: Books) -> Iterator[str]:
    yield f"database: {_bytes(_weigh_books(books))}"
    folder = Path(config.files.folder)
    number, size = _weigh(folder)
    yield f"files: {number:,} in {folder}, {_bytes(size)}"


def _weigh_books(books: Books) -> int:
    if not books.is_sqlite:
        return books.read(growth.server_bytes)
    places = (Path(f"{books.place}{ending}") for ending in ("", "-wal"))
    return sum(each.stat().st_size for each in places if each.exists())


def _weigh(folder: Path) -> tuple[int, int]:
    """How many files lie below a folder, and their bytes; (0, 0) where there is none."""
    sizes = [Path(place, name).stat().st_size for place, _, names in os.walk(folder) for name in names]
    return len(sizes), sum(sizes)


def _bytes(size: int) -> str:
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:,} {unit}"
        size = round(size / 1000)
    return f"{size:,} GB"


def _remarks(tables: list[Growth], odd: Oddities, now: datetime) -> Iterator[str]:
    """One line for each thing that is odd, with what to do; a reassuring one when nothing is."""
    found = list(_odd(odd, now))
    if any(each.prunable is not None and each.prunable > 10 * max(each.a_day, 1_000) for each in tables):
        found.append("Much is past its time and still there → is `munshi run` running? It prunes every ten minutes.")
    yield from found or ["Nothing odd."]


def _odd(odd: Oddities, now: datetime) -> Iterator[str]:
    if odd.unseen and odd.unseen_since:
        since = _age(odd.unseen_since, now)
        yield f"{odd.unseen:,} failure(s) wait for a decision, the oldest for {since} → /dead lists them for the owner."
    if odd.parked and odd.parked_since and (now - odd.parked_since).days >= LONG_DAYS:
        since = _age(odd.parked_since, now)
        yield f"{odd.parked:,} customer(s) wait behind /bot stop, the longest for {since} → /bot start lets them through."
    if odd.overdue:
        yield f"{odd.overdue:,} job(s) are due for more than a day → is a worker running (`munshi run --role worker`)?"
    if odd.stopped:
        yield f"Schedules that fire no more: {', '.join(odd.stopped)} → their expression or time zone is not understood."
