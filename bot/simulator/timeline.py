"""What was said in a chat, numbered by one counter for the whole world, with long-polling readers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Generic, TypeVar

KEPT_PER_CHAT = 5_000
"""Entries kept in one chat; the oldest fall out, so that a flood cannot fill the memory."""


@dataclass(slots=True)
class Counter:
    """One ascending number for everything that can be asked for with `after=N`."""

    value: int = 0
    _listeners: set[asyncio.Future[None]] = field(default_factory=set)

    def next(self) -> int:
        self.value += 1
        return self.value

    def ring(self) -> None:
        """Wake everybody who waits in `rung`: something happened in some chat."""
        for listener in self._listeners:
            if not listener.done():
                listener.set_result(None)

    async def rung(self, seconds: float) -> bool:
        """Wait for the next `ring`; False when there was none."""
        listener: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._listeners.add(listener)
        try:
            done, _ = await asyncio.wait((listener,), timeout=seconds)
        finally:
            self._listeners.discard(listener)
        return bool(done)


@dataclass(slots=True, kw_only=True)
class Entry:
    """Something in a timeline, by three numbers of the world's counter.

    `made`: when it came into being, which is its place. `n`: when it was made or last edited. `marked`: when anything
    at all about it changed, ticks and reactions included.
    """

    n: int = 0
    made: int = 0
    marked: int = 0


E = TypeVar("E", bound=Entry)


@dataclass(slots=True)
class Timeline(Generic[E]):
    """The entries of one chat by their own id, oldest first."""

    counter: Counter
    entries: dict[str, E] = field(default_factory=dict)
    last: int = 0
    marked: int = 0
    _readers: set[asyncio.Future[None]] = field(default_factory=set)

    def add(self, key: str, entry: E) -> None:
        """Append an entry under its id; the oldest entry is forgotten beyond `KEPT_PER_CHAT`."""
        self.entries[key] = entry
        if len(self.entries) > KEPT_PER_CHAT:
            del self.entries[next(iter(self.entries))]
        self.touch(entry)
        entry.made = entry.n

    def touch(self, entry: E) -> None:
        """Give the entry a new number (it is new, or was edited) and wake the readers."""
        entry.n = entry.marked = self.last = self.nudge()
        for reader in self._readers:
            if not reader.done():
                reader.set_result(None)

    def mark(self, entry: E) -> None:
        """A tick or a reaction changed: those who follow everything hear of it, the readers of messages do not."""
        entry.marked = self.nudge()

    def nudge(self) -> int:
        """Something happened here that is no entry (typing, an answered press); returns its number."""
        self.marked = self.counter.next()
        self.counter.ring()
        return self.marked

    def newer(self, after: int) -> list[E]:
        """Entries made or edited after number `after`, in that order."""
        if after >= self.last:
            return []
        return sorted((e for e in self.entries.values() if e.n > after), key=lambda e: e.n)

    async def wait(self, after: int, seconds: float) -> list[E]:
        """Like `newer`, but wait up to `seconds` for the first one."""
        found = self.newer(after)
        if found or seconds <= 0:
            return found
        reader: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._readers.add(reader)
        try:
            await asyncio.wait((reader,), timeout=seconds)
        finally:
            self._readers.discard(reader)
        return self.newer(after)
