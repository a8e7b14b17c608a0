"""The deterministic simulation: many seeds hold every rule, a seed replays exactly, and what is broken is found."""

import asyncio
import math
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Row, update

from bot.channels.base import Split
from bot.faultsim.virtual.channel import SimulatedChannel
from bot.faultsim.virtual.replica import Parts
from bot.faultsim.virtual.simulation import Result, simulate
from bot.runtime.inbox import Inbox
from bot.runtime.insisting import insist
from bot.runtime.outbox import Outbox
from bot.runtime.outcomes import Mark
from storage.queue import arrivals, lanes, outcomes, schedules
from storage.queue.sending import Due
from storage.rules.pacing import UNPACED
from storage.tables.runtime import lanes as lanes_table
from storage.tables.runtime import schedules as schedules_table
from storage.tx import Tx

SEEDS, TOGETHER = 300, 10
ENOUGH = 60
"""Within so many seeds what is broken must be found."""


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """What is broken on purpose need not be told."""
    with caplog.at_level(100):
        yield


@pytest.mark.parametrize("first", range(0, SEEDS, TOGETHER))
def test_every_rule_holds_in_every_seed(first: int) -> None:
    for seed in range(first, first + TOGETHER):
        result = simulate(seed)
        assert result.violation is None, told(result)


def told(result: Result) -> str:
    steps = "\n".join(result.trace[-30:])
    return f"{steps}\nmunshi simulate --seed {result.seed}: {result.violation}"


def test_a_seed_replays_exactly() -> None:
    assert [simulate(seed, 2).digest for seed in (5, 6)] == [simulate(seed, 2).digest for seed in (5, 6)]
    assert simulate(5).digest != simulate(6).digest


class MarksBeforeSending(Outbox):
    async def _attempt(self, due: Due, claimed_s: float) -> Mark:
        await insist(self._writer, lambda tx: outcomes.mark_sent(tx, due, "early"))
        return await super()._attempt(due, claimed_s)


class AcknowledgesAtOnce(Inbox):
    async def accept(self, split: Split, patience_s: float = math.inf) -> int:
        self.late = asyncio.create_task(super().accept(split, patience_s))
        return 0


class Unpaced(SimulatedChannel):
    def __init__(self, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type]
        self.pace = UNPACED


def variant(**types: type[object]) -> type[Parts]:
    return type("Variant", (Parts,), types)


@pytest.mark.parametrize(
    ("parts", "replicas", "found"),
    [
        (variant(outbox_type=MarksBeforeSending), 1, "which is sent and"),
        (variant(inbox_type=AcknowledgesAtOnce), 1, "was acknowledged and is not on disk"),
        (variant(channel_type=Unpaced), 1, "were claimed within"),
    ],
)
def test_what_is_broken_is_found(parts: type[Parts], replicas: int, found: str) -> None:
    broken = next((told for seed in range(ENOUGH) if (told := simulate(seed, replicas, parts).violation)), "nothing")
    assert found in broken


def test_a_missing_fence_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def unfenced(tx: Tx, lane: str, seq: int, _epoch: int, _lease_ms: int) -> int:
        done = update(lanes_table).where(lanes_table.c.id == lane).values(done_seq=seq, ready_at=None)
        return int(tx.execute(done.returning(lanes_table.c.last_seq)).scalar_one())

    monkeypatch.setattr(lanes, "finish", unfenced)
    broken = next((told for seed in range(ENOUGH) if (told := simulate(seed, 2).violation)), "nothing")
    assert "went from event" in broken or "holds with epoch" in broken


def test_a_missing_look_for_duplicates_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "_without_known", lambda _tx, fresh: list(fresh))
    broken = next((told for seed in range(ENOUGH) if (told := simulate(seed, 1).violation)), "nothing")
    assert "was not acknowledged" in broken


def test_a_moment_that_is_slept_through_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    fire = schedules.fire

    def when_on_time(tx: Tx, row: Row[Any]) -> bool:
        if tx.now_ms - row.next_fire < 30_000:
            return fire(tx, row)
        later = update(schedules_table).where(schedules_table.c.name == row.name)
        tx.execute(later.values(next_fire=tx.now_ms + 60_000))
        return False

    monkeypatch.setattr(schedules, "fire", when_on_time)
    broken = next((told for seed in range(ENOUGH) if (told := simulate(seed, 1).violation)), "nothing")
    assert "the schedule has not fired" in broken
