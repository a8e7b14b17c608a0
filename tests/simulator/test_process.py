"""The simulator as a process: it says where it listens, and never outlives its parent."""

from __future__ import annotations

import signal
import subprocess
import sys

import orjson

COMMAND = [sys.executable, "-m", "bot.simulator", "--port", "0"]


def test_it_stops_cleanly_when_asked() -> None:
    with subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert orjson.loads(process.stdout.readline())["port"] > 0
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err) == (0, b"", b"")


def test_it_stops_when_its_parent_goes_away() -> None:
    command = [*COMMAND, "--until-stdin-closes"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        process.stdin.close()
        assert process.wait(60) == 0


def test_it_listens_on_loopback_only() -> None:
    for host in ("0.0.0.0", "::", "192.0.2.1", "shop.example"):  # noqa: S104  (these are refused)
        done = subprocess.run([*COMMAND, "--host", host], capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 2, host
        assert "loopback" in done.stderr


def test_it_knows_nothing_of_the_application() -> None:
    code = "import sys, bot.simulator.__main__; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    own = {
        name
        for name in loaded
        if name.split(".")[0] in ("handlers", "flows", "knowledge", "storage", "telegram", "pywa")
    }
    assert own == set()
    assert {name for name in loaded if name.startswith("bot.")} == {n for n in loaded if n.startswith("bot.simulator")}
