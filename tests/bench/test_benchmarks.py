"""Every benchmark runs to its end at a tiny size; what it measures is not judged here."""

import pytest

from bot.bench import growth, lanes, turn, webhooks


async def test_turns_are_measured_beside_the_echo_bot(capsys: pytest.CaptureFixture[str]) -> None:
    await turn.run(4, rounds=1)
    assert "echo bot" in capsys.readouterr().out


async def test_webhooks_are_measured_beside_a_bare_handler(capsys: pytest.CaptureFixture[str]) -> None:
    await webhooks.run(60, rounds=1)
    assert "bare handler" in capsys.readouterr().out


async def test_lanes_are_measured_beside_the_rows_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """It checks by itself that every event became an order."""
    await lanes.run(20, rounds=1)
    told = capsys.readouterr().out
    assert "SQLite" in told
    assert "PostgreSQL" in told


async def test_growth_is_measured_beside_small_books(capsys: pytest.CaptureFixture[str]) -> None:
    await growth.run(60, lanes=(4, 8), turns=8, rounds=1)
    assert "+ 60 rows" in capsys.readouterr().out
