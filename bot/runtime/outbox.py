"""The senders: claim what is due, hand it to its channel, write down what became of it."""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Collection, Mapping

from sqlalchemy.exc import OperationalError

from bot.channels.base import (
    Channel,
    MessageGone,
    Moved,
    Refused,
    SendError,
    Throttled,
    TokenRefused,
    Transient,
    Unknown,
)
from bot.runtime.notices import Notices
from bot.runtime.resting import Resting
from bot.runtime.writer import Writer
from flows.messages import reply_from_json
from storage.queue import moves, outbox, receipts
from storage.queue.moves import Moving
from storage.queue.outbox import Due, Undelivered
from storage.tx import Tx

log = logging.getLogger("munshi.outbox")

MOST_SENDS = 64
MOST_ATTEMPTS = 12
"""With the back-off below, a platform may be away for a quarter of an hour."""
POLL_S = 1.0
MOST_WATCH_S = 300.0
Mark = Callable[[Tx], None]


class Outbox:
    """One claim and one note of results at a time, many sends at once; each recipient's messages stay in order.

    `only`: the accounts whose messages this process may send; None sends those of all.
    """

    def __init__(
        self,
        writer: Writer,
        channels: Mapping[str, Channel],
        owner: str,
        notices: Notices,
        only: Collection[str] | None = None,
    ) -> None:
        self._writer, self._channels, self._owner = writer, channels, owner
        self._notices, self._only = notices, only
        self._resting = Resting()
        self._watching: set[asyncio.Task[None]] = set()
        self._settled_s = 0.0
        self._awake = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()
        self._marks: list[Mark] = []
        self._stopping = False
        self._serving = asyncio.Lock()

    def wake(self) -> None:
        self._awake.set()

    @property
    def busy(self) -> bool:
        return bool(self._sending or self._marks)

    async def serve(self) -> None:
        """Send until `stop`."""
        async with self._serving:
            while not self._stopping:
                self._awake.clear()
                due, wait_s = await self._round()
                for each in due:
                    task = asyncio.create_task(self._send(each), name=f"send {each.id}")
                    self._sending.add(task)
                    task.add_done_callback(self._sending.discard)
                if not due:
                    await self._rest(wait_s)

    async def stop(self) -> None:
        """Let the sends under way end and note their results; what is queued waits for the next start."""
        self._stopping = True
        self.wake()
        for watch in self._watching:
            watch.cancel()
        async with self._serving:  # a claim under way still brings its messages
            pass
        if self._sending:
            await asyncio.wait(self._sending, timeout=20)
        marks, self._marks = self._marks, []
        if marks:
            await self._writer.run(lambda tx: _apply(tx, marks))

    async def _round(self) -> tuple[list[Due], float]:
        """Write down what has ended and claim what is due, in one unit."""
        marks, self._marks = self._marks, []
        room = MOST_SENDS - len(self._sending)

        def unit(tx: Tx) -> tuple[list[Due], float]:
            _apply(tx, marks)
            self._settle(tx)
            due = outbox.claim(tx, self._owner, room, self._accounts()) if room > 0 else []
            if due:
                return due, 0.0
            following = outbox.next_due(tx, after_ms=tx.now_ms)
            waits = [self._resting.wait_ms(_now_ms()), None if following is None else following - tx.now_ms]
            return [], min((wait / 1000 for wait in waits if wait is not None), default=POLL_S)

        try:
            return await self._writer.run(unit)
        except OperationalError:
            log.exception("the books cannot be written; trying again")
            self._marks = marks + self._marks
        except Exception:
            log.exception("a round of the outbox failed; its results are written one by one")
            await self._mark_singly(marks)
        await asyncio.sleep(POLL_S)
        return [], POLL_S

    async def _mark_singly(self, marks: list[Mark]) -> None:
        """One result that cannot be written must not stop all sending: its row stays claimed, and ends in doubt."""
        for mark in marks:
            try:
                await self._writer.run(mark)
            except OperationalError:
                self._marks.append(mark)
            except Exception:
                log.exception("a result of sending could not be written")

    def _settle(self, tx: Tx) -> None:
        """Once a second, however much there is to do: what nobody will ever tell of."""
        if time.monotonic() - self._settled_s < POLL_S:
            return
        self._settled_s = time.monotonic()
        receipts.expire_claims(tx, self._owner)
        self._notices.doubtful(tx, receipts.settle_unknown(tx))

    def _accounts(self) -> list[str] | None:
        """The accounts that may send now; None for all, even those that are no longer configured."""
        resting = self._resting.among(self._channels, _now_ms())
        if self._only is None and not resting:
            return None
        return [each for each in (self._channels if self._only is None else self._only) if each not in resting]

    async def _rest(self, wait_s: float) -> None:
        try:
            await asyncio.wait_for(self._awake.wait(), min(max(wait_s, 0.005), POLL_S))
        except TimeoutError:
            return

    async def _send(self, due: Due) -> None:
        mark = await self._attempt(due)
        self._marks.append(mark)
        self.wake()

    async def _attempt(self, due: Due) -> Mark:
        """Send one row; returns how its result is to be written down."""
        channel = self._channels.get(due.account)
        if channel is None:
            return lambda tx: self._give_up(tx, due, f"The account {due.account} is not configured.")
        try:
            reply = reply_from_json(due.payload)
            provider_id = await channel.send(due.recipient, reply, reference=due.id, edits=due.edits)
        except SendError as error:
            return self._after(due, error)
        except Exception as error:
            log.exception("sending %s failed in an unexpected way", due.id)
            note = f"{type(error).__name__}: {error}"
            return lambda tx: outbox.mark_unknown(tx, due, note)
        self._resting.went_out(due.account)
        return lambda tx: outbox.mark_sent(tx, due, provider_id)

    def _after(self, due: Due, error: SendError) -> Mark:
        """What a failed send means for its row."""
        note = str(error)
        match error:
            case MessageGone():
                return lambda tx: _send_anew(tx, due, note)
            case Moved(recipient=recipient):
                return lambda tx: _follow(tx, due, recipient)
            case Unknown():
                log.warning("it is not known whether message %s went out: %s", due.id, note)
                return lambda tx: outbox.mark_unknown(tx, due, note)
            case TokenRefused():
                return self._refused(due, note)
            case Throttled(after_ms=after_ms):
                pause = self._resting.slow_down(due.account, _now_ms(), after_ms)
                log.warning("%s sends too much and pauses for %s ms: %s", due.account, pause, note)
                return lambda tx: outbox.retry(tx, due, pause, note, counts=False)
            case Transient(after_ms=int(after_ms)):
                return lambda tx: outbox.retry(tx, due, after_ms, note, counts=False)
            case Transient(growth=growth) if due.attempts < MOST_ATTEMPTS:
                return lambda tx: outbox.retry(tx, due, back_off_ms(due.attempts, growth), note)
            case Refused() | _:
                log.error("message %s will never go out: %s", due.id, note)
                return lambda tx: self._give_up(tx, due, note)

    def _refused(self, due: Due, note: str) -> Mark:
        """The account is refused: its messages wait until the platform takes its credentials again."""
        if self._resting.refuse(due.account):
            log.error("%s refuses our credentials; nothing is sent from it: %s", due.account, note)
            task = asyncio.create_task(self._watch(due.account), name=f"watch {due.account}")
            self._watching.add(task)
            task.add_done_callback(self._watching.discard)
        tell = self._resting.must_tell(due.account)

        def mark(tx: Tx) -> None:
            outbox.retry(tx, due, 0, note, counts=False)
            if tell:
                self._notices.refused(tx, due.workspace, due.account, note)

        return mark

    async def _watch(self, account: str) -> None:
        """Ask the platform, less and less often, whether it takes us again."""
        wait_s = self._resting.next_look_s(account)
        while True:
            await asyncio.sleep(wait_s)
            try:
                await self._channels[account].check()
                break
            except Exception as error:
                log.warning("%s is still refused: %s", account, error)
                wait_s = min(wait_s * 2, MOST_WATCH_S)
        log.info("%s is taken again", account)
        self._resting.allow(account)
        self.wake()

    def _give_up(self, tx: Tx, due: Due, note: str) -> None:
        outbox.mark_failed(tx, due, note)
        self._notices.failed(tx, [Undelivered(due.id, due.workspace, due.account, due.recipient, due.payload, note)])


def _now_ms() -> int:
    """For pauses, which only this process knows."""
    return time.monotonic_ns() // 1_000_000


def _apply(tx: Tx, marks: list[Mark]) -> None:
    for mark in marks:
        mark(tx)


def _send_anew(tx: Tx, due: Due, note: str) -> None:
    outbox.forget_slot(tx, due)
    outbox.retry(tx, due, 0, note)


def _follow(tx: Tx, due: Due, recipient: str) -> None:
    moves.move(tx, Moving(due.account, due.recipient, recipient))
    outbox.send_again(tx, due)


def back_off_ms(attempts: int, growth: int = 2) -> int:
    """1 s, 2 s, 4 s … (with a growth of 4: 4 s, 16 s …) up to 5 minutes, give or take a fifth."""
    base = min(1000 * growth ** (attempts - (growth == 2)), 300_000)
    return int(base * random.uniform(0.8, 1.2))  # noqa: S311  (spreads load; no secret)
