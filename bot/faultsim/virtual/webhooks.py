"""What the platforms bring us: bodies of several events, again and again until somebody acknowledges them."""

import asyncio
from collections.abc import Callable
from typing import Any

from bot.faultsim.virtual.world import World

Item = dict[str, Any]
Receive = Callable[[str, list[Item]], "asyncio.Task[int] | None"]
PATIENCE_S = 10.0
MOST_TOGETHER = 4
MOST_ATTEMPTS = 60


class Webhooks:
    """`receive` hands a body to some process: None where nobody answers the door, else what will be its answer."""

    def __init__(self, world: World, receive: Receive) -> None:
        self._world, self._receive = world, receive
        self._waiting: dict[str, list[Item]] = {}
        self._known: dict[str, list[Item]] = {}
        self._under_way = 0

    @property
    def busy(self) -> bool:
        return self._under_way > 0 or any(self._waiting.values())

    def bring(self, account: str, item: Item) -> None:
        """Something happened that we are to hear of."""
        self._waiting.setdefault(account, []).append(item)
        self._world.after(self._world.delay_s(0.3), self._flush, account)

    def _flush(self, account: str) -> None:
        """Some of what waits goes out together; at times with what was brought before."""
        waiting = self._waiting[account]
        if not waiting:
            return
        count = min(len(waiting), self._world.chance.randint(1, MOST_TOGETHER))
        body, self._waiting[account] = waiting[:count], waiting[count:]
        if len(waiting) > count:
            self._world.after(self._world.delay_s(0.3), self._flush, account)
        known = self._known.get(account, [])
        if known and self._world.happens(self._world.weather.repeated_webhook):
            body.insert(self._world.chance.randint(0, len(body)), self._world.chance.choice(known))
        self._under_way += 1
        self._post(account, body, 1)
        if self._world.happens(self._world.weather.repeated_webhook):
            self._under_way += 1
            self._post(account, body, 1)  # to two processes at once, it may be

    def _post(self, account: str, body: list[Item], attempt: int) -> None:
        if attempt > MOST_ATTEMPTS:
            return self._world.fail(f"a body was not acknowledged in {attempt} attempts: {body}")
        if self._world.asleep:
            return self._world.after(60.0, self._post, account, body, attempt)
        waiting = [True]  # until the first of the answer and the end of patience

        def end(is_good: bool) -> None:
            if waiting:
                waiting.clear()
                self._end(account, body, attempt, is_good)

        answer = self._receive(account, body)
        if answer is None:
            return end(False)
        answer.add_done_callback(lambda task: end(_is_good(task)), context=self._world.process.context())
        self._world.after(PATIENCE_S, end, False)

    def _end(self, account: str, body: list[Item], attempt: int, is_good: bool) -> None:
        if is_good:
            self._acknowledge(account, body)
            is_good = not self._world.happens(self._world.weather.unheard_acknowledgement)
        if is_good:
            self._under_way -= 1
            return
        again_s = min(0.5 * attempt, 5.0) * (0.5 + self._world.chance.random())
        self._world.after(again_s, self._post, account, body, attempt + 1)

    def _acknowledge(self, account: str, body: list[Item]) -> None:
        for item in body:
            if item["type"] == "receipt":
                continue
            self._known.setdefault(account, []).append(item)
            broken = self._world.watch.acknowledge(account, item["id"])
            if broken is not None:
                self._world.fail(broken)


def _is_good(task: "asyncio.Task[int]") -> bool:
    return not task.cancelled() and task.exception() is None
