"""The platforms to which messages go out: a seeded network in front of them, and what they say afterwards."""

import asyncio
from collections.abc import Callable
from typing import Any

from bot.channels.base import LineDown, MessageGone, Refused, ServerFault, Throttled, TokenRefused, Transient, Unknown
from bot.faultsim.virtual.journal import NUMBER
from bot.faultsim.virtual.loop import present
from bot.faultsim.virtual.world import World
from flows.messages import Reply

Answer = asyncio.Future[str]
PATIENCE_S = 5.0
"""After that a call is given up by our side, whatever becomes of it on the other."""


class Platform:
    """`tell` brings a receipt on its way to us, `shown` what people now read."""

    def __init__(
        self, world: World, tell: Callable[[str, dict[str, Any]], None], shown: Callable[[str, str, Reply], None]
    ) -> None:
        self._world, self._tell, self._shown = world, tell, shown
        self._shut: set[str] = set()
        self._messages = 0

    def shut(self, account: str) -> None:
        """The token of an account is taken back."""
        self._shut.add(account)
        self._world.note("net", f"{account} is refused")

    def open(self, account: str) -> None:
        self._shut.discard(account)

    def look(self, account: str) -> None:
        """Raises `TokenRefused` while an account is shut."""
        if account in self._shut:
            raise TokenRefused("190", "expired")

    def call(
        self, account: str, recipient: str, reply: Reply, reference: int, edits: str | None, answer: Answer
    ) -> None:
        """A request goes out."""
        world, weather = self._world, self._world.weather
        sender = present()
        broken = world.watch.call(reference, sender.name if sender else "nobody")
        if broken is not None:
            world.fail(broken)
        world.after(PATIENCE_S, _answer, answer, Unknown("timeout", "no answer"))
        if world.happens(weather.broken_client):
            return world.after(0.0, _answer, answer, ValueError("a fault of the client"))
        if world.happens(weather.line_down):
            return world.after(0.0, _answer, answer, LineDown("unreachable", "no route"))
        if world.happens(weather.lost_request):
            return world.after(world.delay_s(0.3), _answer, answer, Unknown("reset", "connection reset"))
        world.after(world.delay_s(0.4), self._decide, account, recipient, reply, reference, edits, answer)

    def _decide(
        self, account: str, recipient: str, reply: Reply, reference: int, edits: str | None, answer: Answer
    ) -> None:
        """The request has come to the platform."""
        error = self._refusal(account, edits)
        if error is not None:
            self._world.note("net", f"{reference} is refused: {type(error).__name__}")
            return self._world.after(self._world.delay_s(0.3), _answer, answer, error)
        provider_id = edits or self._new_id()
        self._world.note("net", f"{reference} is taken as {provider_id}: {reply.text[:40]!r}")
        broken = self._world.watch.take(reference)
        if broken is not None:
            self._world.fail(broken)
        self._follow_up(account, reference, provider_id)
        self._shown(account, recipient, reply)
        if not self._world.happens(self._world.weather.lost_answer):
            self._world.after(self._world.delay_s(0.4), _answer, answer, provider_id)

    def _refusal(self, account: str, edits: str | None) -> Exception | None:
        happens, weather = self._world.happens, self._world.weather
        if account in self._shut:
            return TokenRefused("190", "expired")
        if happens(weather.server_error):
            return ServerFault("500", "server error")
        if happens(weather.throttled):
            return Throttled("429", "too many", self._world.chance.choice((None, 3000)))
        if happens(weather.busy):
            return Transient("131056", "this chat must wait", 1500)
        if happens(weather.refused):
            return Refused("131026", "cannot be delivered")
        return MessageGone("400", "message to edit not found") if edits and happens(weather.gone) else None

    def _new_id(self) -> str:
        self._messages += 1
        return f"p{self._messages}"

    def _follow_up(self, account: str, reference: int, provider_id: str) -> None:
        """Receipts, of one platform only: late, twice, in any order, or never."""
        world, weather = self._world, self._world.weather
        if account != NUMBER or world.happens(weather.no_receipt):
            return
        statuses = ["sent", "delivered", "read"][: world.chance.randint(1, 3)]
        if world.happens(weather.failed_receipt):
            statuses = ["sent", "failed"][world.chance.randint(0, 1) :]
            world.watch.rows[reference].taken -= 1  # it is nowhere, and may go out again
        if world.happens(weather.repeated_webhook):
            statuses += statuses[-1:]
        receipt = {"type": "receipt", "provider_id": provider_id, "reference": reference}
        passing = world.chance.random() < 0.5
        for status in statuses:
            late_s = world.delay_s(60.0 if world.happens(weather.no_receipt) else 3.0)
            world.after(late_s, self._tell, account, receipt | {"status": status, "passing": passing})


def _answer(answer: Answer, what: str | Exception) -> None:
    if answer.done():
        return
    if isinstance(what, Exception):
        answer.set_exception(what)
    else:
        answer.set_result(what)
