"""Platforms in bad weather: webhooks twice, late, shuffled and in heaps; calls throttled, failing, slow, unanswered."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import func, select

from storage.tables.orders import order_events, orders
from tests.harness import Shop


async def _order(shop: Shop, patience: int = 1) -> None:
    """A whole order for pickup, in words."""
    asha = shop.customer()
    for said, answer in (
        ("2 aloo paratha and one chai", "Your basket"),
        ("checkout", ""),
        ("pickup", "When would you like"),
        ("now", "Anything we should know"),
        ("no", "Please check"),
        ("yes", "Thank you"),
    ):
        if said == "checkout":
            await asha.taps("Place order")
            await asha.expects("Shall we deliver")
            continue
        await asha.says(said)
        await asha.expects(answer)


def _counts(shop: Shop) -> tuple[int, int]:
    def look(tx: Any) -> tuple[int, int]:
        rows = (tx.execute(select(func.count()).select_from(table)).scalar_one() for table in (orders, order_events))
        return tuple(rows)  # type: ignore[return-value]

    return shop.app.books.read(look)


@pytest.mark.parametrize(
    "weather",
    [
        {"duplicate": 1.0},
        {"reorder": 5, "batch": 20, "batch_ms": 20, "duplicate": 0.5},
        {"delay_ms": [0, 150]},
    ],
    ids=["twice", "shuffled-in-heaps", "late"],
)
async def test_webhooks_in_bad_weather_still_make_one_order(shop: Shop, weather: dict[str, Any]) -> None:
    await shop.world.post("faults", weather)
    await _order(shop)
    ravi = shop.member()
    await ravi.expects("🟡 #101")
    await shop.settles()
    assert _counts(shop) == (1, 1)


@pytest.mark.parametrize(
    "weather",
    [
        {"throttle": 0.3, "retry_after": 1, "seed": 5},
        {"error_500": 0.3, "seed": 5},
        {"latency_ms": [0, 120]},
    ],
    ids=["throttled", "failing", "slow"],
)
async def test_calls_in_bad_weather_lose_nothing_and_say_nothing_twice(shop: Shop, weather: dict[str, Any]) -> None:
    asha, numbers = shop.customer(), range(1001, 1007)
    await asha.says("hi")
    await asha.expects("Here is our menu")
    await shop.world.post("faults", weather)
    for n in numbers:
        await asha.says(f"/order {n}", wait=False)
        await asyncio.sleep(0.02)
    got: list[int] = []
    async with asyncio.timeout(60):
        while len(got) < len(numbers):
            await asyncio.sleep(0.1)
            got = _numbers(await asha.history())
    await shop.world.post("faults", {})
    assert got == list(numbers)


def _numbers(history: list[dict[str, Any]]) -> list[int]:
    said = [each["text"] for each in history if each["from"] == "business" and "There is no order" in each["text"]]
    return [int(each.partition("#")[2].partition(".")[0]) for each in said]


async def test_an_answer_that_is_lost_is_settled_by_the_status_and_nothing_is_said_twice(shop: Shop) -> None:
    """The call was carried out and its answer dropped; the status webhook carries our reference."""
    asha = shop.customer()
    await asha.says("hi")
    await asha.expects("Here is our menu")
    await shop.world.post("faults", {"drop_reply": 1.0})
    await asha.says("/order 1001")
    await asha.expects("#1001")
    await shop.world.post("faults", {})
    await asha.says("/order 1002")
    await asha.expects("#1002")
    await asyncio.sleep(0.5)
    assert Counter(_numbers(await asha.history())) == {1001: 1, 1002: 1}
