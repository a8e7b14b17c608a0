"""A channel of the simulation's own: plain JSON in, and out to the simulated platform."""

import asyncio
from dataclasses import replace
from typing import Any

from bot.channels.base import Split
from bot.faultsim.virtual.invariants import PACES
from bot.faultsim.virtual.journal import NUMBER
from bot.faultsim.virtual.platform import Platform
from flows.messages import FileRef, Inbound, Kind, Reply
from storage.queue.arrivals import Arrival, Sender
from storage.queue.outbox import Receipt

KINDS: dict[str, Kind] = {"text": "text", "tap": "tap", "file": "file"}


class SimulatedChannel:
    """One account in the hands of one process. Satisfies `bot.channels.base.Channel`."""

    def __init__(self, account: str, platform: Platform) -> None:
        self.account, self.pace = account, PACES[account]
        self.platform = account.partition(":")[0]
        self._outside = platform

    def split(self, body: Any) -> Split:
        arrivals = tuple(self._arrival(each) for each in body if each["type"] != "receipt")
        receipts = tuple(self._receipt(each) for each in body if each["type"] == "receipt")
        return Split(arrivals, receipts)

    def _arrival(self, item: dict[str, Any]) -> Arrival:
        kind = "phone" if self.account == NUMBER else "telegram"
        sender = Sender(((kind, item["from"]),), item["name"])
        private = item["chat"] == item["from"]
        return Arrival(self.account, item["id"], item["type"], item["chat"], item, sender, private)

    def _receipt(self, item: dict[str, Any]) -> Receipt:
        passing = bool(item["passing"])
        error = "131000: failed" if item["status"] == "failed" else None
        return Receipt(self.account, item["provider_id"], item["status"], item["reference"], error, passing)

    def read(self, payload: Any) -> Inbound:
        kind = KINDS.get(payload["type"], "unknown")
        return Inbound(
            kind=kind,
            user=payload["from"],
            chat=payload["chat"],
            private=payload["chat"] == payload["from"],
            message_id=payload["id"],
            name=payload["name"],
            text=payload["said"] if kind == "text" else "",
            data=payload["said"] if kind == "tap" else "",
            file=FileRef(payload["said"], "image", "image/jpeg", "photo.jpg", 1000) if kind == "file" else None,
        )

    def fit(self, reply: Reply, recipient: str) -> list[Reply]:
        """Long texts go out in two, so that one reply is several rows."""
        if len(reply.text) < 200 or reply.slot is not None:
            return [reply]
        return [replace(reply, text=reply.text[:150], buttons=(), choice=None), replace(reply, text=reply.text[150:])]

    def codes(self, reply: Reply, recipient: str) -> dict[str, str]:
        return {}

    async def send(self, recipient: str, reply: Reply, *, reference: int, edits: str | None, shop: str = "") -> str:
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._outside.call(self.account, recipient, reply, reference, edits, answer)
        return await answer

    async def acknowledge(self, inbound: Inbound, toast: str) -> None:
        """Nobody looks."""

    async def check(self) -> str:
        self._outside.look(self.account)
        return "fine"

    async def start(self) -> None:
        """Nothing is to be opened."""

    async def close(self) -> None:
        """Nothing is open."""
