"""One seed, from an empty shop to the end of all its troubles."""

import asyncio
import gc
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bot.faultsim.virtual.journal import BOT, NUMBER, open_journal
from bot.faultsim.virtual.loop import Died, State, present
from bot.faultsim.virtual.people import People
from bot.faultsim.virtual.platform import Platform
from bot.faultsim.virtual.replica import Parts, Replica
from bot.faultsim.virtual.webhooks import Webhooks
from bot.faultsim.virtual.world import World
from storage import failpoints
from storage.failpoints import Point
from storage.tx import Tx

SPAN_S = 20.0
"""For how long things happen and go wrong."""
PATIENCE_S = 1500.0
"""By then all must be at rest: retries of a message alone may take a quarter of an hour."""
PASSINGS = {
    Point.UNIT_RUNNING: 80,
    Point.BEFORE_COMMIT: 120,
    Point.AFTER_COMMIT: 120,
    Point.EVENTS_STORED: 8,
    Point.LANES_CLAIMED: 8,
    Point.SENDS_CLAIMED: 10,
    Point.SEND_ANSWERED: 10,
    Point.JOB_CLAIMED: 3,
    Point.JOB_DONE: 3,
    Point.TICK_FIRED: 2,
}
"""At which passing of a point somebody dies at the latest; about as many as a seed has."""
_LEFT = (
    "SELECT (SELECT count(*) FROM lanes WHERE done_seq < last_seq)"
    " + (SELECT count(*) FROM outbox WHERE status IN ('scheduled', 'queued', 'claimed')"
    " OR (status = 'unknown' AND claimed_at IS NOT NULL))"
    " + (SELECT count(*) FROM schedules WHERE next_fire <= {now_ms})"
    " + (SELECT count(*) FROM jobs WHERE status = 'running' OR (status = 'queued' AND run_at <= {now_ms}))"
)
_LAST_TIMER = (
    "SELECT max(at) FROM (SELECT max(run_at) AS at FROM jobs WHERE status = 'queued'"
    " UNION ALL SELECT min(next_fire) FROM schedules)"
)


@dataclass(frozen=True, slots=True)
class Result:
    """What a seed did. `violation` is the rule that was broken, None when all held; `digest` is the trace's hash."""

    seed: int
    violation: str | None
    trace: list[str]
    digest: str


def simulate(seed: int, replicas: int | None = None, parts: type[Parts] = Parts) -> Result:
    """Run one seed with that many processes over the same books; None lets the seed choose. `parts` is what runs in
    each of them."""
    world = World(seed, open_journal())
    simulation = Simulation(world, replicas, parts)
    failpoints.arm(simulation.pass_point)
    try:
        with _unswept():
            world.start(simulation.run())
            world.loop.run_until_complete(world.over)
    finally:
        failpoints.arm(None)
        simulation.close()
    digest = hashlib.sha256("\n".join(world.trace).encode()).hexdigest()
    return Result(seed, world.violation, world.trace, digest)


@contextmanager
def _unswept() -> Iterator[None]:
    """A seed's world lives for the fraction of a second and ends as a whole: to look for garbage in it again and again
    costs a seventh of its time and finds next to nothing."""
    sweeps = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if sweeps:
            gc.enable()


