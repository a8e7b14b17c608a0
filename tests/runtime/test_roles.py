"""Who may work on the same books: on SQLite one process, on PostgreSQL many, of which one asks Telegram for updates."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import App, Duty
from bot.config import ConfigError
from bot.demo import OWNER, demo_config
from storage.clock import new_id, utc_now
from storage.db import Books
from storage.occupancy import Occupancy, Occupied
from tests.harness import Chat, Shop, free_port, on_both
from tests.postgres import execute
from tests.runtime.several import count, empty_world, part, running, until


def _munshi(folder: Path, *words: str, given: str = "") -> tuple[int, str]:
    """(exit code, what was said) of the command line on the SQLite file of `folder`."""
    (folder / "config.yaml").write_text(f"database: {{url: 'sqlite:///{folder}/munshi.db'}}\nserver: {{port: 0}}\n")
    command = [sys.executable, "-m", "bot", *words, "--config", str(folder / "config.yaml")]
    done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    opened = Books(f"sqlite:///{tmp_path / 'munshi.db'}", utc_now, new_id)
    yield opened
    opened.close()


def test_a_second_process_on_a_sqlite_file_is_refused_and_told_who_holds_it(tmp_path: Path, books: Books) -> None:
    held = Occupancy(books, "a running shop")
    for words in (["run"], ["chat"], ["chat", "--owner"], ["migrate"]):
        code, said = _munshi(tmp_path, *words)
        assert code == 1, said
        assert f"munshi.db is in use by a running shop (process {os.getpid()})" in said
        assert "Stop that one first" in said
        assert "Traceback" not in said
    code, said = _munshi(tmp_path, "check")
    assert code in (0, 1)
    assert "is in use" not in said
    held.leave()
    assert _munshi(tmp_path, "migrate")[0] == 0


def test_a_killed_holder_leaves_nothing_to_clean_up(tmp_path: Path, books: Books) -> None:
    hold = (
        "import sys; from storage.db import Books; from storage.clock import utc_now, new_id;"
        "from storage.occupancy import Occupancy;"
        "held = Occupancy(Books(sys.argv[1], utc_now, new_id), 'a running shop'); print('held', flush=True); input()"
    )
    url = f"sqlite:///{tmp_path / 'munshi.db'}"
    with subprocess.Popen([sys.executable, "-c", hold, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        (tmp_path / "link.db").symlink_to(tmp_path / "munshi.db")
        other_name = Books(f"sqlite:///{tmp_path / 'link.db'}", utc_now, new_id)
        with pytest.raises(Occupied, match=str(process.pid)):
            Occupancy(other_name, "a running shop")
        other_name.close()
        process.send_signal(signal.SIGKILL)
    Occupancy(books, "a running shop").leave()


@pytest.mark.parametrize("role", ["web", "worker"])
def test_other_roles_than_all_are_refused_on_sqlite(tmp_path: Path, role: str) -> None:
    code, said = _munshi(tmp_path, "run", "--role", role)
    assert code == 2
    assert f"--role {role}: SQLite serves one process" in said
    assert "database.url to a PostgreSQL server" in said
    assert len(said.splitlines()) == 1
    with pytest.raises(ConfigError):
        App(demo_config("http://127.0.0.1:1", tmp_path, port=0), duty=Duty(role))


def test_a_database_that_is_not_there_is_waited_for_and_named(tmp_path: Path) -> None:
    url = f"postgresql://munshi:secret-word@127.0.0.1:{free_port()}/shop"
    (tmp_path / "config.yaml").write_text(f"database: {{url: '{url}'}}\nserver: {{port: 0}}\n")
    impatient = "import bot.preparing; bot.preparing.PATIENCE_S = 3; from bot.__main__ import main; main()"
    command = [sys.executable, "-c", impatient, "run", "--config", str(tmp_path / "config.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1, done.stderr
    assert done.stderr.count("again in 2.0 s") >= 1
    assert "cannot be opened" in done.stderr.splitlines()[-1]
    assert "database.url" in done.stderr.splitlines()[-1]
    assert "secret-word" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_start_that_waits_for_its_database_ends_when_told_to(tmp_path: Path) -> None:
    url = f"postgresql://munshi@127.0.0.1:{free_port()}/shop"
    (tmp_path / "config.yaml").write_text(f"database: {{url: '{url}'}}\nserver: {{port: 0}}\n")
    command = [sys.executable, "-m", "bot", "run", "--config", str(tmp_path / "config.yaml")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert any("again in" in line for line in iter(process.stderr.readline, ""))
        process.terminate()
        assert process.wait(60) == 0


async def test_one_worker_polls_and_another_follows_when_it_dies(
    world_address: str, tmp_path: Path, postgres: str
) -> None:
    first = part(world_address, tmp_path, postgres, role="worker", mode="polling", lease_s=6.0)
    second = replace(first, port=free_port())
    async with empty_world(world_address) as world, running(first) as one:
        owner = Chat(world, f"telegram/{OWNER}", {"from": int(OWNER)})
        holder = "SELECT owner FROM leases WHERE name LIKE 'channel:telegram:%%' AND until > 0"
        await until(lambda: len(execute(first.database, holder)), 1)
        async with running(second):
            await owner.says("/me")
            await owner.expects("Meera")
            # What a dead one had claimed holds its chat up for a minute, and its answer is here before that is noted.
            await until(lambda: count(first.database, "outbox WHERE status = 'claimed'"), 0)
            held_by = execute(first.database, holder)[0][0]
            assert f":{one.pid}:" in held_by
            one.kill()
            await until(lambda: execute(first.database, holder)[0][0] != held_by, True)
            await owner.says("/me")
            await owner.expects("Meera")
            await asyncio.sleep(0.5)
            assert len([each for each in await owner.history() if "Meera" in str(each.get("text"))]) == 2


@on_both
async def test_many_senders_at_once_are_each_answered_in_order(shop: Shop) -> None:
    customers = [shop.customer(f"9198000002{number:02}", f"Customer {number}") for number in range(12)]
    await asyncio.gather(*(each.says("2 chai") for each in customers))
    await asyncio.gather(*(each.expects("2 × Adrak Chai") for each in customers))
    await asyncio.gather(*(each.says("1 poha") for each in customers))
    await asyncio.gather(*(each.expects("2 × Adrak Chai", "1 × Poha") for each in customers))
