"""The customers of a trial: they ask, order and send files while the shop dies and comes back."""

import asyncio
import base64
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson

from bot.demo import BOT_TOKEN, NUMBER

WHATSAPP, TELEGRAM = f"whatsapp:{NUMBER}", f"telegram:{BOT_TOKEN.partition(':')[0]}"
PICTURE = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(64)).decode()
Event = tuple[str, str]
Arrived = Callable[[Sequence[Event]], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class World:
    """The simulator's control API."""

    address: str
    session: aiohttp.ClientSession

    async def get(self, path: str, **query: Any) -> Any:
        async with self.session.get(f"{self.address}/sim/{path}", params=query) as answer:
            answer.raise_for_status()
            return orjson.loads(await answer.read())

    async def post(self, path: str, body: Any) -> Any:
        async with self.session.post(f"{self.address}/sim/{path}", json=body) as answer:
            answer.raise_for_status()
            return orjson.loads(await answer.read())


@dataclass(frozen=True, slots=True)
class Deed:
    """Something said or sent. `waits`: the next is not done before the shop has taken this one."""

    what: dict[str, Any]
    waits: bool = False


@dataclass
class Person:
    """Somebody with a phone. `number` is theirs alone; what they did has its event ids in `events`.

    `questions`: numbers of orders asked for, each once. `orders`: how many were placed. `files`: captions, each once.
    """

    account: str
    number: int
    deeds: list[Deed]
    questions: list[int] = field(default_factory=list)
    orders: int = 0
    files: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"+{self.number}" if self.account == WHATSAPP else str(self.number)

    async def lives(self, world: World, arrived: Arrived, dice: random.Random) -> None:
        """Do it all, with pauses of up to 80 ms."""
        channel = self.account.partition(":")[0]
        for deed in self.deeds:
            said = await world.post(f"{channel}/{self.number}/say", {**deed.what, "wait": deed.waits})
            ids = [said["id"]] if channel == "whatsapp" else said["updates"]
            events = [(self.account, str(each)) for each in ids]
            self.events += events
            while deed.waits and not await arrived(events):  # noqa: ASYNC110 - the books ring no bell
                await asyncio.sleep(0.03)
            await asyncio.sleep(dice.uniform(0, 0.08))


def gathered(dice: random.Random) -> list[Person]:
    """A handful of people on both channels; which of them does what, and how often, is in the dice."""
    numbers = iter(range(1001, 2000))
    people = []
    for at in range(6):
        account, number = (WHATSAPP, 919800000001 + at) if at % 2 == 0 else (TELEGRAM, 50001 + at)
        kind = (_asks, _buys, _sends)[at // 2]
        people.append(kind(account, number, numbers, dice))
    return people


def _asks(account: str, number: int, numbers: Any, dice: random.Random) -> Person:
    """Asks for orders that there are not, in a burst; each answer names the number."""
    asked = [next(numbers) for _ in range(dice.randint(4, 9))]
    return Person(account, number, [Deed({"text": f"/order {each}"}) for each in asked], questions=asked)


def _buys(account: str, number: int, numbers: Any, dice: random.Random) -> Person:
    """Orders by words alone, once or twice, and asks in between."""
    count, deeds, asked = dice.randint(1, 2), [], []
    for _ in range(count):
        words = (f"{dice.randint(2, 5)} masala dosa", "pickup", "as soon as possible", "no", "confirm")
        deeds += [Deed({"text": each}, waits=True) for each in words]
        asked.append(next(numbers))
        deeds.append(Deed({"text": f"/order {asked[-1]}"}))
    return Person(account, number, deeds, questions=asked, orders=count)


def _sends(account: str, number: int, numbers: Any, dice: random.Random) -> Person:
    """Sends pictures, which jobs fetch and the staff are shown."""
    captions = [f"picture {next(numbers)}" for _ in range(dice.randint(1, 3))]
    deeds = [
        Deed({"file": {"name": "p.png", "mime": "image/png", "base64": PICTURE, "caption": each}}) for each in captions
    ]
    return Person(account, number, deeds, files=captions)
