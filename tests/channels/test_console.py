"""The terminal as a channel: a whole shop in a process of its own, typed at through its standard input."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.books import migrated_file
from tests.harness import MENU

CONFIG = """
database: {{url: "sqlite:///{folder}/munshi.db"}}
shop:
  name: Annapurna
  catalogue: {menu}
  people: [{{name: Meera, telegram_id: "7001", role: owner}}, {{name: Ravi, telegram_id: "7002", role: staff}}]
"""


def _type(folder: Path, lines: list[str], *options: str) -> tuple[int, str]:
    config = folder / "config.yaml"
    config.write_text(CONFIG.format(folder=folder, menu=MENU), encoding="utf-8")
    command = [sys.executable, "-m", "bot", "chat", "--config", str(config), *options]
    typed = "".join(f"{line}\n" for line in lines)
    done = subprocess.run(
        command,
        input=typed,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        env=os.environ | {"PYTHONUTF8": "1"},
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    migrated_file(tmp_path / "munshi.db")
    return tmp_path


def test_an_order_is_placed_by_typing_numbers_and_seen_by_a_member(folder: Path) -> None:
    lines = ["hi", "1", "1", "pickup", "now", "no", "yes", "/quit", "never read"]
    code, said = _type(folder, lines, "--as", "Asha")
    assert code == 0, said
    for part in ("Hello Asha!", "1. Aloo Paratha", "1 × Aloo Paratha", "1. Place order", "#101"):
        assert part in said, said
    code, said = _type(folder, ["/orders", "/confirm 101"], "--staff", "ravi")
    assert code == 0
    assert "#101" in said
    assert "Order #101 is now confirmed." in said


def test_a_customer_has_no_authority_and_who_is_no_member_is_named_none(folder: Path) -> None:
    code, said = _type(folder, ["/today", "\\1"])
    assert code == 0
    assert "orders today" not in said
    code, said = _type(folder, ["/today"], "--owner")
    assert (code, "orders today" in said) == (0, True)
    code, said = _type(folder, [], "--staff", "Zoya")
    assert (code, "Meera (owner), Ravi (staff)" in said) == (2, True)
