"""The senders: claim what is due, hand it to its channel, write down what became of it."""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping

from bot.channels.base import (
    Channel,
    MessageGone,
    Moved,
    Refused,
    SendError,
    TokenRefused,
    Transient,
    Unknown,
)
from bot.runtime.writer import Writer
from flows.messages import reply_from_json
from storage.queue import outbox
from storage.queue.outbox import Due
from storage.tx import Tx

log = logging.getLogger("munshi.outbox")

MOST_SENDS = 64
MOST_ATTEMPTS = 8
POLL_S = 1.0
Mark = Callable[[Tx], None]


class Outbox:
    """One claim and one note of results at a time, many sends at once; each recipient's messages stay in order."""

    def __init__(self, writer: Writer, channels: Mapping[str, Channel], owner: str) -> None:
        self._writer, self._channels, self._owner = writer, channels, owner
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
            due = outbox.claim(tx, self._owner, room) if room > 0 else []
            if due:
                return due, 0.0
            outbox.settle_unknown(tx)
            following = outbox.next_due(tx, after_ms=tx.now_ms)
            return [], POLL_S if following is None else (following - tx.now_ms) / 1000

        try:
            return await self._writer.run(unit)
        except Exception:
            log.exception("the outbox could not be read; trying again")
            self._marks = marks + self._marks
            await asyncio.sleep(POLL_S)
            return [], POLL_S

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
            return lambda tx: outbox.mark_failed(tx, due, f"The account {due.account} is not configured.")
        try:
            reply = reply_from_json(due.payload)
            provider_id = await channel.send(due.recipient, reply, reference=due.id, edits=due.edits)
        except SendError as error:
            return _after(due, error)
        except Exception as error:
            log.exception("sending %s failed in an unexpected way", due.id)
            note = f"{type(error).__name__}: {error}"
            return lambda tx: outbox.mark_unknown(tx, due, note)
        return lambda tx: outbox.mark_sent(tx, due, provider_id)


def _apply(tx: Tx, marks: list[Mark]) -> None:
    for mark in marks:
        mark(tx)


def _after(due: Due, error: SendError) -> Mark:
    """What a failed send means for its row."""
    note = str(error)
    match error:
        case MessageGone():
            return lambda tx: _send_anew(tx, due, note)
        case Moved(recipient=recipient):
            return lambda tx: outbox.redirect(tx, due, recipient)
        case Unknown():
            log.warning("it is not known whether message %s went out: %s", due.id, note)
            return lambda tx: outbox.mark_unknown(tx, due, note)
        case Transient(after_ms=after_ms) if due.attempts < MOST_ATTEMPTS:
            wait = after_ms if after_ms is not None else back_off_ms(due.attempts)
            return lambda tx: outbox.retry(tx, due, wait, note)
        case TokenRefused() if due.attempts < MOST_ATTEMPTS:
            log.error("%s refuses our credentials: %s", due.account, note)
            return lambda tx: outbox.retry(tx, due, 60_000, note)
        case Refused() | _:
            log.error("message %s will never go out: %s", due.id, note)
            return lambda tx: outbox.mark_failed(tx, due, note)


def _send_anew(tx: Tx, due: Due, note: str) -> None:
    outbox.forget_slot(tx, due)
    outbox.retry(tx, due, 0, note)


def back_off_ms(attempts: int) -> int:
    """1 s, 2 s, 4 s … up to 5 minutes, give or take a fifth."""
    base = min(1000 * 2 ** (attempts - 1), 300_000)
    return int(base * random.uniform(0.8, 1.2))  # noqa: S311  (spreads load; no secret)
