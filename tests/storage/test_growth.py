"""`munshi check --growth`: what it counts, and what it says of what is odd."""

from pathlib import Path

import pytest
from sqlalchemy import update

from bot import check
from bot.check_growth import report
from bot.config import Config, ConfigError, validate
from storage.db import Books
from storage.queue import jobs, lanes, pruning, schedules
from storage.queue.arrivals import Place, accept
from storage.queue.schedules import NEVER
from storage.tables.runtime import schedules as schedules_table
from storage.tx import Tx
from tests.storage.conftest import Hands
from tests.storage.test_arrivals import said
from tests.storage.test_pruning import bury, handle_all, prune_step


def _config(folder: Path) -> Config:
    (folder / "files").mkdir()
    (folder / "files" / "a").write_bytes(b"x" * 2500)
    return validate({"files": {"folder": str(folder / "files")}, "keep": {"jobs": 0}}, {})


def _rows(said_: str) -> dict[str, list[str]]:
    """Each line of the table: its name, and the cells behind it."""
    lines = said_.partition("\n\n")[0].splitlines()[1:]
    cells = [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in lines]
    return {first: rest for first, *rest in cells}


def test_each_table_is_told_with_its_age_its_pace_and_what_goes_next(
    books: Books, hands: Hands, tmp_path: Path
) -> None:
    config = _config(tmp_path)
    books.write(lambda tx: accept(tx, [said("a"), said("b", "+912")]))
    handle_all(books)
    hands.moves(days=40)
    books.write(lambda tx: accept(tx, [said(str(n), f"+93{n}") for n in range(14)]))
    told = report(config, books)
    assert _rows(told) == {
        "events": ["16", "40 days", "2", "30 days", "2"],
        "messages": ["0", "-", "0", "90 days", "0"],
        "jobs": ["0", "-", "0", "for ever", "-"],
        "dead letters": ["0", "-", "0", "90 days", "0"],
    }
    assert f"files: 1 in {tmp_path / 'files'}, 2 kB" in told
    assert "database: " in told
    assert told.endswith("\nNothing odd.\n")
    assert prune_step(books, "events", 30).gone == 2
    assert _rows(report(config, books))["events"] == ["14", "0 hours", "2", "30 days", "0"]


def test_what_is_odd_is_told_with_what_to_do(books: Books, hands: Hands, tmp_path: Path) -> None:
    books.write(lambda tx: accept(tx, [said("a")]))

    def unit(tx: Tx) -> None:
        [(claim, _)] = lanes.claim(tx, "me", 5)
        lanes.park(tx, claim.lane, claim.epoch)
        jobs.put(tx, "k", "x", Place("l"), {})
        schedules.plan(tx, "campaign:1", "* * * * *", "UTC", "x")
        tx.execute(update(schedules_table).values(next_fire=NEVER))

    books.write(unit)
    bury(books, "job", 1)
    hands.moves(days=20)
    told = report(_config(tmp_path), books)
    assert "1 failure(s) wait for a decision, the oldest for 20 days → /dead" in told
    assert "1 customer(s) wait behind /bot stop, the longest for 20 days → /bot start" in told
    assert "1 job(s) are due for more than a day → is a worker running" in told
    assert "campaign:1" in told


def test_events_are_kept_for_as_long_as_a_platform_may_repeat_them() -> None:
    for days in (7, -1):
        with pytest.raises(ConfigError, match=r"keep\.events"):
            validate({"keep": {"events": days}}, {})
    assert [validate({"keep": {"events": days}}, {}).keep.events for days in (8, 0)] == [8, 0]


def test_every_history_has_its_setting() -> None:
    at_night = {"contacts", "orders"}  # storage.actions.retention
    assert set(pruning.PRUNES) | at_night == set(validate({}, {}).keep.model_dump())


def test_nobody_is_erased_by_a_slip() -> None:
    for name in ("audit", "contacts", "orders"):
        with pytest.raises(ConfigError, match=rf"keep\.{name}.*at least 30"):
            validate({"keep": {name: 3}}, {})
    assert (validate({}, {}).keep.contacts, validate({}, {}).keep.orders) == (0, 0)


async def test_it_is_said_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(f"database: {{url: 'sqlite:///{tmp_path / 'none.db'}'}}")
    assert await check.run(path, growth=True) == 0
    assert "no books yet" in capsys.readouterr().out
    (tmp_path / "none.db").write_bytes(b"no database")
    assert await check.run(path, growth=True) == 1
    assert "✗ growth: DatabaseError" in capsys.readouterr().out