class Simulation:
    """The parts of a world, and its script."""

    def __init__(self, world: World, replicas: int | None, parts: type[Parts]) -> None:
        self._world, chance = world, world.chance
        count = replicas or chance.choice((1, 1, 1, 2, 2, 1, 3))
        alone = count == 1 and chance.random() < 0.7  # else as one process on PostgreSQL
        self.platform = Platform(world, self._tell, self._show)
        self.replicas = [
            Replica(world, self.platform, "ABCDEFGH"[at % 8], alone=alone, parts=parts) for at in range(count)
        ]
        self.webhooks = Webhooks(world, self._receive)
        self.people = People(world, self.webhooks.bring, self._perform)
        self._passed: Counter[Point] = Counter()
        points = [chance.choice(list(PASSINGS)) for _ in range(chance.choice((0, 1, 3, 4, 6)))]
        self._blows = {(point, chance.randint(1, PASSINGS[point])): chance.random() < 0.6 for point in points}

    def pass_point(self, point: Point) -> None:
        """Called by the runtime at each numbered place; some do not come out of it, or much later."""
        process, world = present(), self._world
        replica = next((each for each in self.replicas if each.process is process), None)
        if replica is None or process is None or not world.troubled:
            return
        if process.state is State.DEAD:  # it died a moment ago, in the same breath
            raise Died
        self._passed[point] += 1
        dies = self._blows.get((point, self._passed[point]))
        if dies:
            replica.kill(f"at {point.name}")
            world.after(world.delay_s(10.0), replica.start)
            raise Died
        if dies is False:
            self._freeze(replica, point.name)

    async def run(self) -> None:
        """The troubles, their end, and the rules of the end."""
        world = self._world
        for replica in self.replicas:
            world.after(world.delay_s(1.0), replica.start)
        self.people.begin(world.chance.randint(5, 11), SPAN_S * 0.8)
        self._plan_troubles()
        await asyncio.sleep(SPAN_S)
        await self._calm_down()
        await self._come_to_rest()
        await self._outsleep()
        await self._come_to_rest()
        broken = world.watch.at_rest()
        if broken is not None:
            world.fail(broken)
        if world.loop.faults:
            world.fail(f"a callback has failed: {world.loop.faults[0]}")
        if not world.over.done():
            world.over.set_result(None)

    def _plan_troubles(self) -> None:
        """What befalls whole processes and accounts, at times of its own."""
        world, chance = self._world, self._world.chance
        troubles: list[Callable[[], None]] = [self._kill, self._freeze_any, self._redeploy, self._shut]
        for _ in range(chance.choice((0, 1, 2, 4))):
            world.after(SPAN_S * chance.random(), chance.choice(troubles))

    def _kill(self) -> None:
        replica = self._world.chance.choice(self.replicas)
        if replica.lives:
            replica.kill("by hand")
            self._world.after(self._world.delay_s(30.0), replica.start)

    def _freeze_any(self) -> None:
        self._freeze(self._world.chance.choice(self.replicas), "any time")

    def _freeze(self, replica: Replica, when: str) -> None:
        """For a moment, or past every lease."""
        if replica.process.state is State.ALIVE:
            self._world.note(replica.process.name, f"is frozen: {when}")
            replica.process.freeze()
            self._world.after(self._world.chance.choice((1.0, 12.0, 20.0, 30.0)), self._wake, replica)

    def _wake(self, replica: Replica) -> None:
        if replica.process.state is State.FROZEN and not self._world.asleep:
            self._world.note(replica.process.name, "is woken")
            replica.process.wake()

    def _redeploy(self) -> None:
        replica = self._world.chance.choice(self.replicas)
        replica.stop()
        self._world.after(25.0, replica.start)

    def _shut(self) -> None:
        account = self._world.chance.choice((NUMBER, BOT))
        self.platform.shut(account)
        self._world.after(30 * self._world.chance.random(), self.platform.open, account)

    async def _calm_down(self) -> None:
        """Nothing goes wrong any more, everybody is back, and the owner lets the bot speak."""
        world = self._world
        world.troubled = False
        world.note("world", "the troubles end")
        for account in (NUMBER, BOT):
            self.platform.open(account)
        while self.webhooks.busy or not all(replica.listens for replica in self.replicas):
            for replica in self.replicas:
                replica.start()
            await asyncio.sleep(1.0)
        self.people.owner_writes("/bot start")
        await asyncio.sleep(1.0)

    async def _come_to_rest(self) -> None:
        """Wait until nothing is under way."""
        world, since_s = self._world, self._world.now_s
        while True:
            await asyncio.sleep(3.0)
            faults = [fault for replica in self.replicas if (fault := replica.fault()) is not None]
            if faults:
                return world.fail(faults[0])
            if not self.webhooks.busy and self._left() == 0:
                return
            if world.now_s - since_s > PATIENCE_S:
                return world.fail(f"after {PATIENCE_S} s there is still something to do: {self._left()}")

    def _left(self) -> int:
        books = self._world.journal.books
        now_ms = round(books.clock().timestamp() * 1000)
        return int(self._world.journal.ask(_LEFT.format(now_ms=now_ms)))

    async def _outsleep(self) -> None:
        """All are suspended, as a laptop is, until the last timer is due: baskets that nobody comes back for, and the
        schedule, which may have been planned a moment ago for the first time and must fire after this."""
        ends_ms = self._world.journal.ask(_LAST_TIMER)
        if ends_ms is None:
            return
        self._world.watch.ticks = 0
        self._world.asleep = True
        for replica in self.replicas:
            replica.process.freeze()
        now_ms = self._world.journal.books.clock().timestamp() * 1000
        await asyncio.sleep(max(ends_ms - now_ms, 0) / 1000 + 1)
        self._world.asleep = False
        for replica in self.replicas:
            replica.process.wake()

    def close(self) -> None:
        """Nothing of this world is left behind."""
        for replica in self.replicas:
            replica.process.bury()
        self._world.process.bury()
        self._world.loop.close()

    def _receive(self, account: str, body: list[dict[str, Any]]) -> "asyncio.Task[int] | None":
        return self._world.chance.choice(self.replicas).receive(account, body)

    def _perform(self, work: Callable[[Tx], object]) -> None:
        """By whoever listens; by nobody, where nobody does."""
        any(replica.perform(work) for replica in self.replicas)

    def _tell(self, account: str, receipt: dict[str, Any]) -> None:
        self.webhooks.bring(account, receipt)

    def _show(self, account: str, recipient: str, reply: Any) -> None:
        self.people.hear(account, recipient, reply)
